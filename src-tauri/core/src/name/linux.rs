//! What a Linux file system holds: any bytes but `/` and NUL, 255 of them, each
//! spelling a file of its own. Control characters could be held; they are
//! replaced all the same, since they garble terminals and lists.

/// Bytes of UTF-8.
const MAX_BYTES: usize = 255;

pub(super) fn is_forbidden(c: char) -> bool {
    c == '/' || c.is_control()
}

pub(super) fn length(name: &str) -> usize {
    name.len()
}

pub(super) const MAX_LENGTH: usize = MAX_BYTES;

/// Two names are one file when this is equal.
pub(super) fn identity(name: &str) -> String {
    name.to_owned()
}
