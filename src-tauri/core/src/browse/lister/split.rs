//! Which range is cut in two, and where: so that all requests that may be under
//! way have something to do, and hardly one is made for nothing.

use super::range::{Range, Stage};
use super::{Lister, MOST_WAITING_IN_ALL};

/// Pages that have to have come before the first cut.
const PAGES_FIRST: u32 = 2;
/// Pages that have to be left, by what is guessed, for a cut to be worth it.
const WORTH: f64 = 6.0;
/// How far ahead of the last key a cut is made where the end is not known: so
/// many times the pages that came.
const REACH: f64 = 4.0;
/// And where pages have to wait for their turn: pages.
const REACH_IN_ORDER: f64 = 16.0;
/// A guess that was wrong makes the next ones about that range worth so much less.
const DISTRUST: f64 = 2.0;
/// Requests that may be made for nothing: so many, and this part of all.
const SPARE: f64 = 3.0;
const SPARE_PART: f64 = 0.05;

/// What the listing cost so far, and brought.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) answers: u32,
    /// Names in all.
    names: usize,
    /// The most names that a page had.
    page: usize,
}

impl Tally {
    /// `last`: the page may be a short one.
    pub(super) fn came(&mut self, names: usize, last: bool) {
        self.names += names;
        if !last {
            self.page = self.page.max(names);
        }
    }

    /// Full pages.
    fn pages(&self) -> f64 {
        self.names as f64 / self.page.max(1) as f64
    }

    fn wasted(&self) -> f64 {
        f64::from(self.answers) - self.pages()
    }
}

impl Lister {
    /// Makes a probe of the part of a range; gives its place.
    pub(super) fn split(&mut self) -> Option<usize> {
        if !self.may_split {
            return None;
        }
        let remaining = self.remaining();
        if !self.can_afford(&remaining) {
            return None;
        }
        let at = self.victim(&remaining)?;
        let distance = self.distance(at, &remaining);
        let next = self.ranges.get(at + 1);
        let stretch = self.ranges[at].stretch(&self.prefix, next)?;
        let Some(cut) = stretch.ahead(&self.alphabet, distance) else {
            self.ranges[at].indivisible = true;
            return None;
        };
        let probe = Range::new(self.next_id, Some(cut));
        self.next_id += 1;
        self.ranges.insert(at + 1, probe);
        Some(at + 1)
    }

    /// Pages still to come of each range, as guessed, and never many times more
    /// than came until now.
    fn remaining(&self) -> Vec<f64> {
        let came = self.tally.pages();
        let most = 2.0 * WORTH + REACH * came;
        let guess = |(at, range): (usize, &Range)| {
            if range.is_done() {
                return 0.0;
            }
            let next = self.ranges.get(at + 1);
            let guess = range.remaining(&self.prefix, next, &self.alphabet);
            // What is no more than came may be believed for longer.
            let misses = range.misses - if guess < came { 2 } else { 0 };
            guess.min(most) / DISTRUST.powi(misses.max(0))
        };
        self.ranges.iter().enumerate().map(guess).collect()
    }

    /// Whether one more request for nothing would be too many.
    fn can_afford(&self, remaining: &[f64]) -> bool {
        let came = self.tally.pages();
        let (mut expected, mut cost) = (0.0, 0.0);
        for (range, remaining) in self.ranges.iter().zip(remaining) {
            if range.is_probe() {
                cost += 1.0;
            } else if !range.is_done() {
                // The last page of each is half a page, more or less.
                cost += 0.5;
                expected += remaining;
            }
        }
        let expected = f64::min(expected, came);
        let answers = f64::from(self.tally.answers);
        self.tally.wasted() + cost + 0.5 <= SPARE + SPARE_PART * (answers + expected)
    }

    fn victim(&self, remaining: &[f64]) -> Option<usize> {
        let fits = |at: &usize| {
            let range = &self.ranges[*at];
            let enough = if range.after.is_none() {
                PAGES_FIRST
            } else {
                1
            };
            let next_is_probe = self.ranges.get(at + 1).is_some_and(Range::is_probe);
            range.stage != Stage::Done
                && !range.indivisible
                && range.pages >= enough
                && !next_is_probe
                && remaining[*at] >= WORTH
        };
        let all = (0..self.ranges.len()).filter(fits);
        if self.is_windowed(remaining) {
            // What lies far ahead would only wait.
            let far = |at: &usize| remaining[*at] > REACH_IN_ORDER;
            if let Some(first) = all.clone().find(far) {
                return Some(first);
            }
        }
        all.max_by(|a, b| remaining[*a].total_cmp(&remaining[*b]))
    }

    /// There is more than can wait for its turn, so that ranges are cut small, and
    /// from the beginning.
    fn is_windowed(&self, remaining: &[f64]) -> bool {
        self.in_order && remaining.iter().sum::<f64>() > MOST_WAITING_IN_ALL as f64
    }

    fn distance(&self, at: usize, remaining: &[f64]) -> f64 {
        let reach = REACH * self.tally.pages().max(2.0);
        let most = if self.is_windowed(remaining) {
            REACH_IN_ORDER
        } else {
            f64::INFINITY
        };
        (remaining[at] / 2.0).min(reach).min(most)
    }
}
