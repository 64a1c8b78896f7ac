//! Links: presigned URLs with an honest end, and the ledger of them.
//!
//! The ledger keeps what is needed to sign again, never a URL.

mod disposition;
mod expiry;
mod model;
mod sign;
mod target;

use std::cmp::min;

use crate::activity;
use crate::browse::place;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::store::Store;

pub use model::{Disposition, Expiry, LimitedBy, Link, LinkOptions, LinkRequest};
pub use sign::SignedUrl;

/// The usual lengths in seconds: a quarter of an hour, an hour, a working day,
/// a day, a week.
const USUAL_SECONDS: [u32; 5] = [900, 3_600, 28_800, 86_400, 604_800];

/// When a link of `seconds` made now would really end.
///
/// # Errors
/// `CredentialsExpired`, `SignInNeeded`, `NoCredentials`, … when nothing can be
/// signed, `Unsupported` for an anonymous connection.
pub async fn expiry(lectern: &Lectern, connection: &ConnectionId, seconds: u32) -> Result<Expiry> {
    let store = lectern.stores.of(lectern, connection).await?;
    can_sign(&store)?;
    let end = store.credentials_end().await?;
    expiry::of(lectern.clock.now_ms(), seconds, end)
}

/// What the dialog offers for one file.
///
/// # Errors
/// As [`expiry`].
pub async fn options(
    lectern: &Lectern,
    connection: &ConnectionId,
    key: &str,
) -> Result<LinkOptions> {
    let store = lectern.stores.of(lectern, connection).await?;
    place::check(store.connection(), key)?;
    can_sign(&store)?;
    let end = store.credentials_end().await?;
    let now = lectern.clock.now_ms();
    let default_seconds = expiry::clamp(lectern.catalog.settings()?.link_seconds);
    let mut lengths = USUAL_SECONDS.to_vec();
    lengths.push(default_seconds);
    lengths.sort_unstable();
    lengths.dedup();
    Ok(LinkOptions {
        name: place::last_segment(key).to_owned(),
        choices: lengths
            .into_iter()
            .map(|seconds| expiry::of(now, seconds, end))
            .collect::<Result<_>>()?,
        default_seconds,
        only_here: store.connection().is_practice(),
        good_until: lectern
            .catalog
            .good_links(connection, store.bucket(), key, now)?,
    })
}

/// Signs a link and enters it in the ledger.
///
/// # Errors
/// `NotFound` when the object is not there, `NotAllowedToRead`, and as [`expiry`].
pub async fn make(
    lectern: &Lectern,
    connection: &ConnectionId,
    key: &str,
    request: &LinkRequest,
) -> Result<(Link, SignedUrl)> {
    let store = lectern.stores.of(lectern, connection).await?;
    place::check(store.connection(), key)?;
    can_sign(&store)?;
    let target = target::look_at(&store, key).await?;
    let end = store.credentials_end().await?;
    let now = lectern.clock.now_ms();
    let expiry = expiry::of(now, request.seconds, end)?;
    let link = Link {
        id: uuid::Uuid::new_v4().to_string(),
        connection_id: connection.clone(),
        bucket: store.bucket().to_owned(),
        key: key.to_owned(),
        file_name: place::last_segment(key).to_owned(),
        made_by: lectern.actor.clone(),
        made_at: now,
        requested_seconds: request.seconds,
        ends_at: expiry.ends_at,
        limited_by: expiry.limited_by,
        disposition: request.disposition,
        note: request.note.clone().filter(|note| !note.trim().is_empty()),
        ended: false,
    };
    let url = sign::sign(store.client(), &link, &target, now).await?;
    lectern.catalog.insert_link(&link)?;
    let detail = serde_json::json!({
        "endsAt": link.ends_at,
        "disposition": link.disposition,
    });
    activity::record(lectern, &store, "link", key, Some(&detail))?;
    lectern.views.shared(connection, key, link.ends_at);
    Ok((link, url))
}

/// Signs a ledger entry again for the time it has left. Where the credentials
/// of now end sooner, what is given back says so.
///
/// # Errors
/// `NotFound` for a link that has ended or whose object is gone, and as [`expiry`].
pub async fn again(lectern: &Lectern, id: &str) -> Result<(Link, SignedUrl)> {
    let mut link = lectern.catalog.link(id, lectern.clock.now_ms())?;
    let store = lectern.stores.of(lectern, &link.connection_id).await?;
    if store.bucket() != link.bucket {
        return Err(Error::new(
            Code::NotFound,
            "The connection of this link looks at another bucket now.",
        )
        .about(&link.bucket)
        .next("Point the connection at the bucket again, or make a new link."));
    }
    can_sign(&store)?;
    let target = target::look_at(&store, &link.key).await?;
    let end = store.credentials_end().await?;
    let now = lectern.clock.now_ms();
    let left = expiry::seconds_left(now, link.ends_at).ok_or_else(|| ended(&link))?;
    let expiry = expiry::of(now, left, end)?;
    if expiry.limited_by == LimitedBy::Credentials {
        link.limited_by = LimitedBy::Credentials;
    }
    link.ends_at = min(link.ends_at, expiry.ends_at);
    let url = sign::sign(store.client(), &link, &target, now).await?;
    activity::record(lectern, &store, "link again", &link.key, None)?;
    Ok((link, url))
}

/// The ledger, newest first.
pub fn list(lectern: &Lectern) -> Result<Vec<Link>> {
    lectern.catalog.links(lectern.clock.now_ms())
}

fn can_sign(store: &Store) -> Result<()> {
    use crate::connection::CredentialSource;

    if matches!(store.connection().source, CredentialSource::Anonymous) {
        return Err(Error::new(
            Code::Unsupported,
            "A connection without credentials cannot make links.",
        )
        .next("Use a connection with a profile or an access key to share files."));
    }
    Ok(())
}

fn ended(link: &Link) -> Error {
    Error::new(Code::NotFound, "This link has ended.")
        .about(&link.file_name)
        .next("Make a new link for the file.")
}
