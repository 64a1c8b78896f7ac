//! Running a job: its items one after the other begun, many at once under way,
//! each ending in a clear state. What differs between the kinds of work is in
//! the files that this one calls.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::window::Place;
use tokio::task::JoinSet;

use super::current::CurrentStore;
use super::items::ItemTable;
use super::limits::Limits;
use super::model::ItemPhase;
use super::patience::Drought;
use super::progress::ItemProgress;
use super::record::Records;
use super::work::Work;
use super::{download, moving, upload};
use crate::catalog::{Begun, TransferPart};
use crate::error::{Code, Error, Result};
use crate::job::JobReporter;
use crate::lectern::Lectern;
use crate::store::{Capabilities, Store};

/// Everything that the items of one job share.
pub(super) struct Run {
    pub(super) lectern: Arc<Lectern>,
    pub(super) current: CurrentStore,
    pub(super) limits: Arc<Limits>,
    pub(super) records: Records,
    pub(super) work: Arc<Work>,
    pub(super) items: Arc<ItemTable>,
    pub(super) reporter: Arc<JobReporter>,
    /// What an earlier run left of these items.
    pub(super) left: Mutex<HashMap<usize, Left>>,
    pub(super) drought: Drought,
    /// How long the job goes on with nothing but failures.
    pub(super) patience: Duration,
}

/// What an earlier run had begun of an item, and how far it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Left {
    pub(super) begun: Begun,
    /// What the store told of the object that a download fetches.
    pub(super) checksum: Option<String>,
    pub(super) parts: Vec<TransferPart>,
}

/// How an item ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Done(Done),
    /// Nothing was to be done: the other side has the same.
    Same,
}

/// How an item that is done came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Done {
    /// Bytes of the item.
    pub(super) bytes: u64,
    /// The other side's checksum is ours.
    pub(super) verified: bool,
}

/// Works through the job to its end.
pub(super) async fn run(run: Run) {
    let run = Arc::new(run);
    let cancel = run.reporter.cancel_token().clone();
    let mut tasks = JoinSet::new();
    for index in 0..run.work.len() {
        let turn = cancel.run_until_cancelled(run.turn()).await;
        let Some(Some(turn)) = turn else {
            break;
        };
        let run = Arc::clone(&run);
        tasks.spawn(async move {
            run.item(index).await;
            drop(turn);
        });
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
    if cancel.is_cancelled() {
        for index in run.items.cancel_rest() {
            run.records.cancelled(&run, index).await;
        }
    }
    run.records.flush(&run).await;
    run.reporter.finish();
}

impl Run {
    /// For one request: after a sign-in it is another one.
    pub(super) fn store(&self) -> Arc<Store> {
        self.current.now()
    }

    /// The right to begin one more file.
    async fn turn(&self) -> Option<Place> {
        self.reporter.gate().pass().await;
        self.limits.file().await
    }

    /// What the store can do; asked once, so that it costs nothing later.
    pub(super) async fn capabilities(&self, progress: &ItemProgress) -> Result<Capabilities> {
        let ask = || async { self.store().capabilities().await };
        self.patiently(progress, ask).await
    }

    /// What an earlier run left of an item: for the first try.
    pub(super) fn take_left(&self, index: usize) -> Option<Left> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        left.remove(&index)
    }

    async fn item(self: &Arc<Self>, index: usize) {
        let progress =
            ItemProgress::begin(&self.reporter, &self.items, index).at_most(&self.limits.rate);
        // On the heap: with the SDK's own below them they would fill a thread's stack.
        let outcome = match &*self.work {
            Work::Upload(items) => {
                Box::pin(upload::upload(self, index, &items[index], &progress)).await
            }
            Work::Download(items) => {
                Box::pin(download::download(self, index, &items[index], &progress)).await
            }
            Work::Move(items) => {
                let moved = Box::pin(moving::move_one(self, index, &items[index], &progress));
                moved.await.map(Ended::Done)
            }
        };
        let cancelled = self.reporter.is_cancelled();
        match outcome {
            Ok(Ended::Same) => {
                progress.take_back_all();
                self.items.set(index, ItemPhase::Skipped);
                self.records.skipped(self, index).await;
                self.reporter.item_skipped();
            }
            Ok(Ended::Done(done)) => {
                let phase = if done.verified {
                    ItemPhase::Verified
                } else {
                    ItemPhase::Done
                };
                self.items.set(index, phase);
                self.reporter.item_done_counted(done.bytes, done.verified);
            }
            Err(error) if cancelled && error.code == Code::Cancelled => {
                progress.take_back_all();
                self.items.set(index, ItemPhase::Cancelled);
                self.records.cancelled(self, index).await;
            }
            Err(error) => {
                progress.take_back_all();
                self.records.failed(self, index, &error).await;
                self.reporter
                    .item_failed(self.items.name(index), error.clone());
                self.items.fail(index, error);
            }
        }
    }
}

/// Runs until done or cancelled; what is dropped half way leaves nothing behind.
pub(super) async fn or_cancelled<T>(
    progress: &ItemProgress,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    progress
        .cancel_token()
        .run_until_cancelled(work)
        .await
        .unwrap_or_else(|| Err(Error::cancelled()))
}
