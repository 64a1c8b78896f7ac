//! What APFS and HFS+ hold as macOS sets them up: names differ neither by case
//! nor by how accents are composed; 255 bytes are safe on both.

use unicode_normalization::UnicodeNormalization;

pub(super) const MAX_LENGTH: usize = 255;

pub(super) fn is_forbidden(c: char) -> bool {
    c == '/' || c.is_control()
}

pub(super) fn length(name: &str) -> usize {
    name.nfd().map(char::len_utf8).sum()
}

/// Two names are one file when this is equal. Upper case in between folds what
/// has no lower case of its own (`ß` and `ss`).
pub(super) fn identity(name: &str) -> String {
    let decomposed: String = name.nfd().collect();
    let upper = decomposed.to_lowercase().to_uppercase();
    upper.to_lowercase().nfd().collect()
}
