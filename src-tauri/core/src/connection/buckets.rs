//! The buckets that credentials may list, to choose one from.

use super::{ConnectionDraft, ConnectionId, SecretInput, check};
use crate::error::Result;
use crate::lectern::Lectern;
use crate::store::{Operation, account_client, classify};

/// The buckets these credentials may list, by name. The draft's own bucket may
/// be empty.
///
/// # Errors
/// `NotAllowed` when listing buckets is not: the bucket's name can still be typed.
pub async fn buckets(
    lectern: &Lectern,
    draft: ConnectionDraft,
    secret: Option<SecretInput>,
    existing: Option<&ConnectionId>,
) -> Result<Vec<String>> {
    let draft = ConnectionDraft {
        // Only to have a whole draft: no bucket is asked for.
        bucket: "unnamed".to_owned(),
        ..draft
    };
    let (connection, access) = check::tried(lectern, draft, secret, existing).await?;
    let client = account_client(&connection, &access);
    let mut pages = client.list_buckets().into_paginator().send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| classify(Operation::Other("ListBuckets"), "", error))?;
        names.extend(page.buckets.into_iter().flatten().filter_map(|b| b.name));
    }
    names.sort();
    Ok(names)
}
