//! What running work says of itself. Counters are atomics, so that reporting
//! costs nothing; whoever shows them samples them ten times a second.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::gate::Gate;
use super::meter::Meter;
use super::{ItemFailure, Job, JobId, JobPhase, Progress};
use crate::error::Error;

/// Owned by the task that does the work (or shared by its parts through an
/// `Arc`). The job is over when [`JobReporter::finish`] is called or the last
/// of it is dropped, whichever comes first: a task that dies leaves no job
/// running.
pub struct JobReporter {
    tally: Arc<Tally>,
}

/// The state behind a [`Job`] and its [`JobReporter`].
pub(crate) struct Tally {
    pub(crate) id: JobId,
    cancel: CancellationToken,
    gate: Gate,
    started: AtomicBool,
    over: AtomicBool,
    items_total: AtomicU32,
    items_done: AtomicU32,
    items_failed: AtomicU32,
    items_skipped: AtomicU32,
    items_verified: AtomicU32,
    bytes_total: AtomicU64,
    bytes_done: AtomicU64,
    /// Of these, what was there when the job began: no part of its rate.
    bytes_there: AtomicU64,
    /// Bytes of the items that are done, for the summary.
    bytes_of_done: AtomicU64,
    failures: Mutex<Vec<ItemFailure>>,
    /// What was done and not told yet, while somebody wants to hear it.
    done_by_name: Mutex<Option<Vec<ItemDone>>>,
    meter: Mutex<Meter>,
    began: Instant,
    progress: watch::Sender<Progress>,
}

/// One thing of a job that only counts, by its name and key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ItemDone {
    pub(crate) name: String,
    pub(crate) key: String,
    /// Bytes.
    pub(crate) size: u64,
}

impl JobReporter {
    pub(crate) fn new(tally: Arc<Tally>) -> Self {
        Self { tally }
    }

    pub fn id(&self) -> JobId {
        self.tally.id
    }

    /// Fires when the person cancels; the work stops at its next step.
    pub fn cancel_token(&self) -> &CancellationToken {
        &self.tally.cancel
    }

    pub fn is_cancelled(&self) -> bool {
        self.tally.cancel.is_cancelled()
    }

    /// Whoever begins something new passes it first.
    pub(crate) fn gate(&self) -> &Gate {
        &self.tally.gate
    }

    /// For work whose extent shows only under way.
    pub fn set_totals(&self, items: u32, bytes: u64) {
        self.tally.items_total.store(items, Ordering::Relaxed);
        self.tally.bytes_total.store(bytes, Ordering::Relaxed);
    }

    /// The first item is being worked on.
    pub fn running(&self) {
        self.tally.started.store(true, Ordering::Relaxed);
    }

    /// Payload bytes of items under way.
    pub fn add_bytes(&self, bytes: u64) {
        self.tally.bytes_done.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Payload bytes that an earlier run moved.
    pub(crate) fn add_bytes_there(&self, bytes: u64) {
        self.tally.bytes_there.fetch_add(bytes, Ordering::Relaxed);
        self.add_bytes(bytes);
    }

    /// Bytes that were counted and have to go again (a retry), or whose item failed.
    pub fn take_back_bytes(&self, bytes: u64) {
        let _ = self
            .tally
            .bytes_done
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |done| {
                Some(done.saturating_sub(bytes))
            });
    }

    /// One item is done whose bytes were not counted before.
    pub fn item_done(&self, bytes: u64) {
        self.add_bytes(bytes);
        self.item_done_counted(bytes, false);
    }

    /// The same for an object, which is named to whoever listens.
    pub(crate) fn object_done(&self, item: impl FnOnce() -> ItemDone, bytes: u64) {
        if let Some(done) = &mut *self.tally.done_by_name() {
            done.push(item());
        }
        self.item_done(bytes);
    }

    /// One item is done whose bytes were counted as they went.
    pub(crate) fn item_done_counted(&self, bytes: u64, verified: bool) {
        self.running();
        let tally = &self.tally;
        tally.bytes_of_done.fetch_add(bytes, Ordering::Relaxed);
        tally
            .items_verified
            .fetch_add(u32::from(verified), Ordering::Relaxed);
        tally.items_done.fetch_add(1, Ordering::Relaxed);
    }

