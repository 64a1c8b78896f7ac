//! What came in and went out since the last reset.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

#[derive(Default)]
pub struct Counters {
    connections: AtomicU64,
    under_way: AtomicU64,
    most_under_way: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    by_operation: Mutex<BTreeMap<&'static str, u64>>,
}

/// A request from its head to its answer's.
pub struct UnderWay<'a>(&'a Counters);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Relaxed);
    }
}

impl Counters {
    pub fn connection(&self) {
        self.connections.fetch_add(1, Relaxed);
    }

    pub fn request(&self, operation: &'static str) -> UnderWay<'_> {
        let now = self.under_way.fetch_add(1, Relaxed) + 1;
        self.most_under_way.fetch_max(now, Relaxed);
        let mut by_operation = self
            .by_operation
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *by_operation.entry(operation).or_default() += 1;
        UnderWay(self)
    }

    /// Of bodies, as they come on the wire.
    pub fn came_in(&self, bytes: u64) {
        self.bytes_in.fetch_add(bytes, Relaxed);
    }

    pub fn goes_out(&self, bytes: u64) {
        self.bytes_out.fetch_add(bytes, Relaxed);
    }

    pub fn reset(&self) {
        for counter in [
            &self.connections,
            &self.most_under_way,
            &self.bytes_in,
            &self.bytes_out,
        ] {
            counter.store(0, Relaxed);
        }
        self.by_operation
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    pub fn json(&self, objects: usize) -> Value {
        let by_operation = self
            .by_operation
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        json!({
            "objects": objects,
            "connections": self.connections.load(Relaxed),
            "requests": by_operation.values().sum::<u64>(),
            "most_under_way": self.most_under_way.load(Relaxed),
            "bytes_in": self.bytes_in.load(Relaxed),
            "bytes_out": self.bytes_out.load(Relaxed),
            "by_operation": by_operation,
        })
    }
}
