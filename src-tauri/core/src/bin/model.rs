//! The words of removal, as they cross to the window and the command line.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::Error;
use crate::job::ItemFailure;

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
