use super::*;

fn entry_of(from: &str, to: &str, there: Option<TakenBy>) -> Entry {
    Entry {
        item: MoveItem {
            name: place::last_segment(from).to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            size: 3,
            etag: Some("\"new\"".to_owned()),
            storage_class: None,
            to_connection: None,
            condition: Condition::Absent,
            beside: false,
            delete_original: false,
            takes_back: None,
        },
        modified: Some(20),
        taken_by: there,
    }
}

fn there(etag: &str, modified: UnixMillis) -> TakenBy {
    TakenBy {
        size: 3,
        etag: Some(etag.to_owned()),
        modified: Some(modified),
        is_itself: false,
    }
}

fn resolved(entry: Entry, choice: Choice) -> (Vec<MoveItem>, Vec<Skipped>) {
    let resolved = resolve(&[entry], &[choice]);
    match resolved.work {
        Work::Move(items) => (items, resolved.skipped),
        Work::Upload(_) | Work::Download(_) => (Vec::new(), resolved.skipped),
    }
}

#[test]
fn two_things_of_one_name_do_not_go_to_one_place() {
    let to = |from| entry_of(from, "z/x", None);

    assert!(refuse_twins(&[to("a/x")]).is_ok());
    assert!(refuse_twins(&[to("a/x"), to("b/x")]).is_err());
}

#[test]
fn a_replaced_object_must_be_the_one_that_was_seen() {
    let entry = entry_of("a", "b", Some(there("\"old\"", 10)));

    let (items, _) = resolved(entry, Choice::Replace);

    let etag = "\"old\"".to_owned();
    assert_eq!(items[0].condition, Condition::Unchanged { etag });
}

#[test]
fn what_is_kept_beside_gets_a_number() {
    let entry = entry_of("a.txt", "w/a.txt", Some(there("\"old\"", 10)));

    let (items, _) = resolved(entry, Choice::KeepBoth);

    assert_eq!(items[0].to, "w/a (2).txt");
    assert_eq!(items[0].condition, Condition::Absent);
}

#[test]
fn only_newer_and_only_different_ones_are_told_apart() {
    let reason = |there, choice| {
        let (items, skipped) = resolved(entry_of("a", "b", Some(there)), choice);
        (items.len(), skipped.first().map(|skipped| skipped.why))
    };

    assert_eq!(reason(there("\"old\"", 10), Choice::IfNewer), (1, None));
    let older = reason(there("\"old\"", 30), Choice::IfNewer);
    assert_eq!(older, (0, Some(SkipReason::NotNewer)));
    assert_eq!(reason(there("\"old\"", 30), Choice::IfDifferent), (1, None));
    let same = reason(there("\"new\"", 10), Choice::IfDifferent);
    assert_eq!(same, (0, Some(SkipReason::Same)));
}

#[test]
fn nothing_is_copied_over_itself() {
    let itself = TakenBy {
        is_itself: true,
        ..there("\"new\"", 20)
    };
    let (items, skipped) = resolved(entry_of("a", "a", Some(itself)), Choice::Replace);

    assert!(items.is_empty());
    assert_eq!(skipped[0].why, SkipReason::Same);
}
