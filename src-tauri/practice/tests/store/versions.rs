//! Versions: kept, listed, read, deleted, brought back.

use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};

use crate::setup::{BUCKET, Store, bytes, code, text};

/// Every version: key, id, whether it is the latest, whether it is a delete marker.
async fn versions(store: &Store) -> Vec<(String, String, bool, bool)> {
    let listed = store
        .client
        .list_object_versions()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    let versions = listed.versions().iter().map(|v| {
        let (key, id) = (
            v.key().unwrap().to_owned(),
            v.version_id().unwrap().to_owned(),
        );
        (
            v.last_modified().unwrap().as_nanos(),
            key,
            id,
            v.is_latest().unwrap(),
            false,
        )
    });
    let markers = listed.delete_markers().iter().map(|v| {
        let (key, id) = (
            v.key().unwrap().to_owned(),
            v.version_id().unwrap().to_owned(),
        );
        (
            v.last_modified().unwrap().as_nanos(),
            key,
            id,
            v.is_latest().unwrap(),
            true,
        )
    });
    let mut all: Vec<_> = versions.chain(markers).collect();
    all.sort_by_key(|(time, key, ..)| (key.clone(), -time));
    all.into_iter()
        .map(|(_, key, id, latest, marker)| (key, id, latest, marker))
        .collect()
}

async fn set(store: &Store, status: BucketVersioningStatus) {
    let versioning = VersioningConfiguration::builder().status(status).build();
    let put = store.client.put_bucket_versioning().bucket(BUCKET);
    put.versioning_configuration(versioning)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn an_overwritten_version_is_kept_and_can_be_read() {
    let store = Store::versioned().await;
    let first = store.put("a", "one").await.version_id().unwrap().to_owned();
    let second = store.put("a", "two").await.version_id().unwrap().to_owned();

    let get = store
        .client
        .get_object()
        .bucket(BUCKET)
        .key("a")
        .version_id(&first)
        .send()
        .await
        .unwrap();
    assert_eq!(get.version_id(), Some(first.as_str()));
    assert_eq!(text(get.body).await, "one");
    assert_eq!(store.get("a").await.unwrap(), "two");
    let listed = versions(&store).await;
    let expected = [
        ("a".to_owned(), second, true, false),
        ("a".to_owned(), first, false, false),
    ];
    assert_eq!(listed, expected);
    let unknown = store
        .client
        .get_object()
        .bucket(BUCKET)
        .key("a")
        .version_id("nothing")
        .send()
        .await;
    assert_eq!(code(&unknown.unwrap_err()), "NoSuchVersion");
    let status = store
        .client
        .get_bucket_versioning()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    assert_eq!(status.status(), Some(&BucketVersioningStatus::Enabled));
}

#[tokio::test]
async fn removing_the_delete_marker_brings_the_object_back() {
    let store = Store::versioned().await;
    let put = store
        .client
        .put_object()
        .bucket(BUCKET)
        .key("Week 1/a")
        .body(bytes("one"));
    let kept = put
        .metadata("by", "upload")
        .send()
        .await
        .unwrap()
        .version_id()
        .unwrap()
        .to_owned();

    let deleted = store.delete("Week 1/a").await;
    assert_eq!(deleted.delete_marker(), Some(true));
    assert_eq!(store.get("Week 1/a").await.unwrap_err(), "NoSuchKey");
    assert!(!store.path("Week 1").exists(), "people see it gone as well");
    let marker = deleted.version_id().unwrap();
    let head = store
        .client
        .head_object()
        .bucket(BUCKET)
        .key("Week 1/a")
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        head.raw_response()
            .unwrap()
            .headers()
            .get("x-amz-delete-marker"),
        Some("true")
    );
    let read = store
        .client
        .get_object()
        .bucket(BUCKET)
        .key("Week 1/a")
        .version_id(marker)
        .send()
        .await;
    assert_eq!(code(&read.unwrap_err()), "MethodNotAllowed");

    let undo = store
        .client
        .delete_object()
        .bucket(BUCKET)
        .key("Week 1/a")
        .version_id(marker);
    let undone = undo.send().await.unwrap();
    assert_eq!(
        (undone.delete_marker(), undone.version_id()),
        (Some(true), Some(marker))
    );
    let back = store
        .client
        .get_object()
        .bucket(BUCKET)
        .key("Week 1/a")
        .send()
        .await
        .unwrap();
    assert_eq!(back.version_id(), Some(kept.as_str()));
    assert_eq!(back.metadata().unwrap()["by"], "upload");
    assert_eq!(text(back.body).await, "one");
    assert_eq!(versions(&store).await.len(), 1);
}

