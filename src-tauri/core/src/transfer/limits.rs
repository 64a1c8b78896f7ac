//! How much goes on at once, for all jobs together: files, requests and bytes
//! held in memory. Waiting is first come, first served, so that a small job
//! started beside a large one gets its turn.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::part_size::MIB;
use super::rate::Rate;

/// Files under way; small ones need this many to hide the round trip.
const FILES: usize = 32;
const REQUESTS: usize = 32;
/// Requests for one file, so that a large one leaves room for others.
pub(super) const REQUESTS_A_FILE: usize = 8;
/// Bytes of parts in memory.
const MEMORY: u64 = 192 * MIB;
/// A part that is larger is read while it is sent, and counts this much.
const BUFFERED_PART: u64 = 64 * MIB;
/// Semaphores count in 32 bits.
const UNIT: u64 = 1_024;

pub(super) struct Limits {
    pub(super) rate: Arc<Rate>,
    files: Arc<Semaphore>,
    requests: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    buffered_part: u64,
}

/// The right to have one request under way; given back when dropped.
pub(super) struct Slot {
    _memory: Option<OwnedSemaphorePermit>,
    _request: Option<OwnedSemaphorePermit>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rate: Arc::default(),
            files: Arc::new(Semaphore::new(FILES)),
            requests: Arc::new(Semaphore::new(REQUESTS)),
            memory: Arc::new(Semaphore::new(units(MEMORY) as usize)),
            buffered_part: BUFFERED_PART,
        }
    }
}

impl Limits {
    /// The right to work on one more file.
    pub(super) async fn file(&self) -> Option<OwnedSemaphorePermit> {
        // None only if the semaphore were closed, which nobody does.
        Arc::clone(&self.files).acquire_owned().await.ok()
    }

    /// Whether a part of this size is held in memory while it is sent.
    pub(super) fn buffers(&self, bytes: u64) -> bool {
        bytes <= self.buffered_part
    }

    /// The right to send one request that holds so many bytes in memory.
    /// Memory first: whoever has a request under way has what it needs to end.
    pub(super) async fn slot(&self, bytes: u64) -> Slot {
        let bytes = units(bytes.min(self.buffered_part));
        let memory = Arc::clone(&self.memory).acquire_many_owned(bytes).await;
        let request = Arc::clone(&self.requests).acquire_owned().await;
        Slot {
            _memory: memory.ok(),
            _request: request.ok(),
        }
    }
}

#[cfg(test)]
impl Limits {
    /// With another bound for what is held in memory.
    pub(super) fn buffering(buffered_part: u64) -> Self {
        Self {
            buffered_part,
            ..Self::default()
        }
    }
}

fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn memory_bounds_what_is_under_way() {
        let limits = Limits::default();
        let mut held = Vec::new();
        while let Some(slot) = limits.slot(16 * MIB).now_or_never() {
            held.push(slot);
        }
        assert_eq!(held.len() as u64, MEMORY / (16 * MIB));

        held.pop();
        assert!(limits.slot(16 * MIB).now_or_never().is_some());
    }

    #[tokio::test]
    async fn the_largest_part_gets_a_slot() {
        assert!(Limits::default().slot(5 << 30).now_or_never().is_some());
    }
}
