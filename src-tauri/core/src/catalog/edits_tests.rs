#![allow(clippy::unwrap_used)]

use super::*;
use crate::catalog::testing::connection;
use crate::properties::Description;

fn catalog() -> (Catalog, ConnectionId) {
    let catalog = Catalog::in_memory().unwrap();
    let connection = connection(&catalog);
    (catalog, connection)
}

fn edit(connection: &ConnectionId, id: &str, at: UnixMillis) -> EditRow {
    EditRow {
        id: id.into(),
        connection_id: connection.clone(),
        bucket: "b".into(),
        title: "a.txt".into(),
        edited_by: "somebody".into(),
        edited_at: at,
        undone_at: None,
    }
}

fn row(key: &str) -> EditedRow {
    let tags = |value: &str| Description {
        headers: None,
        tags: Some(vec![("course".into(), value.into())]),
    };
    EditedRow {
        key: key.into(),
        size: 3,
        before: tags("before"),
        after: tags("after"),
        etag: None,
        edited_at: None,
    }
}

#[test]
fn an_edit_that_was_cut_off_keeps_its_way_back() {
    let (catalog, connection) = catalog();
    let edit = edit(&connection, "e", 1);
    catalog.insert_edit(&edit).unwrap();
    catalog.insert_edited("e", &[row("a"), row("b")]).unwrap();

    assert_eq!(catalog.edit("e").unwrap(), edit);
    assert_eq!(catalog.edited_extent("e").unwrap(), (2, 6));
    assert_eq!(catalog.edited_rows("e", Some("a"), 9).unwrap(), [row("b")]);
}

#[test]
fn what_was_put_back_is_not_put_back_again() {
    let (catalog, connection) = catalog();
    let edit = edit(&connection, "e", 1);
    catalog.insert_edit(&edit).unwrap();
    catalog.insert_edited("e", &[row("a"), row("b")]).unwrap();

    catalog.confirm_put_back("e", &["a"], 5).unwrap();
    catalog.close_edit("e", 5).unwrap();
    assert_eq!(catalog.edit("e").unwrap().undone_at, None);
    assert_eq!(catalog.edited_rows("e", None, 9).unwrap(), [row("b")]);

    catalog.confirm_put_back("e", &["b"], 6).unwrap();
    catalog.close_edit("e", 6).unwrap();
    assert_eq!(catalog.edit("e").unwrap().undone_at, Some(6));
}

#[test]
fn an_edit_without_objects_is_forgotten() {
    let (catalog, connection) = catalog();
    let edit = edit(&connection, "e", 1);
    catalog.insert_edit(&edit).unwrap();
    catalog.insert_edited("e", &[row("a"), row("b")]).unwrap();

    catalog.forget_edited(&edit, &["a"]).unwrap();
    assert!(catalog.edit("e").is_ok());
    catalog.forget_edited(&edit, &["b"]).unwrap();
    assert_eq!(catalog.edit("e").unwrap_err().code, Code::NotFound);
}

#[test]
fn the_oldest_edits_give_way() {
    let (catalog, connection) = catalog();
    for n in 0..=MOST_EDITS {
        let edit = edit(&connection, &format!("e{n}"), n.into());
        catalog.insert_edit(&edit).unwrap();
    }

    assert_eq!(catalog.edit("e0").unwrap_err().code, Code::NotFound);
    assert!(catalog.edit("e1").is_ok());
}
