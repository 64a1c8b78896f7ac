//! Where to cut a range of keys in two: a key that is likely to have as many
//! keys before it as wanted, and that need not be there.
//!
//! Keys are taken as numbers whose digits are the characters seen so far, and
//! the number is followed in a straight line from the keys that came. Whatever
//! that gets wrong costs at most a request; it is never wrong about what is
//! listed. A key made up here has only characters that were seen in this
//! listing, without `%` and control characters, so that no store stumbles over it.

/// Characters of names that are told apart; more would only cost memory.
const MOST_SYMBOLS: usize = 512;
/// Indices of a name that are looked at for whether numbers stand there.
const INDICES: usize = 64;
/// At so many of them digits and letters mix in names that are hashes.
const MIXED: u32 = 4;
/// Bytes that a key may have.
const LONGEST: usize = 1_024;
/// Digits that a floating-point number can tell apart.
const DIGITS: usize = 10;

/// What names are made of, as far as they were seen.
#[derive(Debug, Clone)]
pub(super) struct Alphabet {
    symbols: Vec<char>,
    without_slash: bool,
    digit_at: u64,
    letter_at: u64,
}

/// Which part of a listing a cut is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch<'a> {
    /// The listing's prefix, which every name begins with.
    pub(super) prefix: &'a str,
    /// The first name that came.
    pub(super) first: &'a str,
    /// The last that came.
    pub(super) last: &'a str,
    /// In how many pages.
    pub(super) pages: u32,
    /// Nothing is looked for from here on; `None`: the end is not known.
    pub(super) end: Option<&'a str>,
}

impl Alphabet {
    /// `without_slash`: no cut may lie inside what a delimiter sums up.
    pub(super) fn new(without_slash: bool) -> Self {
        Self {
            symbols: Vec::new(),
            without_slash,
            digit_at: 0,
            letter_at: 0,
        }
    }

    pub(super) fn learn(&mut self, name: &str) {
        for (index, character) in name.chars().enumerate() {
            if index < INDICES && character.is_ascii_digit() {
                self.digit_at |= 1 << index;
            } else if index < INDICES && character.is_alphabetic() {
                self.letter_at |= 1 << index;
            }
            self.add(character);
            if character.is_ascii_digit() {
                ('0'..='9').for_each(|digit| self.add(digit));
            }
        }
    }

    fn add(&mut self, character: char) {
        let harmless = !character.is_control()
            && character != '%'
            && (u32::from(character) & 0xfffe) != 0xfffe
            && !(self.without_slash && character == '/');
        if let Err(at) = self.symbols.binary_search(&character)
            && harmless
            && self.symbols.len() < MOST_SYMBOLS
        {
            self.symbols.insert(at, character);
        }
    }

    /// Numbers stand apart from letters, so that nine is followed by ten.
    fn has_numbers(&self) -> bool {
        (self.digit_at & self.letter_at).count_ones() < MIXED
    }

    /// The symbols that are likely where `character` was.
    fn around(&self, character: Option<char>) -> &[char] {
        const NUMBERS: [char; 10] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
        let is_number = character.is_some_and(|character| character.is_ascii_digit());
        if is_number && self.has_numbers() {
            // Learnt as a whole, so that they lie side by side.
            let from = self.symbols.partition_point(|symbol| *symbol < NUMBERS[0]);
            let numbers = self.symbols.get(from..from + NUMBERS.len());
            return numbers.unwrap_or(&self.symbols);
        }
        &self.symbols
    }

    /// A name's part after `base` as a number below 1; digit by digit as likely
    /// as in `like`, which begins with `base` too.
    fn number(&self, base: &str, like: &str, name: &str) -> f64 {
        let Some(rest) = name.strip_prefix(base) else {
            return if name < base { 0.0 } else { 1.0 };
        };
        let mut like = like[base.len()..].chars();
        let (mut number, mut unit) = (0.0, 1.0);
        for character in rest.chars().take(DIGITS) {
            let symbols = self.around(like.next());
            unit /= (symbols.len() + 1) as f64;
            match symbols.binary_search(&character) {
                Ok(at) => number += unit * (at + 1) as f64,
                Err(at) => return number + unit * (at as f64 + 0.5),
            }
        }
        number
    }

    /// The shortest name after `base` whose number is about `number`, and that
    /// lies between the two.
    fn name(
        &self,
        base: &str,
        number: f64,
        tolerance: f64,
        stretch: Stretch<'_>,
    ) -> Option<String> {
        let mut like = stretch.last[base.len()..].chars();
        let fits = |name: &str| {
            name > stretch.last
                && name.len() <= LONGEST
                && stretch.end.is_none_or(|end| name < end)
                && !(self.without_slash && name[stretch.prefix.len()..].contains('/'))
        };
        let mut name = base.to_owned();
        let (mut rest, mut unit) = (number, 1.0);
        for _ in 0..DIGITS {
            let symbols = self.around(like.next());
            let count = symbols.len() + 1;
            unit /= count as f64;
            let digit = ((rest / unit) as usize).min(count - 1);
            rest = (rest - digit as f64 * unit).max(0.0);
            match digit.checked_sub(1) {
                Some(at) => name.push(*symbols.get(at)?),
                None if fits(&name) => return Some(name),
                None => name.push(*symbols.first()?),
            }
            if unit <= tolerance && fits(&name) {
                return Some(name);
            }
        }
        fits(&name).then_some(name)
    }
}

