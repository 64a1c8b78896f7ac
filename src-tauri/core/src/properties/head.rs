//! HeadObject, and what its answer says of an object.

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::{
    ArchiveStatus, ChecksumMode, ObjectLockLegalHoldStatus, ServerSideEncryption, StorageClass,
};

use super::encoded_word;
use super::model::{Archive, Content, Encryption, EncryptionKind, Headers, Lock, Looked, Pairs};
use crate::clock::UnixMillis;
use crate::error::Result;
use crate::store::{Checksum, Operation, Store, classify};

/// # Errors
/// `NotFound`, `NotAllowedToRead`, …
pub(super) async fn head(store: &Store, key: &str) -> Result<HeadObjectOutput> {
    // Odd stores refuse a checksum question that they do not know.
    let asks = store.capabilities().await?.checksum != Checksum::None;
    store
        .client()
        .head_object()
        .bucket(store.bucket())
        .key(key)
        .set_checksum_mode(asks.then_some(ChecksumMode::Enabled))
        .send()
        .await
        .map_err(|error| classify(Operation::Read, key, error))
}

pub(super) fn size(head: &HeadObjectOutput) -> u64 {
    head.content_length()
        .and_then(|size| u64::try_from(size).ok())
        .unwrap_or(0)
}

pub(super) fn modified_at(head: &HeadObjectOutput) -> Option<UnixMillis> {
    head.last_modified().and_then(|at| at.to_millis().ok())
}

pub(super) fn looked(head: &HeadObjectOutput) -> Looked {
    Looked {
        etag: head.e_tag().map(|tag| tag.trim_matches('"').to_owned()),
        modified_at: modified_at(head),
        version_id: head
            .version_id()
            .filter(|id| *id != "null")
            .map(str::to_owned),
    }
}

pub(super) fn content(head: &HeadObjectOutput) -> Content {
    Content {
        content_type: head.content_type.clone(),
        content_disposition: head.content_disposition.clone(),
        cache_control: head.cache_control.clone(),
        content_language: head.content_language.clone(),
        content_encoding: head.content_encoding.clone(),
        expires: head.expires_string.clone(),
    }
}

/// All that an edit of headers can change, and what it has to keep.
pub(super) fn headers(head: &HeadObjectOutput) -> Headers {
    Headers {
        content: content(head),
        metadata: metadata(head),
    }
}

/// The answer that the object shall give once it is described so. Values that
/// stay are sent as they came.
pub(super) fn answering(head: &HeadObjectOutput, headers: &Headers) -> HeadObjectOutput {
    let mut wanted = head.clone();
    let content = &headers.content;
    wanted.content_type.clone_from(&content.content_type);
    wanted
        .content_disposition
        .clone_from(&content.content_disposition);
    wanted.cache_control.clone_from(&content.cache_control);
    wanted
        .content_language
        .clone_from(&content.content_language);
    wanted
        .content_encoding
        .clone_from(&content.content_encoding);
    wanted.expires_string.clone_from(&content.expires);
    let sent = head.metadata();
    let raw = |name: &String, value: &String| {
        let known = sent.and_then(|sent| sent.get(name));
        let stays = known.filter(|known| encoded_word::decode(known) == *value);
        stays
            .cloned()
            .unwrap_or_else(|| encoded_word::encode(value))
    };
    let metadata = headers.metadata.iter();
    wanted.metadata = Some(metadata.map(|(n, v)| (n.clone(), raw(n, v))).collect());
    wanted
}

/// As people read it: what is not ASCII comes in the words of RFC 2047.
pub(super) fn metadata(head: &HeadObjectOutput) -> Pairs {
    let mut metadata: Pairs = head
        .metadata()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), encoded_word::decode(value)))
        .collect();
    metadata.sort();
    metadata
}

pub(super) fn archive(head: &HeadObjectOutput) -> Archive {
    match head.restore() {
        Some(restore) if restore.contains(r#"ongoing-request="true""#) => Archive::Restoring,
        Some(restore) => Archive::Restored {
            until: restored_until(restore),
        },
        None if is_archived(head) => Archive::Archived,
        None => Archive::No,
    }
}

fn is_archived(head: &HeadObjectOutput) -> bool {
    let class = matches!(
        head.storage_class(),
        Some(StorageClass::Glacier | StorageClass::DeepArchive)
    );
    // Of Intelligent-Tiering.
    let status = matches!(
        head.archive_status(),
        Some(ArchiveStatus::ArchiveAccess | ArchiveStatus::DeepArchiveAccess)
    );
    class || status
}

/// `ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"`.
fn restored_until(restore: &str) -> Option<UnixMillis> {
    use aws_smithy_types::DateTime;
    use aws_smithy_types::date_time::Format;

    let (_, date) = restore.split_once(r#"expiry-date=""#)?;
    let (date, _) = date.split_once('"')?;
    let until = DateTime::from_str(date, Format::HttpDate).ok()?;
    until.to_millis().ok()
}

pub(super) fn encryption(head: &HeadObjectOutput) -> Option<Encryption> {
    let kind = match head.server_side_encryption()? {
        ServerSideEncryption::Aes256 => EncryptionKind::Service,
        ServerSideEncryption::AwsKms => EncryptionKind::Kms,
        ServerSideEncryption::AwsKmsDsse => EncryptionKind::KmsTwice,
        _ => EncryptionKind::Other,
    };
    Some(Encryption {
        kind,
        key: head.ssekms_key_id.clone(),
    })
}

pub(super) fn lock(head: &HeadObjectOutput) -> Lock {
    let hold = head.object_lock_legal_hold_status();
    Lock {
        mode: head.object_lock_mode().map(|mode| mode.as_str().to_owned()),
        until: head
            .object_lock_retain_until_date()
            .and_then(|until| until.to_millis().ok()),
        legal_hold: hold == Some(&ObjectLockLegalHoldStatus::On),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn answer() -> aws_sdk_s3::operation::head_object::builders::HeadObjectOutputBuilder {
        HeadObjectOutput::builder()
    }

    #[test]
    fn an_archived_object_says_whether_it_can_be_read() {
        let archived = answer().storage_class(StorageClass::DeepArchive);
        assert_eq!(archive(&archived.clone().build()), Archive::Archived);

        let restoring = archived.clone().restore(r#"ongoing-request="true""#);
        assert_eq!(archive(&restoring.build()), Archive::Restoring);

        let restored = archived
            .restore(r#"ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT""#);
        let until = Some(1_356_048_000_000);
        assert_eq!(archive(&restored.build()), Archive::Restored { until });

        let instant = answer().storage_class(StorageClass::GlacierIr);
        assert_eq!(archive(&instant.build()), Archive::No);
    }

    #[test]
    fn a_version_of_a_bucket_without_versions_is_none() {
        let head = answer().version_id("null").e_tag("\"abc\"").build();

        assert_eq!(looked(&head).version_id, None);
        assert_eq!(looked(&head).etag.as_deref(), Some("abc"));
    }

    #[test]
    fn metadata_reads_as_it_was_meant() {
        let head = answer()
            .metadata("term", "=?UTF-8?B?SGVyYnN0IMO8YmVyYWxs?=")
            .metadata("author", "plain")
            .build();

        let expected = [("author", "plain"), ("term", "Herbst überall")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(metadata(&head), expected);
    }
}
