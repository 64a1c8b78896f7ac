//! Copying an object within the bucket, on the service's side: bytes never come
//! here. Metadata, content headers and tags go with it. Above 5 GiB a copy is
//! made in parts. Source: Amazon S3 user guide, "Copying, moving, and renaming objects".

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart, ServerSideEncryption};
use futures::{StreamExt, TryStreamExt, stream};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Operation, Store, classify};
use crate::error::{Code, Error, Result};

const MIB: u64 = 1 << 20;

/// The most that one CopyObject or UploadPartCopy moves.
const MOST_AT_ONCE: u64 = 5 << 30;

/// Parts under way at once.
const PARTS_AT_ONCE: usize = 8;

/// What may stand in a copy source as it is.
const SOURCE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// One copy within a bucket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Copy<'a> {
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    /// Bytes of the source, as listed: decides whether parts are needed.
    pub(crate) size: u64,
    /// Where the store honours conditions, fail with `AlreadyExists` rather than
    /// write over an object. Stores that do not must be asked beforehand.
    pub(crate) only_if_new: bool,
}

/// # Errors
/// `NotFound` for a source that is gone, `AlreadyExists` see
/// [`Copy::only_if_new`], `NotAllowedToWrite`, `Changed` when the source changed
/// under way, …
pub(crate) async fn copy(store: &Store, copy: Copy<'_>) -> Result<()> {
    copy_in_parts_above(store, copy, MOST_AT_ONCE, part_size(copy.size)).await
}

async fn copy_in_parts_above(
    store: &Store,
    copy: Copy<'_>,
    most_at_once: u64,
    part: u64,
) -> Result<()> {
    if copy.size > most_at_once {
        return in_parts(store, copy, part).await;
    }
    store
        .client()
        .copy_object()
        .bucket(store.bucket())
        .key(copy.to)
        .copy_source(source(store, copy.from))
        .set_if_none_match(condition(store, copy).await?)
        .send()
        .await
        .map_err(|error| classify(Operation::Write, copy.to, error))?;
    Ok(())
}

/// Half a gibibyte, or more where ten thousand parts would not do.
fn part_size(size: u64) -> u64 {
    size.div_ceil(9_000)
        .next_multiple_of(MIB)
        .clamp(512 * MIB, MOST_AT_ONCE)
}

async fn condition(store: &Store, copy: Copy<'_>) -> Result<Option<String>> {
    let honoured = store.capabilities().await?.conditional_writes;
    Ok((copy.only_if_new && honoured).then(|| "*".to_owned()))
}

fn source(store: &Store, key: &str) -> String {
    format!(
        "{}/{}",
        utf8_percent_encode(store.bucket(), SOURCE),
        utf8_percent_encode(key, SOURCE)
    )
}

async fn in_parts(store: &Store, copy: Copy<'_>, part: u64) -> Result<()> {
    let head = store
        .client()
        .head_object()
        .bucket(store.bucket())
        .key(copy.from)
        .send()
        .await
        .map_err(|error| classify(Operation::Read, copy.from, error))?;
    let condition = condition(store, copy).await?;
    let upload_id = begin(store, copy, &head).await?;
    let outcome = match send_parts(store, copy, &head, &upload_id, part).await {
        Ok(parts) => complete(store, copy, &upload_id, parts, condition).await,
        Err(error) => Err(error),
    };
    if outcome.is_err() {
        abort(store, copy, &upload_id).await;
    }
    outcome
}

/// CreateMultipartUpload copies nothing by itself: all that describes the object is said again.
async fn begin(store: &Store, copy: Copy<'_>, head: &HeadObjectOutput) -> Result<String> {
    let kms = matches!(
        head.server_side_encryption(),
        Some(ServerSideEncryption::AwsKms | ServerSideEncryption::AwsKmsDsse)
    );
    let begun = store
        .client()
        .create_multipart_upload()
        .bucket(store.bucket())
        .key(copy.to)
        .set_content_type(head.content_type.clone())
        .set_cache_control(head.cache_control.clone())
        .set_content_disposition(head.content_disposition.clone())
        .set_content_encoding(head.content_encoding.clone())
        .set_content_language(head.content_language.clone())
        .set_metadata(head.metadata.clone())
        .set_storage_class(head.storage_class.clone())
        .set_server_side_encryption(head.server_side_encryption.clone().filter(|_| kms))
        .set_ssekms_key_id(head.ssekms_key_id.clone().filter(|_| kms))
        .set_tagging(tags(store, copy.from).await?)
        .send()
        .await
        .map_err(|error| classify(Operation::Write, copy.to, error))?;
    begun
        .upload_id
        .ok_or_else(|| Error::internal("an upload began without an id"))
}

/// The tags as a query string; none where the object has none, and none where
/// they may not be read: whether there are any cannot be known then.
async fn tags(store: &Store, key: &str) -> Result<Option<String>> {
    let answer = store
        .client()
        .get_object_tagging()
        .bucket(store.bucket())
        .key(key)
        .send()
        .await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            let error = classify(Operation::Other("GetObjectTagging"), key, error);
            return match error.code {
                Code::NotAllowed | Code::Unsupported => Ok(None),
                _ => Err(error),
            };
        }
    };
    if answer.tag_set().is_empty() {
        return Ok(None);
    }
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<_> = answer
        .tag_set()
        .iter()
        .map(|tag| format!("{}={}", encoded(tag.key()), encoded(tag.value())))
        .collect();
    Ok(Some(pairs.join("&")))
}

