//! What must hold at a key for it to be written: nobody else's object is lost,
//! neither one that was there before nor one that came since it was looked at.

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};
use crate::store::{Operation, Store, classify};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub(super) enum Condition {
    /// There is no object: `If-None-Match: *`.
    Absent,
    /// The object that was seen when the question was asked: `If-Match`.
    Unchanged { etag: String },
    /// Where the store reports no ETag there is nothing to compare with.
    Any,
}

impl Condition {
    pub(super) fn unchanged(etag: Option<String>) -> Self {
        etag.map_or(Self::Any, |etag| Self::Unchanged { etag })
    }

    pub(super) fn if_none_match(&self) -> Option<String> {
        (*self == Self::Absent).then(|| "*".to_owned())
    }

    pub(super) fn if_match(&self) -> Option<String> {
        match self {
            Self::Unchanged { etag } => Some(etag.clone()),
            Self::Absent | Self::Any => None,
        }
    }

    /// Looks whether it holds now, for stores that refuse the headers. Somebody
    /// may write between this look and our write: the most such a store allows.
    pub(super) async fn look(&self, store: &Store, key: &str) -> Result<()> {
        if *self == Self::Any {
            return Ok(());
        }
        match (self, head(store, key).await?) {
            (Self::Absent, None) => Ok(()),
            (Self::Absent, Some(_)) => Err(taken(key)),
            (
                Self::Unchanged { etag },
                Some(Head {
                    etag: Some(now), ..
                }),
            ) if now == *etag => Ok(()),
            _ => Err(changed(key)),
        }
    }

    /// The store's refusal in the words of what was asked for.
    pub(super) fn explain(&self, key: &str, error: Error) -> Error {
        let technical = error.technical.clone();
        let told = match (self, error.code) {
            (Self::Absent, Code::AlreadyExists) => taken(key),
            (Self::Unchanged { .. }, Code::AlreadyExists | Code::NotFound | Code::Changed) => {
                changed(key)
            }
            _ => return error,
        };
        Error { technical, ..told }
    }
}

/// What a look at one object tells.
pub(super) struct Head {
    pub(super) size: u64,
    pub(super) etag: Option<String>,
    pub(super) crc64nvme: Option<String>,
    pub(super) crc32: Option<String>,
}

/// One object's head with its checksums; `None` when there is none.
pub(super) async fn head(store: &Store, key: &str) -> Result<Option<Head>> {
    let answer = store
        .client()
        .head_object()
        .bucket(store.bucket())
        .key(key)
        .checksum_mode(aws_sdk_s3::types::ChecksumMode::Enabled)
        .send()
        .await;
    match answer {
        Ok(head) => Ok(Some(Head {
            size: head
                .content_length()
                .and_then(|n| u64::try_from(n).ok())
                .unwrap_or(0),
            etag: head.e_tag().map(str::to_owned),
            crc64nvme: head.checksum_crc64_nvme().map(str::to_owned),
            crc32: head.checksum_crc32().map(str::to_owned),
        })),
        Err(error) => {
            let error = classify(Operation::Other("HeadObject"), key, error);
            match error.code {
                Code::NotFound => Ok(None),
                _ => Err(error),
            }
        }
    }
}

pub(super) fn taken(key: &str) -> Error {
    Error::new(
        Code::AlreadyExists,
        "There is something of this name in the bucket already.",
    )
    .about(key)
    .next("Add it again and choose what to do with the one that is there.")
}

fn changed(key: &str) -> Error {
    Error::new(
        Code::Changed,
        "Somebody else changed or removed this in the bucket since you were asked. Nothing was replaced.",
    )
    .about(key)
    .next("Look at what is there now, then add the file again.")
}
