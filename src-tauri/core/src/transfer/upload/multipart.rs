//! An object in parts: several under way at once, completed when all are there.
//!
//! Every part's place in the catalogue is written as soon as the store has it.
//! When the upload fails or is cancelled, parts under way are stopped first and
//! the upload is aborted then, so that none is left to be paid for.

use std::fs::File;
use std::sync::Arc;

use aws_sdk_s3::operation::complete_multipart_upload::CompleteMultipartUploadOutput;
use aws_sdk_s3::primitives::{ByteStream, Length};
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumType, CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;
use tokio::task::JoinSet;

use super::request::{SealHeaders, content_type};
use super::{Sending, mismatch};
use crate::catalog::TransferPart;
use crate::error::{Code, Error, Result};
use crate::store::{Checksum, Operation, classify};
use crate::transfer::body::{Payload, payload};
use crate::transfer::checksum::{Seal, composite, multipart_etag, whole};
use crate::transfer::current::CurrentStore;
use crate::transfer::disk::{Source, blocking};
use crate::transfer::limits::{Limits, REQUESTS_A_FILE};
use crate::transfer::model::ItemPhase;
use crate::transfer::part_size::{MIB, part_size, parts, ranges};
use crate::transfer::progress::ItemProgress;
use crate::transfer::record::Stored;

/// What sending a part takes, shared by the tasks that do it.
struct Parts {
    current: CurrentStore,
    limits: Arc<Limits>,
    checksum: Checksum,
    source: Source,
    file: Arc<File>,
    key: String,
    upload_id: String,
    progress: ItemProgress,
}

struct Sent {
    number: u32,
    etag: Option<String>,
    seal: Seal,
}

