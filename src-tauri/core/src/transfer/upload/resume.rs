//! Going on with an upload that an earlier run began.
//!
//! The store is asked which parts it has, and each of them is compared with
//! the file as it is now: by the checksum that the store tells, or where it
//! tells none by the ETag that was written down when the part was sent. What
//! agrees is not sent again; what does not, is. A part that agrees with what
//! was written down and not with the file means that the file is another one.

use std::fs::File;
use std::sync::Arc;

use aws_sdk_s3::types::{ChecksumType, Part};
use futures::{StreamExt, TryStreamExt, stream};

use super::Sending;
use super::multipart::{Sent, Upload, row, sum_in_place, sums_whole};
use crate::error::{Code, Error, Result};
use crate::store::{Checksum, Operation, classify};
use crate::transfer::checksum::{Algorithm, Seal, Sum, whole};
use crate::transfer::disk::{Source, blocking};
use crate::transfer::head::{Told, head};
use crate::transfer::part_size::parts;
use crate::transfer::record::Stored;
use crate::transfer::run::Left;

/// Parts of the file that are read at once.
const READ_AT_ONCE: usize = 4;

pub(super) enum Resumed {
    Upload(Upload),
    /// The run before came to the end, and could not say so any more.
    Stored(Stored),
    /// Nothing is left of it.
    Gone,
}

impl Sending<'_> {
    pub(super) async fn resume(
        &self,
        source: &Source,
        file: &Arc<File>,
        left: Left,
    ) -> Result<Resumed> {
        let Some(id) = left.begun.upload_id.clone() else {
            return Ok(Resumed::Gone);
        };
        let list = || self.listed(&id);
        let (listed, kind) = match self.run.patiently(self.progress, list).await {
            Ok(listed) => listed,
            Err(error) if error.code == Code::NotFound => {
                self.run.records.not_begun(self.run, self.index).await;
                return self.stored_already(source, file).await;
            }
            // Who may not ask sends again; the store keeps the newer part.
            Err(error) if is_refusal(&error) => (Vec::new(), None),
            Err(error) => return Err(error),
        };
        let sent = match self.compare(source, file, &left, listed).await {
            Ok(sent) => sent,
            Err(error) => {
                self.give_up(&id, &error).await;
                return Err(error);
            }
        };
        Ok(Resumed::Upload(Upload {
            full_object: sums_whole(self.can.checksum, kind.as_ref()),
            id,
            part_size: left.begun.part_size,
            sent,
        }))
    }

    /// The parts that the store has, and how it sums the object.
    async fn listed(&self, upload_id: &str) -> Result<(Vec<Part>, Option<ChecksumType>)> {
        let store = self.run.store();
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let answer = store
                .client()
                .list_parts()
                .bucket(store.bucket())
                .key(self.key)
                .upload_id(upload_id)
                .set_part_number_marker(after)
                .send()
                .await
                .map_err(|error| classify(Operation::Other("ListParts"), self.key, error))?;
            let more = answer.is_truncated() == Some(true);
            let kind = answer.checksum_type().cloned();
            after = answer.next_part_number_marker;
            all.extend(answer.parts.unwrap_or_default());
            if !more || after.is_none() {
                return Ok((all, kind));
            }
        }
    }

    /// Those of the listed parts that need not go again.
    async fn compare(
        &self,
        source: &Source,
        file: &Arc<File>,
        left: &Left,
        listed: Vec<Part>,
    ) -> Result<Vec<Sent>> {
        let places: Vec<(u32, u64, u64)> = parts(source.size, left.begun.part_size).collect();
        let wanted = listed.into_iter().filter_map(|part| {
            let number = u32::try_from(part.part_number()?).ok()?;
            let place = *places.get(usize::try_from(number.checked_sub(1)?).ok()?)?;
            let size = u64::try_from(part.size()?).ok()?;
            (size == place.2).then_some((part, place))
        });
        let compared = wanted.map(|(part, (number, at, length))| async move {
            let (reading, file, checksum) = (source.clone(), Arc::clone(file), self.can.checksum);
            let seal = blocking(move || seal_of(&reading, &file, checksum, at, length)).await?;
            let sent = Sent {
                number,
                etag: part.e_tag().map(str::to_owned),
                seal,
            };
            let written = left.parts.iter().find(|part| part.number == number);
            Ok::<_, Error>(
                match verdict(
                    &sent,
                    &part,
                    written.map(|p| (&*p.etag, p.checksum.as_deref())),
                ) {
                    Verdict::Same => Some((sent, written.is_none(), length)),
                    Verdict::Again => None,
                    Verdict::OtherFile => return Err(source.changed()),
                },
            )
        });
        let compared: Vec<Option<(Sent, bool, u64)>> = stream::iter(compared.collect::<Vec<_>>())
            .buffered(READ_AT_ONCE)
            .try_collect()
            .await?;
        let mut kept = Vec::new();
        for (sent, is_news, length) in compared.into_iter().flatten() {
            if is_news {
                self.run
                    .records
                    .part(self.run, self.index, row(&sent))
                    .await;
            }
            self.progress.add_there(length);
            kept.push(sent);
        }
        Ok(kept)
    }

    /// The upload is gone from the store: it was aborted, or it was completed
    /// and the run ended before it could write that down.
    async fn stored_already(&self, source: &Source, file: &Arc<File>) -> Result<Resumed> {
        let look = || async { head(&self.run.store(), self.key).await };
        let Some(there) = self.run.patiently(self.progress, look).await? else {
            return Ok(Resumed::Gone);
        };
        let Some(told) = there.checksum.filter(|_| there.size == source.size) else {
            return Ok(Resumed::Gone);
        };
        let (reading, file, algorithm) = (source.clone(), Arc::clone(file), told.algorithm);
        let ours = blocking(move || sum_of(&reading, &file, algorithm)).await?;
        if ours.map(|sum| sum.record()) != Some(Told::record(&told)) {
            return Ok(Resumed::Gone);
        }
        self.progress.add_there(source.size);
        Ok(Resumed::Stored(Stored {
            key: self.key.to_owned(),
            size: source.size,
            etag: there.etag,
            checksum: Some(told.record()),
            content_type: Some(super::request::content_type(self.key, b"")),
            verified: true,
        }))
    }
}

