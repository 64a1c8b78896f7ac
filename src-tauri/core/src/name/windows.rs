//! What Windows holds. Source: Microsoft, "Naming Files, Paths, and
//! Namespaces": reserved characters, device names with any extension, no dot
//! or space at the end, 255 UTF-16 units, names that differ not by case.

use unicode_normalization::UnicodeNormalization;

/// UTF-16 units.
pub(super) const MAX_LENGTH: usize = 255;

pub(super) fn is_forbidden(c: char) -> bool {
    matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*') || c.is_control()
}

pub(super) fn length(name: &str) -> usize {
    name.encode_utf16().count()
}

/// Without what Windows drops from the end of a name by itself.
pub(super) fn trim_end(name: &str) -> &str {
    name.trim_end_matches(['.', ' '])
}

/// `NUL`, `con.txt`, `COM1 .log`: they name devices whatever follows the first dot.
pub(super) fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.trim_end_matches(' ').to_uppercase();
    if matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) {
        return true;
    }
    let Some(number) = stem
        .strip_prefix("COM")
        .or_else(|| stem.strip_prefix("LPT"))
    else {
        return false;
    };
    let mut digits = number.chars();
    matches!(
        (digits.next(), digits.next()),
        (Some('0'..='9' | '¹' | '²' | '³'), None)
    )
}

/// Two names are one file when this is equal. NTFS keeps composed and
/// decomposed accents apart; a share on another system may not.
pub(super) fn identity(name: &str) -> String {
    name.nfc().collect::<String>().to_uppercase().to_lowercase()
}
