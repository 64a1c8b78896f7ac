//! Looking at one object: HeadObject and GetObjectTagging side by side, and
//! what the catalogue knows. What may not be read is said in its place; the
//! rest still shows.

use super::model::{Properties, Tags};
use super::{checksum, head, tags};
use crate::browse::place;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::Result;
use crate::lectern::Lectern;
use crate::store::{Store, Versioning};

/// What one HeadObject says at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    pub key: String,
    /// The last segment of the key.
    pub name: String,
    /// Bytes.
    pub size: u64,
    pub modified_at: Option<UnixMillis>,
}

/// Asks whether an object is there, and how large it is.
///
/// # Errors
/// `NotFound`, `NotAllowedToRead`, `InvalidInput` for a key outside the
/// connection's prefix, …
pub async fn glance(lectern: &Lectern, connection: &ConnectionId, key: &str) -> Result<Glance> {
    let store = lectern.stores.of(lectern, connection).await?;
    place::check(store.connection(), key)?;
    let head = head::head(&store, key).await?;
    Ok(Glance {
        key: key.to_owned(),
        name: place::last_segment(key).to_owned(),
        size: head::size(&head),
        modified_at: head::modified_at(&head),
    })
}

/// Asks the service all about one object.
///
/// # Errors
/// As [`glance`]. That tags may not be read is no error, but part of the answer.
pub async fn properties(
    lectern: &Lectern,
    connection: &ConnectionId,
    key: &str,
) -> Result<Properties> {
    let store = lectern.stores.of(lectern, connection).await?;
    place::check(store.connection(), key)?;
    let (head, tags) = tokio::join!(head::head(&store, key), tags::read(&store, key));
    let head = head?;
    let looked = head::looked(&head);
    let checksums = checksum::all(&head);
    let material = lectern.catalog.material(connection, store.bucket(), key)?;
    let recorded = material.as_ref().and_then(|m| m.checksum.as_deref());
    let now = lectern.clock.now_ms();
    let links = lectern
        .catalog
        .links_to(connection, store.bucket(), key, now)?;
    Ok(Properties {
        connection_id: connection.clone(),
        key: key.to_owned(),
        name: place::last_segment(key).to_owned(),
        size: head::size(&head),
        content: head::content(&head),
        metadata: head::metadata(&head),
        metadata_hidden: head
            .missing_meta()
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or(0),
        tags: match tags {
            Ok(Some(tags)) => Tags::Known { tags },
            Ok(None) => Tags::Unsupported,
            Err(why) => Tags::Refused { why },
        },
        verified: recorded.is_some_and(|recorded| checksum::agrees(&checksums, recorded)),
        checksums,
        storage_class: head.storage_class().map(|class| class.as_str().to_owned()),
        archive: head::archive(&head),
        encryption: head::encryption(&head),
        lock: head::lock(&head),
        keeps_versions: match &looked.version_id {
            Some(_) => Some(true),
            None => keeps_versions(&store).await?,
        },
        looked,
        added_by: material.as_ref().map(|m| m.added_by.clone()),
        added_at: material.as_ref().map(|m| m.added_at),
        links,
    })
}

/// `None`: the bucket does not say.
pub(super) async fn keeps_versions(store: &Store) -> Result<Option<bool>> {
    Ok(match store.capabilities().await?.versioning {
        // What was kept before it was suspended is still there.
        Versioning::Enabled | Versioning::Suspended => Some(true),
        Versioning::Off => Some(false),
        Versioning::Unknown => None,
    })
}