impl Sending<'_> {
    pub(super) async fn in_parts(&self, source: &Source) -> Result<Stored> {
        let part = part_size(source.size)?;
        let to_open = source.clone();
        let file = blocking(move || to_open.open()).await?;
        self.look_first().await?;

        // Not dropped half way: an upload whose id is lost cannot be aborted.
        let content_type = content_type(self.key, b"");
        let upload_id = self.create(&content_type).await?;
        let records = &self.run.records;
        records
            .multipart(self.run, self.index, &upload_id, part)
            .await;

        let outcome = self
            .send_and_complete(source, file, part, &upload_id, content_type)
            .await;
        if outcome.is_err() && self.abort(&upload_id).await {
            records.no_parts(self.run, self.index).await;
        }
        outcome
    }

    async fn send_and_complete(
        &self,
        source: &Source,
        file: File,
        part: u64,
        upload_id: &str,
        content_type: String,
    ) -> Result<Stored> {
        let parts = Parts {
            current: self.run.current.clone(),
            limits: Arc::clone(&self.run.limits),
            checksum: self.can.checksum,
            source: source.clone(),
            file: Arc::new(file),
            key: self.key.to_owned(),
            upload_id: upload_id.to_owned(),
            progress: self.progress.clone(),
        };
        let sent = self.send_parts(parts, part).await?;
        self.progress.phase(ItemPhase::Checking);
        let to_check = source.clone();
        blocking(move || to_check.check()).await?;

        let seals: Vec<Seal> = sent.iter().map(|part| part.seal.clone()).collect();
        let whole = whole(&seals);
        let ours = Stored {
            key: self.key.to_owned(),
            size: source.size,
            etag: None,
            checksum: whole.map(|sum| sum.record()),
            content_type: Some(content_type),
            verified: false,
        };
        let whole = whole.map(|sum| sum.base64());
        let outcome = match self.complete(upload_id, sent, whole.as_deref()).await {
            Ok(answer) => {
                judge(&answer, &seals, whole.as_deref(), self.key).map(|verified| Stored {
                    etag: answer.e_tag,
                    verified,
                    ..ours.clone()
                })
            }
            Err(error) => Err(error),
        };
        self.or_ours(outcome, &ours).await
    }

    async fn create(&self, content_type: &str) -> Result<String> {
        let (algorithm, kind) = match self.can.checksum {
            Checksum::Crc64Nvme => (
                Some(ChecksumAlgorithm::Crc64Nvme),
                Some(ChecksumType::FullObject),
            ),
            // Of the whole object, where the store knows that: one that is put
            // together from the parts' proves nothing to who reads it in ranges.
            Checksum::Crc32 => (
                Some(ChecksumAlgorithm::Crc32),
                Some(ChecksumType::FullObject),
            ),
            Checksum::None => (None, None),
        };
        let store = self.run.store();
        let answer = store
            .client()
            .create_multipart_upload()
            .bucket(store.bucket())
            .key(self.key)
            .content_type(content_type)
            .set_checksum_algorithm(algorithm)
            .set_checksum_type(kind)
            .send()
            .await
            .map_err(|error| classify(Operation::Write, self.key, error))?;
        answer
            .upload_id
            .ok_or_else(|| Error::internal("the store began an upload without an id"))
    }

    /// All parts, in order. Whatever ends it early stops what is under way.
    async fn send_parts(&self, sending: Parts, part: u64) -> Result<Vec<Sent>> {
        let sending = Arc::new(sending);
        let mut next = parts(sending.source.size, part);
        let mut under_way = JoinSet::new();
        let mut sent = Vec::new();
        loop {
            while under_way.len() < REQUESTS_A_FILE
                && let Some((number, at, length)) = next.next()
            {
                let sending = Arc::clone(&sending);
                under_way.spawn(async move { sending.send(number, at, length).await });
            }
            let ended = tokio::select! {
                biased;
                () = self.progress.cancel_token().cancelled() => Some(Err(Error::cancelled())),
                ended = under_way.join_next() => ended.map(|task| {
                    task.unwrap_or_else(|error| Err(Error::internal(error.to_string())))
                }),
            };
            match ended {
                None => break,
                Some(Ok(part)) => {
                    let records = &self.run.records;
                    records.part(self.run, self.index, row(&part)).await;
                    sent.push(part);
                }
                Some(Err(error)) => {
                    under_way.shutdown().await;
                    return Err(error);
                }
            }
        }
        sent.sort_unstable_by_key(|part| part.number);
        Ok(sent)
    }

    async fn complete(
        &self,
        upload_id: &str,
        sent: Vec<Sent>,
        whole: Option<&str>,
    ) -> Result<CompleteMultipartUploadOutput> {
        let full_object = self.can.checksum == Checksum::Crc64Nvme;
        let parts = sent.into_iter().map(|part| {
            // A store that puts the checksum together from the parts' wants them again.
            let headers = SealHeaders::of(&part.seal);
            CompletedPart::builder()
                .part_number(i32::try_from(part.number).unwrap_or(i32::MAX))
                .set_e_tag(part.etag)
                .set_checksum_crc64_nvme(headers.crc64nvme)
                .set_checksum_crc32(headers.crc32)
                .build()
        });
        let store = self.run.store();
        store
            .client()
            .complete_multipart_upload()
            .bucket(store.bucket())
            .key(self.key)
            .upload_id(upload_id)
            .set_if_none_match(self.if_none_match())
            .set_if_match(self.if_match())
            .set_checksum_crc64_nvme(whole.filter(|_| full_object).map(str::to_owned))
            .set_checksum_type(full_object.then_some(ChecksumType::FullObject))
            .multipart_upload(
                CompletedMultipartUpload::builder()
                    .set_parts(Some(parts.collect()))
                    .build(),
            )
            .send()
            .await
            .map_err(|error| classify(Operation::Write, self.key, error))
    }

    /// Whether the store has no parts of it any more.
    async fn abort(&self, upload_id: &str) -> bool {
        let store = self.run.store();
        let answer = store
            .client()
            .abort_multipart_upload()
            .bucket(store.bucket())
            .key(self.key)
            .upload_id(upload_id)
            .send()
            .await;
        let error = answer
            .err()
            .map(|error| classify(Operation::Other("AbortMultipartUpload"), self.key, error));
        match error {
            None => true,
            Some(error) if error.code == Code::NotFound => true,
            Some(error) => {
                tracing::warn!(%error, "the parts of an upload that ended early could not be removed");
                false
            }
        }
    }
}

