//! Rename and move, put to every server.

use lectern_core::catalog::{TransferBatch, TransferDirection, TransferRow, TransferState};
use lectern_core::job::JobPhase;
use lectern_core::store::Store;
use lectern_core::transfer::{
    Choice, IfChanged, copy_to, finished, list_moves, move_to, pause, plan_copy, plan_move, rename,
    resume, take_up, undo_move,
};
use lectern_core::{Code, Result, transfer::Summary};

use crate::server::{Bed, Kind};
use crate::transfer::{assert_all_done, folder, object};

async fn renamed(bed: &Bed, item: lectern_core::browse::Item, name: &str) -> Result<Summary> {
    rename(&bed.lectern, &bed.connection.id, item, name).await
}

on_every_server!(a_renamed_file_keeps_its_bytes_and_its_record, []);
async fn a_renamed_file_keeps_its_bytes_and_its_record(bed: Bed) {
    let root = bed.local(&["old.txt"]);
    assert_all_done(&bed.up("w/", &[root.join("old.txt")]).await, 1);

    let summary = renamed(&bed, object("w/old.txt", 7), "ne\u{301}w.txt").await;

    assert_all_done(&summary.unwrap(), 1);
    assert_eq!(bed.keys().await, ["w/n\u{e9}w.txt"]);
    assert_eq!(bed.get("w/n\u{e9}w.txt").await.unwrap(), b"old.txt");
    let (id, bucket) = (&bed.connection.id, bed.store.bucket());
    let catalog = &bed.lectern.catalog;
    assert_eq!(catalog.material(id, bucket, "w/old.txt").unwrap(), None);
    let material = catalog.material(id, bucket, "w/n\u{e9}w.txt").unwrap();
    assert_eq!(material.unwrap().title, "n\u{e9}w.txt");
}

on_every_server!(a_rename_keeps_type_and_metadata, [Metadata]);
async fn a_rename_keeps_type_and_metadata(bed: Bed) {
    let client = bed.store.client();
    client
        .put_object()
        .bucket(bed.store.bucket())
        .key("a+b ü.pdf")
        .content_type("application/pdf")
        .metadata("chapter", "7")
        .body(b"x".to_vec().into())
        .send()
        .await
        .unwrap();

    let summary = renamed(&bed, object("a+b ü.pdf", 1), "c.pdf")
        .await
        .unwrap();

    assert_all_done(&summary, 1);
    let head = client.head_object().bucket(bed.store.bucket()).key("c.pdf");
    let head = head.send().await.unwrap();
    assert_eq!(head.content_type(), Some("application/pdf"));
    assert_eq!(head.metadata().unwrap()["chapter"], "7");
}

on_every_server!(nothing_is_moved_over_something_else, []);
async fn nothing_is_moved_over_something_else(bed: Bed) {
    for key in ["a.txt", "b.txt", "one/x", "two/x"] {
        bed.put(key, key.as_bytes()).await;
    }

    let file = renamed(&bed, object("a.txt", 5), "b.txt").await;
    let whole_folder = renamed(&bed, folder("one/"), "two").await;
    let twins = vec![object("one/x", 5), object("two/x", 5)];
    let twins = move_to(
        &bed.lectern,
        &bed.connection.id,
        twins,
        &bed.connection.id,
        "three/",
    )
    .await;

    assert_eq!(file.unwrap_err().code, Code::AlreadyExists);
    assert_eq!(whole_folder.unwrap_err().code, Code::AlreadyExists);
    assert_eq!(twins.unwrap_err().code, Code::AlreadyExists);
    for key in ["a.txt", "b.txt", "one/x", "two/x"] {
        assert_eq!(bed.get(key).await.unwrap(), key.as_bytes());
    }
}

