//! How many requests are under way at once: more while that is quicker, half as
//! many when the store says that it is too much.

use tokio::time::Instant;

const MOST: f64 = 16.0;
/// Answers from which a rate can be told.
const SAMPLE: u32 = 16;
/// So much quicker it has to be for more requests to be worth it.
const GAIN: f64 = 1.05;

pub(super) struct Width {
    now: f64,
    /// By one with each answer, until that brings nothing.
    growing: bool,
    /// The store's count of refusals when it was looked at last.
    refusals: u64,
    since: Instant,
    answers: u32,
    /// Answers a second, and the width they came with.
    before: (f64, f64),
}

impl Width {
    pub(super) fn new(refusals: u64) -> Self {
        Self {
            now: 2.0,
            growing: true,
            refusals,
            since: Instant::now(),
            answers: 0,
            before: (0.0, 2.0),
        }
    }

    pub(super) fn get(&self) -> usize {
        self.now as usize
    }

    /// An answer came; `refusals`: how often the store refused until now.
    pub(super) fn answered(&mut self, refusals: u64) {
        if refusals > self.refusals {
            self.refusals = refusals;
            self.fewer();
            return;
        }
        self.now += if self.growing { 1.0 } else { 1.0 / self.now };
        self.now = self.now.min(MOST);
        self.answers += 1;
        if self.answers == SAMPLE {
            let rate = f64::from(SAMPLE) / self.since.elapsed().as_secs_f64().max(1e-6);
            self.compare(rate);
        }
    }

    fn compare(&mut self, rate: f64) {
        let (before, width) = self.before;
        if self.growing && rate < before * GAIN {
            self.growing = false;
            self.now = width;
        }
        self.before = (rate, self.now);
        self.sample();
    }

    /// The store has enough to do.
    pub(super) fn fewer(&mut self) {
        self.growing = false;
        self.now = (self.now / 2.0).max(1.0);
        self.sample();
    }

    /// As few as there can be.
    pub(super) fn one(&mut self) {
        self.fewer();
        self.now = 1.0;
    }

    fn sample(&mut self) {
        self.answers = 0;
        self.since = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_halves_what_grows_otherwise() {
        let mut width = Width::new(0);
        (0..SAMPLE - 1).for_each(|_| width.answered(0));
        assert_eq!(width.get(), 16);

        width.answered(1);
        assert_eq!(width.get(), 8);
        width.fewer();
        width.fewer();
        width.fewer();
        width.fewer();
        assert_eq!(width.get(), 1);
        width.answered(1);
        assert_eq!(width.get(), 2);
    }

    #[test]
    fn what_brings_nothing_is_taken_back() {
        let mut width = Width::new(0);
        width.compare(100.0);
        width.now = 8.0;

        width.compare(101.0);

        assert_eq!(width.get(), 2);
        assert!(!width.growing);
    }
}
