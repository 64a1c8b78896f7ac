//! Fetching one object into a file.
//!
//! The bytes go to a temporary file beside the target, which takes its place
//! only when all of them are there, are the store's by its checksum, and are on
//! the disk. A large object comes in ranges ([`ranges`]), which are written down
//! as they are there, so that another run goes on from them. A download that
//! cannot succeed, or is cancelled, removes the temporary file.

mod piece;
mod ranges;
mod target;

use std::sync::Arc;

use self::piece::Pieces;
use self::target::Target;
use super::checksum::Sum;
use super::disk::blocking;
use super::head::{ChecksumHeaders, Told, checksum_mode};
use super::model::ItemPhase;
use super::part_size::MIB;
use super::patience::{MOST_DAMAGED, may_pass};
use super::progress::ItemProgress;
use super::run::{Done, Ended, Run, or_cancelled};
use super::same::is_same;
use super::work::{DownloadItem, Place};
use crate::error::{Code, Error, Result};
use crate::store::{Operation, classify};
use aws_sdk_s3::operation::get_object::GetObjectOutput;

/// Objects up to this size are fetched in one request, larger ones in ranges of it.
const RANGE: u64 = 8 * MIB;

/// Only the transfer itself is cut off when the job is cancelled: what another
/// thread does to the disk would go on, and leave behind what it makes.
pub(super) async fn download(
    run: &Arc<Run>,
    index: usize,
    item: &DownloadItem,
    progress: &ItemProgress,
) -> Result<Ended> {
    let planned = item.clone();
    if item.place == Place::Folder {
        blocking(move || target::make_folder(&planned.root, &planned.path)).await?;
        run.records.downloaded(run, index, None).await;
        return Ok(done(0, false));
    }
    if item.unless_same
        && let Place::Instead(there) = &item.place
        && Box::pin(is_same(run, progress, &item.key, there)).await?
    {
        return Ok(Ended::Same);
    }
    let id = run.records.id(index);
    let target = blocking(move || Target::prepare(planned, &id)).await?;
    let fetching = Fetching {
        run,
        index,
        item,
        target: &target,
        progress,
    };
    let outcome = fetching.fetch_checked().await;
    let fetched = match outcome {
        Ok(fetched) => fetched,
        Err(error) => {
            // Ranges of a download that may yet succeed are kept.
            if may_pass(&error) && !run.reporter.is_cancelled() {
                target.keep();
            } else {
                run.records.not_begun(run, index).await;
            }
            return Err(error);
        }
    };
    let name = blocking(move || target.take_place()).await?;
    if let Some(name) = name {
        progress.rename(&name);
    }
    let verified = fetched.verified;
    let checksum = fetched.sum.map(|sum| sum.record());
    run.records.downloaded(run, index, checksum).await;
    Ok(done(fetched.size, verified))
}

/// Removes what a download left on this computer; whether it is gone. Blocks.
pub(super) fn abandon(item: &DownloadItem, id: &str) -> bool {
    target::remove_temporary(item, id)
}

/// One fetching of one object.
struct Fetching<'a> {
    run: &'a Arc<Run>,
    index: usize,
    item: &'a DownloadItem,
    target: &'a Target,
    progress: &'a ItemProgress,
}

/// What arrived, and what it should be.
struct Fetched {
    size: u64,
    sum: Option<Sum>,
    told: Option<Told>,
    verified: bool,
}

fn done(bytes: u64, verified: bool) -> Ended {
    Ended::Done(Done { bytes, verified })
}

impl Fetching<'_> {
    /// What arrived damaged is fetched again from the beginning, some times.
    async fn fetch_checked(&self) -> Result<Fetched> {
        let mut left = self.run.take_left(self.index);
        let (run, progress) = (self.run, self.progress);
        if self.item.size <= RANGE {
            let once = || async {
                progress.take_back_all();
                let fetched = or_cancelled(progress, at_once(self)).await?;
                self.checked(fetched)
            };
            return run.patiently(progress, once).await;
        }
        for _ in 1..MOST_DAMAGED {
            let fetched = self.in_ranges(left.take()).await?;
            match self.checked(fetched) {
                Err(error) if error.code == Code::ChecksumMismatch => {
                    progress.take_back_all();
                    progress.phase(ItemPhase::Retrying);
                    run.records.not_begun(run, self.index).await;
                }
                outcome => return outcome,
            }
        }
        let fetched = self.in_ranges(None).await?;
        self.checked(fetched)
    }

    fn checked(&self, fetched: Fetched) -> Result<Fetched> {
        self.progress.phase(ItemPhase::Checking);
        let verified = check(&fetched, &self.item.key)?;
        Ok(Fetched {
            verified,
            ..fetched
        })
    }
}

/// A small object: one request, whose answer also tells what to expect.
async fn at_once(fetching: &Fetching<'_>) -> Result<Fetched> {
    let Fetching {
        run,
        item,
        target,
        progress,
        ..
    } = fetching;
    let _slot = run.limits.slot(item.size).await;
    let store = &run.store();
    let mut answer: GetObjectOutput = store
        .client()
        .get_object()
        .bucket(store.bucket())
        .key(&item.key)
        .set_checksum_mode(checksum_mode(store).await?)
        .send()
        .await
        .map_err(|error| classify(Operation::Read, &item.key, error))?;
    let size = answer.content_length().and_then(|n| u64::try_from(n).ok());
    let size = size.unwrap_or(item.size);
    target.resize(size).await?;
    let told = Told::of(ChecksumHeaders {
        kind: answer.checksum_type(),
        etag: answer.e_tag(),
        crc64nvme: answer.checksum_crc64_nvme(),
        crc32: answer.checksum_crc32(),
        crc32c: answer.checksum_crc32_c(),
    });
    let pieces = Pieces {
        current: run.current.clone(),
        key: item.key.clone(),
        etag: answer.e_tag.take(),
        algorithm: told.as_ref().map(|told| told.algorithm),
        file: target.file(),
        progress: (*progress).clone(),
    };
    let sum = pieces.fetch_begun(0, size, Some(answer.body)).await?;
    Ok(Fetched {
        size,
        sum,
        told,
        verified: false,
    })
}

/// Whether the checksum proves it; `false` where the store tells none.
fn check(fetched: &Fetched, key: &str) -> Result<bool> {
    let (Some(sum), Some(told)) = (fetched.sum, &fetched.told) else {
        return Ok(false);
    };
    if sum.base64() == told.base64 {
        return Ok(true);
    }
    Err(Error::new(
        Code::ChecksumMismatch,
        "What arrived is not what the store holds. Nothing of it was kept.",
    )
    .about(key)
    .next("Try again. If it happens again, check the network and this computer's disk."))
}
