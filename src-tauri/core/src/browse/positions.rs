//! What a position meant when somebody pointed at it. Rows arrive while a person
//! clicks: a position is therefore named with the generation it was seen in, and
//! read as the row that stood there then.

use super::table::RowId;

#[derive(Default)]
pub(super) struct Positions {
    /// The generation since which rows have kept their positions (others may have been
    /// added at the end).
    since: u32,
    /// The rows as they stood before, and since which generation.
    before: Option<(u32, Vec<RowId>)>,
}

impl Positions {
    /// The rows on show were `before` and are `now`, as of `generation`.
    pub(super) fn moved(&mut self, generation: u32, before: Vec<RowId>, now: &[RowId]) {
        if now.starts_with(&before) {
            return;
        }
        self.before = Some((self.since, before));
        self.since = generation;
    }

    /// Handles themselves have changed: nothing said before `generation` is understood.
    pub(super) fn forget(&mut self, generation: u32) {
        self.since = generation;
        self.before = None;
    }

    /// Where the row that stood at `at` in `generation` stands now among `rows`; a position
    /// beyond the last row means the last one.
    pub(super) fn now(&self, generation: u32, at: u32, rows: &[RowId]) -> Option<u32> {
        if generation >= self.since {
            return Some(at);
        }
        let (since, before) = self.before.as_ref()?;
        if generation < *since {
            return None;
        }
        let id = before.get(at as usize).or(before.last())?;
        let at = rows.iter().position(|row| row == id)?;
        u32::try_from(at).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_seen_before_rows_moved_means_the_row_that_stood_there() {
        let mut positions = Positions::default();
        positions.moved(5, vec![0, 1, 2], &[9, 0, 1, 2]);

        assert_eq!(positions.now(4, 1, &[9, 0, 1, 2]), Some(2));
        assert_eq!(positions.now(5, 1, &[9, 0, 1, 2]), Some(1));
    }

    #[test]
    fn rows_added_at_the_end_move_nothing() {
        let mut positions = Positions::default();
        positions.moved(5, vec![0, 1], &[0, 1, 2]);

        assert_eq!(positions.now(4, 1, &[0, 1, 2]), Some(1));
    }

    #[test]
    fn what_was_seen_too_long_ago_is_not_guessed_at() {
        let mut positions = Positions::default();
        positions.moved(5, vec![0, 1], &[1, 0]);
        positions.moved(8, vec![1, 0], &[0, 1]);

        assert_eq!(positions.now(4, 0, &[0, 1]), None);
        assert_eq!(positions.now(6, 0, &[0, 1]), Some(1));
        positions.forget(9);
        assert_eq!(positions.now(8, 0, &[0, 1]), None);
    }
}
