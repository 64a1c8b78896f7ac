//! Listing versions, and what else is told of an object: tags and attributes.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result};

use super::Front;
use super::answers::{no_such, version_id};
use crate::conditions::last_modified;
use crate::object;
use crate::record::Version;
use crate::store::Bucket;
use crate::tags;
use crate::url_text::Encoding;
use crate::version_listing::{self, ListedVersion, VersionQuery};

impl Front {
    pub(super) async fn list_object_versions(
        &self,
        req: S3Request<ListObjectVersionsInput>,
    ) -> S3Result<S3Response<ListObjectVersionsOutput>> {
        let input = req.input;
        let encoding = Encoding::parse(input.encoding_type.as_ref())?;
        let max_keys = super::listings::check_max(input.max_keys)?;
        let query = VersionQuery {
            prefix: input.prefix.clone().unwrap_or_default(),
            delimiter: input.delimiter.clone().unwrap_or_default(),
            key_marker: input.key_marker.clone().filter(|marker| !marker.is_empty()),
            version_id_marker: input
                .version_id_marker
                .clone()
                .filter(|marker| !marker.is_empty()),
            most: usize::try_from(max_keys).unwrap_or_default(),
        };
        let page = self
            .with_bucket(&input.bucket, move |bucket| {
                version_listing::page(bucket, query)
            })
            .await?;
        let (next_key, next_version) = page.next.unzip();
        let (markers, versions): (Vec<_>, Vec<_>) = page
            .versions
            .into_iter()
            .partition(|listed| listed.version.delete_marker);
        Ok(S3Response::new(ListObjectVersionsOutput {
            common_prefixes: Some(super::listings::common_prefixes(page.prefixes, encoding)),
            delete_markers: Some(
                markers
                    .into_iter()
                    .map(|listed| marker(listed, encoding))
                    .collect(),
            ),
            delimiter: input.delimiter.map(|delimiter| encoding.write(&delimiter)),
            encoding_type: input.encoding_type,
            is_truncated: Some(next_key.is_some()),
            key_marker: Some(encoding.write(&input.key_marker.unwrap_or_default())),
            max_keys: Some(max_keys),
            name: Some(input.bucket),
            next_key_marker: next_key.map(|key| encoding.write(&key)),
            next_version_id_marker: next_version.filter(|id| !id.is_empty()),
            prefix: Some(encoding.write(&input.prefix.unwrap_or_default())),
            version_id_marker: input.version_id_marker,
            versions: Some(
                versions
                    .into_iter()
                    .map(|listed| version(listed, encoding))
                    .collect(),
            ),
            ..Default::default()
        }))
    }

    pub(super) async fn put_object_tagging(
        &self,
        req: S3Request<PutObjectTaggingInput>,
    ) -> S3Result<S3Response<PutObjectTaggingOutput>> {
        let input = req.input;
        let tags = tags::from_dto(input.tagging.tag_set)?;
        let version_id = self
            .set_tags(&input.bucket, &input.key, input.version_id, tags)
            .await?;
        Ok(S3Response::new(PutObjectTaggingOutput { version_id }))
    }

    pub(super) async fn delete_object_tagging(
        &self,
        req: S3Request<DeleteObjectTaggingInput>,
    ) -> S3Result<S3Response<DeleteObjectTaggingOutput>> {
        let input = req.input;
        let version_id = self
            .set_tags(&input.bucket, &input.key, input.version_id, Vec::new())
            .await?;
        let output = DeleteObjectTaggingOutput { version_id };
        Ok(S3Response::with_status(
            output,
            hyper::StatusCode::NO_CONTENT,
        ))
    }

    async fn set_tags(
        &self,
        bucket: &str,
        key: &str,
        id: Option<String>,
        tags: Vec<(String, String)>,
    ) -> S3Result<Option<String>> {
        self.with_key(bucket, key, move |bucket, key| {
            let amended = object::amend(bucket, key, id.as_deref(), |version| {
                version.about.tags.clone_from(&tags)
            })?;
            let version = amended.map_err(no_such)?;
            Ok(version_id(&version, bucket.settings()?.versioning))
        })
        .await
    }

    pub(super) async fn get_object_tagging(
        &self,
        req: S3Request<GetObjectTaggingInput>,
    ) -> S3Result<S3Response<GetObjectTaggingOutput>> {
        let input = req.input;
        let (version, version_id) = self
            .look_up(input.bucket, input.key, input.version_id)
            .await?;
        Ok(S3Response::new(GetObjectTaggingOutput {
            tag_set: tags::to_dto(&version.about.tags),
            version_id,
        }))
    }

