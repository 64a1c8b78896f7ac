//! How names compare: in natural order (Week 2 before Week 10), as the person's
//! language has it. The order by name is kept up as rows arrive, by merging.
//!
//! Most names are ASCII, and most languages have ASCII in the order of no
//! particular language. For those a comparison of our own gives the collator's
//! answer several times faster; the collator decides between all others.

use std::cmp::Ordering;

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{CollatorBorrowed, CollatorPreferences};
use icu_locale_core::Locale;

use super::table::{RowId, Table, last_segment};

/// Languages whose rules for ASCII are those of the root (CLDR collation data: no
/// contraction and no tailoring of an ASCII letter).
const PLAIN: [&str; 16] = [
    "de", "en", "es", "fr", "ga", "id", "it", "ja", "ko", "ms", "nl", "pt", "ru", "uk", "und", "zh",
];

/// How names compare.
pub(super) struct NameOrder {
    collator: Option<CollatorBorrowed<'static>>,
    plain: Option<Plain>,
    /// What the table has as names are paths: the name comes after the last `/`.
    paths: bool,
}

impl NameOrder {
    /// As the language (a BCP 47 tag) has it; `None` and unknown ones take the
    /// order of no particular language.
    pub(super) fn of_language(language: Option<&str>, paths: bool) -> Self {
        let locale = language.and_then(|tag| Locale::try_from_str(tag).ok());
        let plain = locale.as_ref().is_none_or(is_plain).then(Plain::of_root);
        let mut preferences = locale.map_or_else(CollatorPreferences::default, |locale| {
            CollatorPreferences::from(&locale)
        });
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
        let collator = CollatorBorrowed::try_new(preferences, CollatorOptions::default());
        if let Err(error) = &collator {
            tracing::warn!(%error, "no collation data: names are ordered by their bytes");
        }
        Self {
            collator: collator.ok(),
            plain: plain.flatten(),
            paths,
        }
    }

    /// Equal only for equal names.
    pub(super) fn compare(&self, a: &str, b: &str) -> Ordering {
        let as_language = match (&self.plain, &self.collator) {
            (Some(plain), _) if a.is_ascii() && b.is_ascii() => {
                plain.compare(a.as_bytes(), b.as_bytes())
            }
            (_, Some(collator)) => collator.compare(a, b),
            (_, None) => Ordering::Equal,
        };
        as_language.then_with(|| a.cmp(b))
    }

    /// Folder by folder: what lies in `a/` comes before what lies in `a b/`.
    pub(super) fn compare_paths(&self, a: &str, b: &str) -> Ordering {
        let (mut a, mut b) = (a.split('/'), b.split('/'));
        loop {
            match (a.next(), b.next()) {
                (Some(x), Some(y)) => match self.compare(x, y) {
                    Ordering::Equal => {}
                    decided => return decided,
                },
                (x, y) => return x.is_some().cmp(&y.is_some()),
            }
        }
    }

    /// Folders first, then by name.
    fn compare_rows(&self, table: &Table, a: RowId, b: RowId) -> Ordering {
        let folders_first = table.is_folder(b).cmp(&table.is_folder(a));
        let by_name = || {
            let (a, b) = (table.name(a), table.name(b));
            if self.paths {
                self.compare(last_segment(a), last_segment(b))
                    .then_with(|| self.compare_paths(a, b))
            } else {
                self.compare(a, b)
            }
        };
        folders_first.then_with(by_name).then_with(|| a.cmp(&b))
    }

    /// Puts new rows into an order by name.
    pub(super) fn merge(&self, table: &Table, order: &mut Vec<RowId>, mut new: Vec<RowId>) {
        new.sort_by(|a, b| self.compare_rows(table, *a, *b));
        // From the back, into room made at the end: rows mostly arrive nearly in
        // order, so that most find their place by one comparison.
        let mut old_end = order.len();
        let mut write = old_end + new.len();
        order.resize(write, 0);
        for id in new.into_iter().rev() {
            let after = self.place_of(table, &order[..old_end], id);
            order.copy_within(after..old_end, write - (old_end - after));
            write -= old_end - after + 1;
            old_end = after;
            order[write] = id;
        }
    }

    /// How many of `order` come before `id`; looks from the end in growing steps.
    fn place_of(&self, table: &Table, order: &[RowId], id: RowId) -> usize {
        let comes_before = |at: usize| self.compare_rows(table, order[at], id).is_lt();
        let mut high = order.len();
        let mut step = 1;
        let low = loop {
            let Some(probe) = high.checked_sub(step) else {
                break 0;
            };
            if comes_before(probe) {
                break probe + 1;
            }
            high = probe;
            step *= 2;
        };
        low + order[low..high].partition_point(|other| self.compare_rows(table, *other, id).is_lt())
    }
}

fn is_plain(locale: &Locale) -> bool {
    let id = &locale.id;
    // A keyword may choose another order.
    locale.extensions.is_empty() && id.variants.is_empty() && PLAIN.contains(&id.language.as_str())
}

/// The root's order of ASCII, with numbers by their value.
struct Plain {
    /// Zero for what does not count (control characters).
    weights: [u8; 128],
}

