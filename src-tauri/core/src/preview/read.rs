//! Ranged reads of one state of an object.

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use bytes::{Bytes, BytesMut};

use super::PreviewId;
use super::opened::Opened;
use super::range::Range;
use crate::clock::UnixMillis;
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::store::{Operation, Store, classify};

/// The most that one read gives: what a window takes at once, and what this
/// computer holds for it.
pub const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// Enough to know nearly every kind of file by, and to show the first screen of text.
const FIRST_BYTES: u64 = 64 * 1024;

/// What the first read of an object tells.
pub(super) struct First {
    pub(super) bytes: Bytes,
    /// Of the whole object, in bytes.
    pub(super) size: u64,
    pub(super) etag: Option<String>,
    pub(super) modified_at: Option<UnixMillis>,
}

/// The first read is also the look at the object: size, ETag and date come with it.
pub(super) async fn first(store: &Store, key: &str) -> Result<First> {
    let range = format!("bytes=0-{}", FIRST_BYTES - 1);
    let answer = match get(store, key, &range, None).await {
        // There is no first byte of nothing, which S3 answers with 416.
        Err(error) if error.http_status() == Some(416) => return empty(store, key).await,
        answer => answer?,
    };
    let told = answer.content_length().and_then(|n| u64::try_from(n).ok());
    let size = answer
        .content_range()
        .and_then(whole_size)
        .or(told)
        .unwrap_or(0);
    Ok(First {
        size,
        etag: answer.e_tag.clone(),
        modified_at: answer.last_modified().and_then(|at| at.to_millis().ok()),
        bytes: collect(answer.body, size.min(FIRST_BYTES), key).await?,
    })
}

async fn empty(store: &Store, key: &str) -> Result<First> {
    let head = store
        .client()
        .head_object()
        .bucket(store.bucket())
        .key(key)
        .send()
        .await
        .map_err(|error| classify(Operation::Other("HeadObject"), key, error))?;
    Ok(First {
        bytes: Bytes::new(),
        size: 0,
        etag: head.e_tag.clone(),
        modified_at: head.last_modified().and_then(|at| at.to_millis().ok()),
    })
}

/// At most [`MOST_BYTES`] of the object, and fewer at its end.
///
/// # Errors
/// `NotFound` when the preview was closed or the object is gone, `Changed` when
/// it is not the one that was opened, …
pub async fn read(lectern: &Lectern, id: &PreviewId, range: Range) -> Result<Bytes> {
    let opened = lectern.previews.get(id)?;
    read_opened(lectern, &opened, range).await
}

pub(super) async fn read_opened(lectern: &Lectern, opened: &Opened, range: Range) -> Result<Bytes> {
    let left = opened.size.saturating_sub(range.from);
    let length = range.length.min(MOST_BYTES).min(left);
    if length == 0 {
        return Ok(Bytes::new());
    }
    // Never closed, and a closed one would bound nothing.
    let _turn = lectern.previews.reading.acquire().await.ok();
    let store = lectern.stores.of(lectern, &opened.connection).await?;
    let wanted = format!("bytes={}-{}", range.from, range.from + length - 1);
    let answer = get(&store, &opened.key, &wanted, opened.etag.clone()).await?;
    if answer.content_range().and_then(whole_size) != Some(opened.size) && length != opened.size {
        return Err(changed(&opened.key));
    }
    // Odd stores ignore conditions.
    if opened.etag.is_some() && answer.e_tag != opened.etag {
        return Err(changed(&opened.key));
    }
    collect(answer.body, length, &opened.key).await
}

async fn get(
    store: &Store,
    key: &str,
    range: &str,
    etag: Option<String>,
) -> Result<GetObjectOutput> {
    store
        .client()
        .get_object()
        .bucket(store.bucket())
        .key(key)
        .range(range)
        .set_if_match(etag)
        .send()
        .await
        .map_err(|error| classify(Operation::Read, key, error))
}

/// `bytes 0-65535/123456` tells 123456.
fn whole_size(content_range: &str) -> Option<u64> {
    content_range.rsplit_once('/')?.1.trim().parse().ok()
}

/// Exactly `length` bytes: a store that sends more is cut off, one that sends
/// less has broken off.
async fn collect(mut body: ByteStream, length: u64, key: &str) -> Result<Bytes> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let mut bytes = BytesMut::new();
    while bytes.len() < length {
        match body.next().await {
            Some(Ok(frame)) => bytes.extend_from_slice(&frame),
            Some(Err(error)) => return Err(broken(key, error.to_string())),
            None => return Err(broken(key, "the answer ended too early")),
        }
    }
    bytes.truncate(length);
    Ok(bytes.freeze())
}

fn broken(key: &str, cause: impl Into<String>) -> Error {
    Error::new(Code::NoNetwork, "The connection broke off.")
        .about(key)
        .next("Check the network, then try again.")
        .detail(cause)
}

fn changed(key: &str) -> Error {
    Error::new(
        Code::Changed,
        "The file was changed while you were looking at it.",
    )
    .about(key)
    .next("Close the preview and open it again to see the newer one.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_the_whole_stands_behind_the_slash() {
        assert_eq!(whole_size("bytes 0-65535/123456"), Some(123_456));
        assert_eq!(whole_size("bytes 0-1/*"), None);
        assert_eq!(whole_size("nonsense"), None);
    }
}
