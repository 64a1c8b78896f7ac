//! Keys that no file system would like, and files that no key may reach.

use crate::setup::{BUCKET, Store, bytes, code};

#[tokio::test]
async fn keys_that_disks_dislike_come_back_as_they_were_put() {
    let store = Store::plain().await;
    let long = format!("{}/{}", "s".repeat(300), "t".repeat(400));
    let longest = "é".repeat(512);
    let keys = [
        "../outside.txt",
        "..",
        ".",
        "a/../../b",
        "/leading",
        "//two",
        "a//b",
        "trailing.",
        "trailing ",
        "back\\slash",
        "CON",
        "aux.txt",
        "what?.pdf",
        "a:b",
        "100%",
        "%2E%2E/x",
        "%file",
        "folder/",
        "a",
        "a/b",
        "a/b/c",
        "README",
        "readme",
        "caf\u{e9}",
        "cafe\u{301}",
        "Thumbs.db",
        ".DS_Store",
        ".lectern/lock",
        "😀 <&>\"'",
        &long,
        &longest,
    ];

    for key in keys {
        store.put(key, &format!("content of {key}")).await;
    }

    let mut sorted: Vec<_> = keys.iter().map(|key| (*key).to_owned()).collect();
    sorted.sort();
    assert_eq!(store.keys().await, sorted);
    for key in keys {
        assert_eq!(store.get(key).await.unwrap(), format!("content of {key}"));
    }
    for key in keys {
        store.delete(key).await;
        assert_eq!(store.get(key).await.unwrap_err(), "NoSuchKey", "{key}");
    }
    assert_eq!(store.keys().await, Vec::<String>::new());
    assert_eq!(std::fs::read_dir(store.path("")).unwrap().count(), 0);
}

#[tokio::test]
async fn keys_that_cannot_be_kept_are_refused_with_a_reason() {
    let store = Store::plain().await;
    let put = |key: String| {
        store
            .client
            .put_object()
            .bucket(BUCKET)
            .key(key)
            .body(bytes("x"))
            .send()
    };

    let error = put("k".repeat(1025)).await.unwrap_err();
    assert_eq!(code(&error), "KeyTooLongError");

    for key in ["bell\u{7}", "line\nbreak", "tab\t", "\u{7f}"] {
        let error = put(key.to_owned()).await.unwrap_err();
        assert_eq!(code(&error), "InvalidArgument");
    }
}

#[tokio::test]
async fn nothing_outside_the_bucket_is_reached() {
    let store = Store::plain().await;
    std::fs::write(store.practice.folder().join("outside.txt"), "secret").unwrap();
    let settings = ".lectern/buckets/courses/settings.json";

    for key in [
        "../outside.txt",
        "/../outside.txt",
        "a/../../outside.txt",
        settings,
        "../.lectern/lock",
    ] {
        assert_eq!(store.get(key).await.unwrap_err(), "NoSuchKey", "{key}");
    }
    store.put("../outside.txt", "mine").await;
    let outside = std::fs::read_to_string(store.practice.folder().join("outside.txt")).unwrap();
    assert_eq!(outside, "secret");
}

#[cfg(unix)]
#[tokio::test]
async fn a_symbolic_link_is_never_followed_nor_served() {
    use std::os::unix::fs::symlink;

    let store = Store::plain().await;
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("secret.txt"), "secret").unwrap();
    symlink(elsewhere.path().join("secret.txt"), store.path("link.txt")).unwrap();
    symlink(elsewhere.path(), store.path("linked")).unwrap();
    symlink(
        elsewhere.path(),
        store.practice.folder().join("linked-bucket"),
    )
    .unwrap();

    assert_eq!(store.keys().await, Vec::<String>::new());
    assert_eq!(store.get("link.txt").await.unwrap_err(), "NoSuchKey");
    assert_eq!(
        store.get("linked/secret.txt").await.unwrap_err(),
        "NoSuchKey"
    );
    let bucket = store
        .client
        .list_objects_v2()
        .bucket("linked-bucket")
        .send()
        .await;
    assert_eq!(code(&bucket.unwrap_err()), "NoSuchBucket");

    let put = store
        .client
        .put_object()
        .bucket(BUCKET)
        .key("linked/new.txt")
        .body(bytes("x"))
        .send()
        .await;
    assert_eq!(code(&put.unwrap_err()), "AccessDenied");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 1);
    store.put("link.txt", "beside the link").await;
    assert_eq!(store.get("link.txt").await.unwrap(), "beside the link");
    assert_eq!(
        std::fs::read_to_string(elsewhere.path().join("secret.txt")).unwrap(),
        "secret"
    );
}

