#![allow(clippy::unwrap_used)]

use super::*;

fn remote(name: &str) -> Remote {
    Remote {
        name: name.into(),
        key: format!("w/{name}"),
        size: 3,
        modified_at: None,
    }
}

fn items(resolved: Resolved) -> Vec<DownloadItem> {
    match resolved.work {
        Work::Download(items) => items,
        Work::Upload(_) | Work::Move(_) => Vec::new(),
    }
}

#[test]
fn a_file_that_is_there_is_a_conflict() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a"), "there").unwrap();
    let entries = place_all(folder.path().into(), vec![remote("a"), remote("b")]).unwrap();
    let conflicts = entries.conflicts();
    assert_eq!(conflicts.len(), 1);
    assert_eq!((conflicts[0].new_size, conflicts[0].old_size), (3, 5));

    let replaced = items(resolve(&entries, &[Verdict::Replace]));
    assert!(matches!(replaced[0].place, Place::Instead(_)));
    assert_eq!(replaced[1].place, Place::Free);

    let beside = items(resolve(&entries, &[Verdict::KeepBoth]));
    assert_eq!(beside[0].place, Place::Beside);

    let resolved = resolve(&entries, &[Verdict::Skip(SkipReason::Chosen)]);
    assert_eq!(resolved.skipped[0].name, "a");
}

#[test]
fn a_file_does_not_go_where_a_folder_is() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("a")).unwrap();

    let entries = place_all(folder.path().into(), vec![remote("a")]).unwrap();

    assert_eq!(entries.entries[0].path, "a (2)");
    assert_eq!(entries.renamed()[0].becomes, "a (2)");
    assert!(entries.conflicts().is_empty());
}

#[test]
fn a_folder_marker_makes_a_folder_and_no_conflict() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("w")).unwrap();

    let entries = place_all(folder.path().into(), vec![remote("w/")]).unwrap();

    assert!(entries.conflicts().is_empty() && entries.renamed().is_empty());
    assert_eq!(items(resolve(&entries, &[]))[0].place, Place::Folder);
}

#[test]
fn names_that_this_computer_cannot_hold_are_told() {
    let folder = tempfile::tempdir().unwrap();

    let entries = place_all(folder.path().into(), vec![remote("../up"), remote("ok")]).unwrap();

    let renamed = entries.renamed();
    assert_eq!(renamed.len(), 1);
    assert_eq!(
        (renamed[0].name.as_str(), renamed[0].becomes.as_str()),
        ("../up", "_/up")
    );
}

#[test]
fn a_target_that_is_no_folder_is_refused() {
    let error = place_all("/no/such/folder".into(), Vec::new())
        .err()
        .unwrap();

    assert_eq!(error.code, Code::LocalFile);
}
