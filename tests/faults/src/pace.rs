//! A link that carries so many bytes a second, shared by all who use it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// When the link is free again.
#[derive(Default)]
pub(crate) struct Pace(Mutex<Option<Instant>>);

impl Pace {
    /// Waits until the link has carried this many more bytes.
    pub(crate) async fn carry(&self, bytes: usize, bytes_a_second: u64) {
        let takes = Duration::from_secs_f64(bytes as f64 / bytes_a_second.max(1) as f64);
        let until = {
            let now = Instant::now();
            let mut free = self.0.lock().unwrap_or_else(|broken| broken.into_inner());
            let until = free.map_or(now, |free| free.max(now)) + takes;
            *free = Some(until);
            until
        };
        tokio::time::sleep_until(until.into()).await;
    }
}