#[tokio::test]
async fn a_file_and_a_folder_may_have_the_same_name() {
    let store = Store::plain().await;

    store.put("notes", "first").await;
    store.put("notes/week 1", "second").await;
    assert_eq!(store.get("notes").await.unwrap(), "first");

    store.delete("notes/week 1").await;
    assert_eq!(store.get("notes").await.unwrap(), "first");
    store.put("notes", "third").await;
    assert_eq!(store.get("notes").await.unwrap(), "third");
    assert_eq!(store.keys().await, ["notes"]);
}

#[tokio::test]
async fn a_folder_marker_is_a_folder_for_people() {
    let store = Store::plain().await;

    store.put("Week 2/", "").await;
    assert!(store.path("Week 2").is_dir());
    assert_eq!(store.keys().await, ["Week 2/"]);
    std::fs::create_dir(store.path("Week 3")).unwrap();
    assert_eq!(store.keys().await, ["Week 2/", "Week 3/"]);
    assert_eq!(store.get("Week 3/").await.unwrap(), "");

    store.delete("Week 3/").await;
    store.delete("Week 2/").await;
    assert_eq!(store.keys().await, Vec::<String>::new());
    assert!(!store.path("Week 2").exists() && !store.path("Week 3").exists());
}

#[tokio::test]
async fn a_file_put_into_the_folder_by_hand_is_an_object() {
    let store = Store::plain().await;
    std::fs::create_dir(store.path("By hand")).unwrap();
    std::fs::write(store.path("By hand/What?.pdf"), "%PDF").unwrap();
    std::fs::write(store.path("By hand/.DS_Store"), "clutter").unwrap();

    assert_eq!(store.keys().await, ["By hand/What?.pdf"]);
    let head = store
        .client
        .head_object()
        .bucket(BUCKET)
        .key("By hand/What?.pdf")
        .send()
        .await
        .unwrap();
    assert_eq!(head.content_type(), Some("application/pdf"));
    let listed = store
        .client
        .list_objects_v2()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    assert_eq!(head.e_tag(), listed.contents()[0].e_tag());
    store.put("By hand/What?.pdf", "new").await;
    assert_eq!(
        std::fs::read_to_string(store.path("By hand/What?.pdf")).unwrap(),
        "new"
    );
}

#[tokio::test]
async fn a_file_changed_by_hand_loses_what_was_known_of_it() {
    let store = Store::plain().await;
    let put = store
        .client
        .put_object()
        .bucket(BUCKET)
        .key("a.txt")
        .body(bytes("one"));
    put.metadata("by", "upload")
        .content_type("text/x-special")
        .send()
        .await
        .unwrap();

    std::fs::write(store.path("a.txt"), "changed").unwrap();

    let head = store
        .client
        .head_object()
        .bucket(BUCKET)
        .key("a.txt")
        .send()
        .await
        .unwrap();
    assert_eq!(head.content_length(), Some(7));
    assert_eq!(head.metadata().unwrap().len(), 0);
    assert_eq!(head.content_type(), Some("text/plain; charset=utf-8"));
    assert_eq!(store.get("a.txt").await.unwrap(), "changed");
}
