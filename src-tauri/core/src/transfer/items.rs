//! The items of one job: a phase, bytes and an error each. Made so that a
//! hundred thousand of them cost nothing to look at: showing the fifty that are
//! worth seeing touches only those.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::model::{ItemPhase, ItemState};
use crate::error::Error;

/// How many items a job shows.
pub(super) const SHOWN: usize = 50;

/// What a job is about to do with one item.
#[derive(Debug)]
struct Entry {
    name: String,
    phase: ItemPhase,
    bytes_total: u64,
    /// Shared with the task that moves them.
    bytes_done: Option<Arc<AtomicU64>>,
    error: Option<Box<Error>>,
}

#[derive(Default)]
pub(super) struct ItemTable(Mutex<Table>);

#[derive(Default)]
struct Table {
    entries: Vec<Entry>,
    /// Running, checking, retrying.
    active: BTreeSet<usize>,
    failed: Vec<usize>,
    /// The newest at the back, at most [`SHOWN`].
    ended: VecDeque<usize>,
    /// Skipped under way.
    same: Vec<usize>,
    kept_local: Vec<String>,
    /// Nothing before it is waiting.
    first_waiting: usize,
    /// Begins and ends that were not told yet, once somebody wants to hear them.
    untold: Option<Vec<(usize, ItemPhase)>>,
}

impl ItemTable {
    /// All of them waiting.
    pub(super) fn of(items: impl IntoIterator<Item = (String, u64)>) -> Self {
        let entries = items
            .into_iter()
            .map(|(name, bytes_total)| Entry {
                name,
                phase: ItemPhase::Waiting,
                bytes_total,
                bytes_done: None,
                error: None,
            })
            .collect();
        Self(Mutex::new(Table {
            entries,
            ..Table::default()
        }))
    }

    /// The item is being worked on; the counter is where its bytes go.
    pub(super) fn run(&self, index: usize) -> Arc<AtomicU64> {
        let bytes = Arc::new(AtomicU64::new(0));
        let mut table = self.table();
        if let Some(entry) = table.entries.get_mut(index) {
            entry.bytes_done = Some(Arc::clone(&bytes));
        }
        table.set(index, ItemPhase::Running);
        bytes
    }

    pub(super) fn set(&self, index: usize, phase: ItemPhase) {
        self.table().set(index, phase);
    }

    pub(super) fn rename(&self, index: usize, name: String) {
        if let Some(entry) = self.table().entries.get_mut(index) {
            entry.name = name;
        }
    }

    pub(super) fn name(&self, index: usize) -> String {
        let table = self.table();
        let entry = table.entries.get(index);
        entry.map(|entry| entry.name.clone()).unwrap_or_default()
    }

    pub(super) fn fail(&self, index: usize, error: Error) {
        let mut table = self.table();
        if let Some(entry) = table.entries.get_mut(index) {
            entry.error = Some(Box::new(error));
        }
        table.set(index, ItemPhase::Failed);
    }

    /// Whatever has not ended never will: the job was cancelled. Which that is.
    pub(super) fn cancel_rest(&self) -> Vec<usize> {
        let mut table = self.table();
        let rest: Vec<usize> = (0..table.entries.len())
            .filter(|index| !is_over(table.entries[*index].phase))
            .collect();
        for index in &rest {
            table.set(*index, ItemPhase::Cancelled);
        }
        rest
    }

    /// The local file of an upload was to be removed, and is still there.
    pub(super) fn keep_local(&self, index: usize) {
        let mut table = self.table();
        if let Some(entry) = table.entries.get(index) {
            let name = entry.name.clone();
            table.kept_local.push(name);
        }
    }

    pub(super) fn kept_local(&self) -> Vec<String> {
        self.table().kept_local.clone()
    }

    pub(super) fn kept_local_count(&self) -> usize {
        self.table().kept_local.len()
    }

    /// Items that turned out to be the same on both sides.
    pub(super) fn same(&self) -> Vec<String> {
        let table = self.table();
        let same = table.same.iter();
        same.map(|index| table.entries[*index].name.clone())
            .collect()
    }

    /// The ones that failed, by index.
    pub(super) fn failed(&self) -> Vec<usize> {
        self.table().failed.clone()
    }

    /// The items worth seeing: active, failed, the next ones waiting, the last
    /// ones that ended; at most [`SHOWN`].
    pub(super) fn shown(&self) -> Vec<ItemState> {
        let mut table = self.table();
        table.skip_to_waiting();
        let waiting = (table.first_waiting..table.entries.len())
            .filter(|index| table.entries[*index].phase == ItemPhase::Waiting);
        table
            .active
            .iter()
            .copied()
            .chain(table.failed.iter().copied())
            .chain(waiting)
            .chain(table.ended.iter().rev().copied())
            .take(SHOWN)
            .map(|index| table.entries[index].state(index))
            .collect()
    }

