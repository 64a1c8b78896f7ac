//! Browsing, put to every server.

use futures::{StreamExt, stream};
use lectern_core::Code;
use lectern_core::browse::{
    self, Column, Depth, Item, ListingEvent, Query, RowHandle, Select, Sort,
};
use lectern_core::catalog::Material;
use lectern_core::properties;

use crate::listed::{names, rows, watch, watch_deep};
use crate::running::rclone_folder;
use crate::server::{Bed, Kind};

on_every_server!(folders_come_first_and_week_2_before_week_10, []);
async fn folders_come_first_and_week_2_before_week_10(bed: Bed) {
    for key in [
        "week 10/a.txt",
        "week 2/b.txt",
        "Readme 10.md",
        "readme 9.md",
    ] {
        bed.put(key, b"x").await;
    }

    assert_eq!(
        names(&bed.lectern, &bed.connection.id, "").await,
        ["week 2/", "week 10/", "readme 9.md", "Readme 10.md"]
    );
    assert_eq!(
        names(&bed.lectern, &bed.connection.id, "week 2/").await,
        ["b.txt"]
    );
}

on_every_server!(rows_say_what_the_store_says, []);
async fn rows_say_what_the_store_says(bed: Bed) {
    bed.put("course/slides.PDF", b"twelve bytes").await;
    bed.put("course/sub/deep.txt", b"1").await;

    let mut view = watch(&bed.lectern, &bed.connection.id, "course/").await;
    let state = view.finished().await;
    let rows = rows(&bed.lectern, view.id).await;

    assert!(state.complete);
    assert_eq!(
        (state.count, state.total, state.folders, state.files),
        (2, 2, 1, 1)
    );
    assert_eq!(state.bytes, 12);
    assert!(rows[0].is_folder && rows[0].size.is_none());
    assert_eq!(rows[1].size, Some(12));
    assert_eq!(rows[1].extension, "pdf");
    let age = bed.lectern.clock.now_ms() - rows[1].modified_at.unwrap();
    assert!((-60_000..600_000).contains(&age), "{age}");
}

on_every_server!(lecterns_own_keys_and_folder_markers_are_not_shown, [AnyKey]);
async fn lecterns_own_keys_and_folder_markers_are_not_shown(bed: Bed) {
    for key in [
        ".lectern-bin/1/a",
        ".lectern-probe-1",
        "empty/",
        "course/",
        "course/a.txt",
        "course/.lectern-bin/mine",
    ] {
        bed.put(key, b"").await;
    }

    let id = &bed.connection.id;
    assert_eq!(names(&bed.lectern, id, "").await, ["course/", "empty/"]);
    assert_eq!(
        names(&bed.lectern, id, "course/").await,
        [".lectern-bin/", "a.txt"]
    );
    assert!(names(&bed.lectern, id, "empty/").await.is_empty());
}

on_every_server!(odd_keys_are_listed_as_they_are, [AnyKey]);
async fn odd_keys_are_listed_as_they_are(bed: Bed) {
    let odd = [
        "d/a+b%2B c.txt",
        "d/<i>&amp;\"'.txt",
        "d/\u{e9}\u{1f600}\u{202e}.txt",
        "d/ leading and trailing ",
        "d//nameless folder",
        "d/both",
        "d/both/below",
    ];
    for key in odd {
        bed.put(key, b"x").await;
    }

    let mut view = watch(&bed.lectern, &bed.connection.id, "d/").await;
    view.finished().await;
    let listed: Vec<_> = rows(&bed.lectern, view.id)
        .await
        .into_iter()
        .map(|row| (row.name, row.is_folder))
        .collect();

    assert_eq!(listed.len(), 7);
    for (name, is_folder) in [
        ("a+b%2B c.txt", false),
        ("<i>&amp;\"'.txt", false),
        ("\u{e9}\u{1f600}\u{202e}.txt", false),
        (" leading and trailing ", false),
        ("", true),
        ("both", true),
        ("both", false),
    ] {
        assert!(
            listed.contains(&(name.to_owned(), is_folder)),
            "{name:?} in {listed:?}"
        );
    }
    let nameless = listed.iter().position(|(name, _)| name.is_empty()).unwrap();
    let handle = RowHandle {
        listing: 0,
        id: rows(&bed.lectern, view.id).await[nameless].id,
    };
    let item = browse::item(&bed.lectern, view.id, handle).await.unwrap();
    assert_eq!(
        item,
        Item::Folder {
            prefix: "d//".into()
        }
    );
    assert_eq!(
        names(&bed.lectern, &bed.connection.id, "d//").await,
        ["nameless folder"]
    );
}

