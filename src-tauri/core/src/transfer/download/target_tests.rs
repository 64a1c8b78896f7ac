#![allow(clippy::unwrap_used)]

use std::fs;

use super::*;

fn item(root: &Path, path: &str, place: Place) -> DownloadItem {
    DownloadItem {
        name: path.into(),
        key: path.into(),
        size: 3,
        root: root.into(),
        path: path.into(),
        place,
        unless_same: false,
        modified_at: None,
    }
}

fn prepared(root: &Path, path: &str, place: Place) -> Target {
    let target = Target::prepare(item(root, path, place), "1").unwrap();
    crate::transfer::disk::write_all_at(&target.file, b"new", 0).unwrap();
    target
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn the_file_appears_whole_with_its_folders() {
    let root = tempfile::tempdir().unwrap();
    let target = prepared(root.path(), "a/b/c.txt", Place::Free);
    assert!(!root.path().join("a/b/c.txt").exists());

    target.take_place().unwrap();

    assert_eq!(fs::read(root.path().join("a/b/c.txt")).unwrap(), b"new");
    assert_eq!(names(&root.path().join("a/b")), ["c.txt"]);
}

#[test]
fn a_download_given_up_leaves_nothing() {
    let root = tempfile::tempdir().unwrap();

    drop(prepared(root.path(), "c.txt", Place::Free));

    assert!(names(root.path()).is_empty());
}

#[test]
fn a_file_that_came_in_the_meantime_is_not_written_over() {
    let root = tempfile::tempdir().unwrap();
    let target = prepared(root.path(), "c.txt", Place::Free);
    fs::write(root.path().join("c.txt"), "theirs").unwrap();

    let error = target.take_place().unwrap_err();

    assert_eq!(error.code, Code::AlreadyExists);
    assert_eq!(fs::read(root.path().join("c.txt")).unwrap(), b"theirs");
    assert_eq!(names(root.path()), ["c.txt"]);
}

#[test]
fn where_renaming_cannot_spare_a_file_its_place_is_claimed_first() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("c.txt");
    let target = prepared(root.path(), "c.txt", Place::Free);
    claim_and_persist(target.temporary, &path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");

    let target = prepared(root.path(), "c.txt", Place::Free);
    let (error, _) = claim_and_persist(target.temporary, &path).unwrap_err();
    assert_eq!(error.code, Code::AlreadyExists);
    assert_eq!(names(root.path()), ["c.txt"]);
}

#[test]
fn only_the_file_that_was_asked_about_is_replaced() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("c.txt");
    fs::write(&path, "old").unwrap();
    let old = Source::look(&path).unwrap();

    let first = prepared(root.path(), "c.txt", Place::Instead(old.clone()));
    first.take_place().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");

    fs::write(&path, "changed by somebody").unwrap();
    let second = prepared(root.path(), "c.txt", Place::Instead(old));
    assert_eq!(second.take_place().unwrap_err().code, Code::Changed);
    assert_eq!(fs::read(&path).unwrap(), b"changed by somebody");
}

#[test]
fn keeping_both_takes_the_next_free_number() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("c.txt"), "1").unwrap();
    fs::write(root.path().join("c (2).txt"), "2").unwrap();

    let name = prepared(root.path(), "c.txt", Place::Beside)
        .take_place()
        .unwrap();

    assert_eq!(name.as_deref(), Some("c (3).txt"));
    assert_eq!(fs::read(root.path().join("c (3).txt")).unwrap(), b"new");
}

#[test]
fn no_path_leads_out_of_the_folder() {
    let root = tempfile::tempdir().unwrap();

    for path in ["../x", "..", "a/../../x", "a/.."] {
        let target = Target::prepare(item(root.path(), path, Place::Free), "1");
        assert_eq!(target.err().unwrap().code, Code::LocalFile, "{path}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_the_folder_is_not_followed() {
    let root = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path(), root.path().join("a")).unwrap();

    let target = Target::prepare(item(root.path(), "a/x", Place::Free), "1");

    assert_eq!(target.err().unwrap().code, Code::LocalFile);
    assert!(names(outside.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn a_downloaded_file_has_the_rights_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("any"), "").unwrap();

    prepared(root.path(), "c.txt", Place::Free)
        .take_place()
        .unwrap();

    let mode = |name: &str| {
        let metadata = fs::metadata(root.path().join(name)).unwrap();
        metadata.permissions().mode()
    };
    assert_eq!(mode("c.txt"), mode("any"));
}

#[test]
fn a_file_gets_the_date_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let dated = DownloadItem {
        modified_at: Some(1_000_000_500),
        ..item(folder.path(), "a", Place::Free)
    };

    Target::prepare(dated, "1").unwrap().take_place().unwrap();

    let date = fs::metadata(folder.path().join("a")).unwrap().modified();
    assert_eq!(crate::transfer::disk::millis(date.unwrap()), 1_000_000_500);
}
