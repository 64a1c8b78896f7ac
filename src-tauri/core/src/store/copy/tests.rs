#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use super::parts::part_size;
use super::*;
use crate::clock::Clock;
use crate::connection::{
    Addressing, Connection, ConnectionDraft, ConnectionId, CredentialSource, Secrets,
};
use crate::lectern::{Folders, Lectern};

const MIB: u64 = 1 << 20;

/// A practice bucket in a folder, which lives as long as the store.
async fn practice(folder: &std::path::Path) -> Arc<Store> {
    let folders = Folders::below(&folder.join("lectern"));
    let lectern = Lectern::in_memory(folders, Secrets::session_only(), Clock::system()).unwrap();
    let connection = Connection {
        id: ConnectionId::fresh(),
        draft: ConnectionDraft {
            name: "Practice".into(),
            bucket: "practice".into(),
            prefix: String::new(),
            region: None,
            endpoint: None,
            addressing: Addressing::Auto,
            source: CredentialSource::Practice {
                folder: Some(folder.join("files").display().to_string()),
            },
        },
    };
    lectern.catalog.insert_connection(&connection, 0).unwrap();
    lectern.stores.of(&lectern, &connection.id).await.unwrap()
}

async fn in_parts(store: &Store, copy: Copy<'_>) -> Result<Copied> {
    let copy = PartsCopy::look(store, store, copy).await?;
    copy.in_parts_of(5 * MIB).run(&|_| ()).await
}

#[tokio::test]
async fn a_copy_in_parts_keeps_bytes_metadata_type_and_tags() {
    let folder = tempfile::tempdir().unwrap();
    let store = practice(folder.path()).await;
    let body: Vec<u8> = (0..12 * MIB)
        .map(|n| u8::try_from(n % 251).unwrap())
        .collect();
    let client = store.client();
    let put = client.put_object().bucket(store.bucket()).key("a+ \u{fc}");
    put.content_type("video/mp4")
        .metadata("term", "autumn")
        .tagging("course=a%2Bb%20c%3D")
        .body(body.clone().into())
        .send()
        .await
        .unwrap();
    let job = Copy {
        from: "a+ \u{fc}",
        to: "copy/b",
        size: 12 * MIB,
        etag: None,
        storage_class: None,
        over: Over::Nothing,
    };

    in_parts(&store, job).await.unwrap();

    let got = client.get_object().bucket(store.bucket()).key("copy/b");
    let got = got.send().await.unwrap();
    assert_eq!(got.content_type(), Some("video/mp4"));
    assert_eq!(got.metadata().unwrap()["term"], "autumn");
    assert_eq!(got.body.collect().await.unwrap().to_vec(), body);
    let tags = client.get_object_tagging().bucket(store.bucket());
    let tags = tags.key("copy/b").send().await.unwrap();
    assert_eq!(tags.tag_set()[0].value(), "a+b c=");

    let again = in_parts(&store, job).await;
    assert_eq!(again.unwrap_err().code, Code::AlreadyExists);
    let left = client.list_multipart_uploads().bucket(store.bucket());
    let left = left.send().await.unwrap();
    assert!(left.uploads().is_empty(), "the parts that failed are gone");
}

#[test]
fn the_largest_object_fits_into_ten_thousand_parts() {
    for size in [MOST_AT_ONCE + 1, 5 << 40, 48 << 40] {
        let part = part_size(size);
        assert!(size.div_ceil(part) <= 10_000, "{size}");
        assert!(part <= MOST_AT_ONCE);
    }
    assert_eq!(part_size(6 << 30), 512 * MIB);
}

#[test]
fn a_key_in_a_copy_source_is_encoded() {
    let encoded = utf8_percent_encode("a b/\u{fc}+%?#.txt", SOURCE).to_string();

    assert_eq!(encoded, "a%20b/%C3%BC%2B%25%3F%23.txt");
}

#[tokio::test]
async fn a_copy_in_parts_goes_on_with_the_parts_that_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let store = practice(folder.path()).await;
    put(&store, "a", 11 * MIB).await;
    let job = Copy {
        size: 11 * MIB,
        ..a_to_b(None)
    };
    let copy = PartsCopy::look(&store, &store, job).await.unwrap();
    let copy = copy.in_parts_of(5 * MIB);
    let id = copy.begin().await.unwrap();
    // What a killed process left: the second part alone.
    let part = store.client().upload_part_copy().bucket(store.bucket());
    let part = part.key("b").upload_id(&id).part_number(2);
    let part = part.copy_source(source(&store, "a"));
    let part = part.copy_source_range(format!("bytes={}-{}", 5 * MIB, 10 * MIB - 1));
    part.send().await.unwrap();

    let told = std::sync::atomic::AtomicU64::new(0);
    let count = |bytes| {
        told.fetch_add(bytes, std::sync::atomic::Ordering::Relaxed);
    };
    copy.finish(&id, &count).await.unwrap();

    assert_eq!(told.into_inner(), 11 * MIB);
    let size = |key| {
        let head = store.client().head_object().bucket(store.bucket());
        head.key(key).send()
    };
    assert_eq!(size("b").await.unwrap().content_length(), Some(11 << 20));
}

