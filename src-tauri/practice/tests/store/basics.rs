//! Objects and buckets: the plain path.

use crate::setup::{BUCKET, Store, code};

#[tokio::test]
async fn an_object_comes_back_as_it_was_put_and_lies_in_the_folder_as_a_file() {
    let store = Store::plain().await;

    store.put("Week 1/Übung – 1.txt", "hello").await;

    assert_eq!(store.get("Week 1/Übung – 1.txt").await.unwrap(), "hello");
    assert_eq!(
        std::fs::read_to_string(store.path("Week 1/Übung – 1.txt")).unwrap(),
        "hello"
    );
    assert_eq!(store.keys().await, ["Week 1/Übung – 1.txt"]);
}

#[tokio::test]
async fn a_deleted_object_is_gone_with_the_folders_it_leaves_empty() {
    let store = Store::plain().await;
    store.put("a/b/c.txt", "hello").await;

    store.delete("a/b/c.txt").await;

    assert_eq!(store.get("a/b/c.txt").await.unwrap_err(), "NoSuchKey");
    assert!(!store.path("a").exists());
    assert!(store.path("").exists());
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_said_to_be_missing() {
    let store = Store::plain().await;

    let error = store
        .client
        .list_objects_v2()
        .bucket("elsewhere")
        .send()
        .await
        .unwrap_err();

    assert_eq!(code(&error), "NoSuchBucket");
    assert!(
        store
            .client
            .head_bucket()
            .bucket(BUCKET)
            .send()
            .await
            .is_ok()
    );
}
