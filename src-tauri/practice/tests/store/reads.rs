//! Reading: ranges, conditions, headers.

use aws_sdk_s3::primitives::{DateTime, DateTimeFormat};

use crate::setup::{BUCKET, Store, bytes, code, text};

#[tokio::test]
async fn a_range_gives_just_those_bytes() {
    let store = Store::plain().await;
    store.put("a", "0123456789").await;
    let get = |range: &str| {
        store
            .client
            .get_object()
            .bucket(BUCKET)
            .key("a")
            .range(range)
            .send()
    };

    for (range, expected, told) in [
        ("bytes=0-0", "0", "bytes 0-0/10"),
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=5-100", "56789", "bytes 5-9/10"),
    ] {
        let got = get(range).await.unwrap();
        assert_eq!(got.content_range(), Some(told));
        assert_eq!(got.content_length(), Some(expected.len() as i64));
        assert_eq!(text(got.body).await, expected);
    }
    let error = get("bytes=10-").await.unwrap_err();
    assert_eq!(code(&error), "InvalidRange");
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 416);
    let head = store
        .client
        .head_object()
        .bucket(BUCKET)
        .key("a")
        .range("bytes=2-4")
        .send()
        .await
        .unwrap();
    assert_eq!(head.content_length(), Some(3));
}

#[tokio::test]
async fn conditions_on_a_read_answer_304_and_412() {
    let store = Store::plain().await;
    let etag = store.put("a", "hello").await.e_tag().unwrap().to_owned();
    let get = || store.client.get_object().bucket(BUCKET).key("a");
    let head = store
        .client
        .head_object()
        .bucket(BUCKET)
        .key("a")
        .send()
        .await
        .unwrap();
    let modified = *head.last_modified().unwrap();
    let earlier = DateTime::from_secs(modified.secs() - 10);

    let same = get().if_none_match(&etag).send().await.unwrap_err();
    let raw = same.raw_response().unwrap();
    assert_eq!(
        (raw.status().as_u16(), raw.headers().get("etag")),
        (304, Some(etag.as_str()))
    );
    let unchanged = get().if_modified_since(modified).send().await.unwrap_err();
    assert_eq!(unchanged.raw_response().unwrap().status().as_u16(), 304);
    assert!(get().if_modified_since(earlier).send().await.is_ok());
    let other = get()
        .if_match("\"00000000000000000000000000000000\"")
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&other), "PreconditionFailed");
    assert!(get().if_match(&etag).send().await.is_ok());
    let changed = get().if_unmodified_since(earlier).send().await.unwrap_err();
    assert_eq!(code(&changed), "PreconditionFailed");
    assert!(get().if_none_match("\"other\"").send().await.is_ok());
    // An ETag that matches outweighs a date that does not.
    assert!(
        get()
            .if_match(&etag)
            .if_unmodified_since(earlier)
            .send()
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn what_an_uploader_says_of_an_object_is_told_again() {
    let store = Store::plain().await;
    let put = store
        .client
        .put_object()
        .bucket(BUCKET)
        .key("a")
        .body(bytes("x"));
    put.content_type("text/markdown")
        .cache_control("no-store")
        .content_disposition("attachment; filename=\"a.md\"")
        .content_encoding("identity")
        .content_language("de")
        .expires(
            DateTime::from_str("Wed, 21 Oct 2065 07:28:00 GMT", DateTimeFormat::HttpDate).unwrap(),
        )
        .metadata("course", "Algebra")
        .metadata("accent", "Übung")
        .send()
        .await
        .unwrap();

    let got = store
        .client
        .get_object()
        .bucket(BUCKET)
        .key("a")
        .send()
        .await
        .unwrap();
    assert_eq!(got.content_type(), Some("text/markdown"));
    assert_eq!(got.cache_control(), Some("no-store"));
    assert_eq!(
        got.content_disposition(),
        Some("attachment; filename=\"a.md\"")
    );
    assert_eq!(got.content_encoding(), Some("identity"));
    assert_eq!(got.content_language(), Some("de"));
    assert_eq!(got.expires_string(), Some("Wed, 21 Oct 2065 07:28:00 GMT"));
    assert_eq!(got.metadata().unwrap()["course"], "Algebra");
    let head = store
        .client
        .head_object()
        .bucket(BUCKET)
        .key("a")
        .send()
        .await
        .unwrap();
    assert_eq!(head.metadata().unwrap().len(), 2);
    assert_eq!(head.content_language(), Some("de"));
}

#[tokio::test]
async fn a_request_may_ask_for_other_headers() {
    let store = Store::plain().await;
    store.put("a", "x").await;

    let get = store.client.get_object().bucket(BUCKET).key("a");
    let got = get
        .response_content_disposition("attachment; filename=\"other.txt\"")
        .response_content_type("text/plain")
        .response_cache_control("no-cache")
        .response_content_language("fr")
        .send()
        .await
        .unwrap();

    assert_eq!(
        got.content_disposition(),
        Some("attachment; filename=\"other.txt\"")
    );
    assert_eq!(got.content_type(), Some("text/plain"));
    assert_eq!(got.cache_control(), Some("no-cache"));
    assert_eq!(got.content_language(), Some("fr"));
}

#[tokio::test]
async fn an_object_that_is_replaced_while_it_is_read_is_read_to_its_end() {
    let store = Store::plain().await;
    let old = "old".repeat(1_000_000);
    store.put("a", &old).await;

    let got = store
        .client
        .get_object()
        .bucket(BUCKET)
        .key("a")
        .send()
        .await
        .unwrap();
    store.put("a", "new").await;

    assert_eq!(text(got.body).await, old);
    assert_eq!(store.get("a").await.unwrap(), "new");
}