    /// Which items began and ended since this was last asked, in that order; the
    /// first time, since the job began.
    pub(super) fn news(&self) -> Vec<(usize, ItemState)> {
        let mut table = self.table();
        let untold = match table.untold.replace(Vec::new()) {
            Some(untold) => untold,
            None => table.so_far(),
        };
        untold
            .into_iter()
            .map(|(index, phase)| (index, table.entries[index].state_in(index, phase)))
            .collect()
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn set(&mut self, index: usize, phase: ItemPhase) {
        let Some(entry) = self.entries.get_mut(index) else {
            return;
        };
        let began = entry.phase == ItemPhase::Waiting && phase == ItemPhase::Running;
        entry.phase = phase;
        if let Some(untold) = &mut self.untold
            && (began || is_over(phase))
        {
            untold.push((index, phase));
        }
        if !is_over(phase) {
            self.active.insert(index);
            return;
        }
        self.active.remove(&index);
        if phase == ItemPhase::Failed {
            self.failed.push(index);
            return;
        }
        if phase == ItemPhase::Skipped {
            self.same.push(index);
        }
        if self.ended.len() == SHOWN {
            self.ended.pop_front();
        }
        self.ended.push_back(index);
    }

    fn so_far(&self) -> Vec<(usize, ItemPhase)> {
        let mut so_far = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            if entry.bytes_done.is_some() {
                so_far.push((index, ItemPhase::Running));
            }
            if is_over(entry.phase) {
                so_far.push((index, entry.phase));
            }
        }
        so_far
    }

    fn skip_to_waiting(&mut self) {
        while self
            .entries
            .get(self.first_waiting)
            .is_some_and(|entry| entry.phase != ItemPhase::Waiting)
        {
            self.first_waiting += 1;
        }
    }
}

impl Entry {
    /// As it was when it came into a phase; its error is the last one.
    fn state_in(&self, index: usize, phase: ItemPhase) -> ItemState {
        let error = self.error.as_deref().filter(|_| phase == ItemPhase::Failed);
        ItemState {
            error: error.cloned(),
            phase,
            ..self.state(index)
        }
    }

    fn state(&self, index: usize) -> ItemState {
        let counted = self
            .bytes_done
            .as_ref()
            .map_or(0, |bytes| bytes.load(Ordering::Relaxed));
        let bytes_done = match self.phase {
            ItemPhase::Verified | ItemPhase::Done => self.bytes_total,
            _ => counted.min(self.bytes_total),
        };
        ItemState {
            index: u32::try_from(index).ok(),
            name: self.name.clone(),
            phase: self.phase,
            bytes_total: self.bytes_total,
            bytes_done,
            error: self.error.as_deref().cloned(),
        }
    }
}

fn is_over(phase: ItemPhase) -> bool {
    match phase {
        ItemPhase::Waiting
        | ItemPhase::Running
        | ItemPhase::Checking
        | ItemPhase::Retrying
        | ItemPhase::Paused => false,
        ItemPhase::Verified
        | ItemPhase::Done
        | ItemPhase::Failed
        | ItemPhase::Skipped
        | ItemPhase::Cancelled => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn table_of(count: usize) -> ItemTable {
        ItemTable::of((0..count).map(|n| (format!("file {n}"), 10)))
    }

    #[test]
    fn running_comes_first_then_failed_then_waiting() {
        let table = table_of(100);
        table.fail(3, Error::new(Code::NoNetwork, "No network."));
        table.run(7).store(4, Ordering::Relaxed);
        table.run(1);
        table.set(1, ItemPhase::Verified);

        let shown = table.shown();

        assert_eq!(shown.len(), SHOWN);
        assert_eq!((shown[0].name.as_str(), shown[0].bytes_done), ("file 7", 4));
        assert_eq!(shown[1].phase, ItemPhase::Failed);
        assert_eq!(shown[2].name, "file 0");
        assert_eq!(shown[3].name, "file 2");
    }

    #[test]
    fn ended_items_are_shown_when_nothing_waits() {
        let table = table_of(2);
        table.run(0);
        table.set(0, ItemPhase::Verified);
        table.run(1);
        table.set(1, ItemPhase::Done);

        let shown = table.shown();

        assert_eq!(shown[0].name, "file 1");
        assert_eq!(
            (shown[1].phase, shown[1].bytes_done),
            (ItemPhase::Verified, 10)
        );
    }

    #[test]
    fn cancelling_ends_what_had_not_ended() {
        let table = table_of(3);
        table.run(0);
        table.set(0, ItemPhase::Done);
        table.run(1);
        table.cancel_rest();

        let phases: Vec<_> = table.shown().iter().map(|item| item.phase).collect();
        assert_eq!(
            phases
                .iter()
                .filter(|p| **p == ItemPhase::Cancelled)
                .count(),
            2
        );
    }

    #[test]
    fn looking_at_a_hundred_thousand_items_touches_only_what_is_shown() {
        let table = table_of(100_000);
        for index in 0..99_000 {
            table.run(index);
            table.set(index, ItemPhase::Done);
        }
        table.shown();

        let began = std::time::Instant::now();
        for _ in 0..1_000 {
            assert_eq!(table.shown().len(), SHOWN);
        }

        // A walk over all entries, a thousand times, would take seconds.
        assert!(began.elapsed() < std::time::Duration::from_millis(500));
    }
}
