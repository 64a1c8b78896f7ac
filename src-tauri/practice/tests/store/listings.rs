//! Listing over HTTP: pages, markers, encodings.

use aws_sdk_s3::types::EncodingType;

use crate::setup::{BUCKET, Store};

#[tokio::test]
async fn pages_follow_each_other_without_a_gap() {
    let store = Store::plain().await;
    for key in ["a", "a-b", "a.txt", "a/b", "a/c/d", "b/", "c"] {
        store.put(key, "x").await;
    }
    for delimiter in [None, Some("/")] {
        let (mut names, mut token) = (Vec::new(), None);
        loop {
            let list = store.client.list_objects_v2().bucket(BUCKET).max_keys(2);
            let page = list
                .set_delimiter(delimiter.map(str::to_owned))
                .set_continuation_token(token)
                .send()
                .await
                .unwrap();
            let before = names.len();
            names.extend(
                page.contents()
                    .iter()
                    .map(|object| object.key().unwrap().to_owned()),
            );
            names.extend(
                page.common_prefixes()
                    .iter()
                    .map(|prefix| prefix.prefix().unwrap().to_owned()),
            );
            assert_eq!(page.key_count(), Some((names.len() - before) as i32));
            token = page.next_continuation_token().map(str::to_owned);
            if page.is_truncated() != Some(true) {
                break;
            }
        }
        names.sort();
        match delimiter {
            None => assert_eq!(names, ["a", "a-b", "a.txt", "a/b", "a/c/d", "b/", "c"]),
            Some(_) => assert_eq!(names, ["a", "a-b", "a.txt", "a/", "b/", "c"]),
        }
    }
}

#[tokio::test]
async fn a_listing_may_begin_after_a_key_or_hold_nothing() {
    let store = Store::plain().await;
    for key in ["a", "b", "c"] {
        store.put(key, "x").await;
    }
    let list = || store.client.list_objects_v2().bucket(BUCKET);

    let after = list().start_after("a").send().await.unwrap();
    assert_eq!(after.contents()[0].key(), Some("b"));
    let none = list().max_keys(0).send().await.unwrap();
    assert_eq!(
        (none.contents().len(), none.is_truncated()),
        (0, Some(false))
    );
    let exact = list().max_keys(3).send().await.unwrap();
    assert_eq!(
        (exact.contents().len(), exact.is_truncated()),
        (3, Some(false))
    );
    let wrong = list()
        .continuation_token("nonsense")
        .send()
        .await
        .unwrap_err();
    assert_eq!(crate::setup::code(&wrong), "InvalidArgument");
}

#[tokio::test]
async fn the_old_listing_pages_by_marker() {
    let store = Store::plain().await;
    for key in ["a/1", "b/1", "c"] {
        store.put(key, "x").await;
    }
    let list = || {
        store
            .client
            .list_objects()
            .bucket(BUCKET)
            .delimiter("/")
            .max_keys(1)
    };

    let first = list().send().await.unwrap();
    assert_eq!(
        (first.common_prefixes()[0].prefix(), first.next_marker()),
        (Some("a/"), Some("a/"))
    );
    let second = list().marker("a/").send().await.unwrap();
    assert_eq!(second.common_prefixes()[0].prefix(), Some("b/"));
    let last = list().marker("b/").send().await.unwrap();
    assert_eq!(
        (last.contents()[0].key(), last.is_truncated()),
        (Some("c"), Some(false))
    );
}

#[tokio::test]
async fn names_are_url_encoded_on_request() {
    let store = Store::plain().await;
    store.put("Übung 1+2/a&b.txt", "x").await;

    let list = store
        .client
        .list_objects_v2()
        .bucket(BUCKET)
        .encoding_type(EncodingType::Url)
        .prefix("Ü");
    let listed = list.send().await.unwrap();

    assert_eq!(
        listed.contents()[0].key(),
        Some("%C3%9Cbung%201%2B2/a%26b.txt")
    );
    assert_eq!(listed.prefix(), Some("%C3%9C"));
    assert_eq!(store.keys().await, ["Übung 1+2/a&b.txt"]);
}

#[tokio::test]
async fn more_than_a_page_of_keys_is_listed_whole() {
    let store = Store::plain().await;
    std::fs::create_dir(store.path("many")).unwrap();
    for n in 0..2_500 {
        std::fs::write(store.path(&format!("many/{n:05}.txt")), "").unwrap();
    }

    let mut pages = store
        .client
        .list_objects_v2()
        .bucket(BUCKET)
        .into_paginator()
        .send();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.unwrap().contents().len());
    }

    assert_eq!(sizes, [1000, 1000, 500]);
}
