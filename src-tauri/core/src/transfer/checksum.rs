//! Checksums of whole objects, made of those of their parts.
//!
//! A CRC of two pieces follows from the CRCs of each, so parts can be summed in
//! any order and on any thread, and the whole is known without reading it twice.
//! Source of the names and spelling: Amazon S3 User Guide, "Checking object
//! integrity": base64 of the big-endian value.

use crc_fast::{CrcAlgorithm, Digest as Crc};
use md5::{Digest, Md5};

use crate::store;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Crc64Nvme,
    Crc32,
    Crc32C,
}

/// The CRC of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sum {
    algorithm: Algorithm,
    value: u64,
    length: u64,
}

/// What is computed over a piece on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seal {
    Crc(Sum),
    /// For stores that refuse checksum headers: Content-MD5 and the ETag.
    Md5([u8; 16]),
    /// Neither: a piece too large to be held for an MD5.
    Nothing,
}

impl Algorithm {
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let all = [Self::Crc64Nvme, Self::Crc32, Self::Crc32C];
        all.into_iter().find(|algorithm| algorithm.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Crc64Nvme => "CRC64NVME",
            Self::Crc32 => "CRC32",
            Self::Crc32C => "CRC32C",
        }
    }

    fn crc(self) -> CrcAlgorithm {
        match self {
            Self::Crc64Nvme => CrcAlgorithm::Crc64Nvme,
            Self::Crc32 => CrcAlgorithm::Crc32IsoHdlc,
            Self::Crc32C => CrcAlgorithm::Crc32Iscsi,
        }
    }
}

impl Sum {
    pub(super) fn of(algorithm: Algorithm, bytes: &[u8]) -> Self {
        Self {
            algorithm,
            value: crc_fast::checksum(algorithm.crc(), bytes),
            length: bytes.len() as u64,
        }
    }

    /// The sum of these bytes followed by the next ones.
    #[must_use]
    pub(super) fn then(self, next: Self) -> Self {
        if self.length == 0 {
            return next;
        }
        if next.length == 0 {
            return self;
        }
        let crc = self.algorithm.crc();
        Self {
            algorithm: self.algorithm,
            value: crc_fast::checksum_combine(crc, self.value, next.value, next.length),
            length: self.length + next.length,
        }
    }

    /// Bytes.
    pub(super) fn length(self) -> u64 {
        self.length
    }

    pub(super) fn algorithm(self) -> Algorithm {
        self.algorithm
    }

    /// As S3 spells it.
    pub(super) fn base64(self) -> String {
        aws_smithy_types::base64::encode(self.bytes())
    }

    fn bytes(self) -> Vec<u8> {
        let bytes = self.value.to_be_bytes();
        match self.algorithm {
            Algorithm::Crc64Nvme => bytes.to_vec(),
            Algorithm::Crc32 | Algorithm::Crc32C => bytes[4..].to_vec(),
        }
    }

    /// `algorithm:base64`, as the catalogue keeps it.
    pub(super) fn record(self) -> String {
        format!("{}:{}", self.algorithm.name(), self.base64())
    }
}

/// A CRC in the making, over pieces as they come.
pub(super) struct Summing {
    algorithm: Algorithm,
    crc: Box<Crc>,
    length: u64,
}

impl Summing {
    pub(super) fn begin(algorithm: Algorithm) -> Self {
        Self {
            algorithm,
            crc: Box::new(Crc::new(algorithm.crc())),
            length: 0,
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.crc.update(bytes);
    }

    pub(super) fn end(self) -> Sum {
        Sum {
            algorithm: self.algorithm,
            value: self.crc.finalize(),
            length: self.length,
        }
    }
}

/// A seal in the making, over pieces as they come.
pub(super) enum Sealing {
    Crc(Summing),
    Md5(Box<Md5>),
}

impl Sealing {
    pub(super) fn begin(checksum: store::Checksum) -> Self {
        match checksum {
            store::Checksum::Crc64Nvme => Self::Crc(Summing::begin(Algorithm::Crc64Nvme)),
            store::Checksum::Crc32 => Self::Crc(Summing::begin(Algorithm::Crc32)),
            store::Checksum::None => Self::Md5(Box::default()),
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Crc(crc) => crc.update(bytes),
            Self::Md5(md5) => md5.update(bytes),
        }
    }