on_every_server!(a_folder_moves_with_all_that_is_in_it, []);
async fn a_folder_moves_with_all_that_is_in_it(bed: Bed) {
    for key in ["w/a", "w/deep/b", "w/deep/er/c", "wider"] {
        bed.put(key, key.as_bytes()).await;
    }

    let moved = move_to(
        &bed.lectern,
        &bed.connection.id,
        vec![folder("w/")],
        &bed.connection.id,
        "archive/",
    )
    .await;
    assert_all_done(&moved.unwrap(), 3);
    let back = renamed(&bed, folder("archive/w/"), "week 1").await;
    assert_all_done(&back.unwrap(), 3);

    assert_eq!(
        bed.keys().await,
        [
            "archive/week 1/a",
            "archive/week 1/deep/b",
            "archive/week 1/deep/er/c",
            "wider"
        ]
    );
    assert_eq!(bed.get("archive/week 1/deep/b").await.unwrap(), b"w/deep/b");
}

on_every_server!(a_move_that_makes_no_sense_is_refused, []);
async fn a_move_that_makes_no_sense_is_refused(bed: Bed) {
    bed.put("w/a", b"x").await;
    let id = &bed.connection.id;

    let into_itself = move_to(&bed.lectern, id, vec![folder("w/")], id, "w/deep/").await;
    let bad_name = renamed(&bed, object("w/a", 1), "a/b").await;
    let gone = renamed(&bed, folder("gone/"), "x").await;
    let nowhere = move_to(&bed.lectern, id, vec![object("w/a", 1)], id, "w/").await;

    assert_eq!(into_itself.unwrap_err().code, Code::InvalidInput);
    assert_eq!(bad_name.unwrap_err().code, Code::InvalidName);
    assert_eq!(gone.unwrap_err().code, Code::NotFound);
    assert_eq!(nowhere.unwrap().phase, JobPhase::Done);
    assert_eq!(bed.keys().await, ["w/a"]);
}

on_every_server!(what_could_not_be_moved_is_named, []);
async fn what_could_not_be_moved_is_named(bed: Bed) {
    bed.put("a", b"x").await;

    let items = vec![object("a", 1), object("gone", 1)];
    let summary = move_to(
        &bed.lectern,
        &bed.connection.id,
        items,
        &bed.connection.id,
        "w/",
    )
    .await
    .unwrap();

    assert_eq!(summary.phase, JobPhase::DoneWithFailures);
    assert_eq!(summary.failures[0].name, "gone");
    assert_eq!(summary.failures[0].error.code, Code::NotFound);
    assert_eq!(bed.keys().await, ["w/a"]);
}

/// All keys of a bucket, past the product.
async fn keys_of(store: &Store) -> Vec<String> {
    let listed = store.client().list_objects_v2().bucket(store.bucket());
    let objects = listed.send().await.unwrap().contents;
    let keys = objects.into_iter().flatten();
    keys.filter_map(|object| object.key).collect()
}

on_every_server!(a_folder_is_copied_into_another_bucket, []);
async fn a_folder_is_copied_into_another_bucket(bed: Bed) {
    for key in ["w/a", "w/deep/b"] {
        bed.put(key, key.as_bytes()).await;
    }
    let (beside, store) = bed.beside().await;

    let summary = copy_to(
        &bed.lectern,
        &bed.connection.id,
        vec![folder("w/")],
        &beside.id,
        "archive/",
    );

    assert_all_done(&summary.await.unwrap(), 2);
    assert_eq!(bed.keys().await, ["w/a", "w/deep/b"]);
    assert_eq!(keys_of(&store).await, ["archive/w/a", "archive/w/deep/b"]);
}

on_every_server!(a_copy_keeps_its_storage_class, [StorageClasses]);
async fn a_copy_keeps_its_storage_class(bed: Bed) {
    let client = bed.store.client();
    let put = client.put_object().bucket(bed.store.bucket()).key("a.mp4");
    let put = put.storage_class("STANDARD_IA".into());
    put.body(b"film".to_vec().into()).send().await.unwrap();

    let summary = renamed(&bed, object("a.mp4", 4), "b.mp4").await.unwrap();

    assert_all_done(&summary, 1);
    let head = client.head_object().bucket(bed.store.bucket()).key("b.mp4");
    let head = head.send().await.unwrap();
    assert_eq!(head.storage_class().unwrap().as_str(), "STANDARD_IA");
}

