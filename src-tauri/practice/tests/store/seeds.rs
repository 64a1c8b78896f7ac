//! The sample courses, and serving a folder in general.

use lectern_practice::{AccessKeys, PracticeError, PracticeOptions, sample_course, serve};
use secrecy::SecretString;

use crate::setup::{BUCKET, Store, client, code};

#[tokio::test]
async fn the_sample_courses_are_written_once_and_stay_deleted() {
    let store = Store::versioned().await;

    assert!(store.practice.seed(BUCKET).await.unwrap());
    let mut expected: Vec<_> = sample_course().into_iter().map(|file| file.key).collect();
    expected.sort();
    assert_eq!(store.keys().await, expected);
    let pdf = store
        .client
        .head_object()
        .bucket(BUCKET)
        .key("Linear Algebra/Syllabus.pdf")
        .send()
        .await
        .unwrap();
    assert_eq!(pdf.content_type(), Some("application/pdf"));
    assert!(
        store
            .path("Linear Algebra/Week 1 – Vectors/Slides.pdf")
            .is_file()
    );

    for key in expected {
        store.delete(&key).await;
    }
    assert!(!store.practice.seed(BUCKET).await.unwrap());
    assert_eq!(store.keys().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_bucket_with_something_in_it_is_not_seeded() {
    let store = Store::plain().await;
    store.put("mine.txt", "x").await;

    assert!(!store.practice.seed(BUCKET).await.unwrap());
    assert_eq!(store.keys().await, ["mine.txt"]);
    assert!(store.practice.seed("elsewhere").await.is_err());
}

#[tokio::test]
async fn a_folder_is_served_once_at_a_time_and_again_after_it_was_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let options = || PracticeOptions {
        folder: folder.path().join("new/folder"),
        port: None,
        keys: None,
    };
    let first = serve(options()).await.unwrap();

    assert!(matches!(serve(options()).await, Err(PracticeError::InUse)));
    drop(first);
    let second = serve(options()).await.unwrap();
    second.stop().await;
    serve(options()).await.unwrap();
}

#[tokio::test]
async fn the_keys_and_the_port_may_be_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let practice = serve(PracticeOptions {
        folder: folder.path().to_path_buf(),
        port: Some(port),
        keys: Some(AccessKeys {
            access_key_id: "MYKEY".to_owned(),
            secret_access_key: SecretString::from("my-secret".to_owned()),
        }),
    })
    .await
    .unwrap();

    assert_eq!(practice.endpoint(), format!("http://127.0.0.1:{port}"));
    assert_eq!(practice.access_key_id(), "MYKEY");
    assert!(
        client(&practice)
            .list_buckets()
            .send()
            .await
            .unwrap()
            .buckets()
            .is_empty()
    );
}

#[tokio::test]
async fn a_stopped_store_answers_no_more() {
    let store = Store::plain().await;
    let client = store.client.clone();
    store.practice.stop().await;

    let error = client.list_buckets().send().await.unwrap_err();
    assert!(error.raw_response().is_none());
}

#[tokio::test]
async fn buckets_are_made_listed_and_removed() {
    let store = Store::plain().await;
    let create = |name: &str| store.client.create_bucket().bucket(name).send();
    create("another.bucket").await.unwrap();
    std::fs::create_dir(store.practice.folder().join("Not a bucket")).unwrap();

    let listed = store.client.list_buckets().send().await.unwrap();
    let names: Vec<_> = listed
        .buckets()
        .iter()
        .map(|bucket| bucket.name().unwrap())
        .collect();
    assert_eq!(names, ["another.bucket", BUCKET]);
    assert_eq!(
        code(&create(BUCKET).await.unwrap_err()),
        "BucketAlreadyOwnedByYou"
    );
    assert_eq!(
        code(&create("No_Such_Name").await.unwrap_err()),
        "InvalidBucketName"
    );
    store.practice.create_bucket(BUCKET, true).await.unwrap();
    let wrong = store.practice.create_bucket("No_Such_Name", true).await;
    assert!(matches!(wrong, Err(PracticeError::BucketName(_))));

    store.put("a", "x").await;
    let delete = |name: &str| store.client.delete_bucket().bucket(name).send();
    assert_eq!(code(&delete(BUCKET).await.unwrap_err()), "BucketNotEmpty");
    delete("another.bucket").await.unwrap();
    assert_eq!(
        code(&delete("another.bucket").await.unwrap_err()),
        "NoSuchBucket"
    );
    let head = store
        .client
        .head_bucket()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    assert_eq!(head.bucket_region(), Some("us-east-1"));
    let place = store
        .client
        .get_bucket_location()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    assert!(
        place
            .location_constraint()
            .is_none_or(|place| place.as_str().is_empty())
    );
}

#[tokio::test]
async fn everything_known_of_an_object_survives_a_restart() {
    let store = Store::versioned().await;
    let put = store
        .client
        .put_object()
        .bucket(BUCKET)
        .key("a")
        .body(crate::setup::bytes("one"));
    put.metadata("by", "upload")
        .tagging("k=v")
        .send()
        .await
        .unwrap();
    let etag = store.put("b", "two").await.e_tag().unwrap().to_owned();

    let store = store.restarted().await;

    let head = store
        .client
        .head_object()
        .bucket(BUCKET)
        .key("a")
        .send()
        .await
        .unwrap();
    assert_eq!(head.metadata().unwrap()["by"], "upload");
    let head = store
        .client
        .head_object()
        .bucket(BUCKET)
        .key("b")
        .send()
        .await
        .unwrap();
    assert_eq!(head.e_tag(), Some(etag.as_str()));
    assert!(store.put("c", "three").await.version_id().is_some());
}

#[cfg(unix)]
#[tokio::test]
async fn what_the_reserved_folder_loses_costs_no_bytes() {
    let store = Store::versioned().await;
    store.put("a", "one").await;
    let record = store
        .practice
        .folder()
        .join(".lectern/buckets/courses/records/a%file");
    std::fs::write(&record, "{ torn").unwrap();

    assert_eq!(store.get("a").await.unwrap(), "one");
    assert_eq!(store.keys().await, ["a"]);
    store.put("a", "two").await;
    assert_eq!(store.get("a").await.unwrap(), "two");
}
