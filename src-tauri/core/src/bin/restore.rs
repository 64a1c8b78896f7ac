//! Bringing an object back from the bin prefix, never over one that has
//! appeared at its place meanwhile.

use aws_sdk_s3::operation::head_object::HeadObjectOutput;

use super::versions::{purged, taken};
use crate::catalog::BinRow;
use crate::error::{Code, Error, Result};
use crate::store::copy::{Copy, Over, copy};
use crate::store::{Operation, Store, classify};

/// What became of one object of the bin.
#[derive(Debug, PartialEq)]
pub(super) enum Return {
    /// It is at its place again; the copy in the bin can go.
    Back,
    /// The deletion never reached it; the copy in the bin, if any, can go.
    NeverLeft,
}

/// # Errors
/// `AlreadyExists` when another object lies there now (the bin's stays), and
/// `NotFound` when the bin's is gone.
pub(super) async fn bring_back(store: &Store, row: &BinRow) -> Result<Return> {
    let Some(bin_key) = row.bin_key.as_deref() else {
        return Err(purged(&row.key));
    };
    if let Some(standing) = head(store, &row.key).await? {
        if row.deleted_at.is_none() {
            return Ok(Return::NeverLeft);
        }
        // An undo that was cut off has brought it back, and could not say so any more.
        return match head(store, bin_key).await? {
            Some(kept) if is_same(&standing, &kept) => Ok(Return::Back),
            _ => Err(taken(&row.key)),
        };
    }
    let outcome = copy(
        store,
        Copy {
            from: bin_key,
            to: &row.key,
            size: row.size,
            etag: None,
            storage_class: None,
            over: Over::Nothing,
        },
    )
    .await;
    match outcome {
        Ok(_) => Ok(Return::Back),
        Err(error) => Err(match error.code {
            Code::AlreadyExists => taken(&row.key),
            Code::NotFound => purged(&row.key),
            _ => error,
        }),
    }
}

fn is_same(a: &HeadObjectOutput, b: &HeadObjectOutput) -> bool {
    a.e_tag().is_some() && a.e_tag() == b.e_tag() && a.content_length() == b.content_length()
}

/// `None`: there is nothing at the key.
pub(super) async fn head(store: &Store, key: &str) -> Result<Option<HeadObjectOutput>> {
    let answer = store
        .client()
        .head_object()
        .bucket(store.bucket())
        .key(key)
        .send()
        .await;
    match answer {
        Ok(head) => Ok(Some(head)),
        Err(error) => match classify(Operation::Read, key, error) {
            Error {
                code: Code::NotFound,
                ..
            } => Ok(None),
            error => Err(error),
        },
    }
}
