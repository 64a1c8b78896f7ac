//! Folder sizes on request.

use lectern_core::browse::{self, Column, Query, Row, Select, Sort, ViewId};

use crate::listed::{rows, watch};
use crate::scripted::{Answer, fine, is_listing, page, refused, scripted};
use crate::server::Bed;

async fn select(bed: &Bed, view: ViewId, from: u32, to: u32) {
    let generation = browse::state(&bed.lectern, view).await.unwrap().generation;
    browse::select(&bed.lectern, view, generation, Select::Only { from, to }).unwrap();
}

fn sums(rows: &[Row]) -> Vec<(&str, Option<(u64, u64)>)> {
    rows.iter()
        .filter(|row| row.is_folder)
        .map(|row| {
            let sum = row.measured.map(|sum| (sum.files, sum.bytes));
            (row.name.as_str(), sum)
        })
        .collect()
}

on_every_server!(a_selected_folder_says_what_lies_below_it, []);
async fn a_selected_folder_says_what_lies_below_it(bed: Bed) {
    for key in ["a/1.txt", "a/deep/er/2.txt", "b/3.txt", "top.txt"] {
        bed.put(key, b"five!").await;
    }
    let mut view = watch(&bed.lectern, &bed.connection.id, "").await;
    view.finished().await;
    select(&bed, view.id, 0, 0).await;

    let summary = browse::measure(&bed.lectern, view.id, |_| {})
        .await
        .unwrap();

    let rows = rows(&bed.lectern, view.id).await;
    assert_eq!(sums(&rows), [("a", Some((2, 10))), ("b", None)]);
    assert_eq!((summary.folders_done, summary.total.bytes), (1, 10));
    let newest = rows[0].measured.unwrap().modified_at.unwrap();
    let age = bed.lectern.clock.now_ms() - newest;
    assert!((-60_000..600_000).contains(&age), "{age}");
}

on_every_server!(with_nothing_selected_every_folder_on_screen_is_counted, []);
async fn with_nothing_selected_every_folder_on_screen_is_counted(bed: Bed) {
    for key in ["c/a/1.txt", "c/b/2.txt", "c/b/deep/3.txt", "c/top.txt"] {
        bed.put(key, b"five!").await;
    }
    let mut view = watch(&bed.lectern, &bed.connection.id, "c/").await;
    view.finished().await;

    let summary = browse::measure(&bed.lectern, view.id, |_| {})
        .await
        .unwrap();

    let listed = rows(&bed.lectern, view.id).await;
    assert_eq!(sums(&listed), [("a", Some((1, 5))), ("b", Some((2, 10)))]);
    assert_eq!((summary.total.files, summary.total.bytes), (4, 20));

    let by_size = Sort {
        column: Column::Size,
        descending: true,
    };
    browse::arrange(&bed.lectern, view.id, by_size, Query::default()).unwrap();
    let sorted = rows(&bed.lectern, view.id).await;
    assert_eq!(sums(&sorted)[0].0, "b", "the largest folder first");

    browse::refresh(&bed.lectern, view.id).await.unwrap();
    view.finished().await;
    let kept = rows(&bed.lectern, view.id).await;
    assert_eq!(sums(&kept)[0], ("b", Some((2, 10))), "until counted again");
}

#[tokio::test]
async fn a_measuring_that_is_stopped_leaves_no_half_of_a_sum() {
    let store = scripted(|request, before| match (is_listing(request), before) {
        (true, 0) => page(["x".to_owned()], None),
        (true, 1) => page(["a/1".to_owned(), "a/2".to_owned()], Some("next")),
        (true, _) => Answer::Never,
        _ => fine(),
    })
    .await;
    let mut view = watch(&store.lectern, &store.connection, "").await;
    view.finished().await;
    let (lectern, id) = (store.lectern.clone(), view.id);
    let measuring = tokio::spawn(async move { browse::measure(&lectern, id, |_| {}).await });
    store.waiting.notified().await;

    browse::stop_measuring(&store.lectern, view.id).unwrap();

    let summary = measuring.await.unwrap().unwrap();
    store.client_went().await;
    assert!(summary.cancelled);
    assert_eq!(summary.folders_done, 0);
    let rows = rows(&store.lectern, view.id).await;
    assert!(rows.iter().all(|row| row.measured.is_none()));
}

#[tokio::test]
async fn a_folder_that_may_not_be_listed_is_named() {
    let store = scripted(|request, before| match (is_listing(request), before) {
        (true, 0) => page(["x".to_owned()], None),
        (true, _) => refused(403, "AccessDenied"),
        _ => fine(),
    })
    .await;
    let mut view = watch(&store.lectern, &store.connection, "").await;
    view.finished().await;

    let summary = browse::measure(&store.lectern, view.id, |_| {})
        .await
        .unwrap();

    assert!(!summary.cancelled);
    assert_eq!(summary.failures.len(), 1);
}
