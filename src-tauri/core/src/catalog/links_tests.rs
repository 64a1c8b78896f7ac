#![allow(clippy::unwrap_used)]

use super::*;
use crate::catalog::testing::connection;

fn link(id: &str, connection: &ConnectionId, key: &str, made_at: i64, ends_at: i64) -> Link {
    Link {
        id: id.into(),
        connection_id: connection.clone(),
        bucket: "materials".into(),
        key: key.into(),
        file_name: "file".into(),
        made_by: "somebody".into(),
        made_at,
        requested_seconds: 60,
        ends_at,
        limited_by: LimitedBy::Credentials,
        disposition: Disposition::Download,
        note: Some("for week 1".into()),
        ended: false,
    }
}

#[test]
fn the_ledger_gives_back_what_was_entered_newest_first() {
    let catalog = Catalog::in_memory().unwrap();
    let id = connection(&catalog);
    let older = link("1", &id, "a", 10, 100);
    let newer = link("2", &id, "a", 20, 50);
    catalog.insert_link(&older).unwrap();
    catalog.insert_link(&newer).unwrap();

    let ended = Link {
        ended: true,
        ..newer
    };
    assert_eq!(catalog.links(60).unwrap(), [ended, older.clone()]);
    assert_eq!(catalog.link("1", 60).unwrap(), older);
    assert_eq!(catalog.link("9", 60).unwrap_err().code, Code::NotFound);
}

#[test]
fn only_links_that_have_not_ended_are_good() {
    let catalog = Catalog::in_memory().unwrap();
    let id = connection(&catalog);
    for (name, ends_at) in [("1", 100), ("2", 300), ("3", 200)] {
        catalog
            .insert_link(&link(name, &id, "a", 0, ends_at))
            .unwrap();
    }

    let good = catalog.good_links(&id, "materials", "a", 100).unwrap();

    assert_eq!(good, [200, 300]);
}

#[test]
fn a_folder_knows_its_own_shared_files_and_no_deeper_ones() {
    let catalog = Catalog::in_memory().unwrap();
    let id = connection(&catalog);
    for (at, key) in ["w/a", "w/a", "w/\u{ffee}", "w/x/b", "wa", "v/a"]
        .iter()
        .enumerate()
    {
        let ends_at = 100 + i64::try_from(at).unwrap();
        catalog
            .insert_link(&link(&at.to_string(), &id, key, 0, ends_at))
            .unwrap();
    }

    let shared = |prefix| {
        catalog
            .shared_below(&id, "materials", prefix, Depth::Folder, 50)
            .unwrap()
    };

    assert_eq!(
        shared("w/"),
        [("a".to_owned(), 101), ("\u{ffee}".to_owned(), 102)]
    );
    assert_eq!(shared(""), [("wa".to_owned(), 104)]);
    assert_eq!(
        catalog
            .shared_below(&id, "other", "w/", Depth::Folder, 50)
            .unwrap(),
        []
    );
}
