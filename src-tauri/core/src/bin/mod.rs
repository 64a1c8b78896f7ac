//! Removal that says truly what can be taken back.
//!
//! On a versioned bucket a deletion leaves delete markers, and Undo removes
//! just those. Elsewhere objects move to the bin prefix first, and back.
//! The catalogue's records go and come with them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::browse::Item;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Error, Result};
use crate::job::ItemFailure;
use crate::lectern::Lectern;

/// The deletions that were planned and not yet made.
#[derive(Default)]
pub struct DeletionPlans {}

/// Where deleted objects lie on a bucket without versions; never shown in a listing.
pub const BIN_PREFIX: &str = ".lectern-bin/";

/// How a deletion can be taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Undo {
    /// The bucket keeps versions: the delete markers are removed again.
    Version,
    /// The objects are moved to the bin prefix first, and back.
    Bin,
    /// It cannot be undone, and why.
    None { why: Error },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub struct DeletionPlanId(pub u32);

/// What deleting would do, counted.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeletionPlan {
    pub id: DeletionPlanId,
    /// The first names, at most five.
    pub names: Vec<String>,
    /// How many things were chosen.
    pub chosen: u32,
    pub folders: u32,
    /// Objects that would go, those inside folders included.
    pub files: u32,
    pub bytes: u64,
    pub undo: Undo,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Deleted {
    /// `None` when it cannot be undone (or nothing was deleted).
    pub deletion_id: Option<String>,
    pub title: String,
    pub files: u32,
    pub failures: Vec<ItemFailure>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    pub files: u32,
    pub failures: Vec<ItemFailure>,
}

/// One deletion that this app made, for the "Deleted" place.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Deletion {
    pub id: String,
    pub connection_id: ConnectionId,
    pub bucket: String,
    pub title: String,
    pub files: u32,
    pub bytes: u64,
    pub deleted_by: String,
    pub deleted_at: UnixMillis,
    pub undone_at: Option<UnixMillis>,
    pub can_undo: bool,
}

/// Counts what deleting would do and finds out how it could be undone. Writes nothing.
pub async fn plan(
    lectern: &Lectern,
    connection: &ConnectionId,
    items: Vec<Item>,
) -> Result<DeletionPlan> {
    let _ = (lectern, connection, items);
    Err(pending())
}

/// Deletes what was planned, once; shown as a job while it runs.
pub async fn delete(lectern: &Arc<Lectern>, plan: DeletionPlanId) -> Result<Deleted> {
    let _ = (lectern, plan);
    Err(pending())
}

/// Brings back what a deletion removed.
pub async fn undo(lectern: &Arc<Lectern>, deletion_id: &str) -> Result<Restored> {
    let _ = (lectern, deletion_id);
    Err(pending())
}

/// The deletions of this app, newest first.
pub fn list(lectern: &Lectern) -> Result<Vec<Deletion>> {
    let _ = lectern;
    Err(pending())
}

fn pending() -> Error {
    Error::internal("not there yet")
}
