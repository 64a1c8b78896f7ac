//! Taking a move back: every object goes where it was, unless something new
//! stands there or the object has changed since. What could not go back is
//! named, and stays where it is.

use std::sync::Arc;

use serde::Serialize;
use specta::Type;

use super::condition::Condition;
use super::disk::blocking;
use super::model::{Direction, Summary};
use super::work::{MoveItem, Work};
use super::{finished, launch};
use crate::catalog::{MoveRow, MovedRow};
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;

/// One action that moved something, for the list of what can be undone.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Move {
    pub id: String,
    pub connection_id: ConnectionId,
    /// What was moved: the first name.
    pub name: String,
    /// Where to, as the person knows it.
    pub target: String,
    pub files: u32,
    pub bytes: u64,
    pub moved_at: UnixMillis,
    pub can_undo: bool,
}

/// The moves and renames of this app, newest first.
///
/// # Errors
/// `Catalogue`.
pub fn list_moves(lectern: &Lectern) -> Result<Vec<Move>> {
    let moves = lectern.catalog.moves()?;
    Ok(moves.into_iter().map(Move::of).collect())
}

impl Move {
    fn of(row: MoveRow) -> Self {
        let several = row.objects > 1;
        // Of a folder's files the folder is what was moved.
        let folder = row.name.split_once('/').map(|(folder, _)| folder);
        let name = folder.filter(|_| several).map(str::to_owned);
        Self {
            name: name.unwrap_or(row.name),
            can_undo: !row.runs && row.taken_back < row.objects,
            id: row.id,
            connection_id: row.connection_id,
            target: row.target,
            files: row.objects,
            bytes: row.bytes,
            moved_at: row.moved_at,
        }
    }
}

/// Takes a move or rename back, by the id that its [`Summary`] has.
///
/// # Errors
/// `NotFound` for one that is unknown or was taken back already, `Unsupported`
/// while it still runs; what could not go back is in the summary.
pub async fn undo_move(lectern: &Arc<Lectern>, id: &str) -> Result<Summary> {
    let (core, wanted) = (Arc::clone(lectern), id.to_owned());
    let (row, moved) = blocking(move || {
        let row = core
            .catalog
            .moves()?
            .into_iter()
            .find(|row| row.id == wanted);
        Ok((row, core.catalog.moved(&wanted)?))
    })
    .await?;
    let row = row.ok_or_else(not_known)?;
    if row.runs {
        return Err(Error::new(Code::Unsupported, "This is still being moved.")
            .next("Wait for it to end, or cancel it, then undo."));
    }
    let items = moved
        .iter()
        .map(|moved| back(&row.connection_id, moved))
        .collect::<Result<Vec<_>>>()?;
    let Some((from, _)) = items.first() else {
        return Err(not_known());
    };
    let from = from.clone();
    let store = lectern.stores.of(lectern, &from).await?;
    let work = Work::Move(items.into_iter().map(|(_, item)| item).collect());
    let shown = Move::of(row).name;
    let job = launch(lectern, &store, work, Vec::new(), Direction::Move, &shown).await?;
    finished(lectern, job.id).await
}

/// Where an object is now, and the way back.
fn back(home: &ConnectionId, moved: &MovedRow) -> Result<(ConnectionId, MoveItem)> {
    let item: MoveItem =
        serde_json::from_str(&moved.item).map_err(|error| Error::internal(error.to_string()))?;
    let is_folder = item.from.ends_with('/') && item.size == 0;
    let way_back = MoveItem {
        name: item.name,
        from: moved.key.clone(),
        to: item.from,
        size: item.size,
        etag: moved.stored_etag.clone(),
        storage_class: item.storage_class,
        to_connection: item.to_connection.as_ref().map(|_| home.clone()),
        condition: match is_folder {
            true => Condition::Any,
            false => Condition::Absent,
        },
        beside: false,
        delete_original: true,
        takes_back: Some(moved.id.clone()),
    };
    Ok((item.to_connection.unwrap_or_else(|| home.clone()), way_back))
}

fn not_known() -> Error {
    Error::new(
        Code::NotFound,
        "This move is not known, or was taken back already.",
    )
    .next("Refresh the folder to see where things are.")
}
