//! Fuzzy matching: the letters of each word in their order, with anything
//! between them. Scored by `nucleo-matcher`, as Helix does; folding is ours, so
//! that both kinds of search mean the same by a letter.

use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::fold::fold;
use super::rank::{self, Rank};
use crate::browse::table::{RowId, Table};

/// Characters of a word that are looked for. The matcher's table grows with this
/// and the name's length.
const LONGEST_WORD: usize = 128;

pub(super) struct Fuzzy {
    words: Vec<Word>,
    paths: bool,
}

struct Word {
    letters: Vec<char>,
    /// The same, where they are ASCII.
    ascii: Option<Vec<u8>>,
}

/// What matching needs in hand: one for each thread.
pub(super) struct Hand {
    matcher: Matcher,
    letters: Vec<char>,
}

impl Default for Hand {
    fn default() -> Self {
        let mut config = Config::DEFAULT.match_paths();
        config.normalize = false;
        Self {
            matcher: Matcher::new(config),
            letters: Vec::new(),
        }
    }
}

impl Fuzzy {
    /// `None` for a text without words. In `paths`, the name comes after the last `/`.
    pub(super) fn of(text: &str, paths: bool) -> Option<Self> {
        let words: Vec<Word> = fold(text).split_whitespace().map(Word::of).collect();
        (!words.is_empty()).then_some(Self { words, paths })
    }

    /// Zero for a row that does not match.
    pub(super) fn rank(&self, table: &Table, id: RowId, hand: &mut Hand) -> Rank {
        if let Some(folded) = table.folded().of(id) {
            hand.letters.clear();
            hand.letters.extend(folded.chars());
            let from = if self.paths {
                let slash = hand.letters.iter().rposition(|c| *c == '/');
                slash.map_or(0, |at| at + 1)
            } else {
                0
            };
            let letters = std::mem::take(&mut hand.letters);
            let name = folded.rsplit_once('/').map_or(folded, |(_, name)| name);
            let rank = self.of_path(
                name.as_bytes(),
                Utf32Str::Unicode(&letters[from..]),
                (from > 0).then_some(Utf32Str::Unicode(&letters)),
                &mut hand.matcher,
            );
            hand.letters = letters;
            return rank;
        }
        let path = table.name(id).as_bytes();
        let from = rank::name_from(path, self.paths);
        self.of_path(
            &path[from..],
            Utf32Str::Ascii(&path[from..]),
            (from > 0).then_some(Utf32Str::Ascii(path)),
            &mut hand.matcher,
        )
    }

    fn of_path(
        &self,
        spelt: &[u8],
        name: Utf32Str<'_>,
        path: Option<Utf32Str<'_>>,
        matcher: &mut Matcher,
    ) -> Rank {
        if let Some(score) = self.score(name, matcher) {
            return rank::of_score(score, spelt, true);
        }
        let score = path.and_then(|path| self.score(path, matcher));
        score.map_or(0, |score| rank::of_score(score, spelt, false))
    }

    fn score(&self, text: Utf32Str<'_>, matcher: &mut Matcher) -> Option<u32> {
        // What is not ASCII was folded by us.
        matcher.config.ignore_case = text.is_ascii();
        self.words.iter().try_fold(0, |sum: u32, word| {
            let score = matcher.fuzzy_match(text, word.needle())?;
            Some(sum + u32::from(score))
        })
    }

    /// Which of a text's folded letters the words were found in, ascending.
    pub(super) fn letters_found(&self, text: &[char], hand: &mut Hand) -> Option<Vec<u32>> {
        let mut found = Vec::new();
        hand.matcher.config.ignore_case = false;
        for word in &self.words {
            hand.matcher
                .fuzzy_indices(Utf32Str::Unicode(text), word.needle(), &mut found)?;
        }
        found.sort_unstable();
        found.dedup();
        Some(found)
    }
}

impl Word {
    fn of(word: &str) -> Self {
        let letters: Vec<char> = word.chars().take(LONGEST_WORD).collect();
        let ascii = letters
            .iter()
            .map(|c| u8::try_from(*c).ok().filter(u8::is_ascii))
            .collect();
        Self { letters, ascii }
    }

    fn needle(&self) -> Utf32Str<'_> {
        match &self.ascii {
            Some(ascii) => Utf32Str::Ascii(ascii),
            None => Utf32Str::Unicode(&self.letters),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn ranks(names: &[&str], text: &str) -> Vec<Rank> {
        let mut table = Table::default();
        for name in names {
            table.push_file(name, 0, None, None).unwrap();
        }
        let fuzzy = Fuzzy::of(text, true).unwrap();
        let mut hand = Hand::default();
        (0..table.len())
            .map(|id| fuzzy.rank(&table, id, &mut hand))
            .collect()
    }

    #[test]
    fn letters_may_stand_apart_but_keep_their_order() {
        let ranks = ranks(
            &["invoice-2026.pdf", "2026-invoice.pdf", "Inv2026"],
            "inv26",
        );

        assert!(ranks[0] > 0 && ranks[2] > 0);
        assert_eq!(ranks[1], 0);
        assert!(ranks[2] > ranks[0]);
    }

    #[test]
    fn words_may_stand_in_any_order() {
        assert!(ranks(&["slides of week 3.pdf"], "week slides")[0] > 0);
    }

    #[test]
    fn a_match_in_the_name_comes_before_one_in_the_path() {
        let ranks = ranks(&["week/notes.txt", "notes/week.txt"], "week");

        assert!(ranks[1] > ranks[0] && ranks[0] > 0);
    }

    #[test]
    fn accents_do_not_matter_on_either_side() {
        let ranks = ranks(
            &[
                "R\u{e9}sum\u{e9}.pdf",
                "re\u{301}sume\u{301}.pdf",
                "resume.pdf",
            ],
            "r\u{e9}sm",
        );

        assert!(ranks.iter().all(|rank| *rank > 0), "{ranks:?}");
    }

    #[test]
    fn a_text_without_words_is_no_text() {
        assert!(Fuzzy::of(" \u{301} ", true).is_none());
    }

    proptest! {
        #[test]
        fn a_name_matches_that_has_the_letters_in_their_order(
            names in prop::collection::vec("[abAB1\u{e9}\u{df}./]{0,8}", 1..20),
            text in "[ab1\u{e9}]{1,4}",
        ) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let found: Vec<bool> = ranks(&names, &text).iter().map(|rank| *rank > 0).collect();

            let model: Vec<bool> = names.iter().map(|name| {
                let folded = fold(name);
                let mut rest = folded.chars();
                fold(&text).chars().all(|wanted| rest.any(|c| c == wanted))
            }).collect();
            prop_assert_eq!(found, model);
        }
    }
}