impl Plain {
    /// `None` without collation data.
    fn of_root() -> Option<Self> {
        let mut options = CollatorOptions::default();
        options.strength = Some(Strength::Primary);
        let collator = CollatorBorrowed::try_new(CollatorPreferences::default(), options).ok()?;
        let mut characters: Vec<String> = (0..128_u8)
            .map(|byte| char::from(byte).to_string())
            .filter(|text| collator.compare(text, "").is_gt())
            .collect();
        characters.sort_by(|a, b| collator.compare(a, b));
        let mut weights = [0; 128];
        let mut weight = 0;
        let mut before = "";
        for text in &characters {
            if collator.compare(before, text).is_lt() && !is_later_digit(text) {
                weight += 1;
            }
            weights[usize::from(text.as_bytes()[0])] = weight;
            before = text;
        }
        Some(Self { weights })
    }

    fn compare(&self, a: &[u8], b: &[u8]) -> Ordering {
        let mut at = common(a, b);
        let mut bt = at;
        let mut case = Ordering::Equal;
        loop {
            while a.get(at).is_some_and(|byte| self.weight(*byte) == 0) {
                at += 1;
            }
            while b.get(bt).is_some_and(|byte| self.weight(*byte) == 0) {
                bt += 1;
            }
            let (Some(x), Some(y)) = (a.get(at), b.get(bt)) else {
                return (at < a.len()).cmp(&(bt < b.len())).then(case);
            };
            if x.is_ascii_digit() && y.is_ascii_digit() {
                let (x, y) = (number(&a[at..]), number(&b[bt..]));
                at += x.len();
                bt += y.len();
                match by_value(x, y) {
                    Ordering::Equal => continue,
                    decided => return decided,
                }
            }
            if x != y {
                match self.weight(*x).cmp(&self.weight(*y)) {
                    // The small letter (the greater byte) comes first.
                    Ordering::Equal => case = case.then(y.cmp(x)),
                    decided => return decided,
                }
            }
            at += 1;
            bt += 1;
        }
    }

    fn weight(&self, byte: u8) -> u8 {
        self.weights[usize::from(byte & 127)]
    }
}

/// All digits weigh as `0` does against anything else.
fn is_later_digit(text: &str) -> bool {
    matches!(text.as_bytes(), [b'1'..=b'9'])
}

/// Where to begin to compare: after what is the same, but not within a number.
fn common(a: &[u8], b: &[u8]) -> usize {
    let mut same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    while same > 0 && a[same - 1].is_ascii_digit() {
        same -= 1;
    }
    same
}

fn number(text: &[u8]) -> &[u8] {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    &text[..digits.count()]
}

fn by_value(a: &[u8], b: &[u8]) -> Ordering {
    let (a, b) = (without_zeros(a), without_zeros(b));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    &digits[zeros..]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn ordered(language: Option<&str>, paths: bool, names: &[&str]) -> Vec<String> {
        let mut table = Table::default();
        let names_order = NameOrder::of_language(language, paths);
        let ids = names
            .iter()
            .map(|name| table.push_file(name, 0, None, None).unwrap())
            .collect();
        let mut order = Vec::new();
        names_order.merge(&table, &mut order, ids);
        order.iter().map(|id| table.name(*id).to_owned()).collect()
    }

    #[test]
    fn week_2_comes_before_week_10() {
        assert_eq!(
            ordered(None, false, &["Week 10", "week 2", "Week 1", "Week 010"]),
            ["Week 1", "week 2", "Week 010", "Week 10"]
        );
    }

    #[test]
    fn names_stand_as_the_language_has_them() {
        let names = ["zebra", "\u{e4}pple", "apple"];

        assert_eq!(
            ordered(Some("de"), false, &names),
            ["apple", "\u{e4}pple", "zebra"]
        );
        assert_eq!(
            ordered(Some("sv-SE"), false, &names),
            ["apple", "zebra", "\u{e4}pple"]
        );
    }

    #[test]
    fn a_language_with_letters_of_two_characters_keeps_them() {
        assert_eq!(
            ordered(Some("cs"), false, &["chata", "cukr", "hora"]),
            ["cukr", "hora", "chata"]
        );
    }

    #[test]
    fn a_language_that_is_none_takes_the_general_order() {
        assert_eq!(ordered(Some("not a tag"), false, &["b", "A"]), ["A", "b"]);
    }

    #[test]
    fn files_of_many_folders_stand_by_their_names_and_then_by_their_folders() {
        assert_eq!(
            ordered(
                None,
                true,
                &["b 2/1.txt", "b/1.txt", "a/2.txt", "b/c/1.txt", "1.txt"]
            ),
            ["1.txt", "b/1.txt", "b/c/1.txt", "b 2/1.txt", "a/2.txt"]
        );
    }

    proptest! {
        #[test]
        fn the_comparison_of_ascii_is_the_collators(
            a in "[aAbBz019 _.()~$\\-\\x00-\\x7f]{0,8}",
            b in "[aAbBz019 _.()~$\\-\\x00-\\x7f]{0,8}",
            language in prop::sample::select(PLAIN.to_vec()),
        ) {
            let order = NameOrder::of_language(Some(language), false);
            let plain = order.plain.as_ref().unwrap();
            let collator = order.collator.as_ref().unwrap();

            prop_assert_eq!(plain.compare(a.as_bytes(), b.as_bytes()), collator.compare(&a, &b));
        }
    }
}
