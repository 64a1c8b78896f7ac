//! A file's bytes for a thumbnail: read in pieces, all of one state of the
//! object, and never more than the listing announced.

use aws_sdk_s3::operation::get_object::GetObjectOutput;

use super::Subject;
use crate::error::{Code, Error, Result};
use crate::store::{Operation, Store, classify};

/// The first piece says what the rest is; most pictures of web pages end in it.
const FIRST_PIECE: u64 = 1 << 20;
const PIECE: u64 = 8 << 20;

/// # Errors
/// `Changed` when it is not what was listed any more, and what the service says.
pub(super) async fn fetch(store: &Store, subject: &Subject) -> Result<Vec<u8>> {
    let size = subject.size;
    let mut first = get(store, subject, 0, FIRST_PIECE.min(size), None).await?;
    check(&first, subject)?;
    let etag = first.e_tag.take();
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    collect(first, size, &mut bytes).await?;
    while (bytes.len() as u64) < size {
        let from = bytes.len() as u64;
        let to = from.saturating_add(PIECE).min(size);
        let piece = get(store, subject, from, to, etag.clone()).await?;
        check(&piece, subject)?;
        if piece.content_range.is_none() {
            return Err(changed());
        }
        collect(piece, to, &mut bytes).await?;
        if bytes.len() as u64 == from {
            return Err(changed());
        }
    }
    Ok(bytes)
}

/// Bytes `from` to before `to`.
async fn get(
    store: &Store,
    subject: &Subject,
    from: u64,
    to: u64,
    etag: Option<String>,
) -> Result<GetObjectOutput> {
    store
        .client()
        .get_object()
        .bucket(store.bucket())
        .key(&subject.key)
        .range(format!("bytes={from}-{}", to.saturating_sub(1)))
        .set_if_match(etag)
        .send()
        .await
        .map_err(|error| classify(Operation::Read, &subject.key, error))
}

/// Whether the answer is about what was listed.
fn check(answer: &GetObjectOutput, subject: &Subject) -> Result<()> {
    let whole = match answer.content_range.as_deref() {
        Some(range) => range
            .rsplit_once('/')
            .and_then(|(_, whole)| whole.parse().ok()),
        None => answer
            .content_length
            .and_then(|size| u64::try_from(size).ok()),
    };
    // A header has whole seconds; a listing may have more.
    let seconds = |ms: i64| ms.div_euclid(1_000);
    let modified = answer.last_modified.and_then(|at| at.to_millis().ok());
    let same_time = match (modified, subject.modified) {
        (Some(now), Some(listed)) => seconds(now) == seconds(listed),
        _ => true,
    };
    if whole == Some(subject.size) && same_time {
        Ok(())
    } else {
        Err(changed())
    }
}

/// Adds a body, up to `most` bytes in all.
async fn collect(mut answer: GetObjectOutput, most: u64, into: &mut Vec<u8>) -> Result<()> {
    while let Some(chunk) = answer.body.next().await {
        let chunk = chunk.map_err(|error| {
            Error::new(
                Code::NoNetwork,
                "The connection broke while a file was read.",
            )
            .detail(error.to_string())
        })?;
        if into.len() as u64 + chunk.len() as u64 > most {
            return Err(changed());
        }
        into.extend_from_slice(&chunk);
    }
    Ok(())
}

fn changed() -> Error {
    Error::new(Code::Changed, "This file is not what was listed any more.")
        .next("Refresh the folder.")
}
