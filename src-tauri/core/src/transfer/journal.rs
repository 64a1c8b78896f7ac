//! Writing down what transfers did, many steps in one transaction.
//!
//! Whatever was told while a transaction was being written goes into the next:
//! a hundred thousand small files cost a few hundred transactions, and a step
//! is on the disk some milliseconds after it was told. A step that must be
//! there before work goes on waits for it ([`Journal::written`]).

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{mpsc, oneshot};

use super::disk::blocking;
use crate::catalog::TransferWrite;
use crate::error::{Error, Result};
use crate::lectern::Lectern;

/// Steps that wait to be written; whoever tells more waits.
const WAITING: usize = 4_096;

/// Steps in one transaction.
const TOGETHER: usize = 1_024;

#[derive(Default)]
pub(super) struct Journal {
    writer: Mutex<Option<mpsc::Sender<Entry>>>,
}

struct Entry {
    writes: Vec<TransferWrite>,
    /// Told when they are on the disk.
    written: Option<oneshot::Sender<Result<()>>>,
}

impl Journal {
    /// To be written soon; what cannot be is logged.
    pub(super) async fn tell(&self, lectern: &Arc<Lectern>, writes: Vec<TransferWrite>) {
        let entry = Entry {
            writes,
            written: None,
        };
        // The writer ends with the core that we hold.
        let _ = self.writer(lectern).send(entry).await;
    }

    /// Returns when they, and all that was told before, are written.
    ///
    /// # Errors
    /// `Catalogue` when they cannot be: the disk is full, the file is held.
    pub(super) async fn written(
        &self,
        lectern: &Arc<Lectern>,
        writes: Vec<TransferWrite>,
    ) -> Result<()> {
        let (written, answer) = oneshot::channel();
        let entry = Entry {
            writes,
            written: Some(written),
        };
        let _ = self.writer(lectern).send(entry).await;
        answer
            .await
            .unwrap_or_else(|_| Err(Error::internal("nobody writes down the transfers")))
    }

    fn writer(&self, lectern: &Arc<Lectern>) -> mpsc::Sender<Entry> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        // The one before may have belonged to a runtime that is gone.
        match &*writer {
            Some(sender) if !sender.is_closed() => sender.clone(),
            _ => {
                let (sender, entries) = mpsc::channel(WAITING);
                let lectern = Arc::downgrade(lectern);
                tokio::spawn(write_all(lectern, entries));
                *writer = Some(sender.clone());
                sender
            }
        }
    }
}

async fn write_all(lectern: Weak<Lectern>, mut entries: mpsc::Receiver<Entry>) {
    let mut together = Vec::new();
    while entries.recv_many(&mut together, TOGETHER).await > 0 {
        let Some(lectern) = lectern.upgrade() else {
            return;
        };
        let entries = std::mem::take(&mut together);
        let writing = blocking(move || {
            write(&lectern, entries);
            Ok(())
        });
        if let Err(error) = writing.await {
            tracing::warn!(%error, "transfers could not be recorded");
        }
    }
}

/// All of them together; one by one where one of them cannot be written, so
/// that it takes no other with it.
fn write(lectern: &Lectern, entries: Vec<Entry>) {
    let now = lectern.clock.now_ms();
    let all: Vec<TransferWrite> = entries
        .iter()
        .flat_map(|entry| entry.writes.iter().cloned())
        .collect();
    let together = lectern.catalog.record_transfers(&all, now);
    for entry in entries {
        let outcome = match &together {
            Ok(()) => Ok(()),
            Err(_) => lectern.catalog.record_transfers(&entry.writes, now),
        };
        if let Err(error) = &outcome {
            let detail = error.technical.as_ref().and_then(|t| t.detail.clone());
            tracing::warn!(%error, detail, "a transfer could not be recorded");
        }
        if let Some(written) = entry.written {
            let _ = written.send(outcome);
        }
    }
}
