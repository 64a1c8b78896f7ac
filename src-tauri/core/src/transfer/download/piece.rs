//! One range of an object, written to its place in the file. A connection that
//! breaks is taken up again where it broke, as long as the object is the same.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;

use crate::error::{Code, Error, Result};
use crate::store::{Operation, classify};
use crate::transfer::checksum::{Algorithm, Sum, Summing};
use crate::transfer::current::CurrentStore;
use crate::transfer::disk::{blocking, target_error, write_all_at};
use crate::transfer::model::ItemPhase;
use crate::transfer::part_size::MIB;
use crate::transfer::progress::ItemProgress;

/// Times in a row without a single byte before a range is given up.
const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// Frames are gathered up to this before they are written: few turns on the
/// threads that may block, and still in the processor's cache.
const WRITE: u64 = MIB / 2;

/// What all ranges of one object have in common.
pub(super) struct Pieces {
    pub(super) current: CurrentStore,
    pub(super) key: String,
    /// Only this version of the object.
    pub(super) etag: Option<String>,
    /// What is summed; nothing where there is nothing to compare with.
    pub(super) algorithm: Option<Algorithm>,
    pub(super) file: Arc<File>,
    pub(super) progress: ItemProgress,
}

/// How far a range is.
struct Cursor {
    at: u64,
    left: u64,
    /// With whoever writes while that goes on.
    sum: Option<Summing>,
}

impl Pieces {
    /// Fetches a range to its end; `begun` is an answer that begins with it.
    pub(super) async fn fetch_begun(
        &self,
        at: u64,
        length: u64,
        begun: Option<ByteStream>,
    ) -> Result<Option<Sum>> {
        let mut cursor = Cursor {
            at,
            left: length,
            sum: self.algorithm.map(Summing::begin),
        };
        let mut body = begun;
        let mut failures = 0;
        while cursor.left > 0 {
            let left_before = cursor.left;
            let outcome = match body.take() {
                Some(body) => self.drain(body, &mut cursor).await,
                None => self.attempt(&mut cursor).await,
            };
            let Err(error) = outcome else {
                continue;
            };
            failures = if cursor.left < left_before {
                1
            } else {
                failures + 1
            };
            if failures >= ATTEMPTS || !is_worth_another_try(&error) {
                return Err(error);
            }
            self.progress.phase(ItemPhase::Retrying);
            tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(failures - 1)).await;
            self.progress.phase(ItemPhase::Running);
        }
        Ok(cursor.sum.map(Summing::end))
    }

    async fn attempt(&self, cursor: &mut Cursor) -> Result<()> {
        let last = cursor.at + cursor.left - 1;
        let store = self.current.now();
        let answer = store
            .client()
            .get_object()
            .bucket(store.bucket())
            .key(&self.key)
            .range(format!("bytes={}-{last}", cursor.at))
            .set_if_match(self.etag.clone())
            .send()
            .await
            .map_err(|error| classify(Operation::Read, &self.key, error))?;
        let told = answer.content_length().and_then(|n| u64::try_from(n).ok());
        // Of one and the same version, less is an answer that was cut on the way:
        // the rest is asked for again.
        let is_cut = |told| told < cursor.left && self.etag.is_some();
        if told.is_some_and(|told| told != cursor.left && !is_cut(told)) {
            return Err(other_length(&self.key));
        }
        self.drain(answer.body, cursor).await
    }

    /// Writes what arrives; what came before an error is kept.
    async fn drain(&self, mut body: ByteStream, cursor: &mut Cursor) -> Result<()> {
        let mut pending: Vec<Bytes> = Vec::new();
        let mut pending_bytes = 0;
        let mut outcome = Ok(());
        while pending_bytes < cursor.left {
            match body.next().await {
                Some(Ok(frame)) => {
                    let length = frame.len() as u64;
                    if pending_bytes + length > cursor.left {
                        outcome = Err(other_length(&self.key));
                        break;
                    }
                    self.progress.add(length);
                    self.progress.rate().pass(length).await;
                    pending_bytes += length;
                    pending.push(frame);
                    if pending_bytes >= WRITE {
                        self.write(std::mem::take(&mut pending), cursor).await?;
                        pending_bytes = 0;
                    }
                }
                Some(Err(error)) => {
                    outcome = Err(broken(&error));
                    break;
                }
                None => {
                    outcome = Err(broken(&"the answer ended too early"));
                    break;
                }
            }
        }
        self.write(pending, cursor).await?;
        outcome
    }

    async fn write(&self, frames: Vec<Bytes>, cursor: &mut Cursor) -> Result<()> {
        if frames.is_empty() {
            return Ok(());
        }
        let (file, key) = (Arc::clone(&self.file), self.key.clone());
        let (begin, mut sum) = (cursor.at, cursor.sum.take());
        let (end, sum) = blocking(move || {
            let mut at = begin;
            for frame in &frames {
                write_all_at(&file, frame, at)
                    .map_err(|error| target_error(Path::new(&key), &error))?;
                at += frame.len() as u64;
                if let Some(sum) = &mut sum {
                    sum.update(frame);
                }
            }
            Ok((at, sum))
        })
        .await?;
        cursor.left -= end - cursor.at;
        cursor.at = end;
        cursor.sum = sum;
        Ok(())
    }
}

fn is_worth_another_try(error: &Error) -> bool {
    matches!(
        error.code,
        Code::NoNetwork | Code::Timeout | Code::ServiceFailed | Code::Throttled
    )
}

fn broken(cause: &impl ToString) -> Error {
    Error::new(Code::NoNetwork, "The connection broke off.")
        .next("Check the network, then try again.")
        .detail(cause.to_string())
}

fn other_length(key: &str) -> Error {
    Error::new(
        Code::Changed,
        "The object was changed while it was being downloaded. Nothing of it was kept.",
    )
    .about(key)
    .next("Refresh the folder, then try again.")
}