on_every_server!(a_folder_of_several_pages_is_listed_whole, []);
async fn a_folder_of_several_pages_is_listed_whole(bed: Bed) {
    put_many(&bed, 1_050).await;

    let mut view = watch(&bed.lectern, &bed.connection.id, "many/").await;
    let state = view.finished().await;

    assert_eq!(
        (state.count, state.files, state.bytes),
        (1_050, 1_050, 1_050)
    );
    let last = browse::rows(&bed.lectern, view.id, 1_049, 10)
        .await
        .unwrap();
    assert_eq!(last.rows[0].name, "file 1049.txt");
    let second = browse::rows(&bed.lectern, view.id, 1, 1).await.unwrap();
    assert_eq!(second.rows[0].name, "file 1.txt");
}

on_every_server!(a_refresh_keeps_sort_filter_and_selection, []);
async fn a_refresh_keeps_sort_filter_and_selection(bed: Bed) {
    for (key, body) in [("a.txt", "1"), ("b.txt", "22"), ("c.pdf", "333")] {
        bed.put(key, body.as_bytes()).await;
    }
    let mut view = watch(&bed.lectern, &bed.connection.id, "").await;
    view.finished().await;
    let sort = Sort {
        column: Column::Size,
        descending: true,
    };
    browse::arrange(&bed.lectern, view.id, sort, Query::text("TXT")).unwrap();
    let arranged = browse::state(&bed.lectern, view.id).await.unwrap();
    let first = Select::Only { from: 0, to: 0 };
    browse::select(&bed.lectern, view.id, arranged.generation, first).unwrap();
    let before = browse::state(&bed.lectern, view.id).await.unwrap();
    bed.put("d.txt", b"4444").await;

    browse::refresh(&bed.lectern, view.id).await.unwrap();
    let after = view.finished().await;

    assert_eq!((after.sort, after.query.text.as_str()), (sort, "TXT"));
    assert_ne!(after.generation, before.generation);
    assert_eq!(after.selection.first.as_deref(), Some("b.txt"));
    let rows = rows(&bed.lectern, view.id).await;
    let shown: Vec<_> = rows
        .iter()
        .map(|row| (row.name.as_str(), row.selected))
        .collect();
    assert_eq!(shown, [("d.txt", false), ("b.txt", true), ("a.txt", false)]);
    assert_eq!(
        browse::selected(&bed.lectern, view.id).await.unwrap(),
        [Item::Object {
            key: "b.txt".into(),
            size: 2
        }]
    );
}

on_every_server!(a_bucket_that_is_gone_is_said_to_be_gone, []);
async fn a_bucket_that_is_gone_is_said_to_be_gone(bed: Bed) {
    let bucket = bed.store.bucket();
    bed.store
        .client()
        .delete_bucket()
        .bucket(bucket)
        .send()
        .await
        .unwrap();

    let mut view = watch(&bed.lectern, &bed.connection.id, "").await;
    let (state, error) = view.failed().await;

    assert_eq!(error.code, Code::BucketNotFound);
    assert!(!state.complete);
}

