//! What the service behind a connection can do: asked where asking is cheap
//! and writes nothing, assumed where it is not, and corrected when a store
//! refuses ([`Store::learn_from`]).

use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::types::BucketVersioningStatus;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::sync::OnceCell;

use super::{Operation, Service, Store, classify};
use crate::error::{Code, Error, Result};

/// What a store can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    pub versioning: Versioning,
    /// The checksum sent with uploads and asked back for the whole object.
    pub checksum: Checksum,
    /// `If-None-Match: *` on PutObject is honoured, or at least not known to be refused.
    pub conditional_writes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versioning {
    Enabled,
    Suspended,
    Off,
    /// Not allowed to ask, or the store does not know the question.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    Crc64Nvme,
    Crc32,
    /// The store rejects checksum headers; the ETag is compared instead.
    None,
}

#[derive(Default)]
pub(super) struct Known {
    versioning: OnceCell<Versioning>,
    tags: OnceCell<bool>,
    refuses_checksums: AtomicBool,
    refuses_conditions: AtomicBool,
}

impl Store {
    /// What the service behind this connection can do. The first call asks for
    /// the bucket's versioning; what uploads taught is in every answer.
    ///
    /// # Errors
    /// `NoNetwork`, `Timeout` and the like; a refusal is an answer (`Unknown`).
    pub async fn capabilities(&self) -> Result<Capabilities> {
        let versioning = self
            .capabilities
            .versioning
            .get_or_try_init(|| self.versioning_now())
            .await?;
        Ok(Capabilities {
            versioning: *versioning,
            checksum: self.checksum(),
            conditional_writes: !self.capabilities.refuses_conditions.load(Ordering::Relaxed),
        })
    }

    /// Asks the service for the bucket's versioning as it is at this moment:
    /// for promises (an undo) that must not rest on an old answer.
    pub async fn versioning_now(&self) -> Result<Versioning> {
        let answer = self
            .client
            .get_bucket_versioning()
            .bucket(self.bucket())
            .send()
            .await;
        let error = match answer {
            Ok(answer) => {
                return Ok(match answer.status {
                    Some(BucketVersioningStatus::Enabled) => Versioning::Enabled,
                    Some(BucketVersioningStatus::Suspended) => Versioning::Suspended,
                    None => Versioning::Off,
                    Some(_) => Versioning::Unknown,
                });
            }
            Err(error) => error,
        };
        if let Some(versioning) = spelled_otherwise(&error) {
            return Ok(versioning);
        }
        let error = classify(
            Operation::Other("GetBucketVersioning"),
            self.bucket(),
            error,
        );
        match error.code {
            Code::NoNetwork
            | Code::Timeout
            | Code::Throttled
            | Code::Cancelled
            | Code::CredentialsExpired
            | Code::SignInNeeded
            | Code::NoCredentials
            | Code::WrongAccessKey
            | Code::WrongSecret
            | Code::ClockSkew
            | Code::BucketNotFound => Err(error),
            _ => Ok(Versioning::Unknown),
        }
    }

    /// Whether the service knows subresources of objects such as `?tagging`.
    /// Some stores ignore them: asked for an object's tags they send the object,
    /// and told to set them they write over it. So such a store is recognised
    /// first, by how it answers for the tags of the bucket (with a listing).
    ///
    /// # Errors
    /// `NoNetwork`, `Timeout` and the like; a refusal is no word against tags.
    pub(crate) async fn knows_tags(&self) -> Result<bool> {
        if self.service != Service::Other {
            return Ok(true);
        }
        let known = self.capabilities.tags.get_or_try_init(|| async {
            let answer = self
                .client
                .get_bucket_tagging()
                .bucket(self.bucket())
                .send()
                .await;
            let Err(error) = answer else {
                return Ok(true);
            };
            let error = classify(Operation::Other("GetBucketTagging"), self.bucket(), error);
            match error.code {
                Code::NoNetwork | Code::Timeout | Code::Throttled | Code::Cancelled => Err(error),
                _ => Ok(error.http_status() != Some(200)),
            }
        });
        known.await.copied()
    }

