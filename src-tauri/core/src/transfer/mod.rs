//! Transfers: files into the bucket and out of it.
//!
//! Planned (what would be sent, what is skipped, what stands in the way),
//! started with the answers, run as a [`Job`], ended with a summary. Nothing is
//! written before the plan's conflicts are answered.

mod body;
mod buffers;
mod checksum;
mod condition;
mod current;
mod disk;
mod download;
mod existing;
mod extra;
mod head;
mod items;
mod journal;
mod leftovers;
mod limits;
mod model;
mod moves;
mod moving;
mod named;
mod news;
mod pace;
mod part_size;
mod path_text;
mod patience;
mod plan;
mod progress;
mod queue;
mod rate;
mod record;
mod removals;
mod run;
mod runner;
mod same;
mod spread;
mod sync;
mod take_up;
mod undo_move;
mod upload;
mod walk;
mod window;
mod work;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::sync::watch;

use crate::browse::Item;
use crate::connection::ConnectionId;
use crate::error::Result;
use crate::job::{Job, JobId, JobReporter};
use crate::lectern::Lectern;
use crate::store::Store;

use current::CurrentStore;
use limits::Limits;
use plan::Plans;
use record::Records;
use run::{Left, Run};
use runner::Runner;
use work::Work;

pub use leftovers::{
    Aborted, LeftoverUpload, PRICE_PER_GIB_MONTH, UploadRef, Whose, abort_uploads, cost_a_month,
    leftover_uploads,
};
pub use model::*;
pub use moves::{
    copy_to, move_to, plan_copy, plan_copy_as, plan_move, plan_move_as, relocate, rename,
};
pub use named::{plan_download_as, plan_upload_as};
pub use sync::{
    Extent, Removed, SyncChange, SyncOptions, SyncPlan, SyncWhat, plan_sync_down, plan_sync_up,
    remove_extra,
};

pub use undo_move::{Move, list_moves, undo_move};

/// The plans and jobs of this run.
#[derive(Default)]
pub struct Transfers {
    plans: Plans,
    queue: Arc<queue::Queue>,
    limits: Arc<Limits>,
    journal: journal::Journal,
    runner: OnceLock<Runner>,
    patience: Patience,
    removals: Arc<removals::Removals>,
}

impl Transfers {
    /// The run that has this app's transfers in hand, from the first of them on. Blocks.
    fn runner(&self, lectern: &Lectern) -> Result<&Runner> {
        if let Some(runner) = self.runner.get() {
            return Ok(runner);
        }
        let data = lectern.catalog.is_kept().then_some(&lectern.folders.data);
        let runner = Runner::begin(data.map(PathBuf::as_path))?;
        Ok(self.runner.get_or_init(|| runner))
    }

    /// How long a job goes on with nothing but failures (no network, a service
    /// that fails) before it gives up.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = Patience(patience);
        self
    }

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
    let planned = plan::upload::plan(lectern, connection, prefix, paths).await?;
    Ok(lectern.transfers.plans.keep(planned))
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
    let planned = plan::download::plan(lectern, connection, prefix, items, target).await?;
    Ok(lectern.transfers.plans.keep(planned))
}

/// Starts a plan, once.
///
/// # Errors
/// `InvalidInput` when a conflict has no answer, `NotFound` for a plan that was
/// started or discarded.
pub async fn start(lectern: &Arc<Lectern>, plan: PlanId, answers: &Answers) -> Result<Job> {
    let (planned, mut resolved) = lectern.transfers.plans.take(plan, answers)?;
    if answers.remove_local {
        resolved.work.remove_local();
    }
    let store = lectern.stores.of(lectern, &planned.connection).await?;
    let mut skipped = planned.skipped;
    skipped.extend(resolved.skipped);
    let (direction, target) = (planned.direction, planned.target);
    launch(lectern, &store, resolved.work, skipped, direction, &target).await
}

/// Forgets a plan; nothing was written.
pub fn discard(lectern: &Lectern, plan: PlanId) {
    lectern.transfers.plans.discard(plan);
}

/// Waits for the end of a job.
///
/// # Errors
/// `NotFound` when the job is not on the list.
pub async fn finished(lectern: &Lectern, job: JobId) -> Result<Summary> {
    lectern.transfers.queue.finished(job).await
}

/// All jobs, at most ten times a second.
pub fn watch(lectern: &Lectern) -> watch::Receiver<Snapshot> {
    lectern.transfers.queue.watch()
}

/// All jobs as they are at this moment.
pub fn jobs(lectern: &Lectern) -> Snapshot {
    lectern.transfers.queue.picture()
}

/// From here on jobs that only count what they do (deleting, bringing back)
/// remember its names for [`news`].
pub fn listen(lectern: &Lectern) {
    lectern.transfers.queue.listen();
}

/// Which items of a job began and ended since this was last asked, in that
/// order; the first time, since the job began. One asker a job.
///
/// # Errors
/// `NotFound` when the job is not on the list.
pub fn news(lectern: &Lectern, job: JobId) -> Result<Vec<ItemNews>> {
    lectern.transfers.queue.news(job)
}

/// Bytes a second for all transfers together, from now on and for those under
/// way; `None` for as fast as it goes. Server-side work is not counted.
pub fn limit_rate(lectern: &Lectern, limit: Option<u64>) {
    lectern.transfers.limits.rate.set(limit);
}

