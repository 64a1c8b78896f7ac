//! How names, sizes, instants and words look in text and in JSON.

use std::borrow::Cow;
use std::fmt::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lectern_core::clock::UnixMillis;
use serde::Serialize;

/// A name that cannot move the cursor, colour the screen or turn the reading
/// direction round: control characters, line separators and the bidirectional
/// formatting characters (Unicode UAX #9) are written as escapes.
pub fn name(name: &str) -> Cow<'_, str> {
    if !name.chars().any(is_unsafe) {
        return Cow::Borrowed(name);
    }
    let mut escaped = String::with_capacity(name.len() + 8);
    for char in name.chars() {
        if is_unsafe(char) {
            let _ = write!(escaped, "{}", char.escape_default());
        } else {
            escaped.push(char);
        }
    }
    Cow::Owned(escaped)
}

fn is_unsafe(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{61c}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{feff}'
        )
}

/// Bytes for people, in units of 1,024.
pub fn size(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}

/// `1 file`, `3 files`.
pub fn count(count: impl Into<u64>, one: &str, many: &str) -> String {
    let count = count.into();
    format!("{count} {}", if count == 1 { one } else { many })
}

/// RFC 3339 in UTC, whole seconds (rounded down: an end is never promised too late).
pub fn rfc3339(at: UnixMillis) -> String {
    Timestamp::from_second(at.div_euclid(1_000))
        .map(|at| at.to_string())
        .unwrap_or_default()
}

/// In the zone of whoever reads, to the minute.
pub fn local(at: UnixMillis) -> String {
    Timestamp::from_millisecond(at)
        .map(|at| {
            let there = at.to_zoned_datetime(TimeZone::system());
            there.strftime("%Y-%m-%d %H:%M").to_string()
        })
        .unwrap_or_default()
}

/// A unit variant of the core in JSON's words: `NotAllowedToList` is `not_allowed_to_list`.
pub fn word<T: Serialize>(variant: &T) -> String {
    let value = serde_json::to_value(variant).unwrap_or_default();
    let mut word = String::new();
    for char in value.as_str().unwrap_or_default().chars() {
        if char.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(char.to_ascii_lowercase());
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use lectern_core::Code;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(name("a\u{1b}[2Jb\n"), "a\\u{1b}[2Jb\\n");
        assert_eq!(name("gpj.\u{202e}exe\u{2066}"), "gpj.\\u{202e}exe\\u{2066}");
        assert_eq!(name("Übung 1 – 日本語.pdf"), "Übung 1 – 日本語.pdf");
    }

    #[test]
    fn an_end_is_never_promised_too_late() {
        assert_eq!(rfc3339(1_999), "1970-01-01T00:00:01Z");
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn variants_become_snake_case() {
        assert_eq!(word(&Code::DiskFull), "disk_full");
        assert_eq!(
            word(&lectern_core::link::LimitedBy::SevenDays),
            "seven_days"
        );
    }
}