async fn send_parts(
    store: &Store,
    copy: Copy<'_>,
    head: &HeadObjectOutput,
    upload_id: &str,
    part: u64,
) -> Result<Vec<CompletedPart>> {
    let size = head
        .content_length()
        .and_then(|size| u64::try_from(size).ok())
        .unwrap_or(copy.size);
    let starts = (0..size).step_by(usize::try_from(part).unwrap_or(usize::MAX));
    let requests = (1..).zip(starts).map(|(number, start)| {
        let end = (start + part).min(size) - 1;
        async move {
            let answer = store
                .client()
                .upload_part_copy()
                .bucket(store.bucket())
                .key(copy.to)
                .upload_id(upload_id)
                .part_number(number)
                .copy_source(source(store, copy.from))
                .set_copy_source_if_match(head.e_tag.clone())
                .copy_source_range(format!("bytes={start}-{end}"))
                .send()
                .await
                .map_err(|error| classify(Operation::Other("UploadPartCopy"), copy.from, error))?;
            let tag = answer.copy_part_result.and_then(|part| part.e_tag);
            Ok::<_, Error>(
                CompletedPart::builder()
                    .part_number(number)
                    .set_e_tag(tag)
                    .build(),
            )
        }
    });
    stream::iter(requests)
        .buffered(PARTS_AT_ONCE)
        .try_collect()
        .await
}

async fn complete(
    store: &Store,
    copy: Copy<'_>,
    upload_id: &str,
    parts: Vec<CompletedPart>,
    condition: Option<String>,
) -> Result<()> {
    store
        .client()
        .complete_multipart_upload()
        .bucket(store.bucket())
        .key(copy.to)
        .upload_id(upload_id)
        .set_if_none_match(condition)
        .multipart_upload(
            CompletedMultipartUpload::builder()
                .set_parts(Some(parts))
                .build(),
        )
        .send()
        .await
        .map_err(|error| classify(Operation::Write, copy.to, error))?;
    Ok(())
}

async fn abort(store: &Store, copy: Copy<'_>, upload_id: &str) {
    let aborted = store
        .client()
        .abort_multipart_upload()
        .bucket(store.bucket())
        .key(copy.to)
        .upload_id(upload_id)
        .send()
        .await;
    if aborted.is_err() {
        tracing::warn!("the parts of a copy that failed could not be removed");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::*;
    use crate::clock::Clock;
    use crate::connection::{
        Addressing, Connection, ConnectionDraft, ConnectionId, CredentialSource, Secrets,
    };
    use crate::lectern::{Folders, Lectern};

    /// A practice bucket in a folder, which lives as long as the store.
    async fn practice(folder: &std::path::Path) -> Arc<Store> {
        let folders = Folders::below(&folder.join("lectern"));
        let lectern =
            Lectern::in_memory(folders, Secrets::session_only(), Clock::system()).unwrap();
        let connection = Connection {
            id: ConnectionId::fresh(),
            draft: ConnectionDraft {
                name: "Practice".into(),
                bucket: "practice".into(),
                prefix: String::new(),
                region: None,
                endpoint: None,
                addressing: Addressing::Auto,
                source: CredentialSource::Practice {
                    folder: Some(folder.join("files").display().to_string()),
                },
            },
        };
        lectern.catalog.insert_connection(&connection, 0).unwrap();
        lectern.stores.of(&lectern, &connection.id).await.unwrap()
    }

    #[tokio::test]
    async fn a_copy_in_parts_keeps_bytes_metadata_type_and_tags() {
        let folder = tempfile::tempdir().unwrap();
        let store = practice(folder.path()).await;
        let body: Vec<u8> = (0..12 * MIB)
            .map(|n| u8::try_from(n % 251).unwrap())
            .collect();
        let client = store.client();
        let put = client.put_object().bucket(store.bucket()).key("a+ \u{fc}");
        put.content_type("video/mp4")
            .metadata("term", "autumn")
            .tagging("course=a%2Bb%20c%3D")
            .body(body.clone().into())
            .send()
            .await
            .unwrap();
        let job = Copy {
            from: "a+ \u{fc}",
            to: "copy/b",
            size: 12 * MIB,
            only_if_new: true,
        };

        copy_in_parts_above(&store, job, 5 * MIB, 5 * MIB)
            .await
            .unwrap();

        let got = client.get_object().bucket(store.bucket()).key("copy/b");
        let got = got.send().await.unwrap();
        assert_eq!(got.content_type(), Some("video/mp4"));
        assert_eq!(got.metadata().unwrap()["term"], "autumn");
        assert_eq!(got.body.collect().await.unwrap().to_vec(), body);
        let tags = client.get_object_tagging().bucket(store.bucket());
        let tags = tags.key("copy/b").send().await.unwrap();
        assert_eq!(tags.tag_set()[0].value(), "a+b c=");

        let again = copy_in_parts_above(&store, job, 5 * MIB, 5 * MIB).await;
        assert_eq!(again.unwrap_err().code, Code::AlreadyExists);
        let left = client.list_multipart_uploads().bucket(store.bucket());
        let left = left.send().await.unwrap();
        assert!(left.uploads().is_empty(), "the parts that failed are gone");
    }

    #[test]
    fn the_largest_object_fits_into_ten_thousand_parts() {
        for size in [MOST_AT_ONCE + 1, 5 << 40, 48 << 40] {
            let part = part_size(size);
            assert!(size.div_ceil(part) <= 10_000, "{size}");
            assert!(part <= MOST_AT_ONCE);
        }
        assert_eq!(part_size(6 << 30), 512 * MIB);
    }

    #[test]
    fn a_key_in_a_copy_source_is_encoded() {
        let encoded = utf8_percent_encode("a b/\u{fc}+%?#.txt", SOURCE).to_string();

        assert_eq!(encoded, "a%20b/%C3%BC%2B%25%3F%23.txt");
    }
}
