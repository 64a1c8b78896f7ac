//! The checksums S3 keeps of an object (S3 user guide, "Checking object integrity"):
//! which are asked for, computing them while bytes pass, comparing, combining.

use base64_simd::STANDARD;
use crc_fast::CrcAlgorithm;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};
use s3s::dto::{Checksum, ChecksumAlgorithm, ChecksumType};
use s3s::{S3Error, S3Result, s3_error};
use serde::{Deserialize, Serialize};

/// Checksums in base64, as they travel in headers. Of parts, `…-N` follows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksums {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crc32: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crc32c: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crc64nvme: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha1: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The values are checksums of the parts' checksums, not of all the bytes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub composite: bool,
}

/// One of the five algorithms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

impl Algorithm {
    pub const ALL: [Self; 5] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Crc32 => ChecksumAlgorithm::CRC32,
            Self::Crc32c => ChecksumAlgorithm::CRC32C,
            Self::Crc64Nvme => ChecksumAlgorithm::CRC64NVME,
            Self::Sha1 => ChecksumAlgorithm::SHA1,
            Self::Sha256 => ChecksumAlgorithm::SHA256,
        }
    }

    /// Reads the value of `x-amz-checksum-algorithm` and its kin.
    pub fn parse(name: &ChecksumAlgorithm) -> S3Result<Self> {
        let found = Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name.as_str());
        found.ok_or_else(|| s3_error!(InvalidRequest, "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"))
    }

    pub fn dto(self) -> ChecksumAlgorithm {
        ChecksumAlgorithm::from_static(self.name())
    }
}

impl Checksums {
    pub fn is_empty(&self) -> bool {
        Algorithm::ALL
            .into_iter()
            .all(|algorithm| self.get(algorithm).is_none())
    }

    pub fn get(&self, algorithm: Algorithm) -> Option<&str> {
        match algorithm {
            Algorithm::Crc32 => self.crc32.as_deref(),
            Algorithm::Crc32c => self.crc32c.as_deref(),
            Algorithm::Crc64Nvme => self.crc64nvme.as_deref(),
            Algorithm::Sha1 => self.sha1.as_deref(),
            Algorithm::Sha256 => self.sha256.as_deref(),
        }
    }

    pub fn set(&mut self, algorithm: Algorithm, value: Option<String>) {
        match algorithm {
            Algorithm::Crc32 => self.crc32 = value,
            Algorithm::Crc32c => self.crc32c = value,
            Algorithm::Crc64Nvme => self.crc64nvme = value,
            Algorithm::Sha1 => self.sha1 = value,
            Algorithm::Sha256 => self.sha256 = value,
        }
    }

    /// The algorithms that have a value.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        Algorithm::ALL
            .into_iter()
            .filter(|algorithm| self.get(*algorithm).is_some())
            .collect()
    }

    /// Only the value of `algorithm`.
    pub fn only(&self, algorithm: Algorithm) -> Self {
        let mut one = Self {
            composite: self.composite,
            ..Self::default()
        };
        one.set(algorithm, self.get(algorithm).map(str::to_owned));
        one
    }

    pub fn kind(&self) -> Option<ChecksumType> {
        let kind = match self.composite {
            true => ChecksumType::COMPOSITE,
            false => ChecksumType::FULL_OBJECT,
        };
        (!self.is_empty()).then(|| ChecksumType::from_static(kind))
    }

    /// Refuses where a value that is wanted differs from what was computed.
    pub fn verify(&self, wanted: &Self) -> S3Result<()> {
        for algorithm in wanted.algorithms() {
            let wanted = wanted.get(algorithm).unwrap_or_default();
            if self.get(algorithm) != Some(wanted) {
                return Err(mismatch(algorithm));
            }
        }
        Ok(())
    }
}

fn mismatch(algorithm: Algorithm) -> S3Error {
    s3_error!(
        BadDigest,
        "The {} you specified did not match the calculated checksum.",
        algorithm.name()
    )
}

impl From<Checksum> for Checksums {
    fn from(sums: Checksum) -> Self {
        Self {
            crc32: sums.checksum_crc32,
            crc32c: sums.checksum_crc32c,
            crc64nvme: sums.checksum_crc64nvme,
            sha1: sums.checksum_sha1,
            sha256: sums.checksum_sha256,
            composite: false,
        }
    }
}

impl From<Checksums> for Checksum {
    fn from(sums: Checksums) -> Self {
        Self {
            checksum_type: sums.kind(),
            checksum_crc32: sums.crc32,
            checksum_crc32c: sums.crc32c,
            checksum_crc64nvme: sums.crc64nvme,
            checksum_sha1: sums.sha1,
            checksum_sha256: sums.sha256,
        }
    }
}

/// A hasher for these algorithms.
pub fn hasher(algorithms: &[Algorithm]) -> ChecksumHasher {
    let mut hasher = ChecksumHasher::default();
    for algorithm in algorithms {
        match algorithm {
            Algorithm::Crc32 => hasher.crc32 = Some(Crc32::new()),
            Algorithm::Crc32c => hasher.crc32c = Some(Crc32c::new()),
            Algorithm::Crc64Nvme => hasher.crc64nvme = Some(Crc64Nvme::new()),
            Algorithm::Sha1 => hasher.sha1 = Some(Sha1::new()),
            Algorithm::Sha256 => hasher.sha256 = Some(Sha256::new()),
        }
    }
    hasher
}

/// The checksum of all the bytes of parts that follow each other, out of the
/// checksum and size of each. `None` for hashes, which cannot be put together.
pub fn combine(algorithm: Algorithm, parts: &[(&str, u64)]) -> Option<String> {
    let (crc, width) = match algorithm {
        Algorithm::Crc32 => (CrcAlgorithm::Crc32IsoHdlc, 4),
        Algorithm::Crc32c => (CrcAlgorithm::Crc32Iscsi, 4),
        Algorithm::Crc64Nvme => (CrcAlgorithm::Crc64Nvme, 8),
        Algorithm::Sha1 | Algorithm::Sha256 => return None,
    };
    let mut whole = None;
    for (sum, size) in parts {
        let bytes = STANDARD
            .decode_to_vec(sum)
            .ok()
            .filter(|bytes| bytes.len() == width)?;
        let value = bytes
            .iter()
            .fold(0, |value: u64, byte| value << 8 | u64::from(*byte));
        whole = Some(match whole {
            None => value,
            Some(before) => crc_fast::checksum_combine(crc, before, value, *size),
        });
    }
    let bytes = whole?.to_be_bytes();
    Some(STANDARD.encode_to_string(&bytes[8 - width..]))
}

/// The checksum of the parts' checksums, and their number.
pub fn composite(algorithm: Algorithm, parts: &[(&str, u64)]) -> Option<String> {
    let mut whole = hasher(&[algorithm]);
    for (sum, _) in parts {
        whole.update(&STANDARD.decode_to_vec(sum).ok()?);
    }
    let whole = Checksums::from(whole.finalize());
    Some(format!("{}-{}", whole.get(algorithm)?, parts.len()))
}

/// Reads lower-case hexadecimal.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |at: usize| {
        text.get(at..at + 2)
            .and_then(|two| u8::from_str_radix(two, 16).ok())
    };
    (0..text.len()).step_by(2).map(digit).collect()
}
