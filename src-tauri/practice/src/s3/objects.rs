//! Operations on single objects: put, get, head, delete.

use futures::StreamExt as _;
use s3s::dto::*;
use s3s::{S3Error, S3Request, S3Response, S3Result, s3_error};

use super::Front;
use super::answers::{Answer, no_such};
use super::requests::{Wanted, decode_md5};
use crate::conditions::{ReadConditions, WriteConditions};
use crate::content_type::UNKNOWN;
use crate::key_path;
use crate::object::{self, Deleted};
use crate::record::{About, Version, hex};
use crate::staging;

/// Most keys in one DeleteObjects (S3 API reference, DeleteObjects).
const MAX_DELETES: usize = 1000;
const DELETES_AT_ONCE: usize = 16;

impl Front {
    pub(super) async fn put_object(
        &self,
        req: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let trailers = req.trailing_headers;
        let mut input = req.input;
        key_path::check(&input.key)?;
        let mut about = About::of_put(&mut input)?;
        about.content_type.get_or_insert_with(|| UNKNOWN.to_owned());
        let wanted = Wanted::of_put(&input, trailers.as_ref())?;
        let md5 = decode_md5(input.content_md5.as_deref())?;
        let body = input
            .body
            .ok_or_else(|| s3_error!(IncompleteBody, "The body is missing"))?;
        let length = input
            .content_length
            .and_then(|length| u64::try_from(length).ok());
        self.with_bucket(&input.bucket, |_| Ok(())).await?;

        let staged = staging::receive(&self.store, body, length, wanted.algorithms()).await?;
        wanted.verify(&staged, md5, trailers.as_ref())?;
        let version = Version {
            size: staged.stamp.size,
            modified: staged.stamp.modified,
            etag: hex(&staged.md5),
            about,
            checksums: staged.checksums.clone(),
            ..Version::default()
        };
        let conditions = WriteConditions {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
        };
        let put = self.with_key(&input.bucket, &input.key, move |bucket, key| {
            let version = object::put(bucket, key, staged, version, &conditions)?;
            Ok((version, bucket.settings()?.versioning))
        });
        let (version, versioning) = put.await?;
        let sums: Checksum = version.checksums.clone().into();
        Ok(S3Response::new(PutObjectOutput {
            e_tag: Some(ETag::Strong(version.etag.clone())),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            checksum_type: sums.checksum_type,
            version_id: super::answers::version_id(&version, versioning),
            ..Default::default()
        }))
    }

    pub(super) async fn get_object(
        &self,
        req: S3Request<GetObjectInput>,
    ) -> S3Result<S3Response<GetObjectOutput>> {
        let input = req.input;
        let conditions = ReadConditions {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            if_modified_since: input.if_modified_since,
            if_unmodified_since: input.if_unmodified_since,
        };
        let answer = self
            .answer(input.bucket, input.key, input.version_id)
            .await?;
        conditions.check(&answer.version)?;
        let answer = answer.narrow(input.range, input.part_number)?;
        answer.get(input.checksum_mode).await
    }

    pub(super) async fn head_object(
        &self,
        req: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let input = req.input;
        let conditions = ReadConditions {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            if_modified_since: input.if_modified_since,
            if_unmodified_since: input.if_unmodified_since,
        };
        let overrides = super::answers::Overrides {
            content_type: input.response_content_type,
            content_disposition: input.response_content_disposition,
            content_encoding: input.response_content_encoding,
            content_language: input.response_content_language,
            cache_control: input.response_cache_control,
            expires: input.response_expires,
        };
        let answer = self
            .answer(input.bucket, input.key, input.version_id)
            .await?;
        conditions.check(&answer.version)?;
        let answer = answer.narrow(input.range, input.part_number)?;
        Ok(answer.head(input.checksum_mode, overrides))
    }

    async fn answer(
        &self,
        bucket: String,
        key: String,
        version_id: Option<String>,
    ) -> S3Result<Answer> {
        let wanted = key.clone();
        let work = move |bucket: &crate::store::Bucket| {
            let opened = object::open(bucket, &wanted, version_id.as_deref())?;
            let opened = opened.map_err(no_such)?;
            Ok((opened, bucket.settings()?.versioning))
        };
        let (opened, versioning) = self.with_bucket(&bucket, work).await?;
        Ok(Answer::new(key, opened, versioning))
    }

    pub(super) async fn delete_object(
        &self,
        req: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let input = req.input;
        let conditions = WriteConditions {
            if_match: input.if_match,
            if_none_match: None,
        };
        let deleted = self
            .delete_one(&input.bucket, &input.key, input.version_id, conditions)
            .await?;
        let output = DeleteObjectOutput {
            delete_marker: deleted.delete_marker.then_some(true),
            version_id: deleted.version_id,
            ..Default::default()
        };
        Ok(S3Response::with_status(
            output,
            hyper::StatusCode::NO_CONTENT,
        ))
    }

    pub(super) async fn delete_objects(
        &self,
        req: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let input = req.input;
        if input.delete.objects.is_empty() || input.delete.objects.len() > MAX_DELETES {
            return Err(s3_error!(
                MalformedXML,
                "The XML you provided was not well-formed or did not validate against our published schema"
            ));
        }
        self.with_bucket(&input.bucket, |_| Ok(())).await?;
        let quiet = input.delete.quiet.unwrap_or(false);
        let mut output = DeleteObjectsOutput::default();
        let deletes = input.delete.objects.into_iter().map(|object| {
            let conditions = WriteConditions {
                if_match: object.e_tag.map(ETagCondition::ETag),
                if_none_match: None,
            };
            let (bucket, key, version_id) = (&input.bucket, object.key, object.version_id);
            async move {
                let deleted = self
                    .delete_one(bucket, &key, version_id.clone(), conditions)
                    .await;
                (key, version_id, deleted)
            }
        });
        let mut deletes = futures::stream::iter(deletes).buffered(DELETES_AT_ONCE);
        while let Some((key, version_id, deleted)) = deletes.next().await {
            match deleted {
                Ok(_) if quiet => {}
                Ok(deleted) => output
                    .deleted
                    .get_or_insert_default()
                    .push(deleted_object(key, version_id, deleted)),
                Err(error) => output
                    .errors
                    .get_or_insert_default()
                    .push(failed_object(key, version_id, &error)),
            }
        }
        Ok(S3Response::new(output))
    }

    async fn delete_one(
        &self,
        bucket: &str,
        key: &str,
        version_id: Option<String>,
        conditions: WriteConditions,
    ) -> S3Result<Deleted> {
        self.with_key(bucket, key, move |bucket, key| {
            object::delete(bucket, key, version_id.as_deref(), &conditions)
        })
        .await
    }
}

fn deleted_object(key: String, asked: Option<String>, deleted: Deleted) -> DeletedObject {
    DeletedObject {
        key: Some(key),
        delete_marker: deleted.delete_marker.then_some(true),
        delete_marker_version_id: deleted.version_id.filter(|_| deleted.delete_marker),
        version_id: asked,
    }
}

fn failed_object(key: String, version_id: Option<String>, error: &S3Error) -> Error {
    Error {
        code: Some(error.code().as_str().to_owned()),
        key: Some(key),
        message: error.message().map(str::to_owned),
        version_id,
    }
}
