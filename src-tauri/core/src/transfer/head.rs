//! One look at one object: what HeadObject tells.

use aws_sdk_s3::types::{ChecksumMode, ChecksumType};

use super::checksum::Algorithm;
use crate::error::{Code, Result};
use crate::store::{Checksum, Operation, Store, classify};

pub(super) struct Head {
    pub(super) size: u64,
    pub(super) etag: Option<String>,
    pub(super) checksum: Option<Told>,
}

/// The checksum that a store tells of a whole object, in base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) algorithm: Algorithm,
    pub(super) base64: String,
}

/// The checksum headers of one answer.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ChecksumHeaders<'a> {
    pub(super) kind: Option<&'a ChecksumType>,
    pub(super) etag: Option<&'a str>,
    pub(super) crc64nvme: Option<&'a str>,
    pub(super) crc32: Option<&'a str>,
    pub(super) crc32c: Option<&'a str>,
}

impl Told {
    /// The first that is told and is of the whole object. One that is put
    /// together from those of the parts compares with nothing we know; not
    /// every store marks it with the number of parts, so that of an object in
    /// parts (its ETag tells) is believed only when it is said to be whole.
    pub(super) fn of(headers: ChecksumHeaders<'_>) -> Option<Self> {
        let in_parts = headers.etag.is_some_and(|etag| etag.contains('-'));
        let is_whole = match headers.kind {
            Some(kind) => *kind == ChecksumType::FullObject,
            None => !in_parts,
        };
        [
            // Always of the whole object.
            (Algorithm::Crc64Nvme, headers.crc64nvme),
            (Algorithm::Crc32, headers.crc32.filter(|_| is_whole)),
            (Algorithm::Crc32C, headers.crc32c.filter(|_| is_whole)),
        ]
        .into_iter()
        .find_map(|(algorithm, told)| {
            let base64 = told.filter(|told| !told.contains('-'))?.to_owned();
            Some(Self { algorithm, base64 })
        })
    }

    /// As [`record`](Self::record) wrote it.
    pub(super) fn of_record(record: &str) -> Option<Self> {
        let (name, base64) = record.split_once(':')?;
        Some(Self {
            algorithm: Algorithm::of_name(name)?,
            base64: base64.to_owned(),
        })
    }

    /// `algorithm:base64`, as the catalogue keeps it.
    pub(super) fn record(&self) -> String {
        format!("{}:{}", self.algorithm.name(), self.base64)
    }
}

/// Asking for checksums is a header that some stores refuse: only where they
/// are known to have them.
pub(super) async fn checksum_mode(store: &Store) -> Result<Option<ChecksumMode>> {
    let checksum = store.capabilities().await?.checksum;
    Ok((checksum != Checksum::None).then_some(ChecksumMode::Enabled))
}

/// `None` when there is no such object.
pub(super) async fn head(store: &Store, key: &str) -> Result<Option<Head>> {
    let answer = store
        .client()
        .head_object()
        .bucket(store.bucket())
        .key(key)
        .set_checksum_mode(checksum_mode(store).await?)
        .send()
        .await;
    let head = match answer {
        Ok(head) => head,
        Err(error) => {
            let error = classify(Operation::Other("HeadObject"), key, error);
            return match error.code {
                Code::NotFound => Ok(None),
                _ => Err(error),
            };
        }
    };
    let size = head.content_length().and_then(|n| u64::try_from(n).ok());
    Ok(Some(Head {
        size: size.unwrap_or(0),
        checksum: Told::of(ChecksumHeaders {
            kind: head.checksum_type(),
            etag: head.e_tag(),
            crc64nvme: head.checksum_crc64_nvme(),
            crc32: head.checksum_crc32(),
            crc32c: head.checksum_crc32_c(),
        }),
        etag: head.e_tag,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_checksum_of_the_whole_object_is_told() {
        let headers = ChecksumHeaders {
            etag: Some("\"x-2\""),
            crc32: Some("AAAAAA=="),
            ..ChecksumHeaders::default()
        };
        let composite = ChecksumHeaders {
            kind: Some(&ChecksumType::Composite),
            crc32c: Some("AAAAAA==-5"),
            ..ChecksumHeaders::default()
        };
        let whole = ChecksumHeaders {
            kind: Some(&ChecksumType::FullObject),
            ..headers
        };

        assert_eq!(Told::of(ChecksumHeaders::default()), None);
        assert_eq!(Told::of(headers), None);
        assert_eq!(Told::of(composite), None);
        let told = Told::of(whole).map(|told| told.record());
        assert_eq!(told.as_deref(), Some("CRC32:AAAAAA=="));
    }
}