    pub(super) fn end(self) -> Seal {
        match self {
            Self::Crc(crc) => Seal::Crc(crc.end()),
            Self::Md5(md5) => Seal::Md5(md5.finalize().into()),
        }
    }
}

impl Seal {
    pub(super) fn of(checksum: store::Checksum, bytes: &[u8]) -> Self {
        let mut sealing = Sealing::begin(checksum);
        sealing.update(bytes);
        sealing.end()
    }

    /// Of an object sent in one piece: whether the ETag proves it. One that is
    /// no MD5 (as with SSE-KMS) proves nothing.
    pub(super) fn is_etag(&self, etag: &str) -> bool {
        let Self::Md5(md5) = self else {
            return false;
        };
        etag.trim_matches('"').eq_ignore_ascii_case(&hex(md5))
    }

    /// `algorithm:base64`, as the catalogue keeps it.
    pub(super) fn record(&self) -> Option<String> {
        match self {
            Self::Crc(sum) => Some(sum.record()),
            Self::Md5(md5) => Some(format!("MD5:{}", aws_smithy_types::base64::encode(md5))),
            Self::Nothing => None,
        }
    }
}

/// The sum over all pieces, in order; `None` where there is no CRC to combine.
pub(super) fn whole(seals: &[Seal]) -> Option<Sum> {
    let mut whole: Option<Sum> = None;
    for seal in seals {
        let Seal::Crc(sum) = seal else {
            return None;
        };
        whole = Some(whole.map_or(*sum, |before| before.then(*sum)));
    }
    whole
}

/// What a store says of an object whose checksum it puts together from those of
/// its parts: the sum of the sums, and their number.
pub(super) fn composite(seals: &[Seal]) -> Option<String> {
    let mut sums = Vec::new();
    let mut algorithm = None;
    for seal in seals {
        let Seal::Crc(sum) = seal else {
            return None;
        };
        algorithm = Some(sum.algorithm);
        sums.extend_from_slice(&sum.bytes());
    }
    let of_sums = Sum::of(algorithm?, &sums).base64();
    Some(format!("{of_sums}-{}", seals.len()))
}

/// The ETag that S3 gives a multipart object: the MD5 of the parts' MD5s and
/// their number.
pub(super) fn multipart_etag(seals: &[Seal]) -> Option<String> {
    let mut all = Md5::new();
    for seal in seals {
        let Seal::Md5(md5) = seal else {
            return None;
        };
        all.update(md5);
    }
    let digest: [u8; 16] = all.finalize().into();
    Some(format!("{}-{}", hex(&digest), seals.len()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Source: the check values of the CRC catalogue for "123456789".
    #[test]
    fn sums_are_spelled_as_s3_spells_them() {
        let digits = b"123456789";
        for (algorithm, expected) in [
            (Algorithm::Crc64Nvme, "rosUhgp5mIg="),
            (Algorithm::Crc32, "y/Q5Jg=="),
            (Algorithm::Crc32C, "4waSgw=="),
        ] {
            assert_eq!(
                Sum::of(algorithm, digits).base64(),
                expected,
                "{algorithm:?}"
            );
        }
    }

    #[test]
    fn an_md5_etag_proves_one_piece_and_all_parts() {
        let empty = Seal::of(store::Checksum::None, b"");

        assert!(empty.is_etag("\"d41d8cd98f00b204e9800998ecf8427e\""));
        assert!(!empty.is_etag("\"another\""));
        assert_eq!(
            multipart_etag(&[empty]).as_deref(),
            Some("59adb24ef3cdbe0297f05b395827453f-1")
        );
    }

    proptest! {
        #[test]
        fn the_whole_is_the_sum_of_its_pieces(
            bytes in prop::collection::vec(any::<u8>(), 0..2_000),
            piece in 1_usize..700,
        ) {
            for checksum in [store::Checksum::Crc64Nvme, store::Checksum::Crc32] {
                let seals: Vec<Seal> =
                    bytes.chunks(piece).map(|piece| Seal::of(checksum, piece)).collect();
                let mut sealing = Sealing::begin(checksum);
                bytes.chunks(piece).for_each(|piece| sealing.update(piece));
                prop_assert_eq!(sealing.end(), Seal::of(checksum, &bytes));
                if let Some(whole) = whole(&seals) {
                    prop_assert_eq!(Seal::Crc(whole), Seal::of(checksum, &bytes));
                }
            }
        }
    }
}
