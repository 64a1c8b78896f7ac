//! One request to order and filter a view. The next keystroke makes the next one,
//! and nobody wants to see the one before any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Numbers the arrangements of a view.
#[derive(Default)]
pub(super) struct Arrangements {
    latest: Arc<AtomicU32>,
}

impl Arrangements {
    /// The newest one; those before it are overtaken.
    pub(super) fn next(&self) -> Arrangement {
        Arrangement {
            number: self.latest.fetch_add(1, Ordering::SeqCst) + 1,
            latest: Arc::clone(&self.latest),
        }
    }
}

pub(super) struct Arrangement {
    number: u32,
    latest: Arc<AtomicU32>,
}

impl Arrangement {
    /// Looked at every some thousand rows by whatever takes long.
    pub(super) fn is_overtaken(&self) -> bool {
        self.latest.load(Ordering::Relaxed) != self.number
    }
}