impl Stretch<'_> {
    /// Pages that are still to come before the end, if the keys go on as they
    /// did; infinite where they say nothing about it.
    pub(super) fn remaining(&self, alphabet: &Alphabet) -> f64 {
        let end = self.end.unwrap_or(self.prefix);
        let base = common(self.first, end).max(self.prefix.len());
        let base = &self.last[..base];
        let at = |name| alphabet.number(base, self.last, name);
        let to = self.end.map_or(1.0, at);
        let step = (at(self.last) - at(self.first)) / f64::from(self.pages.max(1));
        if step > 0.0 {
            ((to - at(self.last)) / step).max(0.0)
        } else {
            f64::INFINITY
        }
    }

    /// A key about so many pages after the last that came, and at most half-way
    /// to the end.
    pub(super) fn ahead(&self, alphabet: &Alphabet, pages: f64) -> Option<String> {
        let mut base = common(self.first, self.last).max(self.prefix.len());
        loop {
            let before = &self.last[..base];
            let at = |name| alphabet.number(before, self.last, name);
            let step = (at(self.last) - at(self.first)) / f64::from(self.pages.max(1));
            let to = self.end.map_or(1.0, at);
            let target = at(self.last) + step * pages;
            let is_whole =
                base <= self.prefix.len() || self.end.is_some_and(|end| end.starts_with(before));
            if (step > 0.0 && target < to) || is_whole {
                let half_way = at(self.last).midpoint(to);
                let target = if step > 0.0 {
                    target.min(half_way)
                } else {
                    half_way
                };
                // Finer than it needs to be, so that cuts do not fall where pages end.
                let tolerance = (target - at(self.last)) / 256.0;
                return alphabet.name(before, target, tolerance, *self);
            }
            base = before.char_indices().next_back().map_or(0, |(at, _)| at);
            base = base.max(self.prefix.len());
        }
    }
}

/// Bytes that both begin with, up to a whole character.
fn common(a: &str, b: &str) -> usize {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    (0..=same)
        .rev()
        .find(|at| a.is_char_boundary(*at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn learnt(names: &[&str]) -> Alphabet {
        let mut alphabet = Alphabet::new(false);
        names.iter().for_each(|name| alphabet.learn(name));
        alphabet
    }

    #[test]
    fn a_cut_among_numbers_carries_as_numbers_do() {
        let alphabet = learnt(&["0007000.bin", "0008999.bin"]);
        let stretch = Stretch {
            prefix: "old/",
            first: "old/0007000.bin",
            last: "old/0008999.bin",
            pages: 2,
            end: None,
        };

        let cut = stretch.ahead(&alphabet, 8.0).unwrap();

        assert!(
            cut.as_str() > "old/0012" && cut.as_str() < "old/0022",
            "{cut}"
        );
    }

    #[test]
    fn what_remains_follows_from_how_far_the_pages_came() {
        let alphabet = learnt(&["0123456789abcdef", "1123456789abcdef", "fedcba9876543210"]);
        let stretch = Stretch {
            prefix: "",
            first: "00",
            last: "1f",
            pages: 2,
            end: None,
        };

        let remaining = stretch.remaining(&alphabet);

        assert!((10.0..=18.0).contains(&remaining), "{remaining}");
    }

    #[test]
    fn no_cut_has_what_stores_stumble_over() {
        let alphabet = learnt(&["%41\u{1}\u{85}\u{ffff}é"]);

        assert_eq!(alphabet.symbols.first(), Some(&'0'));
        assert_eq!(alphabet.symbols.last(), Some(&'\u{e9}'));
        assert!(!alphabet.symbols.contains(&'%'));
    }

    proptest! {
        #[test]
        fn a_cut_lies_between(
            prefix in "[a/é]{0,3}",
            mut names in prop::collection::vec("[a-c/%0-9é🎉\u{1} ]{0,6}", 3),
            open in any::<bool>(),
            without_slash in any::<bool>(),
            pages in 1_u32..9,
            distance in 0.0..1e9,
        ) {
            names.sort_unstable();
            let names: Vec<String> = names.iter().map(|name| format!("{prefix}{name}")).collect();
            let mut alphabet = Alphabet::new(without_slash);
            names.iter().for_each(|name| alphabet.learn(&name[prefix.len()..]));
            let stretch = Stretch {
                prefix: &prefix,
                first: &names[0],
                last: &names[1],
                pages,
                end: (!open).then_some(names[2].as_str()),
            };
            prop_assert!(stretch.remaining(&alphabet) >= 0.0);
            if let Some(cut) = stretch.ahead(&alphabet, distance) {
                prop_assert!(cut.starts_with(&prefix));
                prop_assert!(cut > names[1]);
                prop_assert!(open || cut < names[2]);
                prop_assert!(!(without_slash && cut[prefix.len()..].contains('/')));
            }
        }
    }
}
