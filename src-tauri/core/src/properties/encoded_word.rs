//! User metadata beyond ASCII. A header holds ASCII only, so S3 reads and
//! writes such values as encoded words of RFC 2047: what is sent as
//! `=?UTF-8?B?…?=` is kept as the text it stands for, and comes back in such
//! words. Stores that do not know this give back what they were sent, which
//! reads the same.
//! Source: Amazon S3 user guide, "User-defined object metadata"; RFC 2047.

use aws_smithy_types::base64;

/// Bytes of one word's text: encoded, a word has at most 75 characters.
const WORD_BYTES: usize = 45;

/// A value as a header can carry it. ASCII stays as it is, unless something on
/// the way would take it for an encoded word or cut off spaces at its ends.
pub(super) fn encode(value: &str) -> String {
    let plain = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if plain && value.trim() == value && !value.contains("=?") {
        return value.to_owned();
    }
    let mut words = Vec::new();
    let mut rest = value;
    while !rest.is_empty() {
        let mut end = rest.len().min(WORD_BYTES);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (word, after) = rest.split_at(end);
        words.push(format!("=?UTF-8?B?{}?=", base64::encode(word)));
        rest = after;
    }
    words.join(" ")
}

/// The text that a header's value stands for. What is no encoded word, or none
/// that can be read, stays as it is.
pub(super) fn decode(value: &str) -> String {
    let mut text = String::new();
    // A character may be split between two words.
    let mut bytes: Vec<u8> = Vec::new();
    let mut rest = value;
    while let Some(start) = rest.find("=?") {
        let (between, from) = rest.split_at(start);
        let Some((word, after)) = word(from) else {
            flush(&mut bytes, &mut text);
            text.push_str(between);
            text.push_str("=?");
            rest = &from[2..];
            continue;
        };
        // Space between two words is no part of the text.
        if bytes.is_empty() || !between.trim().is_empty() {
            flush(&mut bytes, &mut text);
            text.push_str(between);
        }
        bytes.extend(word);
        rest = after;
    }
    flush(&mut bytes, &mut text);
    text.push_str(rest);
    text
}

fn flush(bytes: &mut Vec<u8>, text: &mut String) {
    text.push_str(&String::from_utf8_lossy(bytes));
    bytes.clear();
}

/// The encoded word that a text begins with, as UTF-8, and what follows it.
fn word(text: &str) -> Option<(Vec<u8>, &str)> {
    let mut parts = text.strip_prefix("=?")?.splitn(3, '?');
    let (charset, encoding, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let (body, after) = rest.split_once("?=")?;
    let bytes = match encoding {
        "B" | "b" => base64::decode(body).ok()?,
        "Q" | "q" => quoted(body)?,
        _ => return None,
    };
    // A language may follow the charset (RFC 2231).
    let charset = charset.split('*').next()?.to_ascii_lowercase();
    let bytes = match charset.as_str() {
        "utf-8" | "us-ascii" => bytes,
        "iso-8859-1" => bytes.into_iter().map(char::from).collect::<String>().into(),
        _ => return None,
    };
    Some((bytes, after))
}

fn quoted(body: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = body.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'_' => b' ',
            b'=' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_values_stay_as_they_are() {
        for value in ["autumn 2026", "", "a=b?c", "50 % (half)"] {
            assert_eq!(encode(value), value);
            assert_eq!(decode(value), value);
        }
    }

    #[test]
    fn what_the_service_answers_is_read() {
        let cases = [
            ("=?UTF-8?B?w4Q=?=", "Ä"),
            ("=?UTF-8?Q?=C3=84_b?=", "Ä b"),
            ("=?iso-8859-1?q?=C4?=", "Ä"),
            // Space between two words is none of the text; the split is within a letter.
            ("=?UTF-8?B?YcM=?= =?UTF-8?B?hA==?=", "aÄ"),
            ("before =?UTF-8?B?w4Q=?= after", "before Ä after"),
            ("=?UTF-8?X?abc?=", "=?UTF-8?X?abc?="),
            ("=?", "=?"),
            ("=?utf-8?Q?=C?=", "=?utf-8?Q?=C?="),
            ("=?koi8-r?B?AA==?=", "=?koi8-r?B?AA==?="),
        ];
        for (sent, meant) in cases {
            assert_eq!(decode(sent), meant, "{sent}");
        }
    }

    #[test]
    fn no_word_is_longer_than_allowed() {
        let encoded = encode(&"ü€😀".repeat(40));

        assert!(encoded.is_ascii());
        assert!(encoded.split(' ').all(|word| word.len() <= 75));
    }

    proptest! {
        #[test]
        fn every_value_comes_back(value in "\\PC{0,200}") {
            let sent = encode(&value);
            prop_assert!(sent.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert_eq!(sent.trim(), &sent);
            prop_assert_eq!(decode(&sent), value);
        }

        #[test]
        fn nothing_that_a_service_sends_panics(value in any::<String>()) {
            let _ = decode(&value);
        }
    }
}
