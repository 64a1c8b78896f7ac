//! Rename and move, put to every server.

use lectern_core::job::JobPhase;
use lectern_core::store::Store;
use lectern_core::transfer::{Choice, copy_to, move_to, plan_copy, plan_move, rename};
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
