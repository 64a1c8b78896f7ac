//! Transfers of one thing that gets another name on the way: a file put as a
//! key, an object taken as a file, a move with a rename.

use std::path::Path;
use std::sync::Arc;

use super::{Plan, Summary, move_to, rename};
use crate::browse::Item;
use crate::connection::ConnectionId;
use crate::error::{Error, Result};
use crate::lectern::Lectern;

/// Looks at one local file and at what is in the bucket under `key`, which it
/// would become. Writes nothing.
pub async fn plan_upload_as(
    lectern: &Lectern,
    connection: &ConnectionId,
    key: &str,
    file: &Path,
) -> Result<Plan> {
    let _ = (lectern, connection, key, file);
    pending().await
}

/// Looks at one object and at the local `file` that it would become. Writes nothing.
pub async fn plan_download_as(
    lectern: &Lectern,
    connection: &ConnectionId,
    key: &str,
    file: &Path,
) -> Result<Plan> {
    let _ = (lectern, connection, key, file);
    pending().await
}

/// Moves an object or a folder below `prefix` under `name`, by server-side
/// copy. Never over another.
pub async fn relocate(
    lectern: &Arc<Lectern>,
    connection: &ConnectionId,
    item: Item,
    prefix: &str,
    name: &str,
) -> Result<Summary> {
    let key = match &item {
        Item::Object { key, .. } => key.as_str(),
        Item::Folder { prefix } => prefix.trim_end_matches('/'),
    };
    let (folder, old_name) = key.rsplit_once('/').unwrap_or(("", key));
    if folder == prefix.trim_end_matches('/') {
        return rename(lectern, connection, item, name).await;
    }
    if old_name == name {
        return move_to(lectern, connection, vec![item], prefix).await;
    }
    pending().await
}

async fn pending<T>() -> Result<T> {
    tokio::task::yield_now().await;
    Err(Error::internal("not there yet"))
}
