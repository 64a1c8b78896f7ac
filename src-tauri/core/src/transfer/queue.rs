//! The list of jobs of this run and its picture for the window.
//!
//! While anything runs, one task samples all jobs ten times a second and
//! publishes a [`Snapshot`]; when nothing runs there is no task.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::watch;

use super::current::CurrentStore;
use super::items::{ItemTable, SHOWN};
use super::model::{
    Direction, ItemNews, ItemPhase, ItemState, JobState, SkipReason, Skipped, Snapshot, Summary,
};
use super::news::News;
use super::record::{Records, batch_of};
use super::work::Work;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::job::{Job, JobId, JobReporter, Tally};

/// At most ten pictures a second for the whole queue.
const TICK: Duration = Duration::from_millis(100);

/// Jobs that are over and still listed; older ones fall off by themselves.
const HISTORY: usize = 30;

#[derive(Default)]
pub(super) struct Queue {
    jobs: Mutex<BTreeMap<JobId, Entry>>,
    last_id: AtomicU32,
    snapshot: watch::Sender<Snapshot>,
    ticking: AtomicBool,
    /// Whether jobs that only count keep the names of what they did.
    listened_to: AtomicBool,
}

struct Entry {
    tally: Arc<Tally>,
    direction: Direction,
    target: String,
    /// Empty for jobs that other capabilities began.
    items: Arc<ItemTable>,
    skipped: Arc<[Skipped]>,
    again: Option<Again>,
    /// Its failed items are in another job.
    replaced: bool,
    news: News,
}

/// What it takes to do a job's work again.
#[derive(Clone)]
pub(super) struct Again {
    pub(super) target: String,
    pub(super) work: Arc<Work>,
    pub(super) current: CurrentStore,
    pub(super) records: Records,
}

impl Again {
    fn move_id(&self) -> Option<String> {
        let is_move = self.work.moves_for_good();
        let id = self.records.ids.first().filter(|_| is_move)?;
        Some(batch_of(id).to_owned())
    }

    pub(super) fn connection(&self) -> ConnectionId {
        self.current.now().connection().id.clone()
    }
}

impl Queue {
    pub(super) fn begin(
        self: &Arc<Self>,
        direction: Direction,
        target: &str,
        items: u32,
        bytes: u64,
    ) -> (Job, JobReporter) {
        let tally = Tally::new(self.fresh_id(), items, bytes);
        if self.listened_to.load(Ordering::Relaxed) {
            tally.listen();
        }
        self.insert(Entry {
            tally: Arc::clone(&tally),
            direction,
            target: target.to_owned(),
            items: Arc::default(),
            skipped: Arc::default(),
            again: None,
            replaced: false,
            news: News::default(),
        });
        (tally.job(), JobReporter::new(tally))
    }

    /// A job of this module's own: its items are shown, and can be tried again.
    pub(super) fn begin_work(
        self: &Arc<Self>,
        direction: Direction,
        again: Again,
        skipped: Vec<Skipped>,
    ) -> (Job, JobReporter, Arc<ItemTable>) {
        let outline = again.work.outline();
        let bytes = outline.iter().map(|(_, bytes)| bytes).sum();
        let count = outline.len() + skipped.len();
        let tally = Tally::new(
            self.fresh_id(),
            u32::try_from(count).unwrap_or(u32::MAX),
            bytes,
        );
        let reporter = JobReporter::new(Arc::clone(&tally));
        for _ in &skipped {
            reporter.item_skipped();
        }
        let items = Arc::new(ItemTable::of(outline));
        self.insert(Entry {
            tally: Arc::clone(&tally),
            direction,
            target: again.target.clone(),
            items: Arc::clone(&items),
            skipped: skipped.into(),
            again: Some(again),
            replaced: false,
            news: News::default(),
        });
        (tally.job(), reporter, items)
    }

    /// A job's work and which of its items failed.
    ///
    /// # Errors
    /// `NotFound` when the job is not on the list, `Unsupported` when it is
    /// another capability's.
    pub(super) fn again(&self, id: JobId) -> Result<(Again, Vec<usize>)> {
        let jobs = self.jobs();
        let entry = jobs.get(&id).ok_or_else(not_found)?;
        let again = entry.again.clone().filter(|_| !entry.replaced);
        let again = again.ok_or_else(|| {
            Error::new(Code::Unsupported, "This cannot be tried again from here.")
                .next("Do it again where you did it first.")
        })?;
        Ok((again, entry.items.failed()))
    }

