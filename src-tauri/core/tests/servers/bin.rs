//! Deleting, and bringing back what is there to come back, put to every server.

use futures::{StreamExt, stream};
use lectern_core::Code;
use lectern_core::bin::{self, Deleted, Undo};
use lectern_core::browse::Item;
use lectern_core::catalog::Material;
use lectern_core::job::JobPhase;
use lectern_core::transfer::{self, Direction};

use crate::listed::names;
use crate::server::{Bed, Kind};

pub fn folder(prefix: &str) -> Item {
    Item::Folder {
        prefix: prefix.into(),
    }
}

pub fn object(key: &str, size: u64) -> Item {
    Item::Object {
        key: key.into(),
        size,
    }
}

pub async fn delete(bed: &Bed, items: Vec<Item>) -> Deleted {
    let plan = bin::plan(&bed.lectern, &bed.connection.id, items)
        .await
        .unwrap();
    bin::delete(&bed.lectern, plan.id).await.unwrap()
}

/// Every key in the bucket, the bin's included, past the product.
pub async fn keys(bed: &Bed) -> Vec<String> {
    let mut pages = bed
        .store
        .client()
        .list_objects_v2()
        .bucket(bed.store.bucket())
        .into_paginator()
        .send();
    let mut keys = Vec::new();
    while let Some(page) = pages.next().await {
        let contents = page.unwrap().contents.into_iter().flatten();
        keys.extend(contents.filter_map(|object| object.key));
    }
    keys
}

/// Every key that people see.
async fn shown(bed: &Bed) -> Vec<String> {
    let mut keys = keys(bed).await;
    keys.retain(|key| !key.starts_with(bin::BIN_PREFIX));
    keys
}

/// How many versions and how many delete markers there are.
pub async fn versions(bed: &Bed) -> (usize, usize) {
    let answer = bed
        .store
        .client()
        .list_object_versions()
        .bucket(bed.store.bucket())
        .send()
        .await
        .unwrap();
    (answer.versions().len(), answer.delete_markers().len())
}

pub fn keeps_versions(bed: &Bed) -> bool {
    matches!(bed.kind, Kind::PracticeVersioned | Kind::Moto)
}

on_every_server!(a_plan_counts_everything_and_names_the_way_back, []);
async fn a_plan_counts_everything_and_names_the_way_back(bed: Bed) {
    for (key, body) in [
        ("w/a.txt", "1"),
        ("w/sub/b.txt", "22"),
        ("w/sub/deep/c.txt", "333"),
        ("other.txt", "4444"),
        ("kept.txt", "x"),
    ] {
        bed.put(key, body.as_bytes()).await;
    }
    let before = keys(&bed).await;

    let plan = bin::plan(
        &bed.lectern,
        &bed.connection.id,
        vec![folder("w/"), object("other.txt", 4)],
    )
    .await
    .unwrap();

    assert_eq!(plan.names, ["w", "other.txt"]);
    assert_eq!((plan.chosen, plan.folders), (2, 1));
    assert_eq!((plan.files, plan.bytes), (4, 10));
    let expected = if keeps_versions(&bed) {
        Undo::Version
    } else {
        Undo::Bin
    };
    assert_eq!(plan.undo, expected);
    assert_eq!(keys(&bed).await, before, "a plan changes nothing");
    if keeps_versions(&bed) {
        assert_eq!(versions(&bed).await, (5, 0));
    }
}

on_every_server!(a_deleted_file_comes_back, []);
async fn a_deleted_file_comes_back(bed: Bed) {
    bed.put("w/\u{dc}bung 1 + 2.txt", b"bytes").await;
    bed.put("w/beside.txt", b"stays").await;

    let deleted = delete(&bed, vec![object("w/\u{dc}bung 1 + 2.txt", 5)]).await;
    assert_eq!(shown(&bed).await, ["w/beside.txt"]);
    let restored = bin::undo(&bed.lectern, &deleted.deletion_id.unwrap())
        .await
        .unwrap();

    assert_eq!((restored.files, restored.failures), (1, Vec::new()));
    let back = bed.get("w/\u{dc}bung 1 + 2.txt").await;
    assert_eq!(back.as_deref(), Some(&b"bytes"[..]));
    assert_eq!(keys(&bed).await.len(), 2, "and the bin is empty");
}

