//! Operations that copy on the server's side.

use hyper::HeaderMap;
use hyper::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::Front;
use super::answers::version_id;
use super::uploads::{check_part_number, locked_upload};
use crate::checksum::Algorithm;
use crate::conditions::{ReadConditions, WriteConditions, last_modified};
use crate::content_type::UNKNOWN;
use crate::copy::{self, Source};
use crate::disk::Stamp;
use crate::error::on_disk;
use crate::key_path;
use crate::multipart;
use crate::object;
use crate::record::About;

impl Front {
    pub(super) async fn copy_object(
        &self,
        req: S3Request<CopyObjectInput>,
    ) -> S3Result<S3Response<CopyObjectOutput>> {
        let conditions = WriteConditions {
            if_match: condition(&req.headers, &IF_MATCH)?,
            if_none_match: condition(&req.headers, &IF_NONE_MATCH)?,
        };
        let mut input = req.input;
        key_path::check(&input.key)?;
        let mut about = About::of_copy(&mut input)?;
        let algorithm = input
            .checksum_algorithm
            .as_ref()
            .map(Algorithm::parse)
            .transpose()?;
        let replaces = is(
            input
                .metadata_directive
                .as_ref()
                .map(MetadataDirective::as_str),
            MetadataDirective::REPLACE,
        );
        let retags = is(
            input
                .tagging_directive
                .as_ref()
                .map(TaggingDirective::as_str),
            TaggingDirective::REPLACE,
        );
        let source = Source::new(input.copy_source)?;
        if source.bucket == input.bucket
            && source.key == input.key
            && source.version_id.is_none()
            && !replaces
        {
            return Err(s3_error!(
                InvalidRequest,
                "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes."
            ));
        }
        let source_conditions = ReadConditions {
            if_match: input.copy_source_if_match,
            if_none_match: input.copy_source_if_none_match,
            if_modified_since: input.copy_source_if_modified_since,
            if_unmodified_since: input.copy_source_if_unmodified_since,
        };
        self.with_bucket(&input.bucket, |_| Ok(())).await?;

        let store = self.store.clone();
        let staging = on_disk(move || {
            let (bucket, opened) = source.open(&store, &source_conditions)?;
            let copied = opened.version.clone();
            let from = version_id(&copied, bucket.settings()?.versioning);
            let (staged, version) = copy::whole(&store, opened, algorithm)?;
            Ok((copied.about, from, staged, version))
        });
        let (copied, from, staged, mut version) = staging.await?;
        let tags = if retags {
            about.tags
        } else {
            copied.tags.clone()
        };
        about.tags = Vec::new();
        version.about = if replaces { with_type(about) } else { copied };
        version.about.tags = tags;
        let put = self.with_key(&input.bucket, &input.key, move |bucket, key| {
            let version = object::put(bucket, key, staged, version, &conditions)?;
            Ok((version, bucket.settings()?.versioning))
        });
        let (version, versioning) = put.await?;
        let sums: Checksum = version.checksums.clone().into();
        Ok(S3Response::new(CopyObjectOutput {
            copy_object_result: Some(CopyObjectResult {
                checksum_crc32: sums.checksum_crc32,
                checksum_crc32c: sums.checksum_crc32c,
                checksum_crc64nvme: sums.checksum_crc64nvme,
                checksum_sha1: sums.checksum_sha1,
                checksum_sha256: sums.checksum_sha256,
                checksum_type: sums.checksum_type,
                e_tag: Some(ETag::Strong(version.etag.clone())),
                last_modified: Some(last_modified(&version).into()),
            }),
            copy_source_version_id: from,
            version_id: version_id(&version, versioning),
            ..Default::default()
        }))
    }

    pub(super) async fn upload_part_copy(
        &self,
        req: S3Request<UploadPartCopyInput>,
    ) -> S3Result<S3Response<UploadPartCopyOutput>> {
        let input = req.input;
        check_part_number(input.part_number)?;
        let source = Source::new(input.copy_source)?;
        let conditions = ReadConditions {
            if_match: input.copy_source_if_match,
            if_none_match: input.copy_source_if_none_match,
            if_modified_since: input.copy_source_if_modified_since,
            if_unmodified_since: input.copy_source_if_unmodified_since,
        };
        let (store, name, key, id) = (
            self.store.clone(),
            input.bucket.clone(),
            input.key.clone(),
            input.upload_id.clone(),
        );
        let range = input.copy_source_range;
        let staging = on_disk(move || {
            let upload = multipart::find(&store.bucket(&name)?, &key, &id)?;
            let (bucket, opened) = source.open(&store, &conditions)?;
            let from = version_id(&opened.version, bucket.settings()?.versioning);
            let stamp: Stamp = opened.version.stamp();
            let (first, length) = multipart::copy_range(range.as_deref(), stamp)?;
            let staged = copy::range(&store, opened, first, length, upload.promise.kept())?;
            Ok((from, staged))
        });
        let (from, staged) = staging.await?;
        let number = input.part_number;
        let work = move |bucket: &crate::store::Bucket, upload: &multipart::Upload| {
            multipart::add(bucket, upload, number, staged)
        };
        let part = locked_upload(
            &self.store,
            &input.bucket,
            &input.key,
            &input.upload_id,
            work,
        )
        .await?;
        let sums: Checksum = part.checksums.into();
        let modified =
            time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(part.modified)).ok();
        Ok(S3Response::new(UploadPartCopyOutput {
            copy_part_result: Some(CopyPartResult {
                checksum_crc32: sums.checksum_crc32,
                checksum_crc32c: sums.checksum_crc32c,
                checksum_crc64nvme: sums.checksum_crc64nvme,
                checksum_sha1: sums.checksum_sha1,
                checksum_sha256: sums.checksum_sha256,
                e_tag: Some(ETag::Strong(part.etag)),
                last_modified: modified.map(Timestamp::from),
            }),
            copy_source_version_id: from,
            ..Default::default()
        }))
    }
}

fn is(directive: Option<&str>, wanted: &str) -> bool {
    directive == Some(wanted)
}

fn with_type(mut about: About) -> About {
    about.content_type.get_or_insert_with(|| UNKNOWN.to_owned());
    about
}

/// A condition on the object that is written: `s3s` leaves these two headers of
/// CopyObject unread.
fn condition(headers: &HeaderMap, name: &HeaderName) -> S3Result<Option<ETagCondition>> {
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    match ETagCondition::parse_http_header(value.as_bytes()) {
        Ok(condition) => Ok(Some(condition)),
        Err(_) => Err(s3_error!(InvalidArgument, "The header {name} is no ETag")),
    }
}
