//! Operations on uploads in parts.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::Front;
use super::answers::version_id;
use super::requests::{Wanted, decode_md5};
use crate::checksum::{Algorithm, Checksums};
use crate::conditions::WriteConditions;
use crate::content_type::UNKNOWN;
use crate::error::on_disk;
use crate::key_path;
use crate::multipart::{self, Completion, MAX_PARTS, Named, Promise, Upload};
use crate::record::About;
use crate::staging;
use crate::store::{Bucket, Store};
use crate::upload_listing::{self, UploadQuery};
use crate::url_text::Encoding;

/// Most uploads or parts on one page (S3 API reference, ListParts).
const MAX_PAGE: i32 = 1000;

/// Runs blocking work on an upload while nobody else changes it.
pub(super) async fn locked_upload<T, F>(
    store: &Store,
    bucket: &str,
    key: &str,
    id: &str,
    work: F,
) -> S3Result<T>
where
    T: Send + 'static,
    F: FnOnce(&Bucket, &Upload) -> S3Result<T> + Send + 'static,
{
    let guard = store.lock_upload(id).await;
    let (store, bucket, key, id) = (
        store.clone(),
        bucket.to_owned(),
        key.to_owned(),
        id.to_owned(),
    );
    on_disk(move || {
        let _guard = guard;
        let bucket = store.bucket(&bucket)?;
        let upload = multipart::find(&bucket, &key, &id)?;
        work(&bucket, &upload)
    })
    .await
}

pub(super) fn check_part_number(number: i32) -> S3Result<()> {
    match (1..=MAX_PARTS).contains(&number) {
        true => Ok(()),
        false => Err(s3_error!(
            InvalidArgument,
            "Part number must be an integer between 1 and 10000, inclusive"
        )),
    }
}

