//! Filtering as one types: a substring, whatever its case or accents, and
//! however the accents are spelt (NFC or NFD).
//!
//! Names are folded once, when the first filter is set, into an arena that goes
//! again with the filter.

use memchr::memmem::Finder;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::table::{RowId, Table, slice};

/// The table's names, folded.
#[derive(Default)]
pub(super) struct Folded {
    text: String,
    ends: Vec<u32>,
}

impl Folded {
    /// Folds the rows that came since the last time.
    pub(super) fn catch_up(&mut self, table: &Table) {
        for id in (0..table.len()).skip(self.ends.len()) {
            fold_into(table.name(id), &mut self.text);
            // The table limits its names to a third of what a `u32` counts.
            self.ends
                .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        }
    }

    /// Those of `order` whose name contains `wanted`, in the same order.
    pub(super) fn matching(&self, order: &[RowId], wanted: &str) -> Vec<RowId> {
        let wanted = fold(wanted);
        let finder = Finder::new(&wanted);
        order
            .iter()
            .copied()
            .filter(|id| {
                finder
                    .find(slice(&self.text, &self.ends, *id).as_bytes())
                    .is_some()
            })
            .collect()
    }
}

pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

fn fold_into(text: &str, folded: &mut String) {
    if text.is_ascii() {
        folded.extend(text.chars().map(|c| c.to_ascii_lowercase()));
        return;
    }
    folded.extend(
        text.nfd()
            .filter(|c| !is_combining_mark(*c))
            .flat_map(char::to_lowercase)
            // `İ` lower-cases to `i` and a mark.
            .filter(|c| !is_combining_mark(*c)),
    );
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn found(names: &[&str], wanted: &str) -> Vec<u32> {
        let mut table = Table::default();
        for name in names {
            table.push_file(name, 0, None, None).unwrap();
        }
        let mut folded = Folded::default();
        folded.catch_up(&table);
        folded.matching(&(0..table.len()).collect::<Vec<_>>(), wanted)
    }

    #[test]
    fn case_does_not_matter() {
        assert_eq!(found(&["Week 1", "WEEK 2", "other"], "wEEk"), [0, 1]);
    }

    #[test]
    fn accents_and_their_spelling_do_not_matter() {
        let names = [
            "re\u{301}sume\u{301}.pdf",
            "r\u{e9}sum\u{e9}.pdf",
            "resume.pdf",
        ];

        assert_eq!(found(&names, "r\u{e9}sum\u{e9}"), [0, 1, 2]);
        assert_eq!(found(&names, "rEsUmE"), [0, 1, 2]);
    }

    #[test]
    fn a_match_never_crosses_from_one_name_into_the_next() {
        assert!(found(&["ab", "cd"], "bc").is_empty());
    }

    #[test]
    fn rows_that_come_later_are_found_too() {
        let mut table = Table::default();
        let mut folded = Folded::default();
        table.push_file("one", 0, None, None).unwrap();
        folded.catch_up(&table);
        table.push_file("ONE more", 0, None, None).unwrap();
        folded.catch_up(&table);

        assert_eq!(folded.matching(&[1, 0], "one"), [1, 0]);
    }
}
