//! Whether bytes are text, and in which encoding.

use super::Encoding;

/// The encoding of the first bytes of an object; `None` when they are not text.
pub(super) fn encoding(head: &[u8]) -> Option<Encoding> {
    if let Some(marked) = by_mark(head) {
        return Some(marked);
    }
    if is_utf8(head) && !has_controls(head) {
        return Some(Encoding::Utf8);
    }
    without_mark(head).or_else(|| is_windows_1252(head).then_some(Encoding::Windows1252))
}

/// A byte order mark (Unicode, section 23.8). The one of UTF-32 begins like the
/// one of UTF-16, and no browser reads it.
fn by_mark(head: &[u8]) -> Option<Encoding> {
    if head.starts_with(b"\xff\xfe\0\0") {
        return None;
    }
    let marks: [(&[u8], Encoding); 3] = [
        (b"\xef\xbb\xbf", Encoding::Utf8),
        (b"\xff\xfe", Encoding::Utf16Le),
        (b"\xfe\xff", Encoding::Utf16Be),
    ];
    let found = marks.into_iter().find(|(mark, _)| head.starts_with(mark));
    found.map(|(_, encoding)| encoding)
}

/// UTF-8, of which the last character may be cut.
fn is_utf8(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && error.valid_up_to() + 4 > head.len(),
    }
}

/// Control characters are in no text but for a few; escape sequences colour logs.
fn has_controls(head: &[u8]) -> bool {
    head.iter().any(|&byte| {
        byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x08 | 0x0c | 0x1b) || byte == 0x7f
    })
}

/// UTF-16 of mostly Latin letters: every other byte is null.
fn without_mark(head: &[u8]) -> Option<Encoding> {
    let pairs = head.chunks_exact(2);
    let count = pairs.len();
    if count < 4 {
        return None;
    }
    let (mut first, mut second) = (0, 0);
    for pair in pairs {
        match pair {
            [0, 0] => return None,
            [0, _] => first += 1,
            [_, 0] => second += 1,
            _ => {}
        }
    }
    let most = count - count / 10;
    match (first, second) {
        (0, second) if second >= most => Some(Encoding::Utf16Le),
        (first, 0) if first >= most => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// No control characters, and none of the bytes that stand for nothing.
fn is_windows_1252(head: &[u8]) -> bool {
    let undefined = |byte: &u8| matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d);
    !has_controls(head) && !head.iter().any(undefined) && mostly_ascii(head)
}

/// What is compressed or encrypted spreads over all bytes; text of a Western
/// language does not.
fn mostly_ascii(head: &[u8]) -> bool {
    let others = head.iter().filter(|byte| !byte.is_ascii()).count();
    others * 3 <= head.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_known_with_its_encoding() {
        let utf16: Vec<u8> = "Grüße".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [b"\xff\xfe".as_slice(), &utf16].concat();
        let plain_utf16: Vec<u8> = "Hello there"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        for (head, expected) in [
            ("Grüße 👋\n".as_bytes(), Encoding::Utf8),
            (b"\xef\xbb\xbfx", Encoding::Utf8),
            (&marked, Encoding::Utf16Le),
            (&plain_utf16, Encoding::Utf16Be),
            (b"Gr\xfc\xdfe aus K\xf6ln", Encoding::Windows1252),
            (b"\x1b[31mred\x1b[0m", Encoding::Utf8),
        ] {
            assert_eq!(encoding(head), Some(expected), "{head:?}");
        }
    }

    #[test]
    fn a_character_cut_at_the_end_does_not_make_it_something_else() {
        let whole = "a€".as_bytes();
        assert_eq!(encoding(&whole[..3]), Some(Encoding::Utf8));
    }

    #[test]
    fn what_is_binary_is_not_text() {
        let noise: Vec<u8> = (0..2000_u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        assert_eq!(encoding(&noise), None);
        assert_eq!(encoding(b"text\0and more"), None);
        assert_eq!(encoding(b"\xff\xfe\0\0a\0\0\0"), None);
    }
}
