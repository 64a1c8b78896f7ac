//! Originals of moves that wait to be removed. While one DeleteObjects is under
//! way the next originals gather, and go together with the next: a folder of
//! five hundred files takes a handful of requests instead of five hundred, and a
//! single file waits for nobody.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::connection::ConnectionId;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::remove::{BATCH, Doomed, Markers, Verdict, remove};

/// DeleteObjects under way at once, a connection.
const BATCHES_AT_ONCE: usize = 2;

#[derive(Default)]
pub(super) struct Removals(Mutex<HashMap<ConnectionId, Waiting>>);

#[derive(Default)]
struct Waiting {
    originals: Vec<(Doomed, oneshot::Sender<Verdict>)>,
    under_way: usize,
}

impl Removals {
    /// Removes an original with the next batch. It happens also when nobody
    /// waits for it any more.
    pub(super) async fn remove(self: &Arc<Self>, store: Arc<Store>, doomed: Doomed) -> Result<()> {
        let (tell, told) = oneshot::channel();
        if self.queue(&store, doomed, tell) {
            tokio::spawn(Arc::clone(self).work(store));
        }
        let verdict = told.await;
        let verdict = verdict.map_err(|_| Error::internal("a removal was never answered"))?;
        verdict.map(|_| ())
    }

    /// Whether somebody has to begin working.
    fn queue(&self, store: &Store, doomed: Doomed, tell: oneshot::Sender<Verdict>) -> bool {
        let mut all = self.all();
        let waiting = all.entry(store.connection().id.clone()).or_default();
        waiting.originals.push((doomed, tell));
        let begin = waiting.under_way < BATCHES_AT_ONCE;
        waiting.under_way += usize::from(begin);
        begin
    }

    async fn work(self: Arc<Self>, store: Arc<Store>) {
        loop {
            // Whoever can run now gets to queue its own.
            tokio::task::yield_now().await;
            let Some(batch) = self.next(&store) else {
                return;
            };
            let (doomed, tell): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
            let verdicts = remove(&store, &doomed, Markers::Unwanted).await;
            for (tell, verdict) in tell.into_iter().zip(verdicts) {
                // Whoever gave up waiting needs no answer.
                let _ = tell.send(verdict);
            }
        }
    }

    fn next(&self, store: &Store) -> Option<Vec<(Doomed, oneshot::Sender<Verdict>)>> {
        let id = &store.connection().id;
        let mut all = self.all();
        let waiting = all.get_mut(id)?;
        if waiting.originals.is_empty() {
            waiting.under_way -= 1;
            if waiting.under_way == 0 {
                all.remove(id);
            }
            return None;
        }
        let count = waiting.originals.len().min(BATCH);
        Some(waiting.originals.drain(..count).collect())
    }

    fn all(&self) -> MutexGuard<'_, HashMap<ConnectionId, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
