//! How well a name fits a text: the name before the path, the beginning before
//! the middle, the short name before the long one.

use memchr::memrchr;

use super::substring::find_in_any_case;

/// How well a row fits; more is better. Zero: not at all.
pub(super) type Rank = u16;

const IN_PATH: Rank = 1;
const IN_NAME: Rank = 2;
const AT_A_WORD: Rank = 3;
const AT_THE_START: Rank = 4;
const WHOLE: Rank = 5;

/// The rank of a name (or a path) in which the folded `needle` first stands at `first`.
pub(super) fn of_substring(path: &[u8], needle: &[u8], first: usize, paths: bool) -> Rank {
    let name = &path[name_from(path, paths)..];
    let before = path.len() - name.len();
    let first = match first.checked_sub(before) {
        Some(first) => Some(first),
        None => find_in_any_case(name, needle),
    };
    let kind = first.map_or(IN_PATH, |first| in_name(name, needle, first));
    kind << 8 | brevity(name)
}

fn in_name(name: &[u8], needle: &[u8], first: usize) -> Rank {
    if first == 0 {
        let whole = matches!(name.get(needle.len()), None | Some(b'.'));
        return if whole { WHOLE } else { AT_THE_START };
    }
    let mut at = first;
    loop {
        if begins_word(name, at) {
            return AT_A_WORD;
        }
        let Some(next) = find_in_any_case(&name[at + 1..], needle) else {
            return IN_NAME;
        };
        at += 1 + next;
    }
}

/// Whether a word begins at a place that is not the first.
fn begins_word(name: &[u8], at: usize) -> bool {
    let (before, here) = (name[at - 1], name[at]);
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    !letter(before)
        || (before.is_ascii_lowercase() && here.is_ascii_uppercase())
        || (before.is_ascii_digit() != here.is_ascii_digit())
}

/// The rank of a fuzzy match with a score, of the name itself or only of its path.
pub(super) fn of_score(score: u32, name: &[u8], in_name: bool) -> Rank {
    // 11 bits of score (the longest text that is typed stays below that), 4 of brevity.
    let score = u16::try_from(score.min(2_046)).unwrap_or(0) + 1;
    let rank = score << 4 | brevity(name) >> 4;
    if in_name { rank | 1 << 15 } else { rank }
}

/// From 255 down.
fn brevity(name: &[u8]) -> Rank {
    255 - Rank::try_from(name.len().min(255)).unwrap_or(255)
}

/// Where the name begins in what the table has as one.
pub(super) fn name_from(path: &[u8], paths: bool) -> usize {
    if paths {
        memrchr(b'/', path).map_or(0, |at| at + 1)
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn rank(path: &str, text: &str) -> Rank {
        let first = find_in_any_case(path.as_bytes(), text.as_bytes()).unwrap();
        of_substring(path.as_bytes(), text.as_bytes(), first, true)
    }

    #[test]
    fn names_come_from_the_best_fit_to_the_worst() {
        let best_first = [
            "x/Week.pdf",
            "x/week 12.pdf",
            "x/the-week.pdf",
            "x/the long-week.pdf",
            "x/midweek.pdf",
            "week/notes.pdf",
        ];

        assert!(
            best_first
                .map(|path| rank(path, "week"))
                .is_sorted_by(|a, b| a > b)
        );
    }

    #[test]
    fn a_word_may_begin_with_a_capital_or_a_number() {
        assert!(rank("midWeek", "week") > rank("midweek", "week"));
        assert!(rank("a12", "12") > rank("a112", "12"));
    }

    #[test]
    fn a_later_word_counts_more_than_an_earlier_middle() {
        assert!(rank("midweek-week", "week") > rank("midweek-meek", "week"));
    }

    #[test]
    fn in_a_folder_a_slash_is_a_character_as_any_other() {
        assert_eq!(of_substring(b"a/b", b"a", 0, false) >> 8, AT_THE_START);
    }

    #[test]
    fn a_fuzzy_match_of_the_name_comes_before_any_of_the_path() {
        assert!(of_score(1, b"n", true) > of_score(u32::MAX, b"n", false));
        assert!(of_score(80, b"short", true) > of_score(80, b"a much longer name, still", true));
        assert!(of_score(0, b"n", false) > 0);
    }
}