on_every_server!(copies_are_asked_about_before_anything_is_written, []);
async fn copies_are_asked_about_before_anything_is_written(bed: Bed) {
    for key in ["a.txt", "w/a.txt", "b.txt"] {
        bed.put(key, key.as_bytes()).await;
    }
    let id = &bed.connection.id;
    let items = || vec![object("a.txt", 5), object("b.txt", 5)];

    let plan = plan_copy(&bed.lectern, id, items(), id, "w/")
        .await
        .unwrap();
    assert_eq!(plan.conflicts.len(), 1);
    assert_eq!(plan.conflicts[0].name, "a.txt");
    let summary = bed.end(&plan, Some(Choice::KeepBoth)).await;
    assert_all_done(&summary, 2);
    let plan = plan_move(&bed.lectern, id, items(), id, "w/")
        .await
        .unwrap();
    assert_eq!(plan.conflicts.len(), 2);
    let summary = bed.end(&plan, Some(Choice::Replace)).await;
    assert_all_done(&summary, 2);

    let keys = ["w/a (2).txt", "w/a.txt", "w/b.txt"];
    assert_eq!(bed.keys().await, keys);
    assert_eq!(bed.get("w/a.txt").await.unwrap(), b"a.txt");
    assert_eq!(bed.get("w/a (2).txt").await.unwrap(), b"a.txt");
}

on_every_server!(
    what_was_changed_since_the_question_is_not_replaced,
    [ConditionalWrites]
);
async fn what_was_changed_since_the_question_is_not_replaced(bed: Bed) {
    if bed.kind == Kind::Moto {
        // Its copies know no conditions of the target.
        return;
    }
    bed.put("a.txt", b"new").await;
    bed.put("w/a.txt", b"old").await;
    let id = &bed.connection.id;
    let items = vec![object("a.txt", 3)];
    let plan = plan_move(&bed.lectern, id, items, id, "w/").await.unwrap();
    bed.put("w/a.txt", b"another").await;

    let summary = bed.end(&plan, Some(Choice::Replace)).await;

    assert_eq!(summary.failures[0].error.code, Code::Changed);
    assert_eq!(bed.get("w/a.txt").await.unwrap(), b"another");
    assert_eq!(bed.get("a.txt").await.unwrap(), b"new");
}

on_every_server!(
    a_source_that_changed_since_it_was_looked_at_stays,
    [ConditionalWrites]
);
async fn a_source_that_changed_since_it_was_looked_at_stays(bed: Bed) {
    if bed.kind == Kind::Moto {
        // Its copies know no conditions of the source.
        return;
    }
    bed.put("a.txt", b"seen").await;
    let id = &bed.connection.id;
    let items = vec![object("a.txt", 4)];
    let plan = plan_move(&bed.lectern, id, items, id, "w/").await.unwrap();
    bed.put("a.txt", b"changed").await;

    let summary = bed.end(&plan, None).await;

    assert_eq!(summary.failures[0].error.code, Code::Changed);
    assert_eq!(bed.keys().await, ["a.txt"]);
}

on_every_server!(many_files_move_with_few_requests, [CopiesAtOnce]);
async fn many_files_move_with_few_requests(bed: Bed) {
    for number in 0..150 {
        bed.put(&format!("w/{number:03}"), b"x").await;
    }

    let summary = renamed(&bed, folder("w/"), "v").await.unwrap();

    assert_all_done(&summary, 150);
    let keys = bed.keys().await;
    assert_eq!(keys.len(), 150);
    assert!(keys.iter().all(|key| key.starts_with("v/")));
}

/// An item of a move, as a run that was killed left it in the catalogue.
fn left(bed: &Bed, batch: &TransferBatch, position: u32, name: &str, etag: &str) -> TransferRow {
    let (from, to) = (format!("w/{name}"), format!("v/{name}"));
    let item = serde_json::json!({
        "name": name, "from": from, "to": to, "size": 3, "etag": etag,
        "storage_class": null, "to_connection": null, "condition": { "kind": "absent" },
        "beside": false, "delete_original": true, "takes_back": null,
    });
    TransferRow {
        id: format!("{}-{position}", batch.id),
        batch: batch.id.clone(),
        connection_id: batch.connection_id.clone(),
        direction: TransferDirection::Copy,
        bucket: bed.store.bucket().to_owned(),
        key: to,
        size: 3,
        item: item.to_string(),
        position,
        begun: None,
        state: TransferState::Waiting,
        checksum: None,
        created_at: 0,
    }
}

