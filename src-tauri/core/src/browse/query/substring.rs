//! Looking for a text in every name of a table at once: one pass over the arena
//! with a searcher that compares many bytes at a time, then a closer look at
//! what it found.
//!
//! The searcher (Teddy, of `aho-corasick`) looks for the rarest two or three
//! neighbouring bytes of the text in every spelling of case.

use std::ops::Range;

use aho_corasick::packed;
use memchr::{memchr, memchr2, memmem};

use super::fold::fold;
use crate::browse::table::{RowId, Table};

/// Bytes of the arena that are counted, to know which letters are rare.
const SAMPLE: usize = 64 << 10;

pub(super) struct Substring {
    /// Folded.
    needle: Vec<u8>,
    /// `None` for a text that no ASCII name contains.
    finder: Option<Finder>,
}

impl Substring {
    /// `None` for a text of which folding leaves nothing.
    pub(super) fn of(text: &str, table: &Table) -> Option<Self> {
        let needle = fold(text).into_bytes();
        if needle.is_empty() {
            return None;
        }
        let finder = needle.is_ascii().then(|| Finder::of(&needle, table));
        Some(Self { needle, finder })
    }

    pub(super) fn needle(&self) -> &[u8] {
        &self.needle
    }

    /// Tells of every row of `rows` that contains the text: its name (folded, if it is
    /// not ASCII) and where the text first stands in it, in bytes. A row may come twice:
    /// what is said last holds.
    pub(super) fn each(
        &self,
        table: &Table,
        rows: Range<RowId>,
        mut hit: impl FnMut(RowId, &[u8], usize),
    ) {
        if let Some(finder) = &self.finder {
            self.each_as_spelt(finder, table, rows.clone(), &mut hit);
        }
        // What stands in ASCII in such a name stands in its folded form too.
        let finder = memmem::Finder::new(&self.needle);
        for (id, name) in table.folded().within(rows) {
            if let Some(at) = finder.find(name.as_bytes()) {
                hit(id, name.as_bytes(), at);
            }
        }
    }

    /// Where the text first stands in one row's name.
    pub(super) fn in_row<'a>(&self, table: &'a Table, id: RowId) -> Option<(&'a [u8], usize)> {
        if let Some(folded) = table.folded().of(id) {
            let at = memmem::find(folded.as_bytes(), &self.needle)?;
            return Some((folded.as_bytes(), at));
        }
        let name = table.name(id).as_bytes();
        let at = find_in_any_case(name, &self.needle)?;
        Some((name, at))
    }

    fn each_as_spelt(
        &self,
        finder: &Finder,
        table: &Table,
        rows: Range<RowId>,
        hit: &mut impl FnMut(RowId, &[u8], usize),
    ) {
        let names = table.names(rows.clone());
        let (mut row, mut row_from, mut from) = (0, 0, 0);
        while let Some(at) = finder.next(names.text, from, &self.needle) {
            while names.end(row) <= at {
                row_from = names.end(row);
                row += 1;
            }
            let row_to = names.end(row);
            if at + self.needle.len() > row_to {
                // From one name into the next.
                from = at + 1;
                continue;
            }
            let id = rows.start + u32::try_from(row).unwrap_or(u32::MAX);
            hit(id, &names.text[row_from..row_to], at - row_from);
            from = row_to;
        }
    }
}

