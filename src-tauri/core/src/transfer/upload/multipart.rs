//! An object in parts: several under way at once, completed when all are there.
//!
//! What was begun is written down before the first part goes, and each part
//! when the store has it, so that another run goes on from there ([`resume`]).
//! When the upload is cancelled or cannot succeed, parts under way are stopped
//! first and the upload is aborted then, so that none is left to be paid for;
//! when it only did not succeed yet, they are kept.
//!
//! [`resume`]: super::resume

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;
use std::time::Instant;

use aws_sdk_s3::operation::complete_multipart_upload::CompleteMultipartUploadOutput;
use aws_sdk_s3::primitives::{ByteStream, Length};
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumType, CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;
use tokio::task::JoinSet;

use super::request::{SealHeaders, content_type};
use super::resume::Resumed;
use super::{Sending, mismatch};
use crate::catalog::{Begun, TransferPart};
use crate::error::{Code, Error, Result};
use crate::store::{Checksum, Operation, Store, classify};
use crate::transfer::body::{Counter, Payload, payload};
use crate::transfer::checksum::{Seal, Sealing, composite, multipart_etag, whole};
use crate::transfer::disk::{Source, blocking};
use crate::transfer::model::ItemPhase;
use crate::transfer::part_size::{MIB, part_size, parts, ranges};
use crate::transfer::patience::may_pass;
use crate::transfer::progress::ItemProgress;
use crate::transfer::record::Stored;
use crate::transfer::run::Run;
use crate::transfer::spread::Spread;

/// What sending a part takes, shared by the tasks that do it.
struct Parts {
    run: Arc<Run>,
    checksum: Checksum,
    source: Source,
    file: Arc<File>,
    key: String,
    upload_id: String,
    progress: ItemProgress,
}

/// A part that the store has.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) number: u32,
    pub(super) etag: Option<String>,
    pub(super) seal: Seal,
}

/// An upload to which parts go.
pub(super) struct Upload {
    pub(super) id: String,
    /// Bytes of every part but the last.
    pub(super) part_size: u64,
    /// The store sums the whole object, and not only the parts' sums.
    pub(super) full_object: bool,
    /// What the store has already.
    pub(super) sent: Vec<Sent>,
}

