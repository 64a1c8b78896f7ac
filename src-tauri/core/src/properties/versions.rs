//! Counting the versions of one object, on request.
//! Source: Amazon S3 API reference, ListObjectVersions.

use aws_sdk_s3::types::EncodingType;

use super::model::VersionCount;
use crate::browse::pages::plain;
use crate::browse::place;
use crate::connection::ConnectionId;
use crate::error::Result;
use crate::lectern::Lectern;
use crate::store::{Operation, classify};

/// Counts with one request: versions come by key, and of all keys that begin
/// with this one it comes first. So at most a thousand are counted.
///
/// # Errors
/// `NotAllowed` without `s3:ListBucketVersions`, `Unsupported` by a store
/// without versions, `InvalidInput` for a key outside the connection's prefix.
pub async fn count_versions(
    lectern: &Lectern,
    connection: &ConnectionId,
    key: &str,
) -> Result<VersionCount> {
    let store = lectern.stores.of(lectern, connection).await?;
    place::check(store.connection(), key)?;
    let answer = store
        .client()
        .list_object_versions()
        .bucket(store.bucket())
        .prefix(key)
        .encoding_type(EncodingType::Url)
        .send()
        .await
        .map_err(|error| classify(Operation::Other("ListObjectVersions"), key, error))?;
    let encoded = answer.encoding_type() == Some(&EncodingType::Url);
    let is_it = |found: Option<&str>| found.is_some_and(|found| plain(found, encoded) == key);
    let versions = answer.versions().iter().filter(|one| is_it(one.key()));
    let markers = answer
        .delete_markers()
        .iter()
        .filter(|one| is_it(one.key()));
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(VersionCount {
        versions: count(versions.count()),
        delete_markers: count(markers.count()),
        more: answer.is_truncated() == Some(true) && is_it(answer.next_key_marker()),
    })
}