#[tokio::test]
async fn deleting_the_newest_version_uncovers_the_one_before() {
    let store = Store::versioned().await;
    let first = store.put("a", "one").await.version_id().unwrap().to_owned();
    let second = store.put("a", "two").await.version_id().unwrap().to_owned();
    let delete = |id: &str| {
        store
            .client
            .delete_object()
            .bucket(BUCKET)
            .key("a")
            .version_id(id)
            .send()
    };

    delete(&second).await.unwrap();
    assert_eq!(store.get("a").await.unwrap(), "one");
    assert_eq!(
        versions(&store).await,
        [("a".to_owned(), first.clone(), true, false)]
    );
    delete(&first).await.unwrap();
    assert_eq!(store.get("a").await.unwrap_err(), "NoSuchKey");
    assert_eq!(versions(&store).await, []);
    delete("never-there").await.unwrap();
    store
        .client
        .delete_bucket()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn what_was_there_before_versioning_is_the_null_version() {
    let store = Store::plain().await;
    assert_eq!(store.put("a", "before").await.version_id(), None);
    std::fs::write(store.path("by-hand.txt"), "by hand").unwrap();
    set(&store, BucketVersioningStatus::Enabled).await;

    store.put("a", "after").await;
    store.put("by-hand.txt", "uploaded").await;

    for (key, old) in [("a", "before"), ("by-hand.txt", "by hand")] {
        let get = store
            .client
            .get_object()
            .bucket(BUCKET)
            .key(key)
            .version_id("null")
            .send()
            .await
            .unwrap();
        assert_eq!(text(get.body).await, old);
    }
    assert_eq!(versions(&store).await.len(), 4);
}

#[tokio::test]
async fn under_suspended_versioning_only_the_null_version_changes() {
    let store = Store::versioned().await;
    let kept = store
        .put("a", "kept")
        .await
        .version_id()
        .unwrap()
        .to_owned();
    set(&store, BucketVersioningStatus::Suspended).await;

    assert_eq!(store.put("a", "null one").await.version_id(), Some("null"));
    store.put("a", "null two").await;
    let listed = versions(&store).await;
    let ids: Vec<_> = listed.iter().map(|version| version.1.as_str()).collect();
    assert_eq!(ids, ["null", kept.as_str()]);

    let deleted = store.delete("a").await;
    assert_eq!(
        (deleted.delete_marker(), deleted.version_id()),
        (Some(true), Some("null"))
    );
    let listed = versions(&store).await;
    assert_eq!(listed[0], ("a".to_owned(), "null".to_owned(), true, true));
    assert_eq!(listed[1], ("a".to_owned(), kept.clone(), false, false));
    store
        .client
        .delete_object()
        .bucket(BUCKET)
        .key("a")
        .version_id("null")
        .send()
        .await
        .unwrap();
    assert_eq!(store.get("a").await.unwrap(), "kept");
}

#[tokio::test]
async fn versions_are_listed_in_pages_with_prefix_and_delimiter() {
    let store = Store::versioned().await;
    for round in 0..3 {
        for key in ["a", "b/1", "b/2", "c"] {
            store.put(key, &round.to_string()).await;
        }
    }
    store.delete("c").await;

    let (mut seen, mut key_marker, mut id_marker) = (Vec::new(), None, None);
    loop {
        let list = store
            .client
            .list_object_versions()
            .bucket(BUCKET)
            .max_keys(2);
        let page = list
            .set_key_marker(key_marker)
            .set_version_id_marker(id_marker)
            .send()
            .await
            .unwrap();
        assert!(page.versions().len() + page.delete_markers().len() <= 2);
        seen.extend(page.delete_markers().iter().map(|v| {
            (
                v.key().unwrap().to_owned(),
                v.version_id().unwrap().to_owned(),
            )
        }));
        seen.extend(page.versions().iter().map(|v| {
            (
                v.key().unwrap().to_owned(),
                v.version_id().unwrap().to_owned(),
            )
        }));
        if page.is_truncated() != Some(true) {
            break;
        }
        key_marker = page.next_key_marker().map(str::to_owned);
        id_marker = page.next_version_id_marker().map(str::to_owned);
    }
    seen.sort();
    let mut expected: Vec<_> = versions(&store)
        .await
        .into_iter()
        .map(|(key, id, ..)| (key, id))
        .collect();
    expected.sort();
    assert_eq!(expected.len(), 13);
    assert_eq!(seen, expected);

    let rolled = store
        .client
        .list_object_versions()
        .bucket(BUCKET)
        .delimiter("/")
        .send()
        .await
        .unwrap();
    assert_eq!(rolled.versions().len(), 6);
    assert_eq!(rolled.common_prefixes()[0].prefix(), Some("b/"));
    let below = store
        .client
        .list_object_versions()
        .bucket(BUCKET)
        .prefix("b/1")
        .send()
        .await
        .unwrap();
    assert_eq!(below.versions().len(), 3);
}

#[tokio::test]
async fn a_version_can_be_tagged_and_copied_back() {
    let store = Store::versioned().await;
    let first = store.put("a", "one").await.version_id().unwrap().to_owned();
    store.put("a", "two").await;
    let tag = aws_sdk_s3::types::Tag::builder()
        .key("k")
        .value("v")
        .build()
        .unwrap();
    let tagging = aws_sdk_s3::types::Tagging::builder()
        .tag_set(tag)
        .build()
        .unwrap();
    let put = store
        .client
        .put_object_tagging()
        .bucket(BUCKET)
        .key("a")
        .version_id(&first);
    put.tagging(tagging).send().await.unwrap();

    let copy = store.client.copy_object().bucket(BUCKET).key("a");
    let copied = copy
        .copy_source(format!("{BUCKET}/a?versionId={first}"))
        .send()
        .await
        .unwrap();

    assert_eq!(copied.copy_source_version_id(), Some(first.as_str()));
    assert_eq!(store.get("a").await.unwrap(), "one");
    let tags = store
        .client
        .get_object_tagging()
        .bucket(BUCKET)
        .key("a")
        .send()
        .await
        .unwrap();
    assert_eq!(tags.tag_set().len(), 1);
    assert_eq!(versions(&store).await.len(), 3);
}

#[tokio::test]
async fn a_bucket_with_versions_is_not_empty() {
    let store = Store::versioned().await;
    store.put("a", "one").await;
    store.delete("a").await;

    let error = store
        .client
        .delete_bucket()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap_err();

    assert_eq!(code(&error), "BucketNotEmpty");
}

#[tokio::test]
async fn a_file_removed_by_hand_leaves_its_older_versions() {
    let store = Store::versioned().await;
    let first = store.put("a", "one").await.version_id().unwrap().to_owned();
    store.put("a", "two").await;

    std::fs::remove_file(store.path("a")).unwrap();

    assert_eq!(store.get("a").await.unwrap_err(), "NoSuchKey");
    assert_eq!(
        versions(&store).await,
        [("a".to_owned(), first.clone(), false, false)]
    );
    let get = store
        .client
        .get_object()
        .bucket(BUCKET)
        .key("a")
        .version_id(&first)
        .send()
        .await
        .unwrap();
    assert_eq!(text(get.body).await, "one");
    store.put("a", "three").await;
    assert_eq!(store.get("a").await.unwrap(), "three");
}

#[tokio::test]
async fn a_folder_marker_comes_back_as_well() {
    let store = Store::versioned().await;
    std::fs::create_dir(store.path("Week 2")).unwrap();

    let marker = store.delete("Week 2/").await;
    assert!(!store.path("Week 2").exists());
    let undo = store.client.delete_object().bucket(BUCKET).key("Week 2/");
    undo.version_id(marker.version_id().unwrap())
        .send()
        .await
        .unwrap();

    assert_eq!(store.keys().await, ["Week 2/"]);
    assert!(store.path("Week 2").is_dir());
}
