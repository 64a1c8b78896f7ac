use super::*;

fn file(name: &str, size: u64) -> Entry {
    Entry {
        name: name.into(),
        key: format!("w/{name}"),
        source: UploadSource::File(Source {
            path: format!("/{size}/{name}").into(),
            size,
            modified: None,
        }),
        taken_by: None,
        is_conflict: false,
        has_twin: false,
    }
}

fn object(key: &str) -> (String, Object) {
    let object = Object {
        key: key.into(),
        size: 7,
        modified: Some(1),
        etag: Some("\"e\"".into()),
        storage_class: None,
    };
    (key.to_owned(), object)
}

fn items(resolved: Resolved) -> Vec<UploadItem> {
    match resolved.work {
        Work::Upload(items) => items,
        Work::Download(_) | Work::Move(_) => Vec::new(),
    }
}

#[test]
fn a_taken_key_is_a_conflict_and_replaced_only_unchanged() {
    let mut entries = vec![file("a", 1), file("b", 2)];
    let conflicts = find_conflicts(&mut entries, &HashMap::from([object("w/b")]));
    assert_eq!(conflicts.len(), 1);
    assert_eq!((conflicts[0].new_size, conflicts[0].old_size), (2, 7));

    let items = items(resolve(&entries, &[Verdict::Replace]));

    assert_eq!(items[0].condition, Condition::Absent);
    let etag = "\"e\"".to_owned();
    assert_eq!(items[1].condition, Condition::Unchanged { etag });
}

#[test]
fn what_is_compared_by_content_is_compared_with_the_object_and_no_other_file() {
    let mut entries = vec![file("a", 7), file("b", 7), file("b", 7)];
    find_conflicts(&mut entries, &HashMap::from([object("w/a"), object("w/b")]));

    let verdicts = [Verdict::ReplaceUnlessSame; 3];
    let items = items(resolve(&entries, &verdicts));

    let compared: Vec<bool> = items.iter().map(|item| item.unless_same).collect();
    assert_eq!(compared, [true, false]);
}

#[test]
fn keeping_both_takes_a_number_that_is_free() {
    let mut entries = vec![file("b.txt", 1), file("b (2).txt", 2)];
    find_conflicts(&mut entries, &HashMap::from([object("w/b.txt")]));

    let items = items(resolve(&entries, &[Verdict::KeepBoth]));

    assert_eq!(items[0].key, "w/b (3).txt");
    assert!(items[0].beside);
    assert_eq!(items[1].key, "w/b (2).txt");
}

#[test]
fn what_is_skipped_is_told() {
    let mut entries = vec![file("a", 1)];
    find_conflicts(&mut entries, &HashMap::from([object("w/a")]));

    let resolved = resolve(&entries, &[Verdict::Skip(SkipReason::Chosen)]);

    assert_eq!(resolved.skipped, [chosen("a")]);
    assert!(items(resolved).is_empty());
}

#[test]
fn two_files_of_one_name_are_a_conflict_of_their_own() {
    let mut entries = vec![file("a", 1), file("a", 2)];
    let conflicts = find_conflicts(&mut entries, &HashMap::new());
    assert_eq!((conflicts[0].new_size, conflicts[0].old_size), (2, 1));

    let replaced = resolve(&entries, &[Verdict::Replace]);
    assert_eq!(replaced.skipped, [chosen("a")]);
    let replaced = items(replaced);
    assert_eq!((replaced.len(), replaced[0].size()), (1, 2));
    assert_eq!(replaced[0].condition, Condition::Absent);

    let both = items(resolve(&entries, &[Verdict::KeepBoth]));
    assert_eq!(both[0].key, "w/a");
    assert_eq!(both[1].key, "w/a (2)");

    let first = items(resolve(&entries, &[Verdict::Skip(SkipReason::Chosen)]));
    assert_eq!((first.len(), first[0].size()), (1, 1));
}

#[test]
fn a_folder_that_is_there_needs_nothing() {
    let mut folder = file("empty/", 0);
    folder.source = UploadSource::Folder;
    let mut entries = vec![folder.clone(), folder];
    let conflicts = find_conflicts(&mut entries, &HashMap::new());
    assert_eq!((conflicts.len(), entries.len()), (0, 1));

    find_conflicts(&mut entries, &HashMap::from([object("w/empty/")]));
    assert!(entries.is_empty());
}

fn connection() -> Connection {
    Connection {
        id: ConnectionId("c".into()),
        draft: crate::connection::ConnectionDraft {
            name: "Materials".into(),
            bucket: "b".into(),
            prefix: String::new(),
            region: None,
            endpoint: None,
            addressing: crate::connection::Addressing::Auto,
            source: crate::connection::CredentialSource::Anonymous,
        },
    }
}

fn found(name: &str, size: u64) -> Found {
    let source = Source {
        path: name.into(),
        size,
        modified: None,
    };
    Found {
        files: vec![(name.to_owned(), source)],
        ..Found::default()
    }
}

#[test]
fn a_file_over_the_stores_limit_is_told_before_the_first_byte() {
    let error = entries(&connection(), "w/", found("huge", MAX_OBJECT + 1));

    let error = error.err().map(|error| (error.code, error.subject));
    assert_eq!(error, Some((Code::InvalidInput, Some("huge".into()))));
}

#[test]
fn a_name_that_makes_no_key_is_told() {
    let too_long = entries(&connection(), "w/", found(&"x".repeat(1_023), 1));
    let in_the_bin = entries(&connection(), "", found(".lectern-bin/x", 1));

    for planned in [too_long, in_the_bin] {
        let told = planned.map(|(entries, skipped)| (entries.len(), skipped[0].why));
        assert_eq!(told.ok(), Some((0, SkipReason::Name)));
    }
}
