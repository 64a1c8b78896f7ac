#![allow(clippy::unwrap_used)]

use std::fs;

use super::*;

struct Tree(tempfile::TempDir);

impl Tree {
    fn with(files: &[&str]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for file in files {
            let path = tree.path(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            if file.ends_with('/') {
                fs::create_dir_all(path).unwrap();
            } else {
                fs::write(path, file).unwrap();
            }
        }
        tree
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn walk(&self, names: &[&str]) -> Found {
        let paths: Vec<PathBuf> = names.iter().map(|name| self.path(name)).collect();
        walk(&paths)
    }
}

fn files(found: &Found) -> Vec<&str> {
    found.files.iter().map(|(name, _)| name.as_str()).collect()
}

fn skipped(found: &Found) -> Vec<(&str, SkipReason)> {
    let skipped = found.skipped.iter();
    skipped.map(|skip| (skip.name.as_str(), skip.why)).collect()
}

#[test]
fn a_folder_is_walked_with_its_own_name() {
    let tree = Tree::with(&["Week 1/a.pdf", "Week 1/deep/b.pdf", "c.pdf"]);

    let found = tree.walk(&["Week 1", "c.pdf", "c.pdf"]);

    assert_eq!(
        files(&found),
        ["Week 1/a.pdf", "Week 1/deep/b.pdf", "c.pdf"]
    );
    assert_eq!(found.files[0].1.size, 12);
    assert!(found.skipped.is_empty() && found.empty_folders.is_empty());
}

#[test]
fn litter_is_left_out_and_told() {
    let tree = Tree::with(&["w/.DS_Store", "w/~$a.docx", "w/__MACOSX/x", "w/a.docx"]);

    let found = tree.walk(&["w"]);

    assert_eq!(files(&found), ["w/a.docx"]);
    assert_eq!(
        skipped(&found),
        [
            ("w/.DS_Store", SkipReason::Junk),
            ("w/__MACOSX", SkipReason::Junk),
            ("w/~$a.docx", SkipReason::Junk),
        ]
    );
}

#[test]
fn empty_folders_are_kept_even_with_litter_in_them() {
    let tree = Tree::with(&["w/empty/", "w/only litter/Thumbs.db", "w/full/a", "alone/"]);

    let found = tree.walk(&["w", "alone"]);

    assert_eq!(found.empty_folders, ["w/empty", "w/only litter", "alone"]);
}

#[test]
fn names_are_composed() {
    let tree = Tree::with(&["Cafe\u{301}/re\u{301}sume\u{301}.txt"]);

    let found = tree.walk(&["Cafe\u{301}"]);

    assert_eq!(files(&found), ["Caf\u{e9}/r\u{e9}sum\u{e9}.txt"]);
}

#[test]
fn a_path_that_went_is_told() {
    let tree = Tree::with(&[]);

    let found = tree.walk(&["gone.txt"]);

    assert_eq!(skipped(&found), [("gone.txt", SkipReason::Unreadable)]);
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn links_loops_and_sockets_are_left_out() {
        let tree = Tree::with(&["w/a", "secret"]);
        symlink(tree.path("w"), tree.path("w/loop")).unwrap();
        symlink(tree.path("secret"), tree.path("w/link")).unwrap();
        symlink(tree.path("secret"), tree.path("chosen link")).unwrap();
        let _socket = UnixListener::bind(tree.path("w/socket")).unwrap();

        let found = tree.walk(&["w", "chosen link"]);

        assert_eq!(files(&found), ["w/a"]);
        assert_eq!(
            skipped(&found),
            [
                ("w/link", SkipReason::NotAFile),
                ("w/loop", SkipReason::NotAFile),
                ("w/socket", SkipReason::NotAFile),
                ("chosen link", SkipReason::NotAFile),
            ]
        );
    }

    #[test]
    fn names_that_cannot_be_keys_are_told() {
        let tree = Tree::with(&["w/line\nbreak", "w/ok"]);
        fs::write(
            tree.path("w").join(OsStr::from_bytes(b"not \xff utf-8")),
            "x",
        )
        .unwrap();

        let found = tree.walk(&["w"]);

        assert_eq!(files(&found), ["w/ok"]);
        assert!(
            found
                .skipped
                .iter()
                .all(|skip| skip.why == SkipReason::Name)
        );
        assert_eq!(found.skipped.len(), 2);
    }
}
