//! Fetching one object into a file.
//!
//! The bytes go to a temporary file beside the target, which takes its place
//! only when all of them are there, are the store's by its checksum, and are on
//! the disk. Whatever ends a download early removes the temporary file.

mod piece;
mod target;

use std::sync::Arc;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use tokio::task::JoinSet;

use self::piece::Pieces;
use self::target::Target;
use super::checksum::Sum;
use super::disk::blocking;
use super::head::{ChecksumHeaders, Told, checksum_mode, head};
use super::limits::REQUESTS_A_FILE;
use super::model::ItemPhase;
use super::part_size::{GIB, MIB, ranges};
use super::progress::ItemProgress;
use super::run::{Done, Run, or_cancelled};
use super::work::{DownloadItem, Place};
use crate::error::{Code, Error, Result};
use crate::store::{Operation, classify};

/// Objects up to this size are fetched in one request, larger ones in ranges of it.
const RANGE: u64 = 8 * MIB;
const LARGE_OBJECT: u64 = 4 * GIB;
const LARGE_RANGE: u64 = 16 * MIB;

/// Only the transfer itself is cut off when the job is cancelled: what another
/// thread does to the disk would go on, and leave behind what it makes.
pub(super) async fn download(
    run: &Run,
    index: usize,
    item: &DownloadItem,
    progress: &ItemProgress,
) -> Result<Done> {
    let planned = item.clone();
    if item.place == Place::Folder {
        blocking(move || target::make_folder(&planned.root, &planned.path)).await?;
        run.records.downloaded(run, index, None).await;
        return Ok(done(0, false));
    }
    let target = blocking(move || Target::prepare(planned)).await?;
    let fetched = or_cancelled(progress, fetch(run, item, &target, progress)).await?;
    progress.phase(ItemPhase::Checking);
    let verified = check(&fetched, &item.key)?;
    let name = blocking(move || target.take_place()).await?;
    if let Some(name) = name {
        progress.rename(&name);
    }
    let checksum = fetched.sum.map(|sum| sum.record());
    run.records.downloaded(run, index, checksum).await;
    Ok(done(fetched.size, verified))
}

/// What arrived, and what it should be.
struct Fetched {
    size: u64,
    sum: Option<Sum>,
    told: Option<Told>,
}

async fn fetch(
    run: &Run,
    item: &DownloadItem,
    target: &Target,
    progress: &ItemProgress,
) -> Result<Fetched> {
    if item.size <= RANGE {
        at_once(run, item, target, progress).await
    } else {
        in_ranges(run, item, target, progress).await
    }
}

fn done(bytes: u64, verified: bool) -> Done {
    Done { bytes, verified }
}

/// A small object: one request, whose answer also tells what to expect.
async fn at_once(
    run: &Run,
    item: &DownloadItem,
    target: &Target,
    progress: &ItemProgress,
) -> Result<Fetched> {
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
        progress: progress.clone(),
    };
    let sum = pieces.fetch_begun(0, size, Some(answer.body)).await?;
    Ok(Fetched { size, sum, told })
}

/// A large object: several ranges at once, all of the same version of it.
async fn in_ranges(
    run: &Run,
    item: &DownloadItem,
    target: &Target,
    progress: &ItemProgress,
) -> Result<Fetched> {
    let head = head(&run.store(), &item.key).await?.ok_or_else(|| {
        Error::new(Code::NotFound, "This is not in the bucket any more.")
            .about(&item.key)
            .next("Refresh the folder.")
    })?;
    target.resize(head.size).await?;
    let pieces = Arc::new(Pieces {
        current: run.current.clone(),
        key: item.key.clone(),
        etag: head.etag,
        algorithm: head.checksum.as_ref().map(|told| told.algorithm),
        file: target.file(),
        progress: progress.clone(),
    });
    let range = if head.size >= LARGE_OBJECT {
        LARGE_RANGE
    } else {
        RANGE
    };
    let mut next = ranges(head.size, range);
    let mut under_way = JoinSet::new();
    let mut sums = Vec::new();
    loop {
        while under_way.len() < REQUESTS_A_FILE
            && let Some((at, length)) = next.next()
        {
            let (pieces, limits) = (Arc::clone(&pieces), Arc::clone(&run.limits));
            under_way.spawn(async move {
                let _slot = limits.slot(length).await;
                Ok((at, pieces.fetch_begun(at, length, None).await?))
            });
        }
        let Some(ended) = under_way.join_next().await else {
            break;
        };
        let ended: Result<(u64, Option<Sum>)> =
            ended.unwrap_or_else(|error| Err(Error::internal(error.to_string())));
        sums.push(ended?);
    }
    sums.sort_unstable_by_key(|(at, _)| *at);
    let sum = sums
        .into_iter()
        .filter_map(|(_, sum)| sum)
        .reduce(Sum::then);
    Ok(Fetched {
        size: head.size,
        sum,
        told: head.checksum,
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
