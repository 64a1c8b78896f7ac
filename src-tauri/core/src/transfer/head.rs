//! One look at one object: what HeadObject tells.

use aws_sdk_s3::types::ChecksumMode;

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

impl Told {
    /// The first of those that are told and of the whole object: one that is
    /// put together from parts (`…-5`) compares with nothing we know.
    pub(super) fn of(
        crc64nvme: Option<&str>,
        crc32: Option<&str>,
        crc32c: Option<&str>,
    ) -> Option<Self> {
        [
            (Algorithm::Crc64Nvme, crc64nvme),
            (Algorithm::Crc32, crc32),
            (Algorithm::Crc32C, crc32c),
        ]
        .into_iter()
        .find_map(|(algorithm, told)| {
            let base64 = told.filter(|told| !told.contains('-'))?.to_owned();
            Some(Self { algorithm, base64 })
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
        checksum: Told::of(
            head.checksum_crc64_nvme(),
            head.checksum_crc32(),
            head.checksum_crc32_c(),
        ),
        etag: head.e_tag,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_checksum_of_the_whole_object_is_told() {
        let told = Told::of(None, Some("AAAAAA==-5"), Some("BBBBBB=="));

        assert_eq!(
            told.map(|told| told.record()).as_deref(),
            Some("CRC32C:BBBBBB==")
        );
        assert_eq!(Told::of(None, None, None), None);
    }
}
