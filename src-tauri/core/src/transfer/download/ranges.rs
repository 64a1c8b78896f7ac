//! A large object: several ranges at once, all of the same version of it, each
//! written down when it is in the temporary file. What an earlier run fetched
//! is read again from the disk and compared with what was written down, since
//! after a power cut the one can be there without the other.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use futures::{StreamExt, TryStreamExt, stream};
use tokio::task::JoinSet;

use super::piece::Pieces;
use super::{Fetched, Fetching, RANGE};
use crate::catalog::{Begun, TransferPart};
use crate::error::{Code, Error, Result};
use crate::transfer::checksum::{Algorithm, Sum};
use crate::transfer::disk::{blocking, read_all_at, target_error};
use crate::transfer::head::{Head, Told, head};
use crate::transfer::part_size::{GIB, MIB, parts, ranges};
use crate::transfer::run::{Left, Run, or_cancelled};
use crate::transfer::spread::Spread;

const LARGE_OBJECT: u64 = 4 * GIB;
const LARGE_RANGE: u64 = 16 * MIB;

/// Ranges that are read again at once.
const READ_AT_ONCE: usize = 4;

/// What is fetched, and in which ranges.
struct Object {
    size: u64,
    etag: Option<String>,
    told: Option<Told>,
    range: u64,
    /// What is there already, by number from one.
    there: Vec<(u32, Sum)>,
}

impl Object {
    fn of(head: Head) -> Self {
        let range = if head.size >= LARGE_OBJECT {
            LARGE_RANGE
        } else {
            RANGE
        };
        Self {
            size: head.size,
            etag: head.etag,
            told: head.checksum,
            range,
            there: Vec::new(),
        }
    }

    /// What the ranges are summed with; where the store tells nothing to
    /// compare with, they are still compared with themselves.
    fn algorithm(&self) -> Algorithm {
        let told = self.told.as_ref();
        told.map_or(Algorithm::Crc64Nvme, |told| told.algorithm)
    }
}