fn is_refusal(error: &Error) -> bool {
    matches!(error.code, Code::NotAllowed | Code::Unsupported)
}

fn seal_of(source: &Source, file: &File, checksum: Checksum, at: u64, length: u64) -> Result<Seal> {
    if checksum == Checksum::None {
        let length = usize::try_from(length).map_err(|e| Error::internal(e.to_string()))?;
        return Ok(Seal::of(checksum, &source.read(file, at, length)?));
    }
    sum_in_place(source, file, checksum, at, length)
}

/// The sum of the whole file, as an object's is told.
fn sum_of(source: &Source, file: &File, algorithm: Algorithm) -> Result<Option<Sum>> {
    let checksum = match algorithm {
        Algorithm::Crc64Nvme => Checksum::Crc64Nvme,
        Algorithm::Crc32 => Checksum::Crc32,
        // Read from stores, never sent.
        Algorithm::Crc32C => return Ok(None),
    };
    let seal = sum_in_place(source, file, checksum, 0, source.size)?;
    Ok(whole(&[seal]))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Same,
    Again,
    OtherFile,
}

/// `ours` is of the file as it is now; `written` is the ETag and checksum from
/// when the part was sent.
fn verdict(ours: &Sent, theirs: &Part, written: Option<(&str, Option<&str>)>) -> Verdict {
    let now = ours.seal.record();
    if let Some((_, Some(then))) = written
        && now
            .as_deref()
            .is_some_and(|now| now != then && same_kind(now, then))
    {
        return Verdict::OtherFile;
    }
    let told = match &ours.seal {
        Seal::Crc(sum) => match sum.algorithm() {
            Algorithm::Crc64Nvme => theirs.checksum_crc64_nvme(),
            Algorithm::Crc32 => theirs.checksum_crc32(),
            Algorithm::Crc32C => theirs.checksum_crc32_c(),
        }
        .map(|told| told == sum.base64()),
        Seal::Md5(_) => theirs.e_tag().map(|etag| ours.seal.is_etag(etag)),
        Seal::Nothing => None,
    };
    let as_written = || written.is_some_and(|(etag, _)| theirs.e_tag() == Some(etag));
    match told {
        Some(true) => Verdict::Same,
        Some(false) => Verdict::Again,
        None if as_written() => Verdict::Same,
        None => Verdict::Again,
    }
}

fn same_kind(a: &str, b: &str) -> bool {
    a.split(':').next() == b.split(':').next()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn ours(bytes: &[u8]) -> Sent {
        Sent {
            number: 1,
            etag: None,
            seal: Seal::of(Checksum::Crc64Nvme, bytes),
        }
    }

    fn theirs(checksum: Option<&[u8]>) -> Part {
        let sum = checksum.map(|bytes| Sum::of(Algorithm::Crc64Nvme, bytes).base64());
        Part::builder()
            .e_tag("\"e\"")
            .set_checksum_crc64_nvme(sum)
            .build()
    }

    #[test]
    fn a_part_is_kept_when_the_store_has_the_bytes_of_the_file() {
        let then = ours(b"slides").seal.record();
        let then = then.as_deref();
        for (store, written, expected) in [
            (
                theirs(Some(b"slides")),
                Some(("\"e\"", then)),
                Verdict::Same,
            ),
            // Arrived, and the run ended before it was written down.
            (theirs(Some(b"slides")), None, Verdict::Same),
            (
                theirs(Some(b"broken")),
                Some(("\"e\"", then)),
                Verdict::Again,
            ),
            // The store tells no checksum: its ETag is what was written down.
            (theirs(None), Some(("\"e\"", then)), Verdict::Same),
            (theirs(None), Some(("\"other\"", then)), Verdict::Again),
            (theirs(None), None, Verdict::Again),
        ] {
            assert_eq!(verdict(&ours(b"slides"), &store, written), expected);
        }
    }

    #[test]
    fn a_file_that_is_not_what_was_sent_is_noticed() {
        let then = ours(b"before").seal.record();
        let written = Some(("\"e\"", then.as_deref()));

        let verdict = verdict(&ours(b"after!"), &theirs(Some(b"before")), written);

        assert_eq!(verdict, Verdict::OtherFile);
    }
}
