//! How fast work goes: bytes a second over the last few seconds, and the time
//! that leaves.

use std::collections::VecDeque;
use std::time::Duration;

/// Long enough to ride over the gaps between parts, short enough to follow a
/// network that changes.
const WINDOW: Duration = Duration::from_secs(5);

/// Samples of (time since the work began, bytes done by then).
#[derive(Debug, Default)]
pub(super) struct Meter {
    samples: VecDeque<(Duration, u64)>,
}

impl Meter {
    /// Notes how many bytes were done at a time; times do not go back. A total
    /// that shrank (a part is being sent again) is taken as it is.
    pub(super) fn sample(&mut self, at: Duration, bytes: u64) {
        self.samples.push_back((at, bytes));
        // One sample older than the window stays, so that the window is covered.
        while self.samples.len() > 2 && self.samples[1].0 + WINDOW <= at {
            self.samples.pop_front();
        }
    }

    /// Bytes a second over the window; 0 with less than two samples.
    pub(super) fn rate(&self) -> u64 {
        let (Some((from, before)), Some((to, after))) = (self.samples.front(), self.samples.back())
        else {
            return 0;
        };
        let millis = to.saturating_sub(*from).as_millis();
        if millis == 0 {
            return 0;
        }
        let bytes = u128::from(after.saturating_sub(*before));
        u64::try_from(bytes * 1_000 / millis).unwrap_or(u64::MAX)
    }

    /// Whole seconds for what is left, rounded up; `None` without a rate.
    pub(super) fn seconds_left(&self, bytes_left: u64) -> Option<u32> {
        let rate = self.rate();
        if rate == 0 {
            return None;
        }
        Some(u32::try_from(bytes_left.div_ceil(rate)).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_no_rate_before_a_second_sample() {
        let mut meter = Meter::default();
        meter.sample(Duration::ZERO, 0);

        assert_eq!(meter.rate(), 0);
        assert_eq!(meter.seconds_left(10), None);
    }

    #[test]
    fn the_rate_is_of_the_last_seconds_only() {
        let mut meter = Meter::default();
        for second in 0..=20_u64 {
            // Ten seconds at 1,000 a second, then ten at 100.
            let bytes = second.min(10) * 1_000 + second.saturating_sub(10) * 100;
            meter.sample(Duration::from_secs(second), bytes);
        }

        assert_eq!(meter.rate(), 100);
        assert_eq!(meter.seconds_left(1_050), Some(11));
    }

    #[test]
    fn a_stall_ends_in_no_rate() {
        let mut meter = Meter::default();
        for tenth in 0..200 {
            meter.sample(Duration::from_millis(tenth * 100), tenth.min(20) * 50);
        }

        assert_eq!(meter.rate(), 0);
    }

    #[test]
    fn bytes_taken_back_are_not_a_negative_rate() {
        let mut meter = Meter::default();
        meter.sample(Duration::ZERO, 500);
        meter.sample(Duration::from_secs(1), 100);

        assert_eq!(meter.rate(), 0);
    }
}
