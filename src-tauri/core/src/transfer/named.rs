//! Transfers of one thing that gets another name on the way: a file put as a
//! key, an object taken as a file.

use std::path::{Path, PathBuf};

use super::disk::{blocking, file_name};
use super::walk::{Found, walk};
use super::{Plan, plan};
use crate::browse::place;
use crate::connection::ConnectionId;
use crate::error::{Error, Result};
use crate::lectern::Lectern;
use crate::name;

/// Looks at one local file and at what is in the bucket under `key`, which it
/// would become. Writes nothing.
///
/// # Errors
/// `InvalidName` for a name that no object may have, `InvalidInput` for a key
/// outside the connection's prefix.
pub async fn plan_upload_as(
    lectern: &Lectern,
    connection: &ConnectionId,
    key: &str,
    file: &Path,
) -> Result<Plan> {
    let store = lectern.stores.of(lectern, connection).await?;
    place::check(store.connection(), key)?;
    let name = name::check(place::last_segment(key))?.to_string();
    let folder = &key[..key.len() - place::last_segment(key).len()];
    let file = file.to_owned();
    let found = blocking(move || Ok(found_as(file, name))).await?;
    let planned = plan::upload::plan_found(lectern, connection, folder, found).await?;
    Ok(lectern.transfers.plans.keep(planned))
}

/// The file under its new name; what it is left out for stays told by the old one.
fn found_as(file: PathBuf, name: String) -> Found {
    let mut found = walk(&[file]);
    if let [(found_name, _)] = found.files.as_mut_slice() {
        *found_name = name;
    }
    found
}

/// Looks at one object of `size` bytes and at the local `file` that it would
/// become; its folder must be there. Writes nothing.
///
/// # Errors
/// `LocalFile` when there is no such folder.
pub async fn plan_download_as(
    lectern: &Lectern,
    connection: &ConnectionId,
    key: &str,
    size: u64,
    file: &Path,
) -> Result<Plan> {
    let Some(folder) = file.parent().filter(|_| file.file_name().is_some()) else {
        return Err(Error::invalid("file", "This cannot be a file's name."));
    };
    // The folder of a bare name is this one.
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    let object = (key, size);
    let planned =
        plan::download::plan_one(lectern, connection, object, file_name(file), folder).await?;
    Ok(lectern.transfers.plans.keep(planned))
}
