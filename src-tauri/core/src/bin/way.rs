//! How a deletion could be taken back, found out from what the bucket really
//! lets us do: nothing is promised on the word of a setting alone.

use super::{BIN_PREFIX, Undo};
use crate::browse::place;
use crate::error::{Code, Error, Result};
use crate::store::{Operation, Store, Versioning, classify};

/// Versions, where the bucket keeps them and its delete markers may be removed
/// again; otherwise the bin, where it may be written to.
///
/// A bucket whose versioning is suspended does not qualify: a deletion there
/// replaces the null version for good. Nor does one that does not say.
/// Source: Amazon S3 user guide, "Deleting objects from versioning-suspended buckets".
///
/// # Errors
/// `NoNetwork`, `CredentialsExpired`, … when the service could not be asked.
pub(super) async fn back(store: &Store) -> Result<Undo> {
    if store.versioning_now().await? == Versioning::Enabled && may_remove_markers(store).await? {
        return Ok(Undo::Version);
    }
    Ok(match may_write_to_bin(store).await? {
        None => Undo::Bin,
        Some(why) => Undo::None { why },
    })
}

/// Asks to delete a version that is not there: refused without
/// `s3:DeleteObjectVersion` (or with MFA delete), and otherwise without effect.
async fn may_remove_markers(store: &Store) -> Result<bool> {
    let key = format!(
        "{}{}{}",
        place::root(store.connection()),
        place::PROBE_PREFIX,
        uuid::Uuid::new_v4()
    );
    let answer = store
        .client()
        .delete_object()
        .bucket(store.bucket())
        .key(&key)
        .version_id("null")
        .send()
        .await;
    let Err(error) = answer else {
        return Ok(true);
    };
    let error = classify(Operation::Delete, &key, error);
    match error.code {
        Code::NotFound => Ok(true),
        Code::NotAllowedToDelete | Code::NotAllowed | Code::Unsupported => Ok(false),
        _ => Err(error),
    }
}

/// Begins an upload into the bin and gives it up at once: nothing is written,
/// and a refusal shows. `None` when it may.
async fn may_write_to_bin(store: &Store) -> Result<Option<Error>> {
    let key = format!("{}{}", place::bin(store.connection()), uuid::Uuid::new_v4());
    let begun = store
        .client()
        .create_multipart_upload()
        .bucket(store.bucket())
        .key(&key)
        .send()
        .await;
    let begun = match begun {
        Ok(begun) => begun,
        Err(error) => {
            let error = classify(Operation::Write, BIN_PREFIX, error);
            return match error.code {
                Code::NotAllowedToWrite | Code::NotAllowed => Ok(Some(no_bin(error))),
                // A store that knows uploads of several parts badly or not at all
                // says nothing about the permission: each copy will show.
                Code::Unsupported | Code::ServiceFailed => Ok(None),
                _ => Err(error),
            };
        }
    };
    if let Some(upload_id) = begun.upload_id() {
        let aborted = store
            .client()
            .abort_multipart_upload()
            .bucket(store.bucket())
            .key(&key)
            .upload_id(upload_id)
            .send()
            .await;
        if aborted.is_err() {
            tracing::warn!("an upload that was begun to ask for permission could not be given up");
        }
    }
    Ok(None)
}

fn no_bin(refusal: Error) -> Error {
    let error = Error::new(
        refusal.code,
        "The bucket keeps no versions that could be brought back, and this connection may not \
         write to its bin.",
    )
    .about("s3:PutObject")
    .next("Ask an administrator to turn versioning on, or to allow s3:PutObject.");
    match refusal.technical {
        Some(technical) => error.technical(*technical),
        None => error,
    }
}
