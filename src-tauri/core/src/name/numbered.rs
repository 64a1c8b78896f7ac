//! `name (2).ext`: the next free name beside one that is taken.

/// The name (of a file, or a path that ends in one) with a number before its
/// extension.
pub fn numbered(name: &str, number: u32) -> String {
    let (folders, file) = split_folders(name);
    let (stem, extension) = split_extension(file);
    format!("{folders}{stem} ({number}){extension}")
}

/// What stands before the last `/` (with it), and the rest.
pub(super) fn split_folders(name: &str) -> (&str, &str) {
    name.rfind('/')
        .map_or(("", name), |slash| name.split_at(slash + 1))
}

/// The stem and the extension with its dot; a leading dot begins no extension.
/// `.tar.gz` and its kin stay together.
pub(super) fn split_extension(file: &str) -> (&str, &str) {
    let Some(dot) = file.rfind('.').filter(|dot| *dot > 0) else {
        return (file, "");
    };
    let before = &file[..dot];
    let dot = match before.strip_suffix(".tar") {
        Some(stem) if !stem.is_empty() => stem.len(),
        _ => dot,
    };
    file.split_at(dot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_stands_before_the_extension() {
        assert_eq!(numbered("a/b.c/notes.pdf", 2), "a/b.c/notes (2).pdf");
        assert_eq!(numbered("data.tar.gz", 3), "data (3).tar.gz");
        assert_eq!(numbered("a.b/README", 2), "a.b/README (2)");
        assert_eq!(numbered(".profile", 2), ".profile (2)");
    }
}
