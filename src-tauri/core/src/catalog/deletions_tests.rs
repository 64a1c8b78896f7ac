#![allow(clippy::unwrap_used)]

use super::*;
use crate::catalog::testing::connection;

fn deletion(catalog: &Catalog, undo: UndoKind) -> DeletionRow {
    let deletion = DeletionRow {
        id: uuid::Uuid::new_v4().to_string(),
        connection_id: connection(catalog),
        bucket: "materials".into(),
        title: "Week 3".into(),
        undo,
        deleted_by: "somebody".into(),
        deleted_at: 10,
        undone_at: None,
    };
    catalog.insert_deletion(&deletion).unwrap();
    deletion
}

fn row(key: &str) -> BinRow {
    BinRow {
        key: key.into(),
        size: 5,
        marker_version_id: None,
        bin_key: None,
        deleted_at: None,
    }
}

fn material(deletion: &DeletionRow, key: &str, title: &str) -> Material {
    Material {
        connection_id: deletion.connection_id.clone(),
        bucket: deletion.bucket.clone(),
        key: key.into(),
        title: title.into(),
        size: 5,
        etag: None,
        checksum: Some("CRC32:AAAA".into()),
        content_type: None,
        added_by: "somebody".into(),
        added_at: 1,
    }
}

fn found(catalog: &Catalog, deletion: &DeletionRow, key: &str) -> Option<Material> {
    catalog
        .material(&deletion.connection_id, &deletion.bucket, key)
        .unwrap()
}

#[test]
fn a_material_goes_when_its_object_is_gone_and_comes_back_with_it() {
    let catalog = Catalog::in_memory().unwrap();
    let deletion = deletion(&catalog, UndoKind::Version);
    let material = material(&deletion, "a", "Syllabus");
    catalog.put_material(&material).unwrap();

    catalog.insert_bin_rows(&deletion, &[row("a")]).unwrap();
    assert_eq!(found(&catalog, &deletion, "a"), Some(material.clone()));

    catalog
        .confirm_deleted(&deletion, &[("a", Some("m1"))], 11)
        .unwrap();
    assert_eq!(found(&catalog, &deletion, "a"), None);

    catalog.confirm_restored(&deletion.id, &["a"], 12).unwrap();
    assert_eq!(found(&catalog, &deletion, "a"), Some(material));
}

#[test]
fn an_older_material_never_replaces_a_newer_one() {
    let catalog = Catalog::in_memory().unwrap();
    let deletion = deletion(&catalog, UndoKind::Bin);
    catalog
        .put_material(&material(&deletion, "a", "old"))
        .unwrap();
    catalog.insert_bin_rows(&deletion, &[row("a")]).unwrap();
    catalog
        .confirm_deleted(&deletion, &[("a", None)], 11)
        .unwrap();
    let newer = material(&deletion, "a", "new");
    catalog.put_material(&newer).unwrap();

    catalog.confirm_restored(&deletion.id, &["a"], 12).unwrap();

    assert_eq!(found(&catalog, &deletion, "a"), Some(newer));
}

#[test]
fn what_is_not_back_yet_is_read_in_pages_by_key() {
    let catalog = Catalog::in_memory().unwrap();
    let deletion = deletion(&catalog, UndoKind::Version);
    catalog
        .insert_bin_rows(&deletion, &[row("c"), row("a"), row("b"), row("d")])
        .unwrap();
    catalog
        .confirm_deleted(&deletion, &[("c", Some("m3"))], 11)
        .unwrap();
    catalog.confirm_restored(&deletion.id, &["b"], 12).unwrap();

    let keys = |after, limit| -> Vec<String> {
        let rows = catalog.bin_rows(&deletion.id, after, limit).unwrap();
        rows.into_iter().map(|row| row.key).collect()
    };
    assert_eq!(keys(None, 2), ["a", "c"]);
    assert_eq!(keys(Some("c"), 2), ["d"]);
    let marked = &catalog.bin_rows(&deletion.id, Some("a"), 1).unwrap()[0];
    assert_eq!(marked.marker_version_id.as_deref(), Some("m3"));
    assert_eq!(catalog.bin_extent(&deletion.id).unwrap(), (3, 15));
}

#[test]
fn a_deletion_is_closed_only_when_everything_is_back() {
    let catalog = Catalog::in_memory().unwrap();
    let deletion = deletion(&catalog, UndoKind::Bin);
    catalog
        .insert_bin_rows(&deletion, &[row("a"), row("week/")])
        .unwrap();
    catalog
        .confirm_deleted(&deletion, &[("a", None), ("week/", None)], 11)
        .unwrap();
    catalog.confirm_restored(&deletion.id, &["a"], 12).unwrap();
    assert!(!catalog.close_deletion(&deletion.id, 13).unwrap());
    let listed = &catalog.deletions().unwrap()[0];
    assert_eq!((listed.files, listed.bytes, listed.can_undo), (1, 10, true));

    catalog
        .confirm_restored(&deletion.id, &["week/"], 14)
        .unwrap();
    assert!(catalog.close_deletion(&deletion.id, 15).unwrap());

    let listed = &catalog.deletions().unwrap()[0];
    assert_eq!((listed.undone_at, listed.can_undo), (Some(15), false));
}

#[test]
fn a_deletion_that_cannot_be_undone_never_says_it_can() {
    let catalog = Catalog::in_memory().unwrap();
    let deletion = deletion(&catalog, UndoKind::None);
    catalog.insert_bin_rows(&deletion, &[row("a")]).unwrap();

    assert!(!catalog.deletions().unwrap()[0].can_undo);
}

#[test]
fn a_deletion_of_nothing_is_forgotten() {
    let catalog = Catalog::in_memory().unwrap();
    let deletion = deletion(&catalog, UndoKind::Bin);
    catalog.insert_bin_rows(&deletion, &[row("a")]).unwrap();
    assert!(!catalog.forget_empty_deletion(&deletion.id).unwrap());

    catalog.forget_bin_rows(&deletion.id, &["a"]).unwrap();

    assert!(catalog.forget_empty_deletion(&deletion.id).unwrap());
    assert_eq!(
        catalog.deletion(&deletion.id).unwrap_err().code,
        Code::NotFound
    );
}