impl Front {
    pub(super) async fn create_multipart_upload(
        &self,
        req: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let mut input = req.input;
        key_path::check(&input.key)?;
        let mut about = About::of_upload(&mut input)?;
        about.content_type.get_or_insert_with(|| UNKNOWN.to_owned());
        let algorithm = input
            .checksum_algorithm
            .as_ref()
            .map(Algorithm::parse)
            .transpose()?;
        let promise = Promise::new(
            algorithm,
            input.checksum_type.as_ref().map(ChecksumType::as_str),
        )?;
        let key = input.key.clone();
        let create = move |bucket: &Bucket| multipart::create(bucket, &key, about, promise);
        let upload = self.with_bucket(&input.bucket, create).await?;
        Ok(S3Response::new(CreateMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(upload.id),
            checksum_algorithm: promise.algorithm.map(Algorithm::dto),
            checksum_type: promise.algorithm.map(|_| kind(promise)),
            ..Default::default()
        }))
    }

    pub(super) async fn upload_part(
        &self,
        req: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        let trailers = req.trailing_headers;
        let input = req.input;
        check_part_number(input.part_number)?;
        let (key, id) = (input.key.clone(), input.upload_id.clone());
        let upload = self
            .with_bucket(&input.bucket, move |bucket| {
                multipart::find(bucket, &key, &id)
            })
            .await?;
        let wanted = Wanted::of_part(&input, trailers.as_ref())?.and(upload.promise.kept());
        let md5 = decode_md5(input.content_md5.as_deref())?;
        let body = input
            .body
            .ok_or_else(|| s3_error!(IncompleteBody, "The body is missing"))?;
        let length = input
            .content_length
            .and_then(|length| u64::try_from(length).ok());

        let staged = staging::receive(&self.store, body, length, wanted.algorithms()).await?;
        wanted.verify(&staged, md5, trailers.as_ref())?;
        let number = input.part_number;
        let work =
            move |bucket: &Bucket, upload: &Upload| multipart::add(bucket, upload, number, staged);
        let part = locked_upload(
            &self.store,
            &input.bucket,
            &input.key,
            &input.upload_id,
            work,
        )
        .await?;
        let sums: Checksum = part.checksums.into();
        Ok(S3Response::new(UploadPartOutput {
            e_tag: Some(ETag::Strong(part.etag)),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            ..Default::default()
        }))
    }

    pub(super) async fn complete_multipart_upload(
        &self,
        req: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let input = req.input;
        let parts = input
            .multipart_upload
            .and_then(|upload| upload.parts)
            .unwrap_or_default();
        let completion = Completion {
            parts: parts.into_iter().map(named).collect(),
            checksums: Checksums {
                crc32: input.checksum_crc32,
                crc32c: input.checksum_crc32c,
                crc64nvme: input.checksum_crc64nvme,
                sha1: input.checksum_sha1,
                sha256: input.checksum_sha256,
                composite: false,
            },
            kind: input.checksum_type.map(|kind| kind.as_str().to_owned()),
            size: input.mpu_object_size,
            conditions: WriteConditions {
                if_match: input.if_match,
                if_none_match: input.if_none_match,
            },
        };
        // The upload first, then the key: the one order in which both are locked.
        let upload_guard = self.store.lock_upload(&input.upload_id).await;
        let id = input.upload_id.clone();
        let complete = self.with_key(&input.bucket, &input.key, move |bucket, key| {
            let _upload_guard = upload_guard;
            let upload = multipart::find(bucket, key, &id)?;
            let version = multipart::complete(bucket, &upload, completion)?;
            Ok((version, bucket.settings()?.versioning))
        });
        let (version, versioning) = complete.await?;
        let sums: Checksum = version.checksums.clone().into();
        Ok(S3Response::new(CompleteMultipartUploadOutput {
            location: Some(format!(
                "/{}/{}",
                input.bucket,
                Encoding::Url.write(&input.key)
            )),
            bucket: Some(input.bucket),
            key: Some(input.key),
            e_tag: Some(ETag::Strong(version.etag.clone())),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            checksum_type: sums.checksum_type,
            version_id: version_id(&version, versioning),
            ..Default::default()
        }))
    }

    pub(super) async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let input = req.input;
        locked_upload(
            &self.store,
            &input.bucket,
            &input.key,
            &input.upload_id,
            multipart::abort,
        )
        .await?;
        let output = AbortMultipartUploadOutput::default();
        Ok(S3Response::with_status(
            output,
            hyper::StatusCode::NO_CONTENT,
        ))
    }

    pub(super) async fn list_parts(
        &self,
        req: S3Request<ListPartsInput>,
    ) -> S3Result<S3Response<ListPartsOutput>> {
        let input = req.input;
        let most = check_page(input.max_parts)?;
        let after = input.part_number_marker.unwrap_or(0);
        let (key, id) = (input.key.clone(), input.upload_id.clone());
        let work = move |bucket: &Bucket| {
            let upload = multipart::find(bucket, &key, &id)?;
            let parts = multipart::parts(bucket, &upload)?;
            Ok((upload, parts))
        };
        let (upload, parts) = self.with_bucket(&input.bucket, work).await?;
        let mut rest = parts.into_iter().filter(|part| part.number > after);
        let page: Vec<_> = rest
            .by_ref()
            .take(usize::try_from(most).unwrap_or_default())
            .collect();
        let more = rest.next().is_some() && most > 0;
        Ok(S3Response::new(ListPartsOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            checksum_algorithm: upload.promise.algorithm.map(Algorithm::dto),
            checksum_type: upload.promise.algorithm.map(|_| kind(upload.promise)),
            initiator: Some(initiator()),
            owner: Some(super::owner()),
            is_truncated: Some(more),
            max_parts: Some(most),
            next_part_number_marker: page.last().map(|part| part.number).filter(|_| more),
            part_number_marker: Some(after),
            parts: Some(page.into_iter().map(listed_part).collect()),
            storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
            ..Default::default()
        }))
    }

    pub(super) async fn list_multipart_uploads(
        &self,
        req: S3Request<ListMultipartUploadsInput>,
    ) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
        let input = req.input;
        let encoding = Encoding::parse(input.encoding_type.as_ref())?;
        let most = check_page(input.max_uploads)?;
        let query = UploadQuery {
            prefix: input.prefix.clone().unwrap_or_default(),
            delimiter: input.delimiter.clone().unwrap_or_default(),
            key_marker: input.key_marker.clone(),
            upload_id_marker: input.upload_id_marker.clone(),
            most: usize::try_from(most).unwrap_or_default(),
        };
        let page = self
            .with_bucket(&input.bucket, move |bucket| {
                Ok(upload_listing::page(multipart::all(bucket)?, &query))
            })
            .await?;
        let (next_key, next_id) = page.next.unzip();
        Ok(S3Response::new(ListMultipartUploadsOutput {
            bucket: Some(input.bucket),
            common_prefixes: Some(super::listings::common_prefixes(page.prefixes, encoding)),
            delimiter: input.delimiter.map(|delimiter| encoding.write(&delimiter)),
            encoding_type: input.encoding_type,
            is_truncated: Some(next_key.is_some()),
            key_marker: Some(encoding.write(&input.key_marker.unwrap_or_default())),
            max_uploads: Some(most),
            next_key_marker: next_key.map(|key| encoding.write(&key)),
            next_upload_id_marker: next_id,
            prefix: Some(encoding.write(&input.prefix.unwrap_or_default())),
            upload_id_marker: input.upload_id_marker,
            uploads: Some(
                page.uploads
                    .into_iter()
                    .map(|upload| listed_upload(upload, encoding))
                    .collect(),
            ),
            ..Default::default()
        }))
    }
}