impl Sending<'_> {
    pub(super) async fn in_parts(&self, source: &Source) -> Result<Stored> {
        let to_open = source.clone();
        let file = Arc::new(blocking(move || to_open.open()).await?);
        let look = || self.look_first();
        self.run.patiently(self.progress, look).await?;

        let upload = match self.run.take_left(self.index) {
            Some(left) => match self.resume(source, &file, left).await? {
                Resumed::Upload(upload) => upload,
                Resumed::Stored(stored) => return Ok(stored),
                Resumed::Gone => self.begin(source).await?,
            },
            None => self.begin(source).await?,
        };

        let id = upload.id.clone();
        let outcome = self.send_and_complete(source, file, upload).await;
        if let Err(error) = &outcome {
            self.give_up(&id, error).await;
        }
        outcome
    }

    /// Parts of an upload that may yet succeed are kept.
    pub(super) async fn give_up(&self, upload_id: &str, error: &Error) {
        let keep = may_pass(error) && !self.run.reporter.is_cancelled();
        if !keep && abort(&self.run.store(), self.key, upload_id).await {
            self.run.records.not_begun(self.run, self.index).await;
        }
    }

    /// Begins an upload, and writes its id down before anything is sent to it.
    async fn begin(&self, source: &Source) -> Result<Upload> {
        let part_size = part_size(source.size)?;
        // Not dropped half way: an upload whose id is lost cannot be aborted.
        let create = || self.create();
        let (id, full_object) = self.run.patiently(self.progress, create).await?;
        let begun = Begun {
            upload_id: Some(id.clone()),
            part_size,
            etag: None,
        };
        let records = &self.run.records;
        if let Err(error) = records.begun(self.run, self.index, begun, None).await {
            abort(&self.run.store(), self.key, &id).await;
            return Err(error);
        }
        Ok(Upload {
            id,
            part_size,
            full_object,
            sent: Vec::new(),
        })
    }

    async fn send_and_complete(
        &self,
        source: &Source,
        file: Arc<File>,
        upload: Upload,
    ) -> Result<Stored> {
        let parts = Parts {
            run: Arc::clone(self.run),
            checksum: self.can.checksum,
            source: source.clone(),
            file,
            key: self.key.to_owned(),
            upload_id: upload.id.clone(),
            progress: self.progress.clone(),
        };
        let sent = self
            .send_parts(parts, upload.part_size, upload.sent)
            .await?;
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
            content_type: Some(content_type(self.key, b"")),
            verified: false,
        };
        let whole = whole.map(|sum| sum.base64());
        let full = whole.clone().filter(|_| upload.full_object);
        let complete = || async {
            let outcome = match self.complete(&upload.id, &sent, full.clone()).await {
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
        };
        self.run.patiently(self.progress, complete).await
    }

    /// The id of a new upload, and whether the store sums the whole object.
    async fn create(&self) -> Result<(String, bool)> {
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
            .content_type(content_type(self.key, b""))
            .set_checksum_algorithm(algorithm)
            .set_checksum_type(kind)
            .send()
            .await
            .map_err(|error| classify(Operation::Write, self.key, error))?;
        let full_object = sums_whole(self.can.checksum, answer.checksum_type());
        let id = answer
            .upload_id
            .ok_or_else(|| Error::internal("the store began an upload without an id"))?;
        Ok((id, full_object))
    }

    /// All parts, in order. Whatever ends it early stops what is under way.
    async fn send_parts(&self, sending: Parts, part: u64, sent: Vec<Sent>) -> Result<Vec<Sent>> {
        let sending = Arc::new(sending);
        let mut sent: BTreeMap<u32, Sent> =
            sent.into_iter().map(|part| (part.number, part)).collect();
        let there: Vec<u32> = sent.keys().copied().collect();
        let mut next = parts(sending.source.size, part)
            .filter(|(number, ..)| there.binary_search(number).is_err());
        let mut under_way = JoinSet::new();
        let mut spread = Spread::default();
        loop {
            while under_way.len() < spread.size()
                && let Some((number, at, length)) = next.next()
            {
                let sending = Arc::clone(&sending);
                let began = Instant::now();
                under_way.spawn(async move {
                    let part = sending.send(number, at, length).await?;
                    Ok((part, began.elapsed()))
                });
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
                Some(Ok((part, took))) => {
                    spread.done(took);
                    let records = &self.run.records;
                    records.part(self.run, self.index, row(&part)).await;
                    sent.insert(part.number, part);
                }
                Some(Err(error)) => {
                    under_way.shutdown().await;
                    return Err(error);
                }
            }
        }
        Ok(sent.into_values().collect())
    }

    async fn complete(
        &self,
        upload_id: &str,
        sent: &[Sent],
        full: Option<String>,
    ) -> Result<CompleteMultipartUploadOutput> {
        let parts = sent.iter().map(|part| {
            // A store that puts the checksum together from the parts' wants them again.
            let headers = SealHeaders::of(&part.seal);
            CompletedPart::builder()
                .part_number(i32::try_from(part.number).unwrap_or(i32::MAX))
                .set_e_tag(part.etag.clone())
                .set_checksum_crc64_nvme(headers.crc64nvme)
                .set_checksum_crc32(headers.crc32)
                .build()
        });
        let kind = full.is_some().then_some(ChecksumType::FullObject);
        let (crc64nvme, crc32) = match self.can.checksum {
            Checksum::Crc64Nvme => (full, None),
            Checksum::Crc32 => (None, full),
            Checksum::None => (None, None),
        };
        let store = self.run.store();
        store
            .client()
            .complete_multipart_upload()
            .bucket(store.bucket())
            .key(self.key)
            .upload_id(upload_id)
            .set_if_none_match(self.if_none_match())
            .set_if_match(self.if_match())
            .set_checksum_crc64_nvme(crc64nvme)
            .set_checksum_crc32(crc32)
            .set_checksum_type(kind)
            .multipart_upload(
                CompletedMultipartUpload::builder()
                    .set_parts(Some(parts.collect()))
                    .build(),
            )
            .send()
            .await
            .map_err(|error| classify(Operation::Write, self.key, error))
    }
}

/// Whether the whole object is summed. Stores that were not asked what they do
/// say it when the upload begins.
pub(super) fn sums_whole(checksum: Checksum, told: Option<&ChecksumType>) -> bool {
    match checksum {
        Checksum::Crc64Nvme => true,
        Checksum::Crc32 => told == Some(&ChecksumType::FullObject),
        Checksum::None => false,
    }
}