#[tokio::test]
async fn another_version_than_was_looked_at_is_not_copied() {
    let folder = tempfile::tempdir().unwrap();
    let store = practice(folder.path()).await;
    put(&store, "a", 3).await;
    let seen = look(&store, "a").await.unwrap().e_tag;
    put(&store, "a", 4).await;
    let job = a_to_b(seen.as_deref());

    let whole = copy(&store, job).await;
    let in_parts = in_parts(&store, job).await;

    assert_eq!(whole.unwrap_err().code, Code::Changed);
    assert_eq!(in_parts.unwrap_err().code, Code::Changed);
    assert!(look(&store, "b").await.is_err());
}

#[tokio::test]
async fn a_copy_is_over_nothing_but_what_was_agreed_to() {
    let folder = tempfile::tempdir().unwrap();
    let store = practice(folder.path()).await;
    put(&store, "a", 3).await;
    put(&store, "b", 4).await;
    let seen = look(&store, "b").await.unwrap().e_tag;
    let over = |over| Copy {
        over,
        ..a_to_b(None)
    };

    let taken = copy(&store, over(Over::Nothing)).await;
    let another = copy(&store, over(Over::This("\"another\""))).await;

    assert_eq!(taken.unwrap_err().code, Code::AlreadyExists);
    assert_eq!(another.unwrap_err().code, Code::AlreadyExists);
    let this = Over::This(seen.as_deref().unwrap());
    assert!(copy(&store, over(this)).await.unwrap().etag.is_some());
}

#[tokio::test]
async fn two_services_cannot_copy_from_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let one = practice(&folder.path().join("one")).await;
    let two = practice(&folder.path().join("two")).await;
    put(&one, "a", 1).await;

    let error = copy_between(&one, &two, a_to_b(None)).await.unwrap_err();

    assert_eq!(error.code, Code::Unsupported);
    assert!(error.next_step.unwrap().contains("Download"));
}

async fn put(store: &Store, key: &str, bytes: u64) {
    let body = vec![b'x'; usize::try_from(bytes).unwrap()];
    let put = store.client().put_object().bucket(store.bucket());
    put.key(key).body(body.into()).send().await.unwrap();
}

fn a_to_b(etag: Option<&str>) -> Copy<'_> {
    Copy {
        from: "a",
        to: "b",
        size: 3,
        etag,
        storage_class: None,
        over: Over::Nothing,
    }
}

#[test]
fn the_standard_class_is_not_named() {
    assert_eq!(storage_class(None), None);
    assert_eq!(storage_class(Some("STANDARD")), None);
    let cold = storage_class(Some("STANDARD_IA"));
    assert_eq!(cold, Some(StorageClass::StandardIa));
}

#[tokio::test]
async fn a_copy_that_was_completed_is_known_by_its_parts() {
    let folder = tempfile::tempdir().unwrap();
    let store = practice(folder.path()).await;
    put(&store, "a", 11 * MIB).await;
    let job = Copy {
        size: 11 * MIB,
        ..a_to_b(None)
    };
    let copy = PartsCopy::look(&store, &store, job).await.unwrap();
    let copy = copy.in_parts_of(5 * MIB);
    assert_eq!(copy.is_complete().await.unwrap(), None);

    let copied = copy.run(&|_| ()).await.unwrap();

    assert_eq!(copy.is_complete().await.unwrap(), copied.etag);
    put(&store, "b", 11 * MIB).await;
    assert_eq!(copy.is_complete().await.unwrap(), None);
}

#[tokio::test]
async fn an_object_rewritten_in_parts_keeps_its_bytes_and_gets_what_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let store = practice(folder.path()).await;
    let body: Vec<u8> = (0..12 * MIB)
        .map(|n| u8::try_from(n % 251).unwrap())
        .collect();
    let put = store.client().put_object().bucket(store.bucket()).key("a");
    put.content_type("video/mp4")
        .cache_control("max-age=5")
        .metadata("term", "autumn")
        .tagging("course=b")
        .body(body.clone().into())
        .send()
        .await
        .unwrap();
    let head = look(&store, "a").await.unwrap();
    let etag = head.e_tag.clone();
    let mut wanted = head.clone();
    wanted.content_type = Some("video/webm".into());
    let job = Copy {
        from: "a",
        to: "a",
        size: 12 * MIB,
        etag: etag.as_deref(),
        storage_class: None,
        over: Over::This(etag.as_deref().unwrap()),
    };

    let parts = PartsCopy::look(&store, &store, job).await.unwrap();
    let parts = parts.in_parts_of(5 * MIB);
    let parts = parts.described(wanted, Some("course=b".into()));
    parts.run(&|_| ()).await.unwrap();

    let client = store.client();
    let now = client.get_object().bucket(store.bucket()).key("a");
    let now = now.send().await.unwrap();
    assert_eq!(now.content_type(), Some("video/webm"));
    assert_eq!(now.cache_control(), Some("max-age=5"));
    assert_eq!(now.metadata().unwrap()["term"], "autumn");
    assert_eq!(now.tag_count(), Some(1));
    assert_eq!(now.body.collect().await.unwrap().to_vec(), body);
    // Rewritten once more from what was looked at first: it is another by now.
    let again = PartsCopy::look(&store, &store, job).await;
    assert_eq!(again.err().unwrap().code, Code::Changed);
}
