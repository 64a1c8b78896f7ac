//! Litter that systems and office programs leave beside real files.

/// Whole names, in lower case.
const NAMES: &[&str] = &[
    ".ds_store",
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "icon\r",
    ".localized",
    ".spotlight-v100",
    ".trashes",
    ".fseventsd",
    ".temporaryitems",
    "__macosx",
    "$recycle.bin",
    "system volume information",
];

/// Owner files of Microsoft Office, resource forks, locks of LibreOffice.
const BEGINNINGS: &[&str] = &["~$", "._", ".~lock."];

/// Whether a file or folder of this name (without its path) is litter that
/// nobody means to add.
pub fn is_junk(name: &str) -> bool {
    BEGINNINGS.iter().any(|begin| name.starts_with(begin))
        || is_half_a_download(name)
        || NAMES.iter().any(|junk| name.eq_ignore_ascii_case(junk))
}

/// What a download of ours is written to until it takes its place.
fn is_half_a_download(name: &str) -> bool {
    name.starts_with(".lectern-") && name.ends_with(".part")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn litter_is_known_in_any_case() {
        for name in [
            ".DS_Store",
            "Thumbs.db",
            "THUMBS.DB",
            "~$Week 1.docx",
            "._photo.jpg",
            "__MACOSX",
            ".lectern-a1b2.part",
        ] {
            assert!(is_junk(name), "{name}");
        }
    }

    #[test]
    fn real_files_are_not_litter() {
        for name in [
            ".gitignore",
            "Thumbs.dbx",
            "~notes.txt",
            "_.txt",
            "DS_Store",
            ".lock",
        ] {
            assert!(!is_junk(name), "{name}");
        }
    }
}