    pub fn item_failed(&self, name: impl Into<String>, error: Error) {
        self.running();
        let name = name.into();
        self.tally.failures().push(ItemFailure { name, error });
        self.tally.items_failed.fetch_add(1, Ordering::Relaxed);
    }

    pub fn item_skipped(&self) {
        self.tally.items_skipped.fetch_add(1, Ordering::Relaxed);
    }

    /// Ends the job. Cancelled when that was asked for and something is left
    /// undone; otherwise done, with failures where there are any or where items
    /// were never reported.
    pub fn finish(&self) -> JobPhase {
        self.tally.finish()
    }
}

impl Drop for JobReporter {
    fn drop(&mut self) {
        self.tally.finish();
    }
}

impl Tally {
    pub(crate) fn new(id: JobId, items: u32, bytes: u64) -> Arc<Self> {
        let waiting = Progress {
            phase: JobPhase::Waiting,
            items_total: items,
            items_done: 0,
            items_failed: 0,
            items_skipped: 0,
            bytes_total: bytes,
            bytes_done: 0,
            bytes_per_second: 0,
            seconds_left: None,
        };
        Arc::new(Self {
            id,
            cancel: CancellationToken::new(),
            gate: Gate::default(),
            started: AtomicBool::new(false),
            over: AtomicBool::new(false),
            items_total: AtomicU32::new(items),
            items_done: AtomicU32::new(0),
            items_failed: AtomicU32::new(0),
            items_skipped: AtomicU32::new(0),
            items_verified: AtomicU32::new(0),
            bytes_total: AtomicU64::new(bytes),
            bytes_done: AtomicU64::new(0),
            bytes_there: AtomicU64::new(0),
            bytes_of_done: AtomicU64::new(0),
            failures: Mutex::default(),
            done_by_name: Mutex::default(),
            meter: Mutex::default(),
            began: Instant::now(),
            progress: watch::channel(waiting).0,
        })
    }

    pub(crate) fn job(&self) -> Job {
        Job {
            id: self.id,
            cancel: self.cancel.clone(),
            progress: self.progress.subscribe(),
        }
    }

