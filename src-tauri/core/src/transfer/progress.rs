//! What one item says of itself while it is on its way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio_util::sync::CancellationToken;

use super::items::ItemTable;
use super::model::ItemPhase;
use super::rate::Rate;
use crate::job::JobReporter;

#[derive(Clone)]
pub(super) struct ItemProgress {
    reporter: Arc<JobReporter>,
    items: Arc<ItemTable>,
    index: usize,
    bytes: Arc<AtomicU64>,
    rate: Arc<Rate>,
}

impl ItemProgress {
    /// The item begins.
    pub(super) fn begin(reporter: &Arc<JobReporter>, items: &Arc<ItemTable>, index: usize) -> Self {
        reporter.running();
        Self {
            reporter: Arc::clone(reporter),
            items: Arc::clone(items),
            index,
            bytes: items.run(index),
            rate: Arc::default(),
        }
    }

    /// Its bytes go within this limit.
    pub(super) fn at_most(mut self, rate: &Arc<Rate>) -> Self {
        self.rate = Arc::clone(rate);
        self
    }

    /// What its bytes have to pass.
    pub(super) fn rate(&self) -> &Arc<Rate> {
        &self.rate
    }

    pub(super) fn cancel_token(&self) -> &CancellationToken {
        self.reporter.cancel_token()
    }

    pub(super) fn add(&self, bytes: u64) {
        self.rate.count(bytes);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.reporter.add_bytes(bytes);
    }

    /// Bytes that an earlier run moved.
    pub(super) fn add_there(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.reporter.add_bytes_there(bytes);
    }

    /// Bytes that have to go again.
    pub(super) fn take_back(&self, bytes: u64) {
        let before = self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        debug_assert!(before >= bytes, "taken back: {bytes} of {before}");
        self.reporter.take_back_bytes(bytes);
    }

    pub(super) fn take_back_all(&self) {
        let bytes = self.bytes.swap(0, Ordering::Relaxed);
        self.reporter.take_back_bytes(bytes);
    }

    pub(super) fn phase(&self, phase: ItemPhase) {
        self.items.set(self.index, phase);
    }

    /// The item goes under another name than it was planned.
    pub(super) fn rename(&self, name: &str) {
        self.items.rename(self.index, name.to_owned());
    }
}
