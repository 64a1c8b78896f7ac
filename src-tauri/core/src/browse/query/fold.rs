//! What does not matter in a search: case, accents, and how accents are spelt
//! (NFC or NFD).
//!
//! A name of ASCII alone is compared as it is, without regard to case. Only of
//! the others a folded form is kept, beside the table's own arena.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::browse::table::{RowId, slice};

/// The folded names of those rows whose names are not ASCII alone.
#[derive(Default)]
pub(in crate::browse) struct Folded {
    /// Ascending.
    rows: Vec<RowId>,
    text: String,
    ends: Vec<u32>,
}

impl Folded {
    /// Rows come in the order of their handles.
    pub(in crate::browse) fn push(&mut self, id: RowId, name: &str) {
        fold_into(name, &mut self.text);
        self.rows.push(id);
        // The table limits its names to a third of what a `u32` counts.
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// `None` for a name that is ASCII.
    pub(in crate::browse) fn of(&self, id: RowId) -> Option<&str> {
        let at = self.rows.binary_search(&id).ok()?;
        Some(self.at(at))
    }

    pub(super) fn within(&self, rows: Range<RowId>) -> impl Iterator<Item = (RowId, &str)> {
        let from = self.rows.partition_point(|row| *row < rows.start);
        let to = self.rows.partition_point(|row| *row < rows.end);
        (from..to).map(|at| (self.rows[at], self.at(at)))
    }

    fn at(&self, at: usize) -> &str {
        // As many as rows, which a `u32` numbers.
        slice(
            &self.text,
            &self.ends,
            u32::try_from(at).unwrap_or(u32::MAX),
        )
    }

    /// Bytes in memory.
    #[cfg(test)]
    pub(in crate::browse) fn memory(&self) -> usize {
        (self.rows.capacity() + self.ends.capacity()) * size_of::<u32>() + self.text.capacity()
    }
}

pub(in crate::browse) fn fold(text: &str) -> String {
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

/// A folded character and the part of the text that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) folded: char,
    /// UTF-16 units of the text: from, and to (excluded). Marks belong to their letter.
    pub(super) from: u32,
    pub(super) to: u32,
}

/// The folded characters of a text, each with where it came from.
pub(super) fn places(text: &str) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::with_capacity(text.len());
    let mut at = 0;
    for c in text.chars() {
        let from = at;
        at += if c.len_utf16() == 1 { 1 } else { 2 };
        let before = places.len();
        places.extend(
            fold(c.encode_utf8(&mut [0; 4]))
                .chars()
                .map(|folded| Place {
                    folded,
                    from,
                    to: at,
                }),
        );
        if places.len() == before {
            let letter = places.last().map(|place| place.from);
            for place in places.iter_mut().rev() {
                if Some(place.from) != letter {
                    break;
                }
                place.to = at;
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_spelling_of_accents_does_not_matter() {
        assert_eq!(fold("R\u{e9}sum\u{e9}"), "resume");
        assert_eq!(fold("RE\u{301}sume\u{301}"), "resume");
        assert_eq!(fold("\u{130}stanbul"), "istanbul");
    }

    #[test]
    fn a_mark_belongs_to_its_letter_and_an_emoji_counts_two() {
        let found = places("\u{1f4d8}e\u{301}x");

        let ranges: Vec<_> = found.iter().map(|place| (place.from, place.to)).collect();
        assert_eq!(ranges, [(0, 2), (2, 4), (4, 5)]);
    }

    proptest! {
        #[test]
        fn places_spell_the_folded_text(text in "\\PC{0,12}|[aA\u{e9}E\u{301}\u{327}\u{130}\u{d55c}\u{1f600}]{0,8}") {
            let spelt: String = places(&text).iter().map(|place| place.folded).collect();
            prop_assert_eq!(spelt, fold(&text));
        }

        #[test]
        fn what_is_kept_of_a_row_is_its_folded_name(names in prop::collection::vec("[a\u{e9}B]{0,4}", 0..20)) {
            let mut folded = Folded::default();
            for (id, name) in (0u32..).zip(&names) {
                if !name.is_ascii() {
                    folded.push(id, name);
                }
            }
            for (id, name) in (0u32..).zip(&names) {
                prop_assert_eq!(folded.of(id).map(str::to_owned), (!name.is_ascii()).then(|| fold(name)));
            }
        }
    }
}
