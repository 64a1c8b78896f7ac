//! Copying an object on the service's side, within a bucket or between two of
//! one service: bytes never come here. Metadata, content headers, tags and the
//! storage class go with it, and what is copied is one version of the object as
//! it was looked at, never two mixed. Above 5 GiB a copy is made in parts
//! ([`parts`]). Source: Amazon S3 user guide, "Copying, moving, and renaming
//! objects"; API reference, CopyObject.

mod parts;
mod rewrite;

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::StorageClass;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Checksum, Operation, Store, classify};
use crate::error::{Code, Error, Result};

pub(crate) use parts::{PartsCopy, abort_copy};
pub(crate) use rewrite::{Rewrite, rewrite};

/// The most that one CopyObject or UploadPartCopy moves.
const MOST_AT_ONCE: u64 = 5 << 30;

/// What may stand in a copy source as it is.
const SOURCE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// One copy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Copy<'a> {
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    /// Bytes of the source, as listed: decides whether parts are needed.
    pub(crate) size: u64,
    /// Of the source when it was looked at, with its storage class; `None`: it
    /// is looked at now.
    pub(crate) etag: Option<&'a str>,
    pub(crate) storage_class: Option<&'a str>,
    pub(crate) over: Over<'a>,
}

/// What may be written over, where the store honours conditions. Stores that do
/// not must be asked beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over<'a> {
    Nothing,
    /// The object with this ETag.
    This(&'a str),
    Anything,
}

/// What stands at the target now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Copied {
    pub(crate) etag: Option<String>,
}

/// Copies within a bucket.
///
/// # Errors
/// As [`copy_between`].
pub(crate) async fn copy(store: &Store, copy: Copy<'_>) -> Result<Copied> {
    copy_between(store, store, copy).await
}

/// Copies with the credentials of `to`, which must be allowed to read in `from`.
///
/// # Errors
/// `NotFound` for a source that is gone, `Changed` for one that is another than
/// was looked at, `AlreadyExists` see [`Copy::over`], `NotAllowedToRead` where
/// the target's credentials may not read the source, `NotAllowedToWrite`,
/// `Unsupported` between two services, …
pub(crate) async fn copy_between(from: &Store, to: &Store, copy: Copy<'_>) -> Result<Copied> {
    if needs_parts(copy.size) {
        return PartsCopy::look(from, to, copy).await?.run(&|_| ()).await;
    }
    check_services(from, to)?;
    let looked;
    let mut copy = copy;
    if copy.etag.is_none() {
        looked = look(from, copy.from).await?;
        copy.etag = looked.e_tag();
        copy.storage_class = looked.storage_class().map(StorageClass::as_str);
    }
    let (if_match, if_none_match) = copy.over.headers(to).await?;
    let answer = to
        .client()
        .copy_object()
        .bucket(to.bucket())
        .key(copy.to)
        .copy_source(source(from, copy.from))
        .set_copy_source_if_match(copy.etag.map(str::to_owned))
        .set_storage_class(storage_class(copy.storage_class))
        .set_if_match(if_match)
        .set_if_none_match(if_none_match)
        .send()
        .await;
    match answer {
        Ok(answer) => Ok(Copied {
            etag: answer.copy_object_result.and_then(|result| result.e_tag),
        }),
        Err(error) => {
            let error = classify(Operation::Write, copy.to, error);
            Err(explain(from, to, copy, error).await)
        }
    }
}

/// Whether a copy of this size is made in parts.
pub(crate) fn needs_parts(size: u64) -> bool {
    size > MOST_AT_ONCE
}

/// # Errors
/// `Unsupported` between different services: nothing but download and upload
/// gets bytes from one to the other.
pub(crate) fn check_services(from: &Store, to: &Store) -> Result<()> {
    if to.can_copy_from(from) {
        return Ok(());
    }
    Err(Error::new(
        Code::Unsupported,
        format!(
            "“{}” and “{}” are at different services, and neither can copy from the other.",
            from.connection().name,
            to.connection().name
        ),
    )
    .next("Download from the one and upload to the other."))
}