    /// Takes a lesson from an upload that was refused. `true`: something is
    /// known now that was not, and the upload is worth another try with the
    /// [`capabilities`](Self::capabilities) of then. Never on Amazon S3 or the
    /// practice store, which know every header that is sent.
    pub fn learn_from(&self, error: &Error) -> bool {
        if self.service != Service::Other {
            return false;
        }
        let known = &self.capabilities;
        match lesson(error) {
            Some(Lesson::Checksum) => !known.refuses_checksums.swap(true, Ordering::Relaxed),
            Some(Lesson::Condition) => !known.refuses_conditions.swap(true, Ordering::Relaxed),
            // The store does not say which header it means: one after the other.
            Some(Lesson::OneOfThem) => {
                !known.refuses_checksums.swap(true, Ordering::Relaxed)
                    || !known.refuses_conditions.swap(true, Ordering::Relaxed)
            }
            None => false,
        }
    }

    fn checksum(&self) -> Checksum {
        if self.capabilities.refuses_checksums.load(Ordering::Relaxed) {
            return Checksum::None;
        }
        match self.service {
            Service::Amazon | Service::Practice => Checksum::Crc64Nvme,
            Service::Other => Checksum::Crc32,
        }
    }
}

/// A good answer whose outer element has another name than the API's, as some
/// stores write it, and which the SDK therefore cannot read.
fn spelled_otherwise<E>(error: &SdkError<E, HttpResponse>) -> Option<Versioning> {
    let raw = error.raw_response()?;
    let body = std::str::from_utf8(raw.body().bytes()?).ok()?;
    if raw.status().as_u16() != 200 || !body.contains("VersioningResponse") {
        return None;
    }
    Some(match body.split_once("<Status>") {
        Some((_, rest)) if rest.starts_with("Enabled<") => Versioning::Enabled,
        Some((_, rest)) if rest.starts_with("Suspended<") => Versioning::Suspended,
        Some(_) => Versioning::Unknown,
        None => Versioning::Off,
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lesson {
    Checksum,
    Condition,
    OneOfThem,
}

fn lesson(error: &Error) -> Option<Lesson> {
    // Bytes that were damaged on the way are no word against checksums.
    if error.code == Code::ChecksumMismatch {
        return None;
    }
    let technical = error.technical.as_ref()?;
    let status = technical.http_status?;
    if !matches!(status, 400 | 403 | 405 | 501) {
        return None;
    }
    let text = technical.detail.as_deref().unwrap_or_default();
    let text = text.to_ascii_lowercase();
    if text.contains("checksum") || text.contains("crc32") {
        return Some(Lesson::Checksum);
    }
    if text.contains("if-none-match") || text.contains("conditional") {
        return Some(Lesson::Condition);
    }
    (error.code == Code::Unsupported).then_some(Lesson::OneOfThem)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::error::Technical;

    fn refusal(code: Code, status: u16, detail: &str) -> Error {
        Error::new(code, "refused").technical(Technical {
            http_status: Some(status),
            detail: Some(detail.to_owned()),
            ..Technical::default()
        })
    }

    #[test]
    fn a_refusal_teaches_what_it_names() {
        let cases = [
            (
                Code::ServiceFailed,
                400,
                "Unsupported header x-amz-checksum-crc32",
                Some(Lesson::Checksum),
            ),
            (
                Code::Unsupported,
                501,
                "If-None-Match is not implemented",
                Some(Lesson::Condition),
            ),
            (
                Code::Unsupported,
                501,
                "A header you provided implies functionality that is not implemented",
                Some(Lesson::OneOfThem),
            ),
            (Code::NotAllowedToWrite, 403, "Access Denied", None),
            (
                Code::ChecksumMismatch,
                400,
                "The CRC32 you specified did not match the calculated checksum",
                None,
            ),
            (Code::Throttled, 503, "checksum workers are busy", None),
        ];
        for (code, status, detail, expected) in cases {
            assert_eq!(lesson(&refusal(code, status, detail)), expected, "{detail}");
        }
    }

    #[test]
    fn a_failure_without_an_answer_teaches_nothing() {
        assert_eq!(lesson(&Error::new(Code::NoNetwork, "checksum")), None);
    }
}