/// Whether the store has no parts of it any more.
pub(super) async fn abort(store: &Store, key: &str, upload_id: &str) -> bool {
    let answer = store
        .client()
        .abort_multipart_upload()
        .bucket(store.bucket())
        .key(key)
        .upload_id(upload_id)
        .send()
        .await;
    let error = answer
        .err()
        .map(|error| classify(Operation::Other("AbortMultipartUpload"), key, error));
    match error {
        None => true,
        Some(error) if error.code == Code::NotFound => true,
        Some(error) => {
            tracing::warn!(%error, "the parts of an upload that ended early could not be removed");
            false
        }
    }
}

impl Parts {
    async fn send(&self, number: u32, at: u64, length: u64) -> Result<Sent> {
        let once = || self.send_once(number, at, length);
        self.run.patiently(&self.progress, once).await
    }

    async fn send_once(&self, number: u32, at: u64, length: u64) -> Result<Sent> {
        let _slot = self.run.limits.slot(length).await;
        let store = self.run.store();
        let (seal, payload) = if self.run.limits.buffers(length) {
            let (bytes, seal) = self.read(at, length).await?;
            (seal, payload(bytes, store.signs_payloads(), &self.progress))
        } else {
            self.read_while_sending(at, length).await?
        };
        self.progress.rate().pass(payload.uncounted).await;
        let headers = SealHeaders::of(&seal);
        let request = store
            .client()
            .upload_part()
            .bucket(store.bucket())
            .key(&self.key)
            .upload_id(&self.upload_id)
            .part_number(i32::try_from(number).unwrap_or(i32::MAX))
            .content_length(i64::try_from(length).unwrap_or(i64::MAX))
            .set_checksum_crc64_nvme(headers.crc64nvme.clone())
            .set_checksum_crc32(headers.crc32.clone())
            .set_content_md5(headers.md5)
            .body(payload.body)
            .send();
        let outcome = match self.run.limits.heeding(&store, request).await {
            Ok(answer) => {
                let theirs = answer.checksum_crc64_nvme().or(answer.checksum_crc32());
                let ours = headers.crc64nvme.as_deref().or(headers.crc32.as_deref());
                match (theirs, ours) {
                    (Some(theirs), Some(ours)) if theirs != ours => Err(mismatch(&self.key)),
                    _ => Ok(answer.e_tag),
                }
            }
            Err(error) => Err(classify(Operation::Write, &self.key, error)),
        };
        match outcome {
            Ok(etag) => {
                self.progress.add(payload.uncounted);
                Ok(Sent { number, etag, seal })
            }
            Err(error) => {
                payload.counted.take_back(&self.progress);
                Err(error)
            }
        }
    }

    async fn read(&self, at: u64, length: u64) -> Result<(Bytes, Seal)> {
        let (source, file, checksum) = (self.source.clone(), Arc::clone(&self.file), self.checksum);
        let buffers = Arc::clone(&self.run.limits.buffers);
        blocking(move || {
            let length = usize::try_from(length).map_err(|e| Error::internal(e.to_string()))?;
            buffers.filled(length, |bytes| {
                source.read_sealed(&file, at, bytes, checksum)
            })
        })
        .await
    }

    /// A part too large to hold: summed in one pass over the file, sent in a second.
    async fn read_while_sending(&self, at: u64, length: u64) -> Result<(Seal, Payload)> {
        let (source, file, checksum) = (self.source.clone(), Arc::clone(&self.file), self.checksum);
        let seal = blocking(move || sum_in_place(&source, &file, checksum, at, length)).await?;
        let body = ByteStream::read_from()
            .path(&self.source.path)
            .offset(at)
            .length(Length::Exact(length))
            .build()
            .await
            .map_err(|error| Error::internal(error.to_string()))?;
        let uncounted = length;
        let counted = Counter::default();
        Ok((
            seal,
            Payload {
                body,
                uncounted,
                counted,
            },
        ))
    }
}

/// The sum of a stretch of a file that is not held in memory as a whole. Blocks.
pub(super) fn sum_in_place(
    source: &Source,
    file: &File,
    checksum: Checksum,
    at: u64,
    length: u64,
) -> Result<Seal> {
    if checksum == Checksum::None {
        return Ok(Seal::Nothing);
    }
    let mut sealing = Sealing::begin(checksum);
    for (offset, length) in ranges(length, MIB) {
        let length = usize::try_from(length).map_err(|e| Error::internal(e.to_string()))?;
        sealing.update(&source.read(file, at + offset, length)?);
    }
    Ok(sealing.end())
}

pub(super) fn row(part: &Sent) -> TransferPart {
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