impl Over<'_> {
    /// `If-Match` and `If-None-Match`, where the store honours them.
    async fn headers(self, store: &Store) -> Result<(Option<String>, Option<String>)> {
        if !store.capabilities().await?.conditional_writes {
            return Ok((None, None));
        }
        Ok(match self {
            Self::Nothing => (None, Some("*".to_owned())),
            Self::This(etag) => (Some(etag.to_owned()), None),
            Self::Anything => (None, None),
        })
    }
}

/// The standard class is what an object gets by itself, and some stores know no other.
fn storage_class(listed: Option<&str>) -> Option<StorageClass> {
    listed
        .filter(|class| !class.is_empty() && *class != StorageClass::Standard.as_str())
        .map(StorageClass::from)
}

/// The header `Expires` of an object.
///
/// # Errors
/// `Unsupported` for one that is no date, which a copy could not be given.
fn expires(head: &HeadObjectOutput) -> Result<Option<DateTime>> {
    let Some(text) = head.expires_string() else {
        return Ok(None);
    };
    let date = DateTime::from_str(text, Format::HttpDate);
    date.map(Some).map_err(|_| {
        Error::new(
            Code::Unsupported,
            format!(
                "The file has an Expires header that is no date (“{text}”), and would lose it."
            ),
        )
        .about(text)
    })
}

fn source(store: &Store, key: &str) -> String {
    format!(
        "{}/{}",
        utf8_percent_encode(store.bucket(), SOURCE),
        utf8_percent_encode(key, SOURCE)
    )
}

async fn look(store: &Store, key: &str) -> Result<HeadObjectOutput> {
    let mode = (store.capabilities().await?.checksum != Checksum::None)
        .then_some(aws_sdk_s3::types::ChecksumMode::Enabled);
    store
        .client()
        .head_object()
        .bucket(store.bucket())
        .key(key)
        .set_checksum_mode(mode)
        .send()
        .await
        .map_err(|error| classify(Operation::Read, key, error))
}

/// A refusal in the words of what it was about: an answer to a copy does not
/// say whether it means the source or the target.
async fn explain(from: &Store, to: &Store, copy: Copy<'_>, error: Error) -> Error {
    match error.code {
        Code::AlreadyExists | Code::Changed => match look(from, copy.from).await {
            Ok(now) if copy.etag.is_some() && now.e_tag() != copy.etag => Error {
                technical: error.technical,
                ..changed(copy.from)
            },
            Ok(_) => error,
            Err(gone) if gone.code == Code::NotFound => gone,
            Err(_) => error,
        },
        Code::NotAllowedToWrite | Code::NotAllowed if from.bucket() != to.bucket() => {
            let read = to
                .client()
                .head_object()
                .bucket(from.bucket())
                .key(copy.from)
                .send()
                .await;
            let refused = read.is_err_and(|read| {
                classify(Operation::Read, copy.from, read).code == Code::NotAllowedToRead
            });
            if refused {
                return Error {
                    technical: error.technical,
                    ..not_readable_from(from, to)
                };
            }
            error
        }
        Code::NotFound => Error {
            technical: error.technical,
            ..gone(copy.from)
        },
        _ => error,
    }
}

fn changed(key: &str) -> Error {
    Error::new(
        Code::Changed,
        format!("“{key}” was changed in the bucket since it was looked at. It was not copied."),
    )
    .about(key)
    .next("Refresh the folder and do it again.")
}

fn gone(key: &str) -> Error {
    Error::new(Code::NotFound, format!("“{key}” is not there (any more)."))
        .about(key)
        .next("Refresh the folder.")
}

fn not_readable_from(from: &Store, to: &Store) -> Error {
    Error::new(
        Code::NotAllowedToRead,
        format!(
            "The credentials of “{}” may not read in the bucket “{}”, and a copy is made with them.",
            to.connection().name,
            from.bucket()
        ),
    )
    .about("s3:GetObject")
    .next(format!(
        "Ask for s3:GetObject in “{}” for those credentials, or download and upload instead.",
        from.bucket()
    ))
}

#[cfg(test)]
#[path = "copy/tests.rs"]
mod tests;
