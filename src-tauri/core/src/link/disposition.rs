//! What the browser is told of a file: its name, whether to show or keep it, and
//! its type. Source: RFC 6266 (Content-Disposition) and RFC 8187 (`filename*`).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Disposition;

/// What RFC 8187 does not let stand as it is (`attr-char`).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The header's value, with a name for old browsers and one for all others.
pub(super) fn header(disposition: Disposition, file_name: &str) -> String {
    let kind = match disposition {
        Disposition::View => "inline",
        Disposition::Download => "attachment",
    };
    format!(
        "{kind}; filename=\"{}\"; filename*=UTF-8''{}",
        ascii(file_name),
        utf8_percent_encode(file_name, ENCODED)
    )
}

/// Letters lose their accents; what a quoted string or a file system could
/// trip over becomes `_`. So does `%`, which some browsers decode (RFC 6266, appendix D).
fn ascii(name: &str) -> String {
    name.nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| match c {
            '"' | '\\' | '%' | '/' => '_',
            ' '..='~' => c,
            _ => '_',
        })
        .collect()
}

/// The type to answer with instead of the stored one, where that one would keep
/// a browser from showing the file: none at all, or text of an unnamed encoding.
pub(super) fn content_type(file_name: &str, stored: Option<&str>) -> Option<String> {
    let stored = stored
        .map(str::trim)
        .filter(|stored| !is_unspecific(stored));
    let guessed = || mime_guess::from_path(file_name).first_raw();
    let known = stored.or_else(guessed)?;
    if is_text(known) && !known.to_ascii_lowercase().contains("charset=") {
        return Some(format!("{known}; charset=utf-8"));
    }
    stored.is_none().then(|| known.to_owned())
}

fn is_unspecific(stored: &str) -> bool {
    ["", "application/octet-stream", "binary/octet-stream"]
        .iter()
        .any(|unspecific| stored.eq_ignore_ascii_case(unspecific))
}

fn is_text(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    kind.starts_with("text/")
        || [
            "application/json",
            "application/xml",
            "application/javascript",
        ]
        .iter()
        .any(|text| kind.starts_with(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_there_twice_once_for_old_browsers() {
        assert_eq!(
            header(Disposition::Download, "\u{dc}bung \u{20ac}5 (1).pdf"),
            "attachment; filename=\"Ubung _5 (1).pdf\"; \
             filename*=UTF-8''%C3%9Cbung%20%E2%82%AC5%20%281%29.pdf"
        );
        assert!(header(Disposition::View, "a").starts_with("inline; "));
    }

    #[test]
    fn a_name_cannot_break_out_of_the_header() {
        let value = header(Disposition::View, "a\"; x=\"b\\\r\nSet-Cookie: c%22");

        assert!(value.starts_with("inline; filename=\"a_; x=_b___Set-Cookie: c_22\"; filename*="));
        assert_eq!(value.matches('"').count(), 2);
        assert!(!value.contains(['\r', '\n']));
    }

    #[test]
    fn text_is_served_as_utf_8_and_the_unspecific_by_its_name() {
        let answered = |name, stored| content_type(name, stored);

        assert_eq!(
            answered("notes.txt", Some("text/plain")).as_deref(),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(
            answered("notes.md", Some("binary/octet-stream")).as_deref(),
            Some("text/markdown; charset=utf-8")
        );
        assert_eq!(
            answered("slides.pdf", None).as_deref(),
            Some("application/pdf")
        );
    }

    #[test]
    fn a_stored_type_that_will_do_is_left_alone() {
        assert_eq!(content_type("a.pdf", Some("application/pdf")), None);
        assert_eq!(
            content_type("a.txt", Some("text/plain; Charset=iso-8859-1")),
            None
        );
        assert_eq!(
            content_type("README", Some("application/octet-stream")),
            None
        );
    }
}
