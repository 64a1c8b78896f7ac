//! Operations that list objects.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::Front;
use crate::conditions::last_modified;
use crate::disk::{self, Stamp};
use crate::error::disk_error;
use crate::listing::{Item, Query, Walk};
use crate::record::Version;
use crate::store::Bucket;
use crate::url_text::{Encoding, read_token, write_token};

/// Most keys on one page (S3 API reference, ListObjectsV2).
const MAX_KEYS: i32 = 1000;

/// One page of a listing.
struct Page {
    contents: Vec<(String, Version)>,
    prefixes: Vec<String>,
    /// The name after which the next page begins, where there is one.
    next: Option<String>,
}

impl Front {
    pub(super) async fn list_objects_v2(
        &self,
        req: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = req.input;
        let encoding = Encoding::parse(input.encoding_type.as_ref())?;
        let max_keys = check_max(input.max_keys)?;
        let token = input
            .continuation_token
            .as_deref()
            .map(read_token)
            .transpose()?;
        let query = Query {
            prefix: input.prefix.clone().unwrap_or_default(),
            delimiter: input.delimiter.clone().unwrap_or_default(),
            after: token.or_else(|| input.start_after.clone()),
        };
        let page = self
            .with_bucket(&input.bucket, move |bucket| {
                read_page(bucket, query, max_keys)
            })
            .await?;
        let owner = input.fetch_owner.unwrap_or(false);
        let count = page.contents.len() + page.prefixes.len();
        Ok(S3Response::new(ListObjectsV2Output {
            name: Some(input.bucket),
            prefix: Some(encoding.write(&input.prefix.unwrap_or_default())),
            max_keys: Some(max_keys),
            key_count: i32::try_from(count).ok(),
            continuation_token: input.continuation_token,
            is_truncated: Some(page.next.is_some()),
            next_continuation_token: page.next.as_deref().map(write_token),
            contents: Some(contents(page.contents, encoding, owner)),
            common_prefixes: Some(common_prefixes(page.prefixes, encoding)),
            delimiter: input.delimiter.map(|delimiter| encoding.write(&delimiter)),
            encoding_type: input.encoding_type,
            start_after: input.start_after.map(|start| encoding.write(&start)),
            ..Default::default()
        }))
    }

    pub(super) async fn list_objects(
        &self,
        req: S3Request<ListObjectsInput>,
    ) -> S3Result<S3Response<ListObjectsOutput>> {
        let input = req.input;
        let encoding = Encoding::parse(input.encoding_type.as_ref())?;
        let max_keys = check_max(input.max_keys)?;
        let query = Query {
            prefix: input.prefix.clone().unwrap_or_default(),
            delimiter: input.delimiter.clone().unwrap_or_default(),
            after: input.marker.clone(),
        };
        let page = self
            .with_bucket(&input.bucket, move |bucket| {
                read_page(bucket, query, max_keys)
            })
            .await?;
        // S3 tells the next marker only where keys are rolled up; otherwise it is the last key.
        let next_marker = page.next.as_ref().filter(|_| input.delimiter.is_some());
        Ok(S3Response::new(ListObjectsOutput {
            name: Some(input.bucket),
            prefix: Some(encoding.write(&input.prefix.unwrap_or_default())),
            marker: Some(encoding.write(&input.marker.unwrap_or_default())),
            max_keys: Some(max_keys),
            is_truncated: Some(page.next.is_some()),
            next_marker: next_marker.map(|next| encoding.write(next)),
            contents: Some(contents(page.contents, encoding, true)),
            common_prefixes: Some(common_prefixes(page.prefixes, encoding)),
            delimiter: input.delimiter.map(|delimiter| encoding.write(&delimiter)),
            encoding_type: input.encoding_type,
            ..Default::default()
        }))
    }
}

pub(super) fn check_max(max: Option<i32>) -> S3Result<i32> {
    match max.unwrap_or(MAX_KEYS) {
        negative if negative < 0 => Err(s3_error!(
            InvalidArgument,
            "Argument max-keys must be an integer between 0 and 2147483647"
        )),
        max => Ok(max.min(MAX_KEYS)),
    }
}

fn read_page(bucket: &Bucket, query: Query, max_keys: i32) -> S3Result<Page> {
    let most = usize::try_from(max_keys).unwrap_or_default();
    let mut page = Page {
        contents: Vec::new(),
        prefixes: Vec::new(),
        next: None,
    };
    if most == 0 {
        return Ok(page);
    }
    let mut last = None;
    let mut walk = Walk::new(&bucket.tree, query).map_err(disk_error)?;
    while let Some(item) = walk.next().map_err(disk_error)? {
        let full = page.contents.len() + page.prefixes.len() == most;
        match item {
            _ if full => {
                page.next = last;
                break;
            }
            Item::Prefix(prefix) => {
                last = Some(prefix.clone());
                page.prefixes.push(prefix);
            }
            Item::Key { key, path } => {
                if let Some(version) = look_at(bucket, &key, &path)? {
                    last = Some(key.clone());
                    page.contents.push((key, version));
                }
            }
        }
    }
    Ok(page)
}

fn look_at(bucket: &Bucket, key: &str, path: &std::path::Path) -> S3Result<Option<Version>> {
    let Some(metadata) = disk::look(path).map_err(disk_error)? else {
        // An empty folder stands for its own marker; anything else is gone by now.
        let state = bucket.state(key)?;
        return Ok(state.current());
    };
    if !metadata.is_file() {
        return Ok(None);
    }
    let stamp = Stamp::of(&metadata).map_err(disk_error)?;
    Ok(Some(bucket.record(key)?.version_of(stamp)))
}

fn contents(found: Vec<(String, Version)>, encoding: Encoding, with_owner: bool) -> Vec<Object> {
    let object = |(key, version): (String, Version)| {
        let algorithms = version.checksums.algorithms();
        Object {
            checksum_algorithm: (!algorithms.is_empty())
                .then(|| algorithms.into_iter().map(|a| a.dto()).collect()),
            checksum_type: version.checksums.kind(),
            key: Some(encoding.write(&key)),
            last_modified: Some(last_modified(&version).into()),
            e_tag: Some(ETag::Strong(version.etag)),
            size: i64::try_from(version.size).ok(),
            storage_class: Some(ObjectStorageClass::from_static(
                ObjectStorageClass::STANDARD,
            )),
            owner: with_owner.then(super::owner),
            ..Default::default()
        }
    };
    found.into_iter().map(object).collect()
}

pub(super) fn common_prefixes(prefixes: Vec<String>, encoding: Encoding) -> Vec<CommonPrefix> {
    let prefix = |prefix: String| CommonPrefix {
        prefix: Some(encoding.write(&prefix)),
    };
    prefixes.into_iter().map(prefix).collect()
}
