//! A copy in parts, for what is larger than one request moves: several parts
//! under way at once, each of the version that was looked at. The upload's id is
//! known before any part is copied, so that whoever keeps it can take the copy
//! up again, or abort it, after a crash.

use std::collections::HashMap;

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::{
    ChecksumAlgorithm, ChecksumType, CompletedMultipartUpload, CompletedPart, ServerSideEncryption,
};
use futures::{StreamExt, TryStreamExt, stream};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    Copied, Copy, MOST_AT_ONCE, changed, check_services, expires, explain, look, source,
    storage_class,
};
use crate::error::{Code, Error, Result};
use crate::store::{Checksum, Operation, Store, classify};

const MIB: u64 = 1 << 20;

/// Parts under way at once.
const PARTS_AT_ONCE: usize = 8;

/// A copy in parts whose source has been looked at.
pub(crate) struct PartsCopy<'a> {
    from: &'a Store,
    to: &'a Store,
    copy: Copy<'a>,
    head: HeadObjectOutput,
    size: u64,
    /// Bytes of every part but the last.
    part: u64,
    /// Where they are not those of the source: as a query string.
    tags: Option<Option<String>>,
}

impl<'a> PartsCopy<'a> {
    /// Looks at the source. Nothing is written yet.
    ///
    /// # Errors
    /// `NotFound`, `Changed` when it is another than was listed, `Unsupported`
    /// between two services.
    pub(crate) async fn look(from: &'a Store, to: &'a Store, copy: Copy<'a>) -> Result<Self> {
        check_services(from, to)?;
        let head = look(from, copy.from).await?;
        if copy.etag.is_some() && head.e_tag() != copy.etag {
            return Err(changed(copy.from));
        }
        let size = head
            .content_length()
            .and_then(|size| u64::try_from(size).ok())
            .unwrap_or(copy.size);
        Ok(Self {
            from,
            to,
            copy,
            head,
            size,
            part: part_size(size),
            tags: None,
        })
    }

    /// The same bytes, described otherwise: by what a HeadObject of the copy
    /// shall answer, and with these tags.
    pub(super) fn described(self, wanted: HeadObjectOutput, tags: Option<String>) -> Self {
        Self {
            head: wanted,
            tags: Some(tags),
            ..self
        }
    }

    #[cfg(test)]
    pub(super) fn in_parts_of(self, part: u64) -> Self {
        Self { part, ..self }
    }

    /// Bytes of every part but the last: decided by the size alone.
    pub(crate) fn part_size(&self) -> u64 {
        self.part
    }

    /// All of it, with nothing left behind when it fails.
    pub(crate) async fn run(&self, on_part: &(dyn Fn(u64) + Sync)) -> Result<Copied> {
        let upload_id = self.begin().await?;
        let outcome = self.finish(&upload_id, on_part).await;
        if outcome.is_err() {
            self.abort(&upload_id).await;
        }
        outcome
    }

