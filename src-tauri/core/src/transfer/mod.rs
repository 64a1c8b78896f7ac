//! Transfers: files into the bucket and out of it.
//!
//! Planned (what would be sent, what is skipped, what stands in the way),
//! started with the answers, run as a [`Job`](crate::job::Job), ended with a
//! summary. Nothing is written before the plan's conflicts are answered.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::sync::watch;

use crate::browse::Item;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Error, Result};
use crate::job::{ItemFailure, Job, JobId, JobPhase, Progress};
use crate::lectern::Lectern;

/// The plans and jobs of this run.
#[derive(Default)]
pub struct Transfers {}

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

/// The answers to a plan's conflicts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Answers {
    /// For every conflict without an answer of its own.
    pub for_all: Option<Choice>,
    /// By the conflict's index in the plan.
    pub each: Vec<(u32, Choice)>,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    pub phase: JobPhase,
    pub done: u32,
    /// Bytes of what is done.
    pub bytes: u64,
    /// Done, and compared with the store's own checksum.
    pub verified: u32,
    pub skipped: Vec<Skipped>,
    pub failures: Vec<ItemFailure>,
}

/// Looks at local files and folders and at what is in the bucket below `prefix`.
/// Writes nothing.
pub async fn plan_upload(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
    paths: Vec<PathBuf>,
) -> Result<Plan> {
    let _ = (lectern, connection, prefix, paths);
    Err(pending())
}

/// Looks at what is below the items and in the local `target` folder. Names are
/// relative to `prefix`, the folder the items were chosen in. Writes nothing.
pub async fn plan_download(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
    items: Vec<Item>,
    target: &Path,
) -> Result<Plan> {
    let _ = (lectern, connection, prefix, items, target);
    Err(pending())
}

/// Starts a plan, once.
///
/// # Errors
/// `InvalidInput` when a conflict has no answer, `NotFound` for a plan that was
/// started or discarded.
pub async fn start(lectern: &Arc<Lectern>, plan: PlanId, answers: &Answers) -> Result<Job> {
    let _ = (lectern, plan, answers);
    Err(pending())
}

/// Forgets a plan; nothing was written.
pub fn discard(lectern: &Lectern, plan: PlanId) {
    let _ = (lectern, plan);
}

/// Waits for the end of a job.
pub async fn finished(lectern: &Lectern, job: JobId) -> Result<Summary> {
    let _ = (lectern, job);
    Err(pending())
}

/// All jobs, at most ten times a second.
pub fn watch(lectern: &Lectern) -> watch::Receiver<Snapshot> {
    let _ = lectern;
    watch::channel(Snapshot::default()).1
}

/// Stops a job; parts already sent are aborted.
pub fn cancel(lectern: &Lectern, job: JobId) -> Result<()> {
    let _ = (lectern, job);
    Err(pending())
}

/// Tries the failed items of a job again, as a job of its own.
pub async fn retry(lectern: &Arc<Lectern>, job: JobId) -> Result<Job> {
    let _ = (lectern, job);
    Err(pending())
}

/// Takes a job that is over off the list.
pub fn clear(lectern: &Lectern, job: JobId) {
    let _ = (lectern, job);
}

/// Renames an object or folder within its folder, by server-side copy. Never over another.
pub async fn rename(
    lectern: &Arc<Lectern>,
    connection: &ConnectionId,
    item: Item,
    new_name: &str,
) -> Result<Summary> {
    let _ = (lectern, connection, item, new_name);
    Err(pending())
}

/// Moves items below another prefix, by server-side copy. Never over others.
pub async fn move_to(
    lectern: &Arc<Lectern>,
    connection: &ConnectionId,
    items: Vec<Item>,
    prefix: &str,
) -> Result<Summary> {
    let _ = (lectern, connection, items, prefix);
    Err(pending())
}

fn pending() -> Error {
    Error::internal("not there yet")
}