    pub(crate) fn cancel(&self) {
        self.cancel.cancel();
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    pub(crate) fn failures(&self) -> MutexGuard<'_, Vec<ItemFailure>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on what is done is kept by name, until it is taken.
    pub(crate) fn listen(&self) {
        self.done_by_name().get_or_insert_default();
    }

    /// What was done since the last time, if somebody listens.
    pub(crate) fn take_done(&self) -> Vec<ItemDone> {
        let mut done = self.done_by_name();
        done.as_mut().map(std::mem::take).unwrap_or_default()
    }

    fn done_by_name(&self) -> MutexGuard<'_, Option<Vec<ItemDone>>> {
        self.done_by_name
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn verified(&self) -> u32 {
        self.items_verified.load(Ordering::Relaxed)
    }

    pub(crate) fn bytes_of_done(&self) -> u64 {
        self.bytes_of_done.load(Ordering::Relaxed)
    }

    /// Measures the rate and tells whoever watches this job.
    pub(crate) fn tick(&self) {
        self.tick_at(self.began.elapsed());
    }

    fn tick_at(&self, since_begin: Duration) {
        if self.is_over() {
            return;
        }
        let phase = if self.gate.closed().is_some() {
            JobPhase::Paused
        } else if self.started.load(Ordering::Relaxed) {
            JobPhase::Running
        } else {
            JobPhase::Waiting
        };
        let progress = self.measure(phase, since_begin);
        self.progress.send_if_modified(|now| {
            // The end may have been told since the check above.
            let news = !now.phase.is_over() && *now != progress;
            if news {
                *now = progress;
            }
            news
        });
    }

    pub(crate) fn progress(&self) -> Progress {
        self.progress.borrow().clone()
    }

    fn finish(&self) -> JobPhase {
        if self.over.swap(true, Ordering::AcqRel) {
            return self.progress.borrow().phase;
        }
        let done = self.items_done.load(Ordering::Relaxed);
        let failed = self.items_failed.load(Ordering::Relaxed);
        let skipped = self.items_skipped.load(Ordering::Relaxed);
        let left = self.items_total.load(Ordering::Relaxed) > done + failed + skipped;
        let phase = if self.cancel.is_cancelled() && left {
            JobPhase::Cancelled
        } else if failed > 0 || left {
            JobPhase::DoneWithFailures
        } else {
            JobPhase::Done
        };
        let mut progress = self.measure(phase, self.began.elapsed());
        progress.seconds_left = None;
        self.progress.send_replace(progress);
        phase
    }

    fn measure(&self, phase: JobPhase, since_begin: Duration) -> Progress {
        let bytes_total = self.bytes_total.load(Ordering::Relaxed);
        let bytes_done = self.bytes_done.load(Ordering::Relaxed);
        let mut meter = self.meter.lock().unwrap_or_else(PoisonError::into_inner);
        let there = self.bytes_there.load(Ordering::Relaxed);
        meter.sample(since_begin, bytes_done.saturating_sub(there));
        Progress {
            phase,
            items_total: self.items_total.load(Ordering::Relaxed),
            items_done: self.items_done.load(Ordering::Relaxed),
            items_failed: self.items_failed.load(Ordering::Relaxed),
            items_skipped: self.items_skipped.load(Ordering::Relaxed),
            bytes_total,
            bytes_done,
            bytes_per_second: meter.rate(),
            seconds_left: meter.seconds_left(bytes_total.saturating_sub(bytes_done)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn job_of(items: u32) -> (Arc<Tally>, JobReporter) {
        let tally = Tally::new(JobId(1), items, 10 * u64::from(items));
        (Arc::clone(&tally), JobReporter::new(tally))
    }

    #[tokio::test]
    async fn a_job_whose_items_are_all_done_is_done() {
        let (tally, reporter) = job_of(2);
        reporter.item_done(10);
        reporter.item_done(10);

        assert_eq!(reporter.finish(), JobPhase::Done);
        let end = tally.job().ended().await;
        assert_eq!((end.items_done, end.bytes_done), (2, 20));
    }

    #[tokio::test]
    async fn a_job_with_a_failed_item_says_so() {
        let (tally, reporter) = job_of(2);
        reporter.item_done(10);
        reporter.item_failed("b", Error::new(Code::NoNetwork, "No network."));

        assert_eq!(reporter.finish(), JobPhase::DoneWithFailures);
        assert_eq!(tally.failures()[0].name, "b");
    }

    #[tokio::test]
    async fn a_job_cancelled_with_items_left_is_cancelled() {
        let (tally, reporter) = job_of(2);
        tally.cancel();

        assert!(reporter.is_cancelled());
        assert_eq!(reporter.finish(), JobPhase::Cancelled);
    }

    #[tokio::test]
    async fn a_cancel_that_came_too_late_leaves_the_job_done() {
        let (tally, reporter) = job_of(1);
        reporter.item_done(10);
        tally.cancel();

        assert_eq!(reporter.finish(), JobPhase::Done);
    }

    #[tokio::test]
    async fn a_task_that_dies_leaves_no_job_running() {
        let (tally, reporter) = job_of(2);
        drop(reporter);

        assert_eq!(tally.job().ended().await.phase, JobPhase::DoneWithFailures);
    }

    #[test]
    fn what_an_earlier_run_moved_is_no_part_of_the_rate() {
        let (tally, reporter) = job_of(100);
        tally.tick_at(Duration::ZERO);
        reporter.running();
        reporter.add_bytes_there(800);
        reporter.add_bytes(100);
        tally.tick_at(Duration::from_secs(1));

        let now = tally.progress();
        assert_eq!((now.bytes_done, now.bytes_per_second), (900, 100));
        assert_eq!(now.seconds_left, Some(1));
    }

    #[test]
    fn a_tick_tells_rate_and_time_left() {
        let (tally, reporter) = job_of(100);
        tally.tick_at(Duration::ZERO);
        reporter.running();
        reporter.add_bytes(100);
        tally.tick_at(Duration::from_secs(1));

        let now = tally.progress();
        assert_eq!(now.phase, JobPhase::Running);
        assert_eq!(now.bytes_per_second, 100);
        assert_eq!(now.seconds_left, Some(9));
    }
}