fn kind(promise: Promise) -> ChecksumType {
    ChecksumType::from_static(match promise.composite {
        true => ChecksumType::COMPOSITE,
        false => ChecksumType::FULL_OBJECT,
    })
}

fn check_page(asked: Option<i32>) -> S3Result<i32> {
    match asked.unwrap_or(MAX_PAGE) {
        negative if negative < 0 => Err(s3_error!(
            InvalidArgument,
            "A page cannot hold less than nothing"
        )),
        most => Ok(most.min(MAX_PAGE)),
    }
}

fn named(part: CompletedPart) -> Named {
    Named {
        number: part.part_number.unwrap_or_default(),
        etag: part.e_tag,
        checksums: Checksums {
            crc32: part.checksum_crc32,
            crc32c: part.checksum_crc32c,
            crc64nvme: part.checksum_crc64nvme,
            sha1: part.checksum_sha1,
            sha256: part.checksum_sha256,
            composite: false,
        },
    }
}

fn listed_part(part: multipart::Part) -> Part {
    let sums: Checksum = part.checksums.into();
    Part {
        checksum_crc32: sums.checksum_crc32,
        checksum_crc32c: sums.checksum_crc32c,
        checksum_crc64nvme: sums.checksum_crc64nvme,
        checksum_sha1: sums.checksum_sha1,
        checksum_sha256: sums.checksum_sha256,
        e_tag: Some(ETag::Strong(part.etag)),
        last_modified: timestamp(part.modified),
        part_number: Some(part.number),
        size: i64::try_from(part.size).ok(),
    }
}

fn listed_upload(upload: Upload, encoding: Encoding) -> MultipartUpload {
    MultipartUpload {
        checksum_algorithm: upload.promise.algorithm.map(Algorithm::dto),
        checksum_type: upload.promise.algorithm.map(|_| kind(upload.promise)),
        initiated: timestamp(upload.initiated),
        initiator: Some(initiator()),
        key: Some(encoding.write(&upload.key)),
        owner: Some(super::owner()),
        storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
        upload_id: Some(upload.id),
    }
}

fn initiator() -> Initiator {
    let owner = super::owner();
    Initiator {
        display_name: owner.display_name,
        id: owner.id,
    }
}

fn timestamp(nanos: i64) -> Option<Timestamp> {
    let time = time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(nanos)).ok()?;
    Some(time.into())
}
