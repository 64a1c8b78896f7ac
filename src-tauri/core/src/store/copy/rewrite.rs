//! An object copied onto itself with other headers or tags: S3's way of
//! changing what describes an object. Whatever is not said again would be lost
//! (headers, the storage class, the encryption, a lock), so all of it is.
//! Source: Amazon S3 API reference, CopyObject.

use aws_sdk_s3::operation::copy_object::builders::CopyObjectFluentBuilder;
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::{MetadataDirective, StorageClass, TaggingDirective};
use tokio_util::sync::CancellationToken;

use super::parts::tag_query;
use super::{Copied, Copy, Over, PartsCopy, changed, expires, needs_parts, source, storage_class};
use crate::error::{Code, Error, Result};
use crate::store::{Operation, Store, classify};

/// One object, and how it shall be described.
pub(crate) struct Rewrite<'a> {
    pub(crate) key: &'a str,
    /// What was answered when the object was looked at, with what shall be other.
    pub(crate) wanted: HeadObjectOutput,
    /// `None`: they stay.
    pub(crate) tags: Option<&'a [(String, String)]>,
}

/// Rewrites an object unless it is another by now. `on_part` hears the bytes of
/// each part of one above 5 GiB.
///
/// # Errors
/// `Changed`, `NotFound`, `NotAllowedToWrite`, `Cancelled`, …: then the object is
/// as it was.
pub(crate) async fn rewrite(
    store: &Store,
    rewrite: Rewrite<'_>,
    cancel: &CancellationToken,
    on_part: &(dyn Fn(u64) + Sync),
) -> Result<Copied> {
    let key = rewrite.key;
    let size = rewrite.wanted.content_length().unwrap_or(0);
    let outcome = match needs_parts(u64::try_from(size).unwrap_or(0)) {
        true => in_parts(store, rewrite, cancel, on_part).await,
        false => at_once(store, rewrite).await,
    };
    outcome.map_err(|error| match error.code {
        // Only the object itself can be in the way.
        Code::AlreadyExists | Code::Changed => Error {
            technical: error.technical,
            ..changed_since(key)
        },
        _ => error,
    })
}

async fn at_once(store: &Store, rewrite: Rewrite<'_>) -> Result<Copied> {
    let Rewrite { key, wanted, tags } = rewrite;
    let etag = wanted.e_tag.clone();
    let over = etag.as_deref().map_or(Over::Anything, Over::This);
    let (if_match, _) = over.headers(store).await?;
    let copy = store
        .client()
        .copy_object()
        .bucket(store.bucket())
        .key(key)
        .copy_source(source(store, key))
        .set_copy_source_if_match(etag)
        .set_if_match(if_match)
        .set_tagging_directive(tags.map(|_| TaggingDirective::Replace))
        .set_tagging(tags.and_then(query));
    let answer = say_again(copy, wanted)?
        .send()
        .await
        .map_err(|error| classify(Operation::Write, key, error))?;
    Ok(Copied {
        etag: answer.copy_object_result.and_then(|result| result.e_tag),
    })
}

fn say_again(
    copy: CopyObjectFluentBuilder,
    wanted: HeadObjectOutput,
) -> Result<CopyObjectFluentBuilder> {
    let class = wanted.storage_class.as_ref().map(StorageClass::as_str);
    Ok(copy
        .metadata_directive(MetadataDirective::Replace)
        .set_storage_class(storage_class(class))
        .set_expires(expires(&wanted)?)
        .set_content_type(wanted.content_type)
        .set_cache_control(wanted.cache_control)
        .set_content_disposition(wanted.content_disposition)
        .set_content_encoding(wanted.content_encoding)
        .set_content_language(wanted.content_language)
        .set_metadata(wanted.metadata)
        .set_website_redirect_location(wanted.website_redirect_location)
        .set_server_side_encryption(wanted.server_side_encryption)
        .set_ssekms_key_id(wanted.ssekms_key_id)
        .set_bucket_key_enabled(wanted.bucket_key_enabled)
        .set_object_lock_mode(wanted.object_lock_mode)
        .set_object_lock_retain_until_date(wanted.object_lock_retain_until_date)
        .set_object_lock_legal_hold_status(wanted.object_lock_legal_hold_status))
}

async fn in_parts(
    store: &Store,
    rewrite: Rewrite<'_>,
    cancel: &CancellationToken,
    on_part: &(dyn Fn(u64) + Sync),
) -> Result<Copied> {
    let Rewrite { key, wanted, tags } = rewrite;
    let etag = wanted.e_tag.clone();
    let tags = match tags {
        Some(tags) => query(tags),
        None => kept_tags(store, key).await?,
    };
    let copy = Copy {
        from: key,
        to: key,
        size: u64::try_from(wanted.content_length().unwrap_or(0)).unwrap_or(0),
        etag: etag.as_deref(),
        storage_class: None,
        over: etag.as_deref().map_or(Over::Anything, Over::This),
    };
    let parts = PartsCopy::look(store, store, copy).await?;
    let parts = parts.described(wanted, tags);
    let upload_id = parts.begin().await?;
    let outcome = tokio::select! {
        outcome = parts.finish(&upload_id, on_part) => outcome,
        () = cancel.cancelled() => Err(Error::cancelled()),
    };
    if outcome.is_err() {
        parts.abort(&upload_id).await;
    }
    outcome
}

/// The tags that an upload in parts has to be given to keep them.
///
/// # Errors
/// `NotAllowed` where they may not be read: they would be lost.
async fn kept_tags(store: &Store, key: &str) -> Result<Option<String>> {
    if !store.knows_tags().await? {
        return Ok(None);
    }
    let answer = store
        .client()
        .get_object_tagging()
        .bucket(store.bucket())
        .key(key)
        .send()
        .await;
    match answer {
        Ok(answer) => {
            let tags = answer.tag_set().iter().map(|tag| (tag.key(), tag.value()));
            Ok(tag_query(tags))
        }
        Err(error) => {
            let error = classify(Operation::Other("GetObjectTagging"), key, error);
            match error.code {
                Code::Unsupported => Ok(None),
                _ => Err(error),
            }
        }
    }
}

fn query(tags: &[(String, String)]) -> Option<String> {
    tag_query(
        tags.iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    )
}

fn changed_since(key: &str) -> Error {
    Error {
        message: format!(
            "“{key}” was changed in the bucket since it was looked at. Nothing was saved."
        ),
        next_step: Some("Look at it again, then make the change once more.".to_owned()),
        ..changed(key)
    }
}
