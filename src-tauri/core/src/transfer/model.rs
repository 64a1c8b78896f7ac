//! What transfers are made of, as the window and the command line see them.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::Error;
use crate::job::{ItemFailure, JobId, JobPhase, Pause, Progress};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    Upload,
    Download,
    /// On the service's side.
    Copy,
    /// On the service's side: rename and move.
    Move,
    Delete,
    Restore,
    /// On the service's side: what describes objects.
    Edit,
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
    /// What gets another name than it has, because this computer could not
    /// hold it under its own.
    pub renamed: Vec<Renamed>,
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
    /// Replace what is older than the new one, and skip the rest.
    IfNewer,
    /// Replace what is not the same, and skip the rest.
    IfDifferent,
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
    /// Only newer ones were asked for.
    NotNewer,
    /// Only different ones were asked for, and it is the same.
    Same,
}

/// One thing that gets another name, both relative to the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Renamed {
    pub name: String,
    pub becomes: String,
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
    /// Whose bucket it works on; `None` for another capability's job.
    pub connection: Option<ConnectionId>,
    pub target: String,
    pub progress: Progress,
    /// Items done whose checksum is the store's.
    pub verified: u32,
    /// The items that are worth seeing now: running and failed first, at most 50.
    pub items: Vec<ItemState>,
    /// At most 50; the progress counts all, and the [`Summary`] has them.
    pub skipped: Vec<Skipped>,
    /// Why it stands still, while it does.
    pub pause: Option<Pause>,
    pub can_pause: bool,
    /// Local files that were to be removed after the upload and are still there.
    pub kept_local: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ItemState {
    /// Which of the job's items; `None` where the job keeps no list of them.
    pub index: Option<u32>,
    pub name: String,
    pub phase: ItemPhase,
    pub bytes_total: u64,
    pub bytes_done: u64,
    pub error: Option<Error>,
}

/// The begin or the end of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemNews {
    pub name: String,
    /// The object's key, or the one that a file or a copy becomes; unknown for
    /// what was left out, and in jobs that only count.
    pub key: Option<String>,
    /// Running for a begin, otherwise how it ended.
    pub phase: ItemPhase,
    /// Bytes of the whole item.
    pub bytes: u64,
    /// Of what was skipped.
    pub why: Option<SkipReason>,
    /// Of what failed.
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
    /// Goes on when its job does.
    Paused,
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
    /// Remove each local file once its upload is verified.
    pub remove_local: bool,
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
    /// Local files that were to be removed after the upload and are still
    /// there: not verified, changed since, or not ours to remove.
    pub kept_local: Vec<String>,
    /// By which a move can be taken back.
    pub move_id: Option<String>,
}

/// What a run that ended early (crash, kill, power) left to be done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Unfinished {
    /// Transfers that can be taken up, the changed ones included.
    pub files: u32,
    pub bytes: u64,
    /// Bytes of them that need not go again.
    pub bytes_done: u64,
    /// Files of uploads that are not as they were when they were begun.
    pub changed: Vec<ChangedSource>,
    /// Transfers in the hands of another Lectern that runs now.
    pub elsewhere: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChangedSource {
    pub name: String,
    pub old_size: u64,
    pub old_modified_at: Option<UnixMillis>,
    /// `None`: it is not there any more.
    pub new_size: Option<u64>,
    pub new_modified_at: Option<UnixMillis>,
}

/// What becomes of uploads whose file changed since they were begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum IfChanged {
    /// From the beginning, as it is now.
    SendAsItIs,
    LeaveOut,
    /// Its whole user action stays as it was left, until somebody has decided.
    NotYet,
}
