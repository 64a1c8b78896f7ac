//! New folders: a zero-byte object ending in `/`, as the S3 console makes them.

use super::pages::{Depth, Pages};
use super::place;
use crate::activity;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::name;
use crate::store::{Operation, classify};

/// Makes a folder, never over one that is there.
///
/// # Errors
/// `InvalidName`, `AlreadyExists`, `NotAllowedToWrite`, …
pub async fn new_folder(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
    name: &str,
) -> Result<()> {
    let name = name::check(name.trim())?;
    let store = lectern.stores.of(lectern, connection).await?;
    let key = place::folder(store.connection(), prefix)? + &name + "/";
    name::check_key(&key)?;
    place::check(store.connection(), &key)?;

    // A folder without a marker exists as well: by what lies in it.
    let mut below = Pages::of(store.clone(), &key, Depth::Folder);
    let found = below.next().await?;
    if found.is_some_and(|page| !page.objects.is_empty() || !page.folders.is_empty()) {
        return Err(taken(&name));
    }
    let conditional = store.capabilities().await?.conditional_writes;
    store
        .client()
        .put_object()
        .bucket(store.bucket())
        .key(&key)
        .content_type("application/x-directory")
        .content_length(0)
        .set_if_none_match(conditional.then(|| "*".to_owned()))
        .send()
        .await
        .map_err(|error| match classify(Operation::Write, &key, error) {
            error if error.code == Code::AlreadyExists => taken(&name),
            error => error,
        })?;
    activity::record(lectern, &store, "new folder", &key, None)
}

fn taken(name: &str) -> Error {
    Error::new(
        Code::AlreadyExists,
        format!("There is a folder “{name}” here already."),
    )
    .about(name)
    .next("Choose another name.")
}