    /// CreateMultipartUpload copies nothing by itself: all that describes the object is said again.
    pub(crate) async fn begin(&self) -> Result<String> {
        let (head, to) = (&self.head, self.to);
        let kms = matches!(
            head.server_side_encryption(),
            Some(ServerSideEncryption::AwsKms | ServerSideEncryption::AwsKmsDsse)
        );
        let whole = to.capabilities().await?.checksum == Checksum::Crc64Nvme;
        let tagging = match &self.tags {
            Some(tags) => tags.clone(),
            None => tags(self.from, self.copy.from).await?,
        };
        // Of an object that stays where it is.
        let stays = self.tags.is_some();
        let begun = to
            .client()
            .create_multipart_upload()
            .bucket(to.bucket())
            .key(self.copy.to)
            .set_content_type(head.content_type.clone())
            .set_cache_control(head.cache_control.clone())
            .set_content_disposition(head.content_disposition.clone())
            .set_content_encoding(head.content_encoding.clone())
            .set_content_language(head.content_language.clone())
            .set_metadata(head.metadata.clone())
            .set_website_redirect_location(head.website_redirect_location.clone())
            .set_storage_class(storage_class(
                head.storage_class().map(|class| class.as_str()),
            ))
            .set_server_side_encryption(head.server_side_encryption.clone().filter(|_| kms))
            .set_ssekms_key_id(head.ssekms_key_id.clone().filter(|_| kms))
            .set_bucket_key_enabled(head.bucket_key_enabled.filter(|_| kms))
            .set_expires(expires(head)?)
            .set_object_lock_mode(head.object_lock_mode.clone().filter(|_| stays))
            .set_object_lock_retain_until_date(head.object_lock_retain_until_date.filter(|_| stays))
            .set_object_lock_legal_hold_status(
                head.object_lock_legal_hold_status.clone().filter(|_| stays),
            )
            .set_tagging(tagging)
            .set_checksum_algorithm(whole.then_some(ChecksumAlgorithm::Crc64Nvme))
            .set_checksum_type(whole.then_some(ChecksumType::FullObject))
            .send()
            .await
            .map_err(|error| classify(Operation::Write, self.copy.to, error))?;
        begun
            .upload_id
            .ok_or_else(|| Error::internal("an upload began without an id"))
    }

    /// Copies the parts that the upload does not have yet, and completes it.
    /// `on_part` hears the bytes of each.
    ///
    /// # Errors
    /// `NotFound` when the upload is gone. The upload stays: see [`abort`](Self::abort).
    pub(crate) async fn finish(
        &self,
        upload_id: &str,
        on_part: &(dyn Fn(u64) + Sync),
    ) -> Result<Copied> {
        let there = self.there(upload_id).await?;
        let (there, part) = (&there, self.part);
        let starts = (0..self.size).step_by(usize::try_from(part).unwrap_or(usize::MAX));
        let requests = (1..).zip(starts).map(|(number, start)| async move {
            let end = (start + part).min(self.size) - 1;
            let length = end - start + 1;
            let copied = match there.get(&number) {
                Some((size, etag)) if *size == length => completed(number, Some(etag.clone())),
                _ => self.part(upload_id, number, start, end).await?,
            };
            on_part(length);
            Ok::<_, Error>(copied)
        });
        let parts = stream::iter(requests)
            .buffered(PARTS_AT_ONCE)
            .try_collect()
            .await?;
        self.complete(upload_id, parts).await
    }

