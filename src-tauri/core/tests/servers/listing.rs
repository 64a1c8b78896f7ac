//! Whole prefixes listed by several requests at once, from a store that answers
//! over HTTP and has its bad days.

use std::collections::BTreeSet;

use lectern_core::Code;
use lectern_core::browse::{self, Depth};

use crate::scripted::{Answer, Request, Scripted, fine, is_listing, page, refused, scripted};

/// Names on a page of this store.
const PAGE: usize = 20;

fn keys() -> Vec<String> {
    (0..1_000)
        .map(|number| format!("w/{number:05}.pdf"))
        .collect()
}

pub fn asked(request: &Request, name: &str) -> Option<String> {
    let (_, query) = request.target.split_once('?')?;
    let value = query.split('&').find_map(|pair| {
        let (known, value) = pair.split_once('=')?;
        (known == name).then_some(value)
    })?;
    Some(value.replace("%2F", "/"))
}

/// The page that S3 would answer with: after a token, or after a key.
fn right(request: &Request) -> Answer {
    let after = asked(request, "continuation-token").or(asked(request, "start-after"));
    let after = after.unwrap_or_default();
    let mut rest = keys().into_iter().filter(|key| *key > after);
    let names: Vec<String> = rest.by_ref().take(PAGE).collect();
    let token = names.last().cloned().filter(|_| rest.next().is_some());
    page(names, token.as_deref())
}

async fn walked(store: &Scripted) -> lectern_core::Result<Vec<String>> {
    let mut walk = browse::walk(&store.lectern, &store.connection, "w/", Depth::All).await?;
    let mut all = Vec::new();
    while let Some(entries) = walk.next().await? {
        all.extend(entries.iter().map(|entry| entry.key().to_owned()));
    }
    Ok(all)
}

fn answering(
    odd: impl Fn(&Request, usize) -> Option<Answer> + Send + Sync + 'static,
) -> impl Fn(&Request, usize) -> Answer + Send + Sync + 'static {
    move |request, before| {
        if !is_listing(request) {
            return fine();
        }
        odd(request, before).unwrap_or_else(|| right(request))
    }
}

#[tokio::test]
async fn a_large_prefix_is_listed_from_several_places_with_hardly_a_request_more() {
    let store = scripted(answering(|_, _| None)).await;

    let listed = walked(&store).await.unwrap();

    assert_eq!(listed, keys());
    let first = |request: &Request| is_listing(request) && !request.target.contains("token");
    assert!(store.count(first) > 2, "it was one chain");
    let least = keys().len() / PAGE;
    let calls = store.count(is_listing);
    assert!(calls <= least + least / 8 + 4, "{calls} of {least}");
}

#[tokio::test]
async fn a_store_that_throttles_is_listed_whole() {
    let store = scripted(answering(|_, before| {
        (before % 7 == 3).then(|| refused(503, "SlowDown"))
    }))
    .await;

    assert_eq!(walked(&store).await.unwrap(), keys());
}

#[tokio::test]
async fn a_store_that_does_not_know_start_after_is_listed_by_its_tokens() {
    let store = scripted(answering(|request, _| {
        let deaf = asked(request, "start-after").is_some()
            && asked(request, "continuation-token").is_none();
        deaf.then(|| page(keys().into_iter().take(PAGE), Some(&keys()[PAGE - 1])))
    }))
    .await;

    assert_eq!(walked(&store).await.unwrap(), keys());
}

#[tokio::test]
async fn what_comes_and_goes_while_it_is_listed_does_no_harm_to_the_rest() {
    let store = scripted(answering(|request, before| {
        let after = asked(request, "continuation-token").or(asked(request, "start-after"));
        let after = after.unwrap_or_default();
        // Every third answer lacks some keys and has others in between.
        let changed = keys().into_iter().enumerate().flat_map(|(at, key)| {
            let gone = before % 3 == 2 && at % 10 == 7;
            let new = (before % 3 == 2 && at % 10 == 3).then(|| format!("{key}.new"));
            (!gone).then_some(key).into_iter().chain(new)
        });
        let mut rest = changed.filter(|key| *key > after);
        let names: Vec<String> = rest.by_ref().take(PAGE).collect();
        let token = names.last().cloned().filter(|_| rest.next().is_some());
        Some(page(names, token.as_deref()))
    }))
    .await;

    let listed = walked(&store).await.unwrap();

    let once: BTreeSet<_> = listed.iter().cloned().collect();
    assert_eq!(once.len(), listed.len(), "something came twice");
    let stayed = keys().into_iter().enumerate();
    let stayed = stayed.filter(|(at, _)| at % 10 != 7).map(|(_, key)| key);
    assert!(stayed.into_iter().all(|key| once.contains(&key)));
}

#[tokio::test]
async fn a_refusal_in_the_middle_ends_the_listing_with_its_reason() {
    let store = scripted(answering(|_, before| {
        (before > 5).then(|| refused(403, "AccessDenied"))
    }))
    .await;

    let error = walked(&store).await.unwrap_err();

    assert_eq!(error.code, Code::NotAllowedToList);
}