on_every_server!(a_new_folder_is_there_and_never_over_another, [AnyKey]);
async fn a_new_folder_is_there_and_never_over_another(bed: Bed) {
    let id = &bed.connection.id;
    bed.put("taken/file", b"x").await;

    browse::new_folder(&bed.lectern, id, "", " Woche 1 ")
        .await
        .unwrap();

    assert_eq!(names(&bed.lectern, id, "").await, ["taken/", "Woche 1/"]);
    assert!(names(&bed.lectern, id, "Woche 1/").await.is_empty());
    for name in ["Woche 1", "taken"] {
        let error = browse::new_folder(&bed.lectern, id, "", name)
            .await
            .unwrap_err();
        assert_eq!(error.code, Code::AlreadyExists, "{name}");
    }
    for name in ["", "..", "a/b", "a\u{7}"] {
        let error = browse::new_folder(&bed.lectern, id, "", name)
            .await
            .unwrap_err();
        assert_eq!(error.code, Code::InvalidName, "{name:?}");
    }
    let entries = bed.lectern.catalog.recent_activity(10).unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].subject, "Woche 1/");
}

on_every_server!(details_are_those_of_the_object_and_its_material, [Metadata]);
async fn details_are_those_of_the_object_and_its_material(bed: Bed) {
    bed.store
        .client()
        .put_object()
        .bucket(bed.store.bucket())
        .key("w/plan.txt")
        .content_type("text/plain")
        .metadata("term", "autumn")
        .metadata("author", "a")
        .body(b"twelve bytes".to_vec().into())
        .send()
        .await
        .unwrap();
    bed.lectern
        .catalog
        .put_material(&Material {
            connection_id: bed.connection.id.clone(),
            bucket: bed.store.bucket().to_owned(),
            key: "w/plan.txt".into(),
            title: "Plan".into(),
            size: 12,
            etag: None,
            checksum: None,
            content_type: None,
            added_by: "somebody".into(),
            added_at: 5,
        })
        .unwrap();

    let details = properties::properties(&bed.lectern, &bed.connection.id, "w/plan.txt")
        .await
        .unwrap();

    assert_eq!((details.name.as_str(), details.size), ("plan.txt", 12));
    assert_eq!(details.content.content_type.as_deref(), Some("text/plain"));
    assert_eq!(
        details.metadata,
        [
            ("author".to_owned(), "a".to_owned()),
            ("term".to_owned(), "autumn".to_owned())
        ]
    );
    assert_eq!(details.added_by.as_deref(), Some("somebody"));
    assert!(!details.verified, "no checksum was recorded");
    assert!(details.looked.etag.is_some_and(|tag| !tag.contains('"')));
    let missing = properties::properties(&bed.lectern, &bed.connection.id, "w/none")
        .await
        .unwrap_err();
    assert_eq!(missing.code, Code::NotFound);
}

on_every_server!(
    a_recorded_checksum_that_agrees_is_shown_as_verified,
    [Checksums]
);
async fn a_recorded_checksum_that_agrees_is_shown_as_verified(bed: Bed) {
    use aws_sdk_s3::types::ChecksumAlgorithm;

    bed.store
        .client()
        .put_object()
        .bucket(bed.store.bucket())
        .key("a")
        .checksum_algorithm(ChecksumAlgorithm::Crc64Nvme)
        .body(b"123456789".to_vec().into())
        .send()
        .await
        .unwrap();
    // The check value of CRC-64/NVME.
    let right = "CRC64NVME:rosUhgp5mIg=";
    for (recorded, verified) in [(right, true), ("CRC64NVME:AAAAAAAAAAA=", false)] {
        bed.lectern
            .catalog
            .put_material(&Material {
                connection_id: bed.connection.id.clone(),
                bucket: bed.store.bucket().to_owned(),
                key: "a".into(),
                title: "a".into(),
                size: 9,
                etag: None,
                checksum: Some(recorded.into()),
                content_type: None,
                added_by: "somebody".into(),
                added_at: 5,
            })
            .unwrap();

        let details = properties::properties(&bed.lectern, &bed.connection.id, "a")
            .await
            .unwrap();

        assert_eq!(details.verified, verified, "{:?}", details.checksums);
    }
}