    /// The ETag of the target, when it is what this copy makes: as many bytes in
    /// as many parts.
    pub(crate) async fn is_complete(&self) -> Result<Option<String>> {
        let there = match look(self.to, self.copy.to).await {
            Ok(there) => there,
            Err(error) if error.code == Code::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let size = there.content_length().and_then(|n| u64::try_from(n).ok());
        let parts = format!("-{}\"", self.size.div_ceil(self.part));
        let etag = there.e_tag.filter(|etag| etag.ends_with(&parts));
        Ok(etag.filter(|_| size == Some(self.size)))
    }

    /// The parts that the upload has, by number, each with its bytes and ETag.
    /// A store that does not tell has them copied again.
    async fn there(&self, upload_id: &str) -> Result<HashMap<i32, (u64, String)>> {
        let mut found = HashMap::new();
        let mut after = None;
        loop {
            let answer = self
                .to
                .client()
                .list_parts()
                .bucket(self.to.bucket())
                .key(self.copy.to)
                .upload_id(upload_id)
                .set_part_number_marker(after.take())
                .send()
                .await;
            let page = match answer {
                Ok(page) => page,
                Err(error) => {
                    let error = classify(Operation::Other("ListParts"), self.copy.to, error);
                    return match error.code {
                        Code::NotAllowed | Code::Unsupported => Ok(HashMap::new()),
                        // Answered, in a form that is not the API's.
                        Code::ServiceFailed if error.http_status() == Some(200) => {
                            Ok(HashMap::new())
                        }
                        _ => Err(error),
                    };
                }
            };
            for part in page.parts() {
                let size = part.size().and_then(|size| u64::try_from(size).ok());
                if let (Some(number), Some(size), Some(etag)) =
                    (part.part_number(), size, part.e_tag())
                {
                    found.insert(number, (size, etag.to_owned()));
                }
            }
            after = page.next_part_number_marker;
            if page.is_truncated != Some(true) || after.is_none() {
                return Ok(found);
            }
        }
    }

    async fn part(
        &self,
        upload_id: &str,
        number: i32,
        start: u64,
        end: u64,
    ) -> Result<CompletedPart> {
        let answer = self
            .to
            .client()
            .upload_part_copy()
            .bucket(self.to.bucket())
            .key(self.copy.to)
            .upload_id(upload_id)
            .part_number(number)
            .copy_source(source(self.from, self.copy.from))
            .set_copy_source_if_match(self.head.e_tag.clone())
            .copy_source_range(format!("bytes={start}-{end}"))
            .send()
            .await;
        match answer {
            Ok(answer) => {
                let etag = answer.copy_part_result.and_then(|part| part.e_tag);
                Ok(completed(number, etag))
            }
            Err(error) => {
                let error = classify(Operation::Other("UploadPartCopy"), self.copy.from, error);
                Err(explain(self.from, self.to, self.copy, error).await)
            }
        }
    }

    async fn complete(&self, upload_id: &str, parts: Vec<CompletedPart>) -> Result<Copied> {
        let (if_match, if_none_match) = self.copy.over.headers(self.to).await?;
        // The store compares: what is not the source never becomes visible.
        let sum = self.head.checksum_crc64_nvme.clone();
        let sum = match self.to.capabilities().await?.checksum {
            Checksum::Crc64Nvme => sum,
            Checksum::Crc32 | Checksum::None => None,
        };
        let answer = self
            .to
            .client()
            .complete_multipart_upload()
            .bucket(self.to.bucket())
            .key(self.copy.to)
            .upload_id(upload_id)
            .set_if_match(if_match)
            .set_if_none_match(if_none_match)
            .set_checksum_type(sum.as_ref().map(|_| ChecksumType::FullObject))
            .set_checksum_crc64_nvme(sum)
            .multipart_upload(
                CompletedMultipartUpload::builder()
                    .set_parts(Some(parts))
                    .build(),
            )
            .send()
            .await
            .map_err(|error| classify(Operation::Write, self.copy.to, error))?;
        Ok(Copied { etag: answer.e_tag })
    }

    /// Whether the parts are gone.
    pub(crate) async fn abort(&self, upload_id: &str) -> bool {
        abort_copy(self.to, self.copy.to, upload_id).await
    }
}

/// Removes the parts of a copy that nobody goes on with; whether they are gone.
pub(crate) async fn abort_copy(to: &Store, key: &str, upload_id: &str) -> bool {
    let aborted = to
        .client()
        .abort_multipart_upload()
        .bucket(to.bucket())
        .key(key)
        .upload_id(upload_id)
        .send()
        .await;
    let aborted =
        aborted.map_err(|error| classify(Operation::Other("AbortMultipartUpload"), key, error));
    match aborted {
        Ok(_) => true,
        Err(error) if error.code == Code::NotFound => true,
        Err(error) => {
            tracing::warn!(%error, "the parts of a copy that failed could not be removed");
            false
        }
    }
}

/// Half a gibibyte, or more where ten thousand parts would not do.
pub(super) fn part_size(size: u64) -> u64 {
    size.div_ceil(9_000)
        .next_multiple_of(MIB)
        .clamp(512 * MIB, MOST_AT_ONCE)
}

fn completed(number: i32, etag: Option<String>) -> CompletedPart {
    CompletedPart::builder()
        .part_number(number)
        .set_e_tag(etag)
        .build()
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
    let pairs = answer.tag_set().iter().map(|tag| (tag.key(), tag.value()));
    Ok(tag_query(pairs))
}

/// Tags as the query string of `x-amz-tagging`; `None` for none.
pub(super) fn tag_query<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<_> = tags
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    (!pairs.is_empty()).then(|| pairs.join("&"))
}
