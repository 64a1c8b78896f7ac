//! Transfers: files into the bucket and out of it.
//!
//! Planned (what would be sent, what is skipped, what stands in the way),
//! started with the answers, run as a [`Job`](crate::job::Job), ended with a
//! summary. Nothing is written before the plan's conflicts are answered.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::clock::UnixMillis;
use crate::error::Error;
use crate::job::{JobId, Progress};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    Upload,
    Download,
    /// Server-side: rename and move.
    Copy,
    Delete,
    Restore,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub struct PlanId(pub u32);

/// What starting the plan would do.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    pub id: PlanId,
    pub direction: Direction,
    /// Where to, as the person knows it: a folder's name or a local folder.
    pub target: String,
    pub files: u32,
    pub bytes: u64,
    /// Names that are taken at the target. Each must be answered.
    pub conflicts: Vec<Conflict>,
    /// Left out, and why.
    pub skipped: Vec<Skipped>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// Relative to the target.
    pub name: String,
    pub new_size: u64,
    pub new_modified_at: Option<UnixMillis>,
    pub old_size: u64,
    pub old_modified_at: Option<UnixMillis>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Choice {
    Replace,
    KeepBoth,
    Skip,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Skipped {
    pub name: String,
    pub why: SkipReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SkipReason {
    /// `.DS_Store`, `Thumbs.db`, `~$…`, `._…`.
    Junk,
    /// A symbolic link, socket or device.
    NotAFile,
    Unreadable,
    /// The name cannot be a key, or cannot be a file here.
    Name,
    /// The person said skip.
    Chosen,
}

/// All jobs of this run, newest first, at most ten times a second.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    pub jobs: Vec<JobState>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct JobState {
    pub id: JobId,
    pub direction: Direction,
    pub target: String,
    pub progress: Progress,
    /// The items that are worth seeing now: running and failed first, at most 50.
    pub items: Vec<ItemState>,
    pub skipped: Vec<Skipped>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ItemState {
    pub name: String,
    pub phase: ItemPhase,
    pub bytes_total: u64,
    pub bytes_done: u64,
    pub error: Option<Error>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ItemPhase {
    Waiting,
    Running,
    /// Comparing checksums.
    Checking,
    Retrying,
    /// Done, and the store's checksum is ours.
    Verified,
    /// Done; the store offers nothing to compare with.
    Done,
    Failed,
    Skipped,
    Cancelled,
}