    pub(super) async fn get_object_attributes(
        &self,
        req: S3Request<GetObjectAttributesInput>,
    ) -> S3Result<S3Response<GetObjectAttributesOutput>> {
        let input = req.input;
        let (version, version_id) = self
            .look_up(input.bucket, input.key, input.version_id)
            .await?;
        let named: Vec<&str> = input
            .object_attributes
            .iter()
            .flat_map(|names| names.as_str().split(','))
            .map(str::trim)
            .collect();
        let asked = |name: &str| named.contains(&name);
        let parts = asked(ObjectAttributes::OBJECT_PARTS).then(|| {
            let most = input.max_parts.unwrap_or(1000).clamp(0, 1000);
            parts_of(&version, input.part_number_marker.unwrap_or(0), most)
        });
        Ok(S3Response::new(GetObjectAttributesOutput {
            checksum: (asked(ObjectAttributes::CHECKSUM) && !version.checksums.is_empty())
                .then(|| version.checksums.clone().into()),
            e_tag: asked(ObjectAttributes::ETAG).then(|| ETag::Strong(version.etag.clone())),
            last_modified: Some(last_modified(&version).into()),
            object_parts: parts.flatten(),
            object_size: asked(ObjectAttributes::OBJECT_SIZE)
                .then(|| i64::try_from(version.size).unwrap_or(i64::MAX)),
            storage_class: asked(ObjectAttributes::STORAGE_CLASS)
                .then(|| StorageClass::from_static(StorageClass::STANDARD)),
            version_id,
            ..Default::default()
        }))
    }

    async fn look_up(
        &self,
        bucket: String,
        key: String,
        id: Option<String>,
    ) -> S3Result<(Version, Option<String>)> {
        let work = move |bucket: &Bucket| {
            let opened = object::open(bucket, &key, id.as_deref())?.map_err(no_such)?;
            let id = version_id(&opened.version, bucket.settings()?.versioning);
            Ok((opened.version, id))
        };
        self.with_bucket(&bucket, work).await
    }
}

fn parts_of(version: &Version, after: i32, most: i32) -> Option<GetObjectAttributesParts> {
    if version.parts.is_empty() {
        return None;
    }
    let mut rest = version.parts.iter().filter(|part| part.number > after);
    let page: Vec<_> = rest
        .by_ref()
        .take(usize::try_from(most).unwrap_or_default())
        .collect();
    let more = rest.next().is_some();
    let last = page.last().map(|part| part.number);
    let part = |part: &crate::record::PartOf| {
        let sums: Checksum = part.checksums.clone().into();
        ObjectPart {
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            part_number: Some(part.number),
            size: i64::try_from(part.size).ok(),
        }
    };
    Some(GetObjectAttributesParts {
        is_truncated: Some(more),
        max_parts: Some(most),
        next_part_number_marker: last,
        part_number_marker: Some(after),
        parts: Some(page.into_iter().map(part).collect()),
        total_parts_count: i32::try_from(version.parts.len()).ok(),
    })
}

fn version(listed: ListedVersion, encoding: Encoding) -> ObjectVersion {
    let version = listed.version;
    let algorithms = version.checksums.algorithms();
    ObjectVersion {
        checksum_algorithm: (!algorithms.is_empty())
            .then(|| algorithms.into_iter().map(|a| a.dto()).collect()),
        checksum_type: version.checksums.kind(),
        is_latest: Some(listed.latest),
        key: Some(encoding.write(&listed.key)),
        last_modified: Some(last_modified(&version).into()),
        owner: Some(super::owner()),
        size: i64::try_from(version.size).ok(),
        storage_class: Some(ObjectVersionStorageClass::from_static(
            ObjectVersionStorageClass::STANDARD,
        )),
        version_id: Some(version.name().to_owned()),
        e_tag: Some(ETag::Strong(version.etag)),
        ..Default::default()
    }
}

fn marker(listed: ListedVersion, encoding: Encoding) -> DeleteMarkerEntry {
    DeleteMarkerEntry {
        is_latest: Some(listed.latest),
        key: Some(encoding.write(&listed.key)),
        last_modified: Some(last_modified(&listed.version).into()),
        owner: Some(super::owner()),
        version_id: Some(listed.version.name().to_owned()),
    }
}