impl Fetching<'_> {
    pub(super) async fn in_ranges(&self, left: Option<Left>) -> Result<Fetched> {
        let object = match left {
            Some(left) => self.resumed(left).await?,
            None => None,
        };
        let object = match object {
            Some(object) => object,
            None => self.begin().await?,
        };
        let ranges = Arc::new(Ranges {
            pieces: Pieces {
                current: self.run.current.clone(),
                key: self.item.key.clone(),
                etag: object.etag.clone(),
                algorithm: Some(object.algorithm()),
                file: self.target.file(),
                progress: self.progress.clone(),
            },
            run: Arc::clone(self.run),
        });
        let mut sums = or_cancelled(self.progress, self.fetch_rest(&ranges, &object)).await?;
        sums.sort_unstable_by_key(|(number, _)| *number);
        Ok(Fetched {
            size: object.size,
            sum: sums.into_iter().map(|(_, sum)| sum).reduce(Sum::then),
            told: object.told,
            verified: false,
        })
    }

    /// Looks at the object, and writes down what is about to be fetched.
    async fn begin(&self) -> Result<Object> {
        let look = || async { head(&self.run.store(), &self.item.key).await };
        let head = self.run.patiently(self.progress, look).await?;
        let object = Object::of(head.ok_or_else(|| gone(&self.item.key))?);
        self.target.resize(object.size).await?;
        let begun = Begun {
            upload_id: None,
            part_size: object.range,
            etag: object.etag.clone(),
        };
        let told = object.told.as_ref().map(Told::record);
        let records = &self.run.records;
        records.begun(self.run, self.index, begun, told).await?;
        Ok(object)
    }

    /// What an earlier run left, as far as it can be gone on from.
    async fn resumed(&self, left: Left) -> Result<Option<Object>> {
        if !self.target.is_reopened() || left.begun.etag.is_none() {
            return Ok(None);
        }
        let object = Object {
            size: self.target.size().await?,
            etag: left.begun.etag,
            told: left.checksum.as_deref().and_then(Told::of_record),
            range: left.begun.part_size,
            there: Vec::new(),
        };
        let there = self.read_again(&object, left.parts).await?;
        for (_, sum) in &there {
            self.progress.add_there(sum.length());
        }
        Ok(Some(Object { there, ..object }))
    }

    /// The ranges that are on the disk as they were written down.
    async fn read_again(
        &self,
        object: &Object,
        parts_: Vec<TransferPart>,
    ) -> Result<Vec<(u32, Sum)>> {
        let places: Vec<(u32, u64, u64)> = parts(object.size, object.range).collect();
        let algorithm = object.algorithm();
        let reads: Vec<_> = parts_
            .into_iter()
            .filter_map(|part| {
                let index = usize::try_from(part.number.checked_sub(1)?).ok()?;
                let (number, at, length) = *places.get(index)?;
                let (file, written) = (self.target.file(), part.checksum?);
                Some(async move {
                    let sum = blocking(move || sum_of(&file, at, length, algorithm)).await?;
                    Ok::<_, Error>((sum.record() == written).then_some((number, sum)))
                })
            })
            .collect();
        let sums: Vec<Option<(u32, Sum)>> = stream::iter(reads)
            .buffered(READ_AT_ONCE)
            .try_collect()
            .await?;
        Ok(sums.into_iter().flatten().collect())
    }

    async fn fetch_rest(&self, ranges: &Arc<Ranges>, object: &Object) -> Result<Vec<(u32, Sum)>> {
        let mut sums = object.there.clone();
        let there: Vec<u32> = sums.iter().map(|(number, _)| *number).collect();
        let mut next =
            parts(object.size, object.range).filter(|(number, ..)| !there.contains(number));
        let mut under_way = JoinSet::new();
        let mut spread = Spread::default();
        loop {
            while under_way.len() < spread.size()
                && let Some((number, at, length)) = next.next()
            {
                let ranges = Arc::clone(ranges);
                let began = Instant::now();
                under_way.spawn(async move {
                    let range = ranges.fetch(number, at, length).await?;
                    Ok((range, began.elapsed()))
                });
            }
            let Some(ended) = under_way.join_next().await else {
                return Ok(sums);
            };
            let ((number, sum), took) =
                ended.unwrap_or_else(|error| Err(Error::internal(error.to_string())))?;
            spread.done(took);
            let part = TransferPart {
                number,
                etag: String::new(),
                checksum: Some(sum.record()),
            };
            self.run.records.part(self.run, self.index, part).await;
            sums.push((number, sum));
        }
    }
}

/// What fetching a range takes, shared by the tasks that do it.
struct Ranges {
    run: Arc<Run>,
    pieces: Pieces,
}

impl Ranges {
    async fn fetch(&self, number: u32, at: u64, length: u64) -> Result<(u32, Sum)> {
        let once = || async {
            let _slot = self.run.limits.slot(length).await;
            self.pieces.fetch_begun(at, length, None).await
        };
        let sum = self.run.patiently(&self.pieces.progress, once).await?;
        let sum = sum.ok_or_else(|| Error::internal("a range was not summed"))?;
        Ok((number, sum))
    }
}

/// Of a stretch of the temporary file. Blocks.
fn sum_of(file: &File, at: u64, length: u64, algorithm: Algorithm) -> Result<Sum> {
    let mut sum = Sum::of(algorithm, b"");
    let mut buffer = vec![0; usize::try_from(MIB).unwrap_or(1 << 20)];
    for (offset, length) in ranges(length, MIB) {
        let piece = &mut buffer[..usize::try_from(length).unwrap_or(0)];
        read_all_at(file, piece, at + offset)
            .map_err(|error| target_error(Path::new(""), &error))?;
        sum = sum.then(Sum::of(algorithm, piece));
    }
    Ok(sum)
}

fn gone(key: &str) -> Error {
    Error::new(Code::NotFound, "This is not in the bucket any more.")
        .about(key)
        .next("Refresh the folder.")
}
