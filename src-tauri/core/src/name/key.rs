//! What a key may be called on S3.
//!
//! Source: Amazon S3 User Guide, "Naming Amazon S3 objects": a key is at most
//! 1,024 bytes of UTF-8; characters that XML 1.0 cannot hold cannot be listed
//! plainly. Lectern makes no key with control characters, nor with `.` or `..`
//! as a segment, which some clients and servers fold away.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::error::{Code, Error, Result};

/// Bytes of UTF-8.
pub const MAX_KEY_BYTES: usize = 1_024;

/// The text in Unicode normalisation form C, so that "é" is spelled one way
/// whatever system a file comes from.
pub fn nfc(text: &str) -> String {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text.to_owned();
    }
    text.nfc().collect()
}

/// A name for one file or folder, as it will be spelled in its key.
///
/// # Errors
/// `InvalidName`, saying why.
pub fn check(name: &str) -> Result<String> {
    let name = nfc(name);
    if name.trim().is_empty() {
        return Err(invalid(&name, "A name cannot be empty."));
    }
    if name == "." || name == ".." {
        return Err(invalid(&name, "“.” and “..” cannot be names."));
    }
    if name.contains('/') {
        return Err(invalid(&name, "A name cannot contain “/”."));
    }
    if name.chars().any(is_unlistable) {
        return Err(invalid(&name, "A name cannot contain control characters."));
    }
    check_key(&name)?;
    Ok(name)
}

/// Whether a whole key is short enough.
///
/// # Errors
/// `InvalidName` above [`MAX_KEY_BYTES`].
pub fn check_key(key: &str) -> Result<()> {
    if key.len() <= MAX_KEY_BYTES {
        return Ok(());
    }
    let message = "The name is too long: with its folders it may have 1,024 bytes.";
    Err(invalid(key, message).next("Choose a shorter name, or fewer folders."))
}

fn is_unlistable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}')
}

fn invalid(name: &str, message: &str) -> Error {
    Error::new(Code::InvalidName, message).about(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_decomposed_name_is_composed() {
        assert_eq!(
            check("Re\u{301}sume\u{301}.pdf").unwrap(),
            "R\u{e9}sum\u{e9}.pdf"
        );
    }

    #[test]
    fn names_that_cannot_be_keys_are_refused() {
        for name in ["", "  ", ".", "..", "a/b", "a\nb", "a\u{0}b", "a\u{ffff}"] {
            assert_eq!(check(name).unwrap_err().code, Code::InvalidName, "{name:?}");
        }
    }

    #[test]
    fn a_key_has_at_most_1024_bytes() {
        assert!(check(&"x".repeat(1_024)).is_ok());
        assert!(check(&"x".repeat(1_025)).is_err());
        assert!(check(&"é".repeat(513)).is_err());
    }

    proptest! {
        #[test]
        fn a_name_that_passed_passes_again_unchanged(name in "\\PC{1,60}") {
            if let Ok(once) = check(&name) {
                prop_assert_eq!(check(&once).unwrap(), once);
            }
        }
    }
}