on_every_server!(a_deleted_folder_comes_back_byte_for_byte, [CopiesAtOnce]);
async fn a_deleted_folder_comes_back_byte_for_byte(bed: Bed) {
    let files = [
        ("w/a.txt", "one"),
        ("w/\u{dc}bung 1 + 2.pdf", "two"),
        ("w/sub/c&d.txt", "three"),
        ("beside.txt", "stays"),
    ];
    for (key, body) in files {
        bed.put(key, body.as_bytes()).await;
    }
    let before = keys(&bed).await;

    let deleted = delete(&bed, vec![folder("w/")]).await;

    assert_eq!((deleted.title.as_str(), deleted.files), ("w", 3));
    assert_eq!(deleted.failures, []);
    assert_eq!(shown(&bed).await, ["beside.txt"]);
    let left = names(&bed.lectern, &bed.connection.id, "w/").await;
    // `moto` goes on to sum up keys that are hidden by delete markers.
    assert!(left.iter().all(|name| name.ends_with('/')), "{left:?}");
    let listed = &bin::list(&bed.lectern).unwrap()[0];
    assert_eq!((listed.files, listed.bytes, listed.can_undo), (3, 11, true));

    let deletion_id = deleted.deletion_id.unwrap();
    let restored = bin::undo(&bed.lectern, &deletion_id).await.unwrap();

    assert_eq!((restored.files, restored.failures), (3, Vec::new()));
    assert_eq!(keys(&bed).await, before, "and the bin is empty");
    for (key, body) in files {
        assert_eq!(bed.get(key).await.as_deref(), Some(body.as_bytes()));
    }
    if keeps_versions(&bed) {
        assert_eq!(versions(&bed).await, (4, 0), "no marker is left");
    }
    let again = bin::undo(&bed.lectern, &deletion_id).await.unwrap_err();
    assert_eq!(again.code, Code::NotFound);
    assert!(again.message.contains("already"), "{}", again.message);
    assert!(!bin::list(&bed.lectern).unwrap()[0].can_undo);
}

on_every_server!(
    a_deletion_of_several_batches_goes_and_comes_back,
    [CopiesAtOnce]
);
async fn a_deletion_of_several_batches_goes_and_comes_back(bed: Bed) {
    // A batch is a thousand; without versions every file is copied as well.
    let files: u32 = if keeps_versions(&bed) { 1_050 } else { 40 };
    let there = &bed;
    stream::iter(0..files)
        .for_each_concurrent(16, |n| async move {
            there.put(&format!("w/{n:05}"), b"x").await;
        })
        .await;

    let deleted = delete(&bed, vec![folder("w/")]).await;
    assert_eq!((deleted.files, deleted.failures.len()), (files, 0));
    assert!(shown(&bed).await.is_empty());

    let restored = bin::undo(&bed.lectern, &deleted.deletion_id.unwrap())
        .await
        .unwrap();
    assert_eq!((restored.files, restored.failures.len()), (files, 0));
    assert_eq!(keys(&bed).await.len(), files as usize);
    // The list of jobs is sampled, so that it may be a moment behind.
    let mut watched = transfer::watch(&bed.lectern);
    let over = |snapshot: &transfer::Snapshot| {
        let mut jobs = snapshot.jobs.iter();
        jobs.len() == 2 && jobs.all(|job| job.progress.phase.is_over())
    };
    let jobs = watched.wait_for(over).await.unwrap().jobs.clone();
    let ended: Vec<_> = jobs
        .iter()
        .map(|job| (job.direction, job.progress.phase, job.progress.items_done))
        .collect();
    assert_eq!(
        ended,
        [
            (Direction::Restore, JobPhase::Done, files),
            (Direction::Delete, JobPhase::Done, files)
        ]
    );
}

on_every_server!(keys_that_xml_cannot_carry_are_deleted_as_well, [AnyKey]);
async fn keys_that_xml_cannot_carry_are_deleted_as_well(bed: Bed) {
    let odd = [
        "w/plain",
        "w/a+b%2B<&>\"' .txt",
        "w//nameless",
        "w/both",
        "w/both/below",
        "w/",
    ];
    for key in odd {
        bed.put(key, b"x").await;
    }
    let before = keys(&bed).await;

    let deleted = delete(&bed, vec![folder("w/")]).await;
    assert_eq!((deleted.files, deleted.failures), (5, Vec::new()));
    assert!(shown(&bed).await.is_empty());

    bin::undo(&bed.lectern, &deleted.deletion_id.unwrap())
        .await
        .unwrap();
    assert_eq!(keys(&bed).await, before);
}

on_every_server!(
    a_plan_that_promised_versions_is_not_kept_without_them,
    [Versions]
);
async fn a_plan_that_promised_versions_is_not_kept_without_them(bed: Bed) {
    use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};

    bed.put("a.txt", b"x").await;
    let items = vec![object("a.txt", 1)];
    let plan = bin::plan(&bed.lectern, &bed.connection.id, items)
        .await
        .unwrap();
    let suspended = VersioningConfiguration::builder()
        .status(BucketVersioningStatus::Suspended)
        .build();
    bed.store
        .client()
        .put_bucket_versioning()
        .bucket(bed.store.bucket())
        .versioning_configuration(suspended)
        .send()
        .await
        .unwrap();

    let error = bin::delete(&bed.lectern, plan.id).await.unwrap_err();

    assert_eq!(error.code, Code::Changed);
    assert!(bed.get("a.txt").await.is_some());
}

