//! Time, passed in: what depends on the hour (expiry, retry, history) takes a
//! [`Clock`], so that tests can set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// Milliseconds since 1970-01-01T00:00:00Z: how an instant crosses to the
/// window and lies in the catalogue.
pub type UnixMillis = i64;

#[derive(Clone, Default)]
pub struct Clock(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    System,
    Set(Arc<AtomicI64>),
}

impl Clock {
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until [`Clock::set`] moves it (and every clone of it).
    pub fn standing_at(millis: UnixMillis) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(millis))))
    }

    /// Moves a standing clock; the system's clock cannot be moved.
    pub fn set(&self, millis: UnixMillis) {
        if let Source::Set(at) = &self.0 {
            at.store(millis, Ordering::SeqCst);
        }
    }

    pub fn now_ms(&self) -> UnixMillis {
        match &self.0 {
            Source::System => Timestamp::now().as_millisecond(),
            Source::Set(at) => at.load(Ordering::SeqCst),
        }
    }
}
