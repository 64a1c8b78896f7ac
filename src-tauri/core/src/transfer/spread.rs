//! How many parts of one file are under way at once: few at first, and more
//! while each of them is soon done.
//!
//! What is half sent when a run ends has to go again. On a slow link many parts
//! at once would all be half sent for minutes, and none of them done.

use std::time::Duration;

use super::limits::REQUESTS_A_FILE;

const FIRST: usize = 2;
const STEP: usize = 2;
/// A part that is done in this time makes room for more.
const SOON: Duration = Duration::from_secs(2);
/// One that takes longer than this makes room for fewer.
const LATE: Duration = Duration::from_secs(8);

pub(super) struct Spread(usize);

impl Default for Spread {
    fn default() -> Self {
        Self(FIRST)
    }
}

impl Spread {
    pub(super) fn size(&self) -> usize {
        self.0
    }

    /// A part was done, in this time.
    pub(super) fn done(&mut self, took: Duration) {
        if took < SOON {
            self.0 = (self.0 + STEP).min(REQUESTS_A_FILE);
        } else if took > LATE {
            self.0 = (self.0 - 1).max(FIRST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_spreads_on_a_quick_link_and_not_on_a_slow_one() {
        let mut quick = Spread::default();
        let mut slow = Spread::default();
        for _ in 0..20 {
            quick.done(Duration::from_millis(30));
            slow.done(Duration::from_secs(9));
        }

        assert_eq!((quick.size(), slow.size()), (REQUESTS_A_FILE, FIRST));
    }

    #[test]
    fn it_draws_in_when_the_link_becomes_slow() {
        let mut spread = Spread::default();
        for _ in 0..20 {
            spread.done(Duration::from_millis(30));
        }
        for _ in 0..20 {
            spread.done(Duration::from_secs(9));
        }

        assert_eq!(spread.size(), FIRST);
    }
}
