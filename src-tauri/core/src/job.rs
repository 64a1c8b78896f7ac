//! The shape of long work: planned, started, reports progress, can be
//! cancelled, ends with a summary of what was done, skipped and failed.
//!
//! A [`Job`] is the handle; the work itself is a task that owns the matching
//! [`JobReporter`]. `transfer/` keeps the list of them for the window, and
//! begins one of any kind with `Transfers::begin`.

mod gate;
mod meter;
mod reporter;

use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::error::Error;

pub use reporter::JobReporter;
pub(crate) use reporter::{ItemDone, Tally};

/// Numbered from one in each run of the app.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, serde::Deserialize, Type,
)]
pub struct JobId(pub u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum JobPhase {
    Waiting,
    Running,
    /// Stands still, and is not over: see [`Pause`].
    Paused,
    Done,
    /// Ended; some items failed.
    DoneWithFailures,
    Cancelled,
}

impl JobPhase {
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::DoneWithFailures | Self::Cancelled)
    }
}

/// Why a job stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Pause {
    /// Somebody asked for it.
    Person,
    /// The service does not take the credentials any more: after a sign-in it
    /// goes on where it stopped.
    SignIn,
    /// The service cannot be reached; tried again by itself.
    Network,
}

/// How far a job is. Bytes are payload bytes; rates are bytes a second over the
/// last few seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    pub phase: JobPhase,
    pub items_total: u32,
    pub items_done: u32,
    pub items_failed: u32,
    pub items_skipped: u32,
    pub bytes_total: u64,
    pub bytes_done: u64,
    pub bytes_per_second: u64,
    /// Unknown until there is a rate.
    pub seconds_left: Option<u32>,
}

/// One thing of a job that could not be done, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ItemFailure {
    pub name: String,
    pub error: Error,
}

/// The handle of running work.
#[derive(Clone)]
pub struct Job {
    pub id: JobId,
    pub cancel: CancellationToken,
    pub progress: watch::Receiver<Progress>,
}

impl Job {
    /// Waits for the end and gives the last progress. A job whose reporter is
    /// gone is over.
    pub async fn ended(&mut self) -> Progress {
        let told = self
            .progress
            .wait_for(|now| now.phase.is_over())
            .await
            .map(|progress| progress.clone());
        told.unwrap_or_else(|_| self.progress.borrow().clone())
    }
}