    /// # Errors
    /// `NotFound` when the job is not on the list.
    pub(super) async fn finished(&self, id: JobId) -> Result<Summary> {
        let (tally, skipped, items, move_id) = {
            let jobs = self.jobs();
            let entry = jobs.get(&id).ok_or_else(not_found)?;
            let move_id = entry.again.as_ref().and_then(Again::move_id);
            let (tally, items) = (Arc::clone(&entry.tally), Arc::clone(&entry.items));
            (tally, Arc::clone(&entry.skipped), items, move_id)
        };
        let end = tally.job().ended().await;
        let failures = tally.failures().clone();
        Ok(Summary {
            phase: end.phase,
            done: end.items_done,
            bytes: tally.bytes_of_done(),
            verified: tally.verified(),
            skipped: skipped.iter().cloned().chain(same(&items)).collect(),
            failures,
            kept_local: items.kept_local(),
            move_id: move_id.filter(|_| end.items_done > 0),
        })
    }

    /// What happened to the items of a job since this was last asked.
    ///
    /// # Errors
    /// `NotFound` when the job is not on the list.
    pub(super) fn news(&self, id: JobId) -> Result<Vec<ItemNews>> {
        let jobs = self.jobs();
        let entry = jobs.get(&id).ok_or_else(not_found)?;
        Ok(match &entry.again {
            Some(again) => entry
                .news
                .of_items(&entry.items, &again.work, &entry.skipped),
            None => entry.news.of_count(&entry.tally),
        })
    }

    pub(super) fn listen(&self) {
        self.listened_to.store(true, Ordering::Relaxed);
    }

    pub(super) fn watch(&self) -> watch::Receiver<Snapshot> {
        self.snapshot.subscribe()
    }

    pub(super) fn cancel(&self, id: JobId) -> Result<()> {
        let jobs = self.jobs();
        jobs.get(&id).ok_or_else(not_found)?.tally.cancel();
        Ok(())
    }

    /// Begins nothing new of it; what is under way ends.
    ///
    /// # Errors
    /// `NotFound` when the job is not on the list, `Unsupported` for one that
    /// cannot stand still.
    pub(super) fn pause(self: &Arc<Self>, id: JobId) -> Result<()> {
        {
            let jobs = self.jobs();
            let entry = jobs.get(&id).ok_or_else(not_found)?;
            if entry.again.is_none() {
                return Err(Error::new(Code::Unsupported, "This cannot be paused."));
            }
            entry.tally.gate().close_for_person();
        }
        self.changed();
        Ok(())
    }

    /// Opens the gate of a job, whatever closed it.
    pub(super) fn go_on(self: &Arc<Self>, id: JobId) -> Result<()> {
        self.jobs()
            .get(&id)
            .ok_or_else(not_found)?
            .tally
            .gate()
            .open();
        self.changed();
        Ok(())
    }

    /// The jobs that are not over and can stand still.
    pub(super) fn pausable(&self) -> Vec<JobId> {
        let jobs = self.jobs();
        jobs.iter()
            .filter(|(_, entry)| entry.again.is_some() && !entry.tally.is_over())
            .map(|(id, _)| *id)
            .collect()
    }

    /// The store that a job works on, when it is one of this module's own.
    pub(super) fn current(&self, id: JobId) -> Result<Option<CurrentStore>> {
        let jobs = self.jobs();
        let entry = jobs.get(&id).ok_or_else(not_found)?;
        Ok(entry.again.as_ref().map(|again| again.current.clone()))
    }

    /// The other connections that a job copies to, each once.
    pub(super) fn copied_to(&self, id: JobId) -> Result<Vec<ConnectionId>> {
        let jobs = self.jobs();
        let entry = jobs.get(&id).ok_or_else(not_found)?;
        let Some(Work::Move(items)) = entry.again.as_ref().map(|again| &*again.work) else {
            return Ok(Vec::new());
        };
        let others = items.iter().filter_map(|item| item.to_connection.clone());
        let others: BTreeSet<ConnectionId> = others.collect();
        Ok(others.into_iter().collect())
    }

    /// Where a download puts one of its items, or all that it brings.
    ///
    /// # Errors
    /// `NotFound` when the job is not on the list or has no such item,
    /// `Unsupported` when it is no download.
    pub(super) fn local_path(&self, id: JobId, item: Option<u32>) -> Result<PathBuf> {
        let jobs = self.jobs();
        let entry = jobs.get(&id).ok_or_else(not_found)?;
        let Some(Work::Download(items)) = entry.again.as_ref().map(|again| &*again.work) else {
            return Err(Error::new(Code::Unsupported, "This is not a download."));
        };
        let only = (items.len() == 1).then_some(0);
        let index = match item {
            Some(item) => usize::try_from(item).ok(),
            None => only,
        };
        let Some(index) = index else {
            let first = items.first().ok_or_else(not_found)?;
            return Ok(first.root.clone());
        };
        let item = items.get(index).ok_or_else(not_found)?;
        // Its name follows when it gets another number than was planned.
        Ok(item.root.join(entry.items.name(index)))
    }