/// Stops a job; parts already sent are aborted.
pub fn cancel(lectern: &Lectern, job: JobId) -> Result<()> {
    lectern.transfers.queue.cancel(job)
}

/// Begins nothing new of a job; the parts that are under way end.
///
/// # Errors
/// `NotFound` when the job is not on the list, `Unsupported` for one that
/// cannot stand still.
pub fn pause(lectern: &Lectern, job: JobId) -> Result<()> {
    lectern.transfers.queue.pause(job)
}

/// Goes on with a job where it stopped. The bucket is opened anew, so that a
/// sign-in since then counts.
///
/// # Errors
/// `NotFound` when the job is not on the list, and what opening the bucket
/// says: then the job stands still as before.
pub async fn resume(lectern: &Arc<Lectern>, job: JobId) -> Result<()> {
    if let Some(current) = lectern.transfers.queue.current(job)? {
        let connection = current.now().connection().id.clone();
        lectern.stores.forget(&connection).await;
        current.replace(lectern.stores.of(lectern, &connection).await?);
    }
    for connection in lectern.transfers.queue.copied_to(job)? {
        lectern.stores.forget(&connection).await;
        lectern.stores.of(lectern, &connection).await?;
    }
    lectern.transfers.queue.go_on(job)
}

/// Pauses every job that can stand still.
pub fn pause_all(lectern: &Lectern) {
    for job in lectern.transfers.queue.pausable() {
        // One that ended meanwhile needs no pause.
        let _ = pause(lectern, job);
    }
}

/// Goes on with every job.
///
/// # Errors
/// The first that opening a bucket said; the other jobs go on.
pub async fn resume_all(lectern: &Arc<Lectern>) -> Result<()> {
    let mut outcome = Ok(());
    for job in lectern.transfers.queue.pausable() {
        outcome = outcome.and(resume(lectern, job).await);
    }
    outcome
}

/// Looks at what runs that ended early (crash, kill, power) left to be done.
pub async fn unfinished(lectern: &Arc<Lectern>) -> Result<Unfinished> {
    take_up::unfinished(lectern).await
}

/// Goes on with what runs that ended early left, one job a user action.
/// Transfers in the hands of another Lectern that runs now stay there.
pub async fn take_up(lectern: &Arc<Lectern>, changed: IfChanged) -> Result<Vec<Job>> {
    take_up::take_up(lectern, changed).await
}

/// Tries the failed items of a job again, as a job of its own. What is in the
/// store already need not go again; files that were changed meanwhile go as
/// they are now.
///
/// # Errors
/// `NotFound` when the job is not on the list, `Unsupported` when it is not one
/// that can be tried again.
pub async fn retry(lectern: &Arc<Lectern>, job: JobId) -> Result<Job> {
    take_up::retry(lectern, job).await
}

/// Where a download puts one of its items (by its index), or, without one, what
/// shows all that it brings: the folder that was chosen, or the only file.
///
/// # Errors
/// `NotFound` when the job is not on the list or has no such item,
/// `Unsupported` when it is no download.
pub fn local_path(lectern: &Lectern, job: JobId, item: Option<u32>) -> Result<PathBuf> {
    lectern.transfers.queue.local_path(job, item)
}

/// Takes a job that is over off the list. What its failed items left behind
/// for another try (parts in the bucket, temporary files) is removed.
pub fn clear(lectern: &Arc<Lectern>, job: JobId) {
    if let Some(again) = lectern.transfers.queue.clear(job) {
        take_up::give_up(lectern, again);
    }
}

/// Writes the work down, puts it on the list and lets it run.
async fn launch(
    lectern: &Arc<Lectern>,
    store: &Arc<Store>,
    work: Work,
    skipped: Vec<Skipped>,
    direction: Direction,
    target: &str,
) -> Result<Job> {
    let work = Arc::new(work);
    let records = Records::begin(lectern, store, &work, target).await?;
    let launched = Launch {
        store: Arc::clone(store),
        work,
        records,
        left: HashMap::new(),
        skipped,
        direction,
        target: target.to_owned(),
    };
    Ok(launched.launch(lectern))
}

/// Work that is written down.
struct Launch {
    store: Arc<Store>,
    work: Arc<Work>,
    records: Records,
    left: HashMap<usize, Left>,
    skipped: Vec<Skipped>,
    direction: Direction,
    target: String,
}

impl Launch {
    /// Puts it on the list and lets it run.
    fn launch(self, lectern: &Arc<Lectern>) -> Job {
        let again = queue::Again {
            target: self.target.clone(),
            work: Arc::clone(&self.work),
            current: CurrentStore::new(self.store),
            records: self.records.clone(),
        };
        let current = again.current.clone();
        let (job, reporter, items) =
            lectern
                .transfers
                .queue
                .begin_work(self.direction, again, self.skipped);
        let run = Run {
            lectern: Arc::clone(lectern),
            current,
            limits: Arc::clone(&lectern.transfers.limits),
            records: self.records,
            work: self.work,
            items,
            reporter: Arc::new(reporter),
            left: Mutex::new(self.left),
            drought: patience::Drought::default(),
            patience: lectern.transfers.patience.0,
        };
        tokio::spawn(run::run(run));
        job
    }
}

struct Patience(Duration);

impl Default for Patience {
    fn default() -> Self {
        Self(patience::PATIENCE)
    }
}