impl Parts {
    async fn send(&self, number: u32, at: u64, length: u64) -> Result<Sent> {
        let _slot = self.limits.slot(length).await;
        let (seal, payload) = if self.limits.buffers(length) {
            let (bytes, seal) = self.read(at, length).await?;
            let signed = self.current.now().signs_payloads();
            (seal, payload(bytes, signed, &self.progress))
        } else {
            self.read_while_sending(at, length).await?
        };
        self.progress.rate().pass(payload.uncounted).await;
        let headers = SealHeaders::of(&seal);
        let store = self.current.now();
        let answer = store
            .client()
            .upload_part()
            .bucket(store.bucket())
            .key(&self.key)
            .upload_id(&self.upload_id)
            .part_number(i32::try_from(number).unwrap_or(i32::MAX))
            .content_length(i64::try_from(length).unwrap_or(i64::MAX))
            .set_checksum_crc64_nvme(headers.crc64nvme)
            .set_checksum_crc32(headers.crc32)
            .set_content_md5(headers.md5)
            .body(payload.body)
            .send()
            .await
            .map_err(|error| classify(Operation::Write, &self.key, error))?;
        self.progress.add(payload.uncounted);
        Ok(Sent {
            number,
            etag: answer.e_tag,
            seal,
        })
    }

    async fn read(&self, at: u64, length: u64) -> Result<(Bytes, Seal)> {
        let (source, file, checksum) = (self.source.clone(), Arc::clone(&self.file), self.checksum);
        blocking(move || {
            let length = usize::try_from(length).map_err(|e| Error::internal(e.to_string()))?;
            let bytes = source.read(&file, at, length)?;
            let seal = Seal::of(checksum, &bytes);
            Ok((bytes, seal))
        })
        .await
    }

    /// A part too large to hold: summed in one pass over the file, sent in a second.
    async fn read_while_sending(&self, at: u64, length: u64) -> Result<(Seal, Payload)> {
        let (source, file, checksum) = (self.source.clone(), Arc::clone(&self.file), self.checksum);
        let seal = blocking(move || {
            let mut seals = Vec::new();
            for (offset, length) in ranges(length, MIB) {
                let length = usize::try_from(length).map_err(|e| Error::internal(e.to_string()))?;
                let bytes = source.read(&file, at + offset, length)?;
                seals.push(Seal::of(checksum, &bytes));
            }
            Ok(whole(&seals).map_or(Seal::Nothing, Seal::Crc))
        })
        .await?;
        let body = ByteStream::read_from()
            .path(&self.source.path)
            .offset(at)
            .length(Length::Exact(length))
            .build()
            .await
            .map_err(|error| Error::internal(error.to_string()))?;
        let uncounted = length;
        Ok((seal, Payload { body, uncounted }))
    }
}

fn row(part: &Sent) -> TransferPart {
    TransferPart {
        number: part.number,
        etag: part.etag.clone().unwrap_or_default(),
        checksum: part.seal.record(),
    }
}

/// Whether the store's word on the whole object is ours.
///
/// # Errors
/// `ChecksumMismatch` when it is another.
fn judge(
    answer: &CompleteMultipartUploadOutput,
    seals: &[Seal],
    whole: Option<&str>,
    key: &str,
) -> Result<bool> {
    let theirs = answer.checksum_crc64_nvme().or(answer.checksum_crc32());
    if let (Some(theirs), Some(whole)) = (theirs, whole) {
        // `…-5` is not of the whole object but of its five parts' checksums.
        if theirs == whole || composite(seals).as_deref() == Some(theirs) {
            return Ok(true);
        }
        return Err(mismatch(key));
    }
    let etag = answer.e_tag().map(|etag| etag.trim_matches('"').to_owned());
    Ok(etag.is_some() && etag == multipart_etag(seals))
}

#[cfg(test)]
#[path = "multipart_tests.rs"]
mod tests;