on_every_server!(the_material_goes_and_comes_back_with_its_object, []);
async fn the_material_goes_and_comes_back_with_its_object(bed: Bed) {
    bed.put("a.txt", b"x").await;
    let material = Material {
        connection_id: bed.connection.id.clone(),
        bucket: bed.store.bucket().to_owned(),
        key: "a.txt".into(),
        title: "Syllabus".into(),
        size: 1,
        etag: None,
        checksum: None,
        content_type: None,
        added_by: "somebody".into(),
        added_at: 1,
    };
    bed.lectern.catalog.put_material(&material).unwrap();
    let found = || {
        bed.lectern
            .catalog
            .material(&bed.connection.id, bed.store.bucket(), "a.txt")
            .unwrap()
    };

    let deleted = delete(&bed, vec![object("a.txt", 1)]).await;
    assert_eq!(found(), None);
    bin::undo(&bed.lectern, &deleted.deletion_id.unwrap())
        .await
        .unwrap();

    assert_eq!(found(), Some(material));
    let entries = bed.lectern.catalog.recent_activity(5).unwrap();
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["undo delete", "delete"]);
}

on_every_server!(one_failure_does_not_keep_the_rest_from_going, [NoVersions]);
async fn one_failure_does_not_keep_the_rest_from_going(bed: Bed) {
    bed.put("a.txt", b"x").await;
    bed.put("b.txt", b"x").await;
    let items = vec![object("a.txt", 1), object("b.txt", 1)];
    let plan = bin::plan(&bed.lectern, &bed.connection.id, items)
        .await
        .unwrap();
    let client = bed.store.client();
    let remove = client.delete_object().bucket(bed.store.bucket());
    remove.key("a.txt").send().await.unwrap();

    let deleted = bin::delete(&bed.lectern, plan.id).await.unwrap();

    assert_eq!((deleted.files, deleted.failures.len()), (1, 1));
    assert_eq!(deleted.failures[0].name, "a.txt");
    assert_eq!(deleted.failures[0].error.code, Code::NotFound);
    assert_eq!(bin::list(&bed.lectern).unwrap()[0].files, 1);
}

on_every_server!(a_deletion_of_nothing_claims_nothing, [NoVersions]);
async fn a_deletion_of_nothing_claims_nothing(bed: Bed) {
    let deleted = delete(&bed, vec![object("never there.txt", 1)]).await;

    assert_eq!((deleted.deletion_id, deleted.files), (None, 0));
    assert!(bin::list(&bed.lectern).unwrap().is_empty());
    let empty = bin::plan(&bed.lectern, &bed.connection.id, Vec::new()).await;
    assert_eq!(empty.unwrap_err().code, Code::InvalidInput);
}

on_every_server!(a_plan_is_carried_out_once, []);
async fn a_plan_is_carried_out_once(bed: Bed) {
    bed.put("a.txt", b"x").await;
    let items = vec![object("a.txt", 1)];
    let plan = bin::plan(&bed.lectern, &bed.connection.id, items)
        .await
        .unwrap();
    bin::delete(&bed.lectern, plan.id).await.unwrap();

    let error = bin::delete(&bed.lectern, plan.id).await.unwrap_err();

    assert_eq!(error.code, Code::NotFound);
}

on_every_server!(nothing_outside_the_connections_prefix_is_deleted, []);
async fn nothing_outside_the_connections_prefix_is_deleted(bed: Bed) {
    bed.put("staff/a.txt", b"x").await;
    bed.put("other/b.txt", b"x").await;
    let mut connection = bed.connection.clone();
    connection.draft.prefix = "staff/".into();
    bed.lectern.catalog.update_connection(&connection).unwrap();
    bed.lectern.stores.forget(&connection.id).await;

    for item in [object("other/b.txt", 1), folder("other/")] {
        let error = bin::plan(&bed.lectern, &connection.id, vec![item])
            .await
            .unwrap_err();
        assert_eq!(error.code, Code::InvalidInput);
    }
    let deleted = delete(&bed, vec![folder("")]).await;
    assert_eq!(deleted.files, 1);
    assert!(bed.get("other/b.txt").await.is_some());
    if !keeps_versions(&bed) {
        let binned = format!(
            "staff/.lectern-bin/{}/a.txt",
            deleted.deletion_id.as_deref().unwrap()
        );
        assert!(keys(&bed).await.contains(&binned), "below the prefix");
    }
    bin::undo(&bed.lectern, &deleted.deletion_id.unwrap())
        .await
        .unwrap();
    assert!(bed.get("staff/a.txt").await.is_some());
}
