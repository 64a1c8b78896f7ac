//! How many requests of one kind go on at once: more while that makes things
//! faster, half as many when the store says it is too much.
//!
//! Times and amounts are handed in, so that no test waits.

use std::time::Duration;

use tokio::time::Instant;

/// What counts as faster.
const FASTER: f64 = 1.05;
/// After growing brought nothing, and before it is tried again.
const CONTENT: Duration = Duration::from_secs(10);
/// After the store refused, before more is tried.
const CHASTENED: Duration = Duration::from_secs(2);
/// Refusals of one burst count once.
const BURST: Duration = Duration::from_secs(1);
const LEAST: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Growth {
    By(usize),
    Double,
}

#[derive(Debug)]
pub(super) struct Pace {
    size: usize,
    most: usize,
    growth: Growth,
    /// At least so long is measured before anything is changed.
    interval: Duration,
    /// The measurement under way.
    since: Instant,
    amount_then: u64,
    /// What the measurement before gave, in amounts a second.
    before: Option<f64>,
    /// The size from before it was made larger.
    smaller: Option<usize>,
    rests_until: Option<Instant>,
    halved_at: Option<Instant>,
}

impl Pace {
    pub(super) fn new(size: usize, most: usize, growth: Growth, interval: Duration) -> Self {
        Self {
            size: size.min(most),
            most,
            growth,
            interval,
            since: Instant::now(),
            amount_then: 0,
            before: None,
            smaller: None,
            rests_until: None,
            halved_at: None,
        }
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// The size is never above it.
    pub(super) fn at_most(&mut self, most: usize) {
        self.most = most;
        self.size = self.size.min(most);
    }

    /// Measures from now on: nothing was under way.
    pub(super) fn begin(&mut self, now: Instant, amount: u64) {
        self.since = now;
        self.amount_then = amount;
        self.before = None;
        self.smaller = None;
    }

    /// Looks at what was done (`amount`, ever growing) since the last look, if
    /// that was long enough ago; whether it was. `wanted`: more would have been
    /// sent if it had been let.
    pub(super) fn look(
        &mut self,
        now: Instant,
        amount: u64,
        wanted: bool,
        at_least: Duration,
    ) -> bool {
        let elapsed = now.saturating_duration_since(self.since);
        let done = amount.saturating_sub(self.amount_then);
        if elapsed < self.interval.max(at_least) || done == 0 {
            return false;
        }
        self.since = now;
        self.amount_then = amount;
        if !wanted {
            return true;
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate, compared within 5 %")]
        let rate = done as f64 / elapsed.as_secs_f64();
        let rests = self.rests_until.is_some_and(|until| now < until);
        match (self.before, self.smaller) {
            (Some(before), Some(smaller)) if rate < before * FASTER => {
                self.size = smaller;
                self.smaller = None;
                self.rests_until = Some(now + CONTENT);
            }
            _ if rests => {}
            _ => self.grow(rate),
        }
        true
    }

    fn grow(&mut self, rate: f64) {
        self.before = Some(rate);
        let larger = match self.growth {
            Growth::By(more) => self.size + more,
            Growth::Double => self.size * 2,
        };
        let larger = larger.min(self.most);
        self.smaller = (larger > self.size).then_some(self.size);
        self.size = larger;
    }

    /// The store refused for being asked too much, or did not answer in time.
    pub(super) fn slow_down(&mut self, now: Instant) {
        if self.halved_at.is_some_and(|at| now < at + BURST) {
            return;
        }
        self.halved_at = Some(now);
        self.size = (self.size / 2).max(LEAST).min(self.most);
        self.growth = Growth::By(4);
        self.before = None;
        self.smaller = None;
        self.rests_until = Some(now + CHASTENED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICK: Duration = Duration::from_millis(500);

    /// A pace, and a link on which `rate` says how much so many requests move a tick.
    struct Link {
        pace: Pace,
        now: Instant,
        amount: u64,
    }

    impl Link {
        fn new(growth: Growth) -> Self {
            let pace = Pace::new(8, 32, growth, TICK);
            Self {
                now: pace.since,
                amount: 0,
                pace,
            }
        }

        fn tick(&mut self, rate: impl Fn(usize) -> u64) -> usize {
            self.now += TICK;
            self.amount += rate(self.pace.size());
            self.pace.look(self.now, self.amount, true, Duration::ZERO);
            self.pace.size()
        }
    }

    #[test]
    fn it_grows_while_more_is_faster() {
        let mut link = Link::new(Growth::By(4));
        let sizes: Vec<_> = (0..7)
            .map(|_| link.tick(|size| size as u64 * 100))
            .collect();
        assert_eq!(sizes, [12, 16, 20, 24, 28, 32, 32]);

        let mut link = Link::new(Growth::Double);
        let sizes: Vec<_> = (0..3)
            .map(|_| link.tick(|size| size as u64 * 100))
            .collect();
        assert_eq!(sizes, [16, 32, 32]);
    }

    #[test]
    fn it_goes_back_when_more_was_not_faster_and_tries_again_later() {
        let mut link = Link::new(Growth::By(4));
        let full = |size: usize| size.min(12) as u64 * 100;

        let sizes: Vec<_> = (0..5).map(|_| link.tick(full)).collect();
        assert_eq!(sizes, [12, 16, 12, 12, 12]);

        let until_content = link.now + CONTENT - 3 * TICK;
        while link.now < until_content {
            assert_eq!(link.tick(full), 12);
        }
        assert_eq!(link.tick(full), 16);
        assert_eq!(link.tick(full), 12);
    }

    #[test]
    fn it_halves_once_for_each_burst_of_refusals_and_then_grows_in_steps() {
        let mut link = Link::new(Growth::Double);
        let linear = |size: usize| size as u64 * 100;
        link.tick(linear);
        link.tick(linear);

        for _ in 0..20 {
            link.pace.slow_down(link.now);
        }
        assert_eq!(link.pace.size(), 16);
        let sizes: Vec<_> = (0..5).map(|_| link.tick(linear)).collect();
        assert_eq!(sizes, [16, 16, 16, 20, 24]);

        for _ in 0..20 {
            link.now += BURST;
            link.pace.slow_down(link.now);
        }
        assert_eq!(link.pace.size(), LEAST);
    }

    #[test]
    fn it_does_not_grow_for_nobody() {
        let mut link = Link::new(Growth::By(4));
        for _ in 0..10 {
            link.now += TICK;
            link.amount += 100;
            link.pace.look(link.now, link.amount, false, Duration::ZERO);
        }
        assert_eq!(link.pace.size(), 8);
    }

    #[test]
    fn it_judges_nothing_before_anything_has_come() {
        let mut link = Link::new(Growth::Double);
        for _ in 0..10 {
            assert_eq!(link.tick(|_| 0), 8);
        }
    }
}