on_every_server!(nothing_outside_the_connections_prefix_is_reached, []);
async fn nothing_outside_the_connections_prefix_is_reached(bed: Bed) {
    bed.put("staff/a.txt", b"x").await;
    bed.put("other/b.txt", b"x").await;
    let mut connection = bed.connection.clone();
    connection.draft.prefix = "staff/".into();
    bed.lectern.catalog.update_connection(&connection).unwrap();
    bed.lectern.stores.forget(&connection.id).await;
    let id = &connection.id;

    assert_eq!(names(&bed.lectern, id, "").await, ["a.txt"]);
    let opened = browse::open(&bed.lectern, id, "other/", Depth::Folder, |_| {}).await;
    assert_eq!(opened.unwrap_err().code, Code::InvalidInput);
    let seen = properties::properties(&bed.lectern, id, "other/b.txt").await;
    assert_eq!(seen.unwrap_err().code, Code::InvalidInput);
    let made = browse::new_folder(&bed.lectern, id, "other/", "x").await;
    assert_eq!(made.unwrap_err().code, Code::InvalidInput);
}

on_every_server!(an_empty_folder_finishes_without_a_row, []);
async fn an_empty_folder_finishes_without_a_row(bed: Bed) {
    let mut view = watch(&bed.lectern, &bed.connection.id, "nothing/here/").await;

    let ListingEvent::Finished { state } = view.next().await else {
        panic!("the listing ends at once");
    };
    assert_eq!((state.count, state.complete), (0, true));
}

/// `many/file 0.txt` and so on, of a byte each.
async fn put_many(bed: &Bed, files: usize) {
    if bed.kind == Kind::Rclone {
        // It looks through the whole folder for every file that is put.
        let folder = rclone_folder().join(bed.store.bucket()).join("many");
        std::fs::create_dir_all(&folder).unwrap();
        for n in 0..files {
            std::fs::write(folder.join(format!("file {n}.txt")), b"x").unwrap();
        }
        return;
    }
    stream::iter(0..files)
        .for_each_concurrent(16, |n| async move {
            bed.put(&format!("many/file {n}.txt"), b"x").await;
        })
        .await;
}

on_every_server!(everything_below_a_folder_is_one_view, [AnyKey]);
async fn everything_below_a_folder_is_one_view(bed: Bed) {
    for key in [
        "c/a.txt",
        "c/week 1/b.txt",
        "c/week 1/day/c.txt",
        "d/other.txt",
    ] {
        bed.put(key, b"1").await;
    }
    browse::new_folder(&bed.lectern, &bed.connection.id, "c/", "empty")
        .await
        .unwrap();

    let mut view = watch_deep(&bed.lectern, &bed.connection.id, "c/", Depth::All).await;
    let state = view.finished().await;

    assert_eq!((state.count, state.folders), (3, 0));
    let rows = rows(&bed.lectern, view.id).await;
    let seen: Vec<_> = rows
        .iter()
        .map(|row| (row.folder.as_deref().unwrap_or("?"), row.name.as_str()))
        .collect();
    assert_eq!(
        seen,
        [("", "a.txt"), ("week 1", "b.txt"), ("week 1/day", "c.txt")]
    );
}

on_every_server!(
    a_folder_opens_with_what_it_held_last_and_is_then_corrected,
    []
);
async fn a_folder_opens_with_what_it_held_last_and_is_then_corrected(bed: Bed) {
    bed.put("c/a.txt", b"1").await;
    let mut first = watch(&bed.lectern, &bed.connection.id, "c/").await;
    assert_eq!(first.finished().await.listed_at, None);
    kept(&bed, "c/").await;
    bed.put("c/b.txt", b"2").await;

    let mut again = watch(&bed.lectern, &bed.connection.id, "c/").await;
    let ListingEvent::Changed { state } = again.next().await else {
        panic!("the kept rows come first");
    };
    let corrected = again.finished().await;

    assert_eq!((state.count, state.complete), (1, false));
    assert!(state.listed_at.is_some());
    assert_eq!((corrected.count, corrected.listed_at), (2, None));
}

/// Waits until the listing of a folder is in the catalogue.
async fn kept(bed: &Bed, prefix: &str) {
    let catalog = &bed.lectern.catalog;
    while catalog
        .open_listing(&bed.connection.id, bed.store.bucket(), prefix, 0)
        .unwrap()
        .is_none()
    {
        tokio::task::yield_now().await;
    }
}
