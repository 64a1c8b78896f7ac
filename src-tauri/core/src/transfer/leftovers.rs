//! Multipart uploads that nobody finished: their parts are kept and paid for,
//! and no listing of objects shows them. Listed with what they cost, and aborted.
//! One that a transfer of this app still goes on with is never aborted.
//! Source: Amazon S3 user guide, "Aborting incomplete multipart uploads".

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_s3::types::{EncodingType, MultipartUpload};
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::browse::pages::plain;
use crate::browse::place;
use crate::catalog::UploadClaim;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::job::ItemFailure;
use crate::lectern::Lectern;
use crate::store::{Operation, Store, classify};

/// US dollars for a GiB kept a month in the STANDARD class, us-east-1, first
/// 50 TB. Source: aws.amazon.com/s3/pricing.
pub const PRICE_PER_GIB_MONTH: f64 = 0.023;

/// Uploads that are looked at or aborted side by side.
const SIDE_BY_SIDE: usize = 16;

/// A multipart upload that is not finished.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LeftoverUpload {
    pub key: String,
    pub upload_id: String,
    pub started_at: Option<UnixMillis>,
    /// Bytes of the parts that are kept; `None` where they may not be listed.
    pub bytes: Option<u64>,
    pub parts: Option<u32>,
    pub storage_class: Option<String>,
    /// US dollars, as in the STANDARD class.
    pub cost_a_month: Option<f64>,
    pub whose: Whose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Whose {
    /// Begun here, by a transfer that has ended.
    Ours,
    /// A transfer of this app goes on with it: it is not left over.
    InUse,
    /// Begun by another program, or on another computer, where it may still run.
    Foreign,
}

/// Names one upload.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UploadRef {
    pub key: String,
    pub upload_id: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Aborted {
    pub aborted: u32,
    pub failures: Vec<ItemFailure>,
}

/// What keeping so many bytes costs a month, in US dollars.
pub fn cost_a_month(bytes: u64) -> f64 {
    const GIB: f64 = (1_u64 << 30) as f64;
    bytes as f64 / GIB * PRICE_PER_GIB_MONTH
}

/// The unfinished uploads below a prefix (empty for the connection's root), by
/// key and age. Writes nothing.
///
/// # Errors
/// `NotAllowed` without s3:ListBucketMultipartUploads, `Unsupported`, …
pub async fn leftover_uploads(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
) -> Result<Vec<LeftoverUpload>> {
    let store = lectern.stores.of(lectern, connection).await?;
    let prefix = place::folder(store.connection(), prefix)?;
    let listed = listed(&store, &prefix).await?;
    let claims = lectern.catalog.upload_claims()?;
    let looked = stream::iter(listed)
        .map(|upload| look(&store, &claims, upload))
        .buffered(SIDE_BY_SIDE)
        .collect::<Vec<_>>()
        .await;
    looked.into_iter().filter_map(Result::transpose).collect()
}

/// Aborts uploads: their parts are removed. Those that a transfer goes on with
/// are left alone and named; one that is gone already counts as aborted.
///
/// # Errors
/// `InvalidInput` for one outside the connection's prefix: nothing was aborted then.
pub async fn abort_uploads(
    lectern: &Lectern,
    connection: &ConnectionId,
    uploads: Vec<UploadRef>,
) -> Result<Aborted> {
    let store = lectern.stores.of(lectern, connection).await?;
    let root = place::root(store.connection());
    if let Some(outside) = uploads.iter().find(|upload| !upload.key.starts_with(&root)) {
        let what = format!("“{}” is not part of this connection.", outside.key);
        return Err(Error::invalid("uploads", what));
    }
    // Looked up now: one may have been taken up since the list was shown.
    let claims = lectern.catalog.upload_claims()?;
    let verdicts = stream::iter(uploads)
        .map(|upload| async {
            let verdict = match claims.get(&upload.upload_id) {
                Some(UploadClaim::Needed) => Err(in_use(&upload.key)),
                Some(UploadClaim::LeftOver) | None => abort(&store, &upload).await,
            };
            (upload, verdict)
        })
        .buffer_unordered(SIDE_BY_SIDE)
        .collect::<Vec<_>>()
        .await;
    let gone: Vec<&str> = verdicts
        .iter()
        .filter(|(_, verdict)| verdict.is_ok())
        .map(|(upload, _)| upload.upload_id.as_str())
        .collect();
    lectern.catalog.forget_uploads(&gone)?;
    let aborted = u32::try_from(gone.len()).unwrap_or(u32::MAX);
    let failures = verdicts
        .into_iter()
        .filter_map(|(upload, verdict)| {
            let error = verdict.err()?;
            let name = upload.key;
            Some(ItemFailure { name, error })
        })
        .collect();
    Ok(Aborted { aborted, failures })
}

