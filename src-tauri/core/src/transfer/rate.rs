//! The bandwidth limit, for all transfers together.
//!
//! A token bucket kept as a time: every piece of a body books the time that it
//! takes at the limit, behind what is booked already, and waits until that is
//! over. Uploads wait before a piece leaves, downloads after one has come. With
//! no limit nothing is booked, and asking costs one load.
//!
//! Source of the rule: virtual scheduling, ITU-T I.371, annex A.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// How much unused time may be made up for, so that a timer which rings late
/// does not cost bandwidth: the bucket's depth.
const DEPTH: Duration = Duration::from_millis(100);

/// Pieces a second that a limit is cut into: as many as requests may be under
/// way, so that each of them moves every second and none looks stalled.
const PIECES_A_SECOND: u64 = 32;
const SMALLEST_PIECE: u64 = 256;

#[derive(Debug, Default)]
pub(super) struct Rate {
    /// Bytes a second; 0 for none.
    limit: AtomicU64,
    booked_until: Mutex<Option<Instant>>,
    changed: Notify,
    passed: AtomicU64,
}

impl Rate {
    /// Bytes a second from here on, also for what is waiting; `None` or 0 for no
    /// limit.
    pub(super) fn set(&self, limit: Option<u64>) {
        let limit = limit.unwrap_or(0);
        if self.limit.swap(limit, Ordering::Relaxed) != limit {
            // Whoever waits books anew.
            *self.booked() = None;
            self.changed.notify_waiters();
        }
    }

    /// Bytes a second.
    pub(super) fn limit(&self) -> Option<u64> {
        Some(self.limit.load(Ordering::Relaxed)).filter(|limit| *limit > 0)
    }

    /// So many bytes have gone or come.
    pub(super) fn count(&self, bytes: u64) {
        self.passed.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Bytes that have gone or come, ever.
    pub(super) fn passed(&self) -> u64 {
        self.passed.load(Ordering::Relaxed)
    }

    /// How much to send at once, at most `most` bytes.
    pub(super) fn piece(&self, most: usize) -> usize {
        self.limit().map_or(most, |limit| {
            let piece = (limit / PIECES_A_SECOND).max(SMALLEST_PIECE);
            usize::try_from(piece).map_or(most, |piece| piece.min(most))
        })
    }

    /// Waits until so many bytes may have gone.
    pub(super) async fn pass(&self, bytes: u64) {
        loop {
            // From before the look at the limit, so that no change is missed.
            let changed = self.changed.notified();
            let Some(until) = self.book(bytes, Instant::now()) else {
                return;
            };
            tokio::select! {
                () = tokio::time::sleep_until(until) => return,
                () = changed => {}
            }
        }
    }

    /// When the bytes will have gone, asked at `now`; `None` for at once.
    fn book(&self, bytes: u64, now: Instant) -> Option<Instant> {
        let limit = self.limit().filter(|_| bytes > 0)?;
        let mut booked = self.booked();
        let earliest = now.checked_sub(DEPTH).unwrap_or(now);
        let begin = booked.map_or(earliest, |booked| booked.max(earliest));
        let nanos = u128::from(bytes) * 1_000_000_000 / u128::from(limit);
        let takes = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        let until = begin.checked_add(takes).unwrap_or(begin);
        *booked = Some(until);
        Some(until)
    }

    fn booked(&self) -> MutexGuard<'_, Option<Instant>> {
        self.booked_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::FutureExt;

    use super::*;

    fn limited_to(limit: u64) -> Arc<Rate> {
        let rate = Arc::new(Rate::default());
        rate.set(Some(limit));
        rate
    }

    #[tokio::test]
    async fn without_a_limit_nothing_waits() {
        let rate = Rate::default();
        assert!(rate.pass(u64::MAX).now_or_never().is_some());
        assert_eq!(rate.piece(100_000), 100_000);

        rate.set(Some(0));
        assert!(rate.pass(u64::MAX).now_or_never().is_some());
    }

    #[test]
    fn all_together_go_no_faster_than_the_limit() {
        let rate = limited_to(1_000);
        let now = Instant::now();

        let ends: Vec<_> = (0..200).map(|_| rate.book(50, now)).collect();

        // 10,000 bytes at 1,000 a second; the depth was there from the start.
        assert_eq!(ends[199], Some(now + Duration::from_secs(10) - DEPTH));
    }

    #[test]
    fn what_was_not_used_for_long_is_not_made_up_for() {
        let rate = limited_to(1_000);
        let now = Instant::now();
        rate.book(1, now);
        let later = now + Duration::from_secs(60);

        let until = rate.book(5_000, later);

        assert_eq!(until, Some(later + Duration::from_secs(5) - DEPTH));
    }

    #[test]
    fn a_timer_that_rings_late_costs_nothing() {
        let rate = limited_to(1_000);
        let began = Instant::now();
        let mut now = began;
        for _ in 0..100 {
            let until = rate.book(100, now).unwrap_or(now);
            now = now.max(until) + Duration::from_millis(1);
        }

        // 10,000 bytes; each of the hundred waits was a millisecond too long.
        assert!(
            now <= began + Duration::from_millis(10_001),
            "{:?}",
            now - began
        );
    }

    /// At the first limit each would wait for days.
    #[tokio::test]
    async fn a_limit_changed_under_way_holds_for_those_who_wait() {
        let rate = limited_to(1);
        let mut waiting = Box::pin(rate.pass(1_000_000));
        assert!((&mut waiting).now_or_never().is_none());
        rate.set(Some(u64::MAX));
        waiting.await;

        rate.set(Some(1));
        let mut waiting = Box::pin(rate.pass(1_000_000));
        assert!((&mut waiting).now_or_never().is_none());
        rate.set(None);
        waiting.await;
    }

    #[test]
    fn a_slow_limit_goes_in_small_pieces() {
        assert_eq!(limited_to(1_000).piece(131_072), 256);
        assert_eq!(limited_to(320_000).piece(131_072), 10_000);
        assert_eq!(limited_to(u64::MAX).piece(131_072), 131_072);
    }
}