/// The first place of a folded ASCII text in a short text.
pub(super) fn find_in_any_case(text: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let upper = first.to_ascii_uppercase();
    let mut from = 0;
    while let Some(at) = memchr2(first, upper, text.get(from..)?) {
        let found = text.get(from + at..from + at + needle.len())?;
        if found.eq_ignore_ascii_case(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// Finds where an ASCII needle stands, whatever its case.
enum Finder {
    /// Without letters.
    AsItIs(Box<memmem::Finder<'static>>),
    Window {
        searcher: packed::Searcher,
        /// Where the window lies in the needle.
        at: usize,
    },
    /// One letter, or where the processor is none for the above: a byte in both cases.
    Letter { lower: u8, at: usize },
}

impl Finder {
    fn of(needle: &[u8], table: &Table) -> Self {
        if !needle.iter().any(u8::is_ascii_alphabetic) {
            return Self::AsItIs(Box::new(memmem::Finder::new(needle).into_owned()));
        }
        let common = Commonness::of(table);
        let rarest = (0..needle.len()).min_by(|a, b| {
            common
                .of_byte(needle[*a])
                .total_cmp(&common.of_byte(needle[*b]))
        });
        let at = rarest.unwrap_or(0);
        let letter = Self::Letter {
            lower: needle[at],
            at,
        };
        if needle.len() == 1 {
            return letter;
        }
        let width = needle.len().min(3);
        let window = (0..=needle.len() - width).min_by(|a, b| {
            let of = |at: &usize| common.of_window(&needle[*at..*at + width]);
            of(a).total_cmp(&of(b))
        });
        let at = window.unwrap_or(0);
        let searcher = packed::Config::new()
            .builder()
            .extend(spellings(&needle[at..at + width]))
            .build();
        searcher.map_or(letter, |searcher| Self::Window { searcher, at })
    }

    /// The first place at or after `from` where the needle stands.
    fn next(&self, text: &[u8], mut from: usize, needle: &[u8]) -> Option<usize> {
        loop {
            let at = self.candidate(text, from)?;
            match text.get(at..at + needle.len()) {
                Some(found) if found.eq_ignore_ascii_case(needle) => return Some(at),
                Some(_) => from = at + 1,
                None => return None,
            }
        }
    }

    /// The first place at or after `from` where the needle may begin.
    fn candidate(&self, text: &[u8], from: usize) -> Option<usize> {
        match self {
            Self::AsItIs(finder) => Some(from + finder.find(text.get(from..)?)?),
            Self::Window { searcher, at } => {
                let span = (from + at..text.len()).into();
                if from + at > text.len() {
                    return None;
                }
                Some(searcher.find_in(text, span)?.start() - at)
            }
            Self::Letter { lower, at } => {
                let rest = text.get(from + at..)?;
                let upper = lower.to_ascii_uppercase();
                let found = if upper == *lower {
                    memchr(*lower, rest)
                } else {
                    memchr2(*lower, upper, rest)
                };
                Some(from + found?)
            }
        }
    }
}

/// Every spelling of case.
fn spellings(text: &[u8]) -> Vec<Vec<u8>> {
    text.iter().fold(vec![Vec::new()], |before, byte| {
        let mut cases = vec![*byte];
        if byte.is_ascii_alphabetic() {
            cases.push(byte.to_ascii_uppercase());
        }
        let longer = |start: &Vec<u8>| {
            let start = start.clone();
            cases.clone().into_iter().map(move |byte| {
                let mut text = start.clone();
                text.push(byte);
                text
            })
        };
        before.iter().flat_map(longer).collect()
    })
}

/// How common each byte is in the names at hand, by a sample.
struct Commonness {
    counts: [u32; 256],
}

impl Commonness {
    fn of(table: &Table) -> Self {
        let text = table.names(0..table.len()).text;
        let mut counts = [1; 256];
        let stride = (text.len() / SAMPLE).max(1);
        for byte in text.iter().step_by(stride) {
            counts[usize::from(byte.to_ascii_lowercase())] += 1;
        }
        Self { counts }
    }

    fn of_byte(&self, byte: u8) -> f64 {
        f64::from(self.counts[usize::from(byte)])
    }

    fn of_window(&self, window: &[u8]) -> f64 {
        window.iter().map(|byte| self.of_byte(*byte)).product()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn table(names: &[String]) -> Table {
        let mut table = Table::default();
        for name in names {
            table.push_file(name, 0, None, None).unwrap();
        }
        table
    }

    fn found(names: &[&str], wanted: &str) -> Vec<RowId> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let table = table(&names);
        let mut rows = Vec::new();
        Substring::of(wanted, &table)
            .unwrap()
            .each(&table, 0..table.len(), |id, _, _| rows.push(id));
        rows.sort_unstable();
        rows.dedup();
        rows
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
        assert!(found(&["2", "0"], "20").is_empty());
    }

    #[test]
    fn a_text_of_marks_alone_is_no_text() {
        assert!(Substring::of("\u{301}", &Table::default()).is_none());
    }

    proptest! {
        #[test]
        fn it_finds_what_looking_at_each_name_finds(
            names in prop::collection::vec("[abAB1\u{e9}e\u{301}\u{df} ./]{0,7}", 0..30),
            wanted in "[abAB1e\u{e9}\u{df} ./]{1,4}",
        ) {
            let table = table(&names);
            let substring = Substring::of(&wanted, &table).unwrap();
            let mut hits = vec![None; names.len()];
            substring.each(&table, 0..table.len(), |id, name, at| {
                hits[id as usize] = Some((name.to_ascii_lowercase(), at));
            });

            for (id, name) in (0..).zip(&names) {
                let folded = fold(name);
                let model = folded.find(&fold(&wanted)).map(|at| (folded.clone().into_bytes(), at));
                prop_assert_eq!(&hits[id as usize], &model);
                let one = substring.in_row(&table, id).map(|(name, at)| (name.to_ascii_lowercase(), at));
                prop_assert_eq!(one, model);
            }
        }

        #[test]
        fn any_part_of_the_table_can_be_looked_at(
            names in prop::collection::vec("[ab]{0,3}", 1..30),
            from in 0u32..30,
        ) {
            let table = table(&names);
            let from = from.min(table.len());
            let mut rows = Vec::new();
            Substring::of("ab", &table).unwrap().each(&table, from..table.len(), |id, _, _| rows.push(id));

            let model: Vec<RowId> = (from..table.len()).filter(|id| names[*id as usize].contains("ab")).collect();
            prop_assert_eq!(rows, model);
        }
    }
}