on_every_server!(a_move_that_was_killed_goes_on_where_it_was, []);
async fn a_move_that_was_killed_goes_on_where_it_was(bed: Bed) {
    for name in ["not yet", "copied", "moved"] {
        bed.put(&format!("w/{name}"), b"abc").await;
    }
    bed.put("w/another", b"abc").await;
    bed.put("v/another", b"xyz").await;
    let client = bed.store.client();
    let bucket = bed.store.bucket();
    let head = client.head_object().bucket(bucket).key("w/copied");
    let etag = head.send().await.unwrap().e_tag.unwrap();
    for name in ["copied", "moved"] {
        let copy = client.copy_object().bucket(bucket).key(format!("v/{name}"));
        let copy = copy.copy_source(format!("{bucket}/w/{name}"));
        copy.send().await.unwrap();
    }
    let delete = client.delete_object().bucket(bucket).key("w/moved");
    delete.send().await.unwrap();
    let batch = TransferBatch {
        id: "killed".into(),
        connection_id: bed.connection.id.clone(),
        direction: TransferDirection::Copy,
        target: "v".into(),
        runner: uuid::Uuid::new_v4().to_string(),
        created_at: 0,
    };
    let names = ["not yet", "copied", "moved", "another"];
    let rows: Vec<_> = (0..)
        .zip(names)
        .map(|(position, name)| left(&bed, &batch, position, name, &etag))
        .collect();
    bed.lectern.catalog.insert_transfers(&batch, &rows).unwrap();

    let jobs = take_up(&bed.lectern, IfChanged::LeaveOut).await.unwrap();
    let summary = finished(&bed.lectern, jobs[0].id).await.unwrap();

    // What ignores conditions is protected by the listing of the plan only.
    if bed.kind != Kind::Rclone && bed.kind != Kind::Moto {
        assert_eq!(summary.done, 3, "{summary:?}");
        assert_eq!(summary.failures[0].name, "another");
        assert_eq!(summary.failures[0].error.code, Code::AlreadyExists);
        assert_eq!(bed.get("v/another").await.unwrap(), b"xyz");
        assert_eq!(bed.get("w/another").await.unwrap(), b"abc");
    }
    for name in ["not yet", "copied", "moved"] {
        assert_eq!(bed.get(&format!("v/{name}")).await.unwrap(), b"abc");
        assert_eq!(bed.get(&format!("w/{name}")).await, None);
    }
}

on_every_server!(a_move_is_taken_back, []);
async fn a_move_is_taken_back(bed: Bed) {
    let root = bed.local(&["a.txt", "b.txt"]);
    let files = [root.join("a.txt"), root.join("b.txt")];
    assert_all_done(&bed.up("w/", &files).await, 2);
    let moved = renamed(&bed, folder("w/"), "v").await.unwrap();
    assert_eq!(bed.keys().await, ["v/a.txt", "v/b.txt"]);
    let id = moved.move_id.unwrap();
    let known = list_moves(&bed.lectern).unwrap();
    assert_eq!((&*known[0].name, known[0].files), ("w", 2));
    assert!(known[0].can_undo);

    let back = undo_move(&bed.lectern, &id).await.unwrap();

    assert_all_done(&back, 2);
    assert_eq!(back.move_id, None);
    assert_eq!(bed.keys().await, ["w/a.txt", "w/b.txt"]);
    let (connection, bucket) = (&bed.connection.id, bed.store.bucket());
    let catalog = &bed.lectern.catalog;
    assert!(
        catalog
            .material(connection, bucket, "w/a.txt")
            .unwrap()
            .is_some()
    );
    let known = list_moves(&bed.lectern).unwrap();
    assert_eq!((known.len(), known[0].can_undo), (1, false));
    let again = undo_move(&bed.lectern, &id).await;
    assert_eq!(again.unwrap_err().code, Code::NotFound);
}

