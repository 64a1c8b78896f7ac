//! How a listing behaves while it runs, against a store that is told what to do.

use std::sync::Arc;
use std::time::Instant;

use lectern_core::Code;
use lectern_core::browse::{self, ListingEvent};

use crate::listed::{rows, watch};
use crate::listing::asked;
use crate::scripted::{Answer, fine, is_listing, page, refused, scripted};

fn keys(from: usize, to: usize) -> impl Iterator<Item = String> {
    (from..to).map(|n| format!("key-{n:06}"))
}

#[tokio::test]
async fn the_first_page_is_shown_while_the_second_is_waited_for() {
    let store = scripted(|request, before| match (is_listing(request), before) {
        (true, 0) => page(keys(0, 3), Some("next")),
        (true, _) => Answer::Never,
        _ => fine(),
    })
    .await;

    let mut view = watch(&store.lectern, &store.connection, "").await;
    let ListingEvent::Changed { state } = view.next().await else {
        panic!("the listing is not over");
    };

    assert_eq!((state.count, state.complete), (3, false));
    assert_eq!(rows(&store.lectern, view.id).await.len(), 3);
}

#[tokio::test]
async fn closing_a_view_ends_its_listing() {
    let store = scripted(|request, before| match (is_listing(request), before) {
        (true, 0) => page(keys(0, 3), Some("next")),
        (true, _) => Answer::Never,
        _ => fine(),
    })
    .await;
    let mut view = watch(&store.lectern, &store.connection, "").await;
    view.next().await;

    browse::close(&store.lectern, view.id);

    store.client_went().await;
    assert!(
        view.events.recv().await.is_none(),
        "no one reports any more"
    );
    let closed = browse::rows(&store.lectern, view.id, 0, 1)
        .await
        .unwrap_err();
    assert_eq!(closed.code, Code::NotFound);
}

#[tokio::test]
async fn dropping_the_core_ends_its_listings() {
    let store = scripted(|request, _| match is_listing(request) {
        true => Answer::Never,
        false => fine(),
    })
    .await;
    let mut view = watch(&store.lectern, &store.connection, "").await;
    let gone = Arc::clone(&store.gone);
    store.waiting.notified().await;

    drop(store);

    gone.notified().await;
    assert!(view.events.recv().await.is_none());
}

#[tokio::test]
async fn growth_is_told_at_most_about_ten_times_a_second() {
    let store = scripted(|request, _| {
        if !is_listing(request) {
            return fine();
        }
        let token = asked(request, "continuation-token");
        let at: usize = token.map_or(0, |token| token.parse().unwrap());
        let next = (at < 300).then(|| (at + 1).to_string());
        page(keys(at * 3, at * 3 + 3), next.as_deref())
    })
    .await;

    let begun = Instant::now();
    let mut view = watch(&store.lectern, &store.connection, "").await;
    let mut told = 0;
    let state = loop {
        match view.next().await {
            ListingEvent::Changed { .. } => told += 1,
            ListingEvent::Finished { state } => break state,
            ListingEvent::Failed { error, .. } => panic!("{error:?}"),
        }
    };

    let most = begun.elapsed().as_millis() / 100 + 2;
    assert!(told <= most, "{told} of at most {most}");
    assert_eq!(state.count, 903);
}

#[tokio::test]
async fn a_listing_that_repeats_itself_ends_and_what_came_stays() {
    let store = scripted(|request, before| match is_listing(request) {
        true => page(keys(before * 2, before * 2 + 2), Some("the same")),
        false => fine(),
    })
    .await;

    let mut view = watch(&store.lectern, &store.connection, "").await;
    let (state, error) = view.failed().await;

    assert_eq!(error.code, Code::ServiceFailed);
    assert!(error.next_step.is_some());
    assert!(state.count >= 2);
    assert!(store.count(is_listing) < 250);
}

#[tokio::test]
async fn keys_that_do_not_grow_end_the_listing() {
    let store = scripted(|request, before| match is_listing(request) {
        true => page(keys(0, 2), Some(&before.to_string())),
        false => fine(),
    })
    .await;

    let mut view = watch(&store.lectern, &store.connection, "").await;
    let (state, error) = view.failed().await;

    assert_eq!((error.code, state.count), (Code::ServiceFailed, 2));
}

#[tokio::test]
async fn a_refusal_to_list_names_the_permission() {
    let store = scripted(|request, _| match is_listing(request) {
        true => refused(403, "AccessDenied"),
        false => fine(),
    })
    .await;

    let mut view = watch(&store.lectern, &store.connection, "").await;
    let (_, error) = view.failed().await;

    assert_eq!(error.code, Code::NotAllowedToList);
    let words = format!("{} {}", error.message, error.next_step.unwrap_or_default());
    assert!(words.contains("s3:ListBucket"), "{words}");
}

#[tokio::test]
async fn a_listing_that_breaks_off_keeps_what_came_and_a_refresh_mends_it() {
    let store = scripted(|request, before| match (is_listing(request), before) {
        (true, 0) => page(keys(0, 3), Some("next")),
        (true, 1) => refused(403, "AccessDenied"),
        (true, _) => page(keys(0, 5), None),
        _ => fine(),
    })
    .await;
    let mut view = watch(&store.lectern, &store.connection, "").await;
    let (broken, _) = view.failed().await;
    assert_eq!((broken.count, broken.complete), (3, false));

    browse::refresh(&store.lectern, view.id).await.unwrap();

    let mended = view.finished().await;
    assert_eq!((mended.count, mended.complete), (5, true));
}

#[tokio::test]
async fn a_refresh_that_fails_leaves_the_old_rows() {
    let store = scripted(|request, before| match (is_listing(request), before) {
        (true, 0) => page(keys(0, 3), None),
        (true, _) => refused(403, "AccessDenied"),
        _ => fine(),
    })
    .await;
    let mut view = watch(&store.lectern, &store.connection, "").await;
    view.finished().await;

    browse::refresh(&store.lectern, view.id).await.unwrap();
    let (state, error) = view.failed().await;

    assert_eq!(error.code, Code::NotAllowedToList);
    assert_eq!(state.count, 3);
    assert_eq!(rows(&store.lectern, view.id).await.len(), 3);
}