    /// Takes a job that is over off the list; one that runs stays. What it
    /// takes to do its failed items again, and which those are.
    pub(super) fn clear(self: &Arc<Self>, id: JobId) -> Option<(Again, Vec<usize>)> {
        let cleared = {
            let mut jobs = self.jobs();
            let over = jobs.get(&id).is_some_and(|entry| entry.tally.is_over());
            if over { jobs.remove(&id) } else { None }
        };
        self.changed();
        let entry = cleared.filter(|entry| !entry.replaced)?;
        Some((entry.again?, entry.items.failed()))
    }

    /// Whether a job has transfers of this user action in hand.
    pub(super) fn has_batch(&self, batch: &str) -> bool {
        let jobs = self.jobs();
        jobs.values().any(|entry| {
            let ids = entry
                .again
                .as_ref()
                .and_then(|again| again.records.ids.first());
            ids.is_some_and(|id| batch_of(id) == batch)
        })
    }

    /// A job whose failed items went into another one has nothing to be done again.
    pub(super) fn replaced(self: &Arc<Self>, id: JobId) {
        let mut jobs = self.jobs();
        if let Some(entry) = jobs.get_mut(&id) {
            entry.replaced = true;
        }
    }

    fn fresh_id(&self) -> JobId {
        JobId(self.last_id.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn insert(self: &Arc<Self>, entry: Entry) {
        {
            let mut jobs = self.jobs();
            jobs.insert(entry.tally.id, entry);
            forget_old(&mut jobs);
        }
        self.changed();
    }

    fn jobs(&self) -> MutexGuard<'_, BTreeMap<JobId, Entry>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sees to it that the list's new state is published soon.
    fn changed(self: &Arc<Self>) {
        if self.ticking.swap(true, Ordering::AcqRel) {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(tick(Arc::downgrade(self)));
        } else {
            self.publish();
            self.ticking.store(false, Ordering::Release);
        }
    }

    /// Samples and publishes all jobs; whether any of them is not over.
    fn publish(&self) -> bool {
        let snapshot = self.picture();
        let active = is_active(&snapshot);
        self.snapshot.send_if_modified(|now| {
            let news = *now != snapshot;
            if news {
                *now = snapshot;
            }
            news
        });
        active
    }

    pub(super) fn picture(&self) -> Snapshot {
        let jobs = self.jobs();
        let jobs = jobs.values().rev().map(Entry::state).collect();
        Snapshot { jobs }
    }
}

impl Entry {
    fn state(&self) -> JobState {
        self.tally.tick();
        let mut items = self.items.shown();
        if items.is_empty() {
            items = failures_as_items(&self.tally);
        }
        JobState {
            id: self.tally.id,
            direction: self.direction,
            connection: self.again.as_ref().map(Again::connection),
            target: self.target.clone(),
            progress: self.tally.progress(),
            verified: self.tally.verified(),
            items,
            skipped: self
                .skipped
                .iter()
                .cloned()
                .chain(same(&self.items))
                .take(SHOWN)
                .collect(),
            pause: self.tally.gate().closed(),
            can_pause: self.again.is_some(),
            kept_local: u32::try_from(self.items.kept_local_count()).unwrap_or(u32::MAX),
        }
    }
}

/// Ends with the queue, or with the last job that is not over.
async fn tick(queue: Weak<Queue>) {
    loop {
        let Some(queue) = queue.upgrade() else {
            return;
        };
        let active = queue.publish();
        if !active {
            queue.ticking.store(false, Ordering::Release);
            // A job may have begun since the picture was taken.
            let missed = queue.picture() != *queue.snapshot.borrow();
            if !missed || queue.ticking.swap(true, Ordering::AcqRel) {
                return;
            }
        }
        drop(queue);
        tokio::time::sleep(TICK).await;
    }
}

fn is_active(snapshot: &Snapshot) -> bool {
    snapshot
        .jobs
        .iter()
        .any(|job| !job.progress.phase.is_over())
}

fn same(items: &ItemTable) -> impl Iterator<Item = Skipped> {
    items.same().into_iter().map(|name| Skipped {
        name,
        why: SkipReason::Same,
    })
}

fn failures_as_items(tally: &Tally) -> Vec<ItemState> {
    tally
        .failures()
        .iter()
        .take(SHOWN)
        .map(|failure| ItemState {
            index: None,
            name: failure.name.clone(),
            phase: ItemPhase::Failed,
            bytes_total: 0,
            bytes_done: 0,
            error: Some(failure.error.clone()),
        })
        .collect()
}

fn forget_old(jobs: &mut BTreeMap<JobId, Entry>) {
    let over: Vec<JobId> = jobs
        .iter()
        .filter(|(_, entry)| entry.tally.is_over())
        .map(|(id, _)| *id)
        .collect();
    for id in over.iter().take(over.len().saturating_sub(HISTORY)) {
        jobs.remove(id);
    }
}

fn not_found() -> Error {
    Error::new(Code::NotFound, "This transfer is not on the list any more.")
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