on_every_server!(taking_back_touches_nothing_that_is_new, []);
async fn taking_back_touches_nothing_that_is_new(bed: Bed) {
    for key in ["w/a", "w/b", "w/c"] {
        bed.put(key, key.as_bytes()).await;
    }
    let moved = renamed(&bed, folder("w/"), "v").await.unwrap();
    bed.put("w/a", b"new here").await;
    bed.put("v/b", b"changed there").await;

    let back = undo_move(&bed.lectern, &moved.move_id.unwrap())
        .await
        .unwrap();

    assert_eq!(back.done, 1);
    let mut failed: Vec<_> = back
        .failures
        .iter()
        .map(|failure| (&*failure.name, failure.error.code))
        .collect();
    failed.sort_unstable_by_key(|(name, _)| *name);
    assert_eq!(
        failed,
        [("w/a", Code::AlreadyExists), ("w/b", Code::Changed)]
    );
    assert_eq!(bed.get("w/a").await.unwrap(), b"new here");
    assert_eq!(bed.get("v/a").await.unwrap(), b"w/a");
    assert_eq!(bed.get("v/b").await.unwrap(), b"changed there");
    assert_eq!(bed.get("w/c").await.unwrap(), b"w/c");
    assert_eq!(bed.get("v/c").await, None);
}

on_every_server!(a_move_between_buckets_is_taken_back, []);
async fn a_move_between_buckets_is_taken_back(bed: Bed) {
    bed.put("w/a", b"x").await;
    let (beside, store) = bed.beside().await;
    let items = vec![folder("w/")];
    let moved = move_to(&bed.lectern, &bed.connection.id, items, &beside.id, "");
    let moved = moved.await.unwrap();
    assert_eq!(keys_of(&store).await, ["w/a"]);

    let back = undo_move(&bed.lectern, &moved.move_id.unwrap()).await;

    assert_all_done(&back.unwrap(), 1);
    assert_eq!(bed.keys().await, ["w/a"]);
    assert_eq!(keys_of(&store).await, [""; 0]);
}
on_every_server!(a_file_moves_into_another_bucket_with_its_record, []);
async fn a_file_moves_into_another_bucket_with_its_record(bed: Bed) {
    let root = bed.local(&["a.txt"]);
    assert_all_done(&bed.up("w/", &[root.join("a.txt")]).await, 1);
    let (beside, store) = bed.beside().await;

    let items = vec![object("w/a.txt", 5)];
    let summary = move_to(&bed.lectern, &bed.connection.id, items, &beside.id, "");

    assert_all_done(&summary.await.unwrap(), 1);
    assert_eq!(bed.keys().await, [""; 0]);
    assert_eq!(keys_of(&store).await, ["a.txt"]);
    let catalog = &bed.lectern.catalog;
    let (id, bucket) = (&bed.connection.id, bed.store.bucket());
    assert_eq!(catalog.material(id, bucket, "w/a.txt").unwrap(), None);
    let material = catalog.material(&beside.id, store.bucket(), "a.txt");
    assert_eq!(material.unwrap().unwrap().title, "a.txt");
}

on_every_server!(a_move_between_buckets_goes_on_after_a_pause, []);
async fn a_move_between_buckets_goes_on_after_a_pause(bed: Bed) {
    for number in 0..20 {
        bed.put(&format!("w/{number:02}"), b"x").await;
    }
    let (beside, store) = bed.beside().await;
    let id = &bed.connection.id;
    let items = vec![folder("w/")];
    let plan = plan_move(&bed.lectern, id, items, &beside.id, "").await;
    let job = bed.begin(&plan.unwrap(), None).await;

    // It may have ended already.
    let _ = pause(&bed.lectern, job.id);
    resume(&bed.lectern, job.id).await.unwrap();

    let summary = finished(&bed.lectern, job.id).await.unwrap();
    assert_all_done(&summary, 20);
    assert_eq!(keys_of(&store).await.len(), 20);
    assert_eq!(bed.keys().await, [""; 0]);
}
