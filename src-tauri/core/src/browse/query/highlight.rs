//! Where in a name a query's text was found, for the rows that are on screen.

use super::Query;
use super::fold::{Place, fold, places};
use super::fuzzy::{Fuzzy, Hand};

pub(in crate::browse) struct Highlighter {
    text: Text,
}

enum Text {
    None,
    Substring(Vec<char>),
    Fuzzy(Fuzzy, Box<Hand>),
}

impl Highlighter {
    /// In `paths` the name comes after the last `/`.
    pub(in crate::browse) fn of(query: &Query, paths: bool) -> Self {
        let text = if query.fuzzy {
            Fuzzy::of(&query.text, paths)
                .map_or(Text::None, |fuzzy| Text::Fuzzy(fuzzy, Box::default()))
        } else {
            let needle: Vec<char> = fold(&query.text).chars().collect();
            if needle.is_empty() {
                Text::None
            } else {
                Text::Substring(needle)
            }
        };
        Self { text }
    }

    /// Ranges of UTF-16 units within the name, ascending and apart; `folder` is the
    /// path before it, if that was looked through as well.
    pub(in crate::browse) fn matches(&mut self, folder: Option<&str>, name: &str) -> Vec<[u32; 2]> {
        let folder = folder.unwrap_or_default();
        match &mut self.text {
            Text::None => Vec::new(),
            Text::Substring(needle) => {
                in_name(folder, name, |letters| Some(occurrences(letters, needle)))
            }
            Text::Fuzzy(fuzzy, hand) => {
                let mut find = |letters: &[char]| fuzzy.letters_found(letters, hand);
                let of_name = in_name("", name, &mut find);
                if of_name.is_empty() && !folder.is_empty() {
                    in_name(folder, name, find)
                } else {
                    of_name
                }
            }
        }
    }
}

/// Where the letters that `find` names stand in the name, when it looks at folder and name together.
fn in_name(
    folder: &str,
    name: &str,
    find: impl FnOnce(&[char]) -> Option<Vec<u32>>,
) -> Vec<[u32; 2]> {
    let of_name = places(name);
    let mut letters: Vec<char> = fold(folder).chars().collect();
    if !folder.is_empty() {
        letters.push('/');
    }
    let before = letters.len();
    letters.extend(of_name.iter().map(|place| place.folded));
    let found = find(&letters).unwrap_or_default();
    ranges(found.into_iter().filter_map(|at| {
        let at = (at as usize).checked_sub(before)?;
        of_name.get(at)
    }))
}

/// The letters of every place where the needle stands.
fn occurrences(letters: &[char], needle: &[char]) -> Vec<u32> {
    let mut found = Vec::new();
    let mut at = 0;
    while at + needle.len() <= letters.len() {
        if letters[at..].starts_with(needle) {
            found.extend((at..at + needle.len()).filter_map(|at| u32::try_from(at).ok()));
            at += needle.len();
        } else {
            at += 1;
        }
    }
    found
}

/// Neighbours joined.
fn ranges<'a>(found: impl Iterator<Item = &'a Place>) -> Vec<[u32; 2]> {
    let mut ranges: Vec<[u32; 2]> = Vec::new();
    for place in found {
        match ranges.last_mut() {
            Some([_, to]) if *to >= place.from => *to = place.to.max(*to),
            _ => ranges.push([place.from, place.to]),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn highlights(text: &str, fuzzy: bool, folder: &str, name: &str) -> Vec<String> {
        let query = Query {
            text: text.into(),
            fuzzy,
            ..Query::default()
        };
        let units: Vec<u16> = name.encode_utf16().collect();
        Highlighter::of(&query, true)
            .matches(Some(folder), name)
            .iter()
            .map(|[from, to]| String::from_utf16_lossy(&units[*from as usize..*to as usize]))
            .collect()
    }

    #[test]
    fn every_place_where_the_text_stands_is_marked() {
        assert_eq!(
            highlights("WEEK", false, "", "Week 1, week 2"),
            ["Week", "week"]
        );
    }

    #[test]
    fn marks_and_emoji_are_marked_whole() {
        assert_eq!(
            highlights("resume", false, "", "\u{1f4d8} re\u{301}sume\u{301}.pdf"),
            ["re\u{301}sume\u{301}"]
        );
        assert_eq!(
            highlights("\u{1f4d8}", false, "", "a\u{1f4d8}b"),
            ["\u{1f4d8}"]
        );
        assert_eq!(
            highlights("e", false, "", "e\u{301}\u{323}"),
            ["e\u{301}\u{323}"]
        );
    }

    #[test]
    fn letters_that_stand_apart_are_marked_apart() {
        assert_eq!(
            highlights("inv2026", true, "", "invoice-2026.pdf"),
            ["inv", "2026"]
        );
    }

    #[test]
    fn of_a_match_that_begins_in_the_path_the_part_in_the_name_is_marked() {
        assert_eq!(highlights("1/sl", false, "week 1", "slides.pdf"), ["sl"]);
        assert_eq!(highlights("wksl", true, "week", "slides.pdf"), ["sl"]);
        assert!(highlights("week", false, "week", "slides.pdf").is_empty());
    }

    #[test]
    fn without_a_text_nothing_is_marked() {
        assert!(highlights("", false, "", "a").is_empty());
        assert!(highlights(" ", true, "", "a").is_empty());
    }

    proptest! {
        #[test]
        fn what_is_marked_lies_in_the_name_in_order_and_contains_the_text(
            name in "[abA\u{e9}e\u{301}\u{1f4d8}]{0,12}",
            text in "[abe]{1,3}",
        ) {
            let marked = highlights(&text, false, "", &name);
            let folded = fold(&name);
            prop_assert_eq!(marked.is_empty(), !folded.contains(&text));
            for part in &marked {
                prop_assert!(fold(part).contains(&text));
            }
        }
    }
}