async fn listed(store: &Arc<Store>, prefix: &str) -> Result<Vec<LeftoverUpload>> {
    let mut found = Vec::new();
    let mut after: Option<(String, Option<String>)> = None;
    loop {
        let (key, upload_id) = after.clone().unzip();
        let page = store
            .client()
            .list_multipart_uploads()
            .bucket(store.bucket())
            .prefix(prefix)
            .encoding_type(EncodingType::Url)
            .set_key_marker(key)
            .set_upload_id_marker(upload_id.flatten())
            .send()
            .await
            .map_err(|error| classify(Operation::Other("ListMultipartUploads"), prefix, error))?;
        let encoded = page.encoding_type() == Some(&EncodingType::Url);
        let uploads = page.uploads.unwrap_or_default();
        found.extend(uploads.into_iter().filter_map(|it| of_listed(it, encoded)));
        if page.is_truncated != Some(true) {
            return Ok(found);
        }
        let next = page.next_key_marker.map(|key| {
            let key = plain(&key, encoded);
            (key, page.next_upload_id_marker)
        });
        if next.is_none() || next == after {
            return Err(Error::new(
                Code::ServiceFailed,
                "The unfinished uploads could not be listed to their end.",
            )
            .next("Try again.")
            .detail("more is announced, without a way on"));
        }
        after = next;
    }
}

fn of_listed(upload: MultipartUpload, encoded: bool) -> Option<LeftoverUpload> {
    Some(LeftoverUpload {
        key: plain(&upload.key?, encoded),
        upload_id: upload.upload_id?,
        started_at: upload.initiated.and_then(|at| at.to_millis().ok()),
        bytes: None,
        parts: None,
        storage_class: upload.storage_class.map(|class| class.as_str().to_owned()),
        cost_a_month: None,
        whose: Whose::Foreign,
    })
}

/// `None` for one that is gone since it was listed.
async fn look(
    store: &Store,
    claims: &HashMap<String, UploadClaim>,
    mut upload: LeftoverUpload,
) -> Result<Option<LeftoverUpload>> {
    upload.whose = match claims.get(&upload.upload_id) {
        Some(UploadClaim::Needed) => Whose::InUse,
        Some(UploadClaim::LeftOver) => Whose::Ours,
        // Nobody else writes into the bin.
        None if upload.key.starts_with(&place::bin(store.connection())) => Whose::Ours,
        None => Whose::Foreign,
    };
    match extent(store, &upload).await {
        Ok((parts, bytes)) => {
            upload.parts = Some(parts);
            upload.bytes = Some(bytes);
            upload.cost_a_month = Some(cost_a_month(bytes));
            Ok(Some(upload))
        }
        Err(error) => match error.code {
            Code::NotFound => Ok(None),
            Code::NotAllowed | Code::Unsupported => Ok(Some(upload)),
            // Answered, in a form that is not the API's.
            Code::ServiceFailed if error.http_status() == Some(200) => Ok(Some(upload)),
            _ => Err(error),
        },
    }
}

/// How many parts are there, and their bytes.
async fn extent(store: &Store, upload: &LeftoverUpload) -> Result<(u32, u64)> {
    let (mut parts, mut bytes) = (0, 0);
    let mut after: Option<String> = None;
    loop {
        let page = store
            .client()
            .list_parts()
            .bucket(store.bucket())
            .key(&upload.key)
            .upload_id(&upload.upload_id)
            .set_part_number_marker(after.clone())
            .send()
            .await
            .map_err(|error| classify(Operation::Other("ListParts"), &upload.key, error))?;
        for part in page.parts() {
            parts += 1;
            bytes += part
                .size()
                .and_then(|size| u64::try_from(size).ok())
                .unwrap_or(0);
        }
        let next = page.next_part_number_marker;
        if page.is_truncated != Some(true) || next.is_none() || next == after {
            return Ok((parts, bytes));
        }
        after = next;
    }
}

async fn abort(store: &Store, upload: &UploadRef) -> Result<()> {
    let aborted = store
        .client()
        .abort_multipart_upload()
        .bucket(store.bucket())
        .key(&upload.key)
        .upload_id(&upload.upload_id)
        .send()
        .await;
    let Err(error) = aborted else {
        return Ok(());
    };
    let error = classify(Operation::Other("AbortMultipartUpload"), &upload.key, error);
    match error.code {
        Code::NotFound => Ok(()),
        _ => Err(error),
    }
}

fn in_use(key: &str) -> Error {
    Error::new(
        Code::Unsupported,
        "A transfer of this app goes on with this upload.",
    )
    .about(key)
    .next("Finish or cancel the transfer; cancelling removes the parts.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_gib_cost_two_dollars_thirty_a_month() {
        assert!((cost_a_month(100 << 30) - 2.3).abs() < 1e-9);
        assert!(cost_a_month(0) < 1e-9);
    }
}
