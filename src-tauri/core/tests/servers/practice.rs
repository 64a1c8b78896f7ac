//! The practice connection: its server, its folder, its sample courses.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_s3::presigning::PresigningConfig;
use lectern_core::clock::Clock;
use lectern_core::connection::{self, ConnectionDraft, CredentialSource, Secrets};
use lectern_core::store::{Store, Versioning};
use lectern_core::{Code, Folders, Lectern};

fn lectern(folder: &std::path::Path) -> Lectern {
    Lectern::open(
        Folders::below(folder),
        Secrets::session_only(),
        Clock::system(),
    )
    .unwrap()
}

async fn keys(store: &Store) -> Vec<String> {
    let list = store.client().list_objects_v2().bucket(store.bucket());
    let answer = list.send().await.unwrap();
    let keys = answer.contents.into_iter().flatten();
    keys.filter_map(|object| object.key).collect()
}

async fn port(store: &Store) -> u16 {
    let presigned = PresigningConfig::expires_in(Duration::from_mins(1)).unwrap();
    let get = store.client().get_object().bucket(store.bucket()).key("k");
    let url = get.presigned(presigned).await.unwrap().uri().to_owned();
    let (_, rest) = url.split_once("127.0.0.1:").unwrap();
    rest.split('/').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_built_in_one_is_made_once_with_courses_and_versions() {
    let folder = tempfile::tempdir().unwrap();
    let lectern = lectern(folder.path());

    let (one, two) = tokio::join!(
        connection::practice(&lectern),
        connection::practice(&lectern)
    );

    let connection = one.unwrap();
    assert_eq!(connection, two.unwrap());
    assert_eq!(connection::list(&lectern).await.unwrap().len(), 1);
    let store = lectern.stores.of(&lectern, &connection.id).await.unwrap();
    assert!(!keys(&store).await.is_empty());
    let versioning = store.capabilities().await.unwrap().versioning;
    assert_eq!(versioning, Versioning::Enabled);
}

#[tokio::test]
async fn sample_courses_that_were_deleted_do_not_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let first = lectern(folder.path());
    let connection = connection::practice(&first).await.unwrap();
    let store = first.stores.of(&first, &connection.id).await.unwrap();
    let seeded = keys(&store).await;
    assert!(!seeded.is_empty());
    for key in seeded {
        let delete = store.client().delete_object().bucket(store.bucket());
        delete.key(key).send().await.unwrap();
    }
    drop(store);
    drop(first);

    let again = lectern(folder.path());
    let connection = connection::practice(&again).await.unwrap();

    let store = again.stores.of(&again, &connection.id).await.unwrap();
    assert_eq!(keys(&store).await, Vec::<String>::new());
}

fn chosen(folder: &std::path::Path) -> ConnectionDraft {
    ConnectionDraft {
        name: "Mine".into(),
        bucket: "course".into(),
        prefix: String::new(),
        region: None,
        endpoint: None,
        addressing: connection::Addressing::Auto,
        source: CredentialSource::Practice {
            folder: Some(folder.display().to_string()),
        },
    }
}

#[tokio::test]
async fn a_server_is_shared_by_folder_and_ends_with_its_last_store() {
    let folder = tempfile::tempdir().unwrap();
    let lectern = lectern(&folder.path().join("data"));
    let mine = folder.path().join("mine");
    let one = connection::add(&lectern, chosen(&mine), None)
        .await
        .unwrap();
    let two = connection::add(&lectern, chosen(&mine), None)
        .await
        .unwrap();
    let store = lectern.stores.of(&lectern, &one.id).await.unwrap();
    let other = lectern.stores.of(&lectern, &two.id).await.unwrap();
    let port = port(&store).await;
    assert_eq!(port, self::port(&other).await);

    drop((store, other));
    lectern.stores.forget(&one.id).await;
    assert!(is_answering(port), "the other connection still uses it");
    lectern.stores.forget(&two.id).await;

    let limit = Instant::now() + Duration::from_secs(20);
    while is_answering(port) {
        assert!(Instant::now() < limit, "the server still answers");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn is_answering(port: u16) -> bool {
    std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[tokio::test]
async fn what_is_put_into_a_chosen_folder_is_a_plain_file() {
    let folder = tempfile::tempdir().unwrap();
    let lectern = lectern(&folder.path().join("data"));
    let mine = folder.path().join("mine");
    let added = connection::add(&lectern, chosen(&mine), None)
        .await
        .unwrap();
    let store = lectern.stores.of(&lectern, &added.id).await.unwrap();

    let put = store.client().put_object().bucket("course").key("a/b.txt");
    put.body(b"hello".to_vec().into()).send().await.unwrap();

    let file = mine.join("course/a/b.txt");
    assert_eq!(std::fs::read(file).unwrap(), b"hello");
    let versioning = store.capabilities().await.unwrap().versioning;
    assert_eq!(versioning, Versioning::Off);
}

#[tokio::test]
async fn a_folder_that_another_lectern_serves_is_named_as_that() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("mine");
    let first = Arc::new(lectern(&folder.path().join("one")));
    let second = lectern(&folder.path().join("two"));
    let here = connection::add(&first, chosen(&mine), None).await.unwrap();
    let _serving = first.stores.of(&first, &here.id).await.unwrap();
    let there = connection::add(&second, chosen(&mine), None).await.unwrap();

    let error = second.stores.of(&second, &there.id).await.unwrap_err();

    assert_eq!(error.code, Code::LocalFile);
    assert!(error.message.contains("Another Lectern"), "{error:?}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_is_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let lectern = lectern(&folder.path().join("data"));
    let file = folder.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    let added = connection::add(&lectern, chosen(&file), None)
        .await
        .unwrap();

    let error = lectern.stores.of(&lectern, &added.id).await.unwrap_err();

    assert_eq!(error.code, Code::LocalFile);
}
