#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn a_fresh_file_has_every_migration() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/lectern.sqlite3");

    let catalog = Catalog::open(&path, &Clock::system()).unwrap();

    assert_eq!(user_version(&catalog.db()).unwrap(), MIGRATIONS.len());
    assert_eq!(catalog.set_aside(), None);
}

#[test]
fn a_newer_file_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lectern.sqlite3");
    let db = Db::open(&path).unwrap();
    db.execute_batch("CREATE TABLE future (x); PRAGMA user_version = 9999;")
        .unwrap();
    drop(db);
    let before = std::fs::read(&path).unwrap();

    let error = Catalog::open(&path, &Clock::system()).err().unwrap();

    assert_eq!(error.code, Code::CatalogueNewer);
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_damaged_file_is_set_aside_with_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lectern.sqlite3");
    std::fs::write(
        &path,
        b"this is no database, and longer than a header would be".repeat(40),
    )
    .unwrap();
    let before = std::fs::read(&path).unwrap();

    let catalog = Catalog::open(&path, &Clock::standing_at(7)).unwrap();

    let aside = catalog.set_aside().unwrap();
    assert_eq!(std::fs::read(aside).unwrap(), before);
    assert!(catalog.connections().unwrap().is_empty());
}

#[test]
fn a_file_damaged_in_the_middle_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lectern.sqlite3");
    drop(Catalog::open(&path, &Clock::system()).unwrap());
    let mut bytes = std::fs::read(&path).unwrap();
    let page = 4096;
    bytes[page..].fill(0xAA);
    std::fs::write(&path, &bytes).unwrap();

    let catalog = Catalog::open(&path, &Clock::standing_at(7)).unwrap();

    assert_eq!(std::fs::read(catalog.set_aside().unwrap()).unwrap(), bytes);
}
