//! One object looked at closely: one HeadObject, and what the catalogue knows.

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::ChecksumMode;

use super::{Details, place};
use crate::connection::ConnectionId;
use crate::error::Result;
use crate::lectern::Lectern;
use crate::store::{Checksum, Operation, Store, classify};

/// Asks the service about one object.
///
/// # Errors
/// `NotFound`, `NotAllowedToRead`, `InvalidInput` for a key outside the
/// connection's prefix, …
pub async fn details(lectern: &Lectern, connection: &ConnectionId, key: &str) -> Result<Details> {
    let store = lectern.stores.of(lectern, connection).await?;
    place::check(store.connection(), key)?;
    let head = head(&store, key).await?;
    let material = lectern.catalog.material(connection, store.bucket(), key)?;
    let checksum = checksum(&head);
    let recorded = material.as_ref().and_then(|m| m.checksum.as_deref());
    let verified = checksum.as_ref().is_some_and(|(algorithm, value)| {
        recorded.is_some_and(|recorded| {
            recorded
                .split_once(':')
                .is_some_and(|(known, sent)| known.eq_ignore_ascii_case(algorithm) && sent == value)
        })
    });
    let links_until =
        lectern
            .catalog
            .good_links(connection, store.bucket(), key, lectern.clock.now_ms())?;
    Ok(Details {
        key: key.to_owned(),
        name: place::last_segment(key).to_owned(),
        size: head
            .content_length()
            .and_then(|size| u64::try_from(size).ok())
            .unwrap_or(0),
        modified_at: head.last_modified().and_then(|at| at.to_millis().ok()),
        content_type: head.content_type().map(str::to_owned),
        etag: head.e_tag().map(|tag| tag.trim_matches('"').to_owned()),
        checksum,
        verified,
        storage_class: head.storage_class().map(|class| class.as_str().to_owned()),
        version_id: head
            .version_id()
            .filter(|id| *id != "null")
            .map(str::to_owned),
        metadata: sorted_metadata(&head),
        added_by: material.as_ref().map(|m| m.added_by.clone()),
        added_at: material.as_ref().map(|m| m.added_at),
        links_until,
    })
}

async fn head(store: &Store, key: &str) -> Result<HeadObjectOutput> {
    // Odd stores refuse a checksum question that they do not know.
    let asks = store.capabilities().await?.checksum != Checksum::None;
    store
        .client()
        .head_object()
        .bucket(store.bucket())
        .key(key)
        .set_checksum_mode(asks.then_some(ChecksumMode::Enabled))
        .send()
        .await
        .map_err(|error| classify(Operation::Read, key, error))
}

/// The strongest checksum that came, by the service's name for it.
fn checksum(head: &HeadObjectOutput) -> Option<(String, String)> {
    [
        ("SHA256", head.checksum_sha256()),
        ("CRC64NVME", head.checksum_crc64_nvme()),
        ("SHA1", head.checksum_sha1()),
        ("CRC32C", head.checksum_crc32_c()),
        ("CRC32", head.checksum_crc32()),
    ]
    .into_iter()
    .find_map(|(algorithm, value)| value.map(|value| (algorithm.to_owned(), value.to_owned())))
}

fn sorted_metadata(head: &HeadObjectOutput) -> Vec<(String, String)> {
    let mut metadata: Vec<_> = head
        .metadata()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    metadata.sort();
    metadata
}
