//! Transfers: files into the bucket and out of it.
//!
//! Planned (what would be sent, what is skipped, what stands in the way),
//! started with the answers, run as a [`Job`], ended with a summary. Nothing is
//! written before the plan's conflicts are answered.

#![allow(dead_code)] // until the engine below uses all of it, which is next

mod body;
mod checksum;
mod condition;
mod disk;
mod existing;
mod items;
mod limits;
mod model;
mod part_size;
mod progress;
mod queue;
mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;

use crate::browse::Item;
use crate::connection::ConnectionId;
use crate::error::{Error, Result};
use crate::job::{Job, JobId, JobReporter};
use crate::lectern::Lectern;

pub use model::*;

/// The plans and jobs of this run.
#[derive(Default)]
pub struct Transfers {
    queue: Arc<queue::Queue>,
}

impl Transfers {
    /// Puts a job of any kind on the list that [`watch`] shows; the caller does
    /// the work and reports it. `target` names what it is about, as the person
    /// knows it. Totals that are not known yet can be set later.
    pub fn begin(
        &self,
        direction: Direction,
        target: &str,
        items: u32,
        bytes: u64,
    ) -> (Job, JobReporter) {
        self.queue.begin(direction, target, items, bytes)
    }
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

mod named;
pub use named::{plan_download_as, plan_upload_as, relocate};

/// Waits for the end of a job.
pub async fn finished(lectern: &Lectern, job: JobId) -> Result<Summary> {
    lectern.transfers.queue.finished(job).await
}

/// All jobs, at most ten times a second.
pub fn watch(lectern: &Lectern) -> watch::Receiver<Snapshot> {
    lectern.transfers.queue.watch()
}

/// Stops a job; parts already sent are aborted.
pub fn cancel(lectern: &Lectern, job: JobId) -> Result<()> {
    lectern.transfers.queue.cancel(job)
}

/// Tries the failed items of a job again, as a job of its own.
pub async fn retry(lectern: &Arc<Lectern>, job: JobId) -> Result<Job> {
    let _ = (lectern, job);
    Err(pending())
}

/// Takes a job that is over off the list.
pub fn clear(lectern: &Lectern, job: JobId) {
    lectern.transfers.queue.clear(job);
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
