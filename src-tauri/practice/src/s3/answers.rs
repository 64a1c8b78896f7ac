//! Answers about an object: which bytes of it, with which headers.

use std::io::SeekFrom;
use std::ops::Range as Bytes;

use futures::TryStreamExt as _;
use s3s::dto::*;
use s3s::{S3Error, S3Response, S3Result, s3_error};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use crate::checksum::Checksums;
use crate::conditions::last_modified;
use crate::content_type;
use crate::error::disk_error;
use crate::object::{Missing, Opened};
use crate::record::Version;
use crate::store::Versioning;

const BUFFER: usize = 256 * 1024;
const DELETE_MARKER: HeaderName = HeaderName::from_static("x-amz-delete-marker");
const VERSION_ID: HeaderName = HeaderName::from_static("x-amz-version-id");

/// An object that is about to be sent.
pub struct Answer {
    key: String,
    pub version: Version,
    file: Option<std::fs::File>,
    versioning: Versioning,
    /// Only these bytes, where not all are asked for.
    part: Option<Bytes<u64>>,
    part_number: Option<i32>,
}

/// The version id to tell a client. Buckets that were never versioned have none.
pub fn version_id(version: &Version, versioning: Versioning) -> Option<String> {
    (versioning != Versioning::Never || version.id.is_some()).then(|| version.name().to_owned())
}

/// The error for what cannot be read.
pub fn no_such(missing: Missing) -> S3Error {
    match missing {
        Missing::Key => s3_error!(NoSuchKey, "The specified key does not exist."),
        Missing::Version => s3_error!(NoSuchVersion, "The specified version does not exist."),
        Missing::Deleted(marker) => {
            let mut error = s3_error!(NoSuchKey, "The specified key does not exist.");
            error.set_headers(marker_headers(&marker));
            error
        }
        Missing::Marker(marker) => {
            let mut error = s3_error!(
                MethodNotAllowed,
                "The specified method is not allowed against this resource."
            );
            error.set_headers(marker_headers(&marker));
            error
        }
    }
}

fn marker_headers(marker: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(DELETE_MARKER, HeaderValue::from_static("true"));
    if let Ok(id) = HeaderValue::from_str(marker) {
        headers.insert(VERSION_ID, id);
    }
    headers
}

impl Answer {
    pub fn new(key: String, opened: Opened, versioning: Versioning) -> Self {
        Self {
            key,
            version: opened.version,
            file: opened.file,
            versioning,
            part: None,
            part_number: None,
        }
    }

    /// Only a range, or only one part of a multipart upload.
    pub fn narrow(mut self, range: Option<Range>, part_number: Option<i32>) -> S3Result<Self> {
        let size = self.version.size;
        self.part = match (range, part_number) {
            (Some(_), Some(_)) => {
                return Err(s3_error!(
                    InvalidRequest,
                    "Cannot specify both Range header and partNumber query parameter"
                ));
            }
            (None, None) => None,
            (Some(range), None) => Some(range.check(size).map_err(|_| not_satisfiable(size))?),
            (None, Some(number)) => Some(self.part_bytes(number)?),
        };
        self.part_number = part_number;
        Ok(self)
    }

    fn part_bytes(&self, number: i32) -> S3Result<Bytes<u64>> {
        let mut start = 0;
        for part in &self.version.parts {
            if part.number == number {
                return Ok(start..start + part.size);
            }
            start += part.size;
        }
        match number {
            1 if self.version.parts.is_empty() => Ok(0..self.version.size),
            _ => {
                let mut error =
                    s3_error!(InvalidRange, "The requested partnumber is not satisfiable");
                error.set_code(s3s::S3ErrorCode::Custom("InvalidPartNumber".into()));
                error.set_status_code(hyper::StatusCode::RANGE_NOT_SATISFIABLE);
                Err(error)
            }
        }
    }

    fn bytes(&self) -> Bytes<u64> {
        self.part.clone().unwrap_or(0..self.version.size)
    }

    fn length(&self) -> Option<i64> {
        let bytes = self.bytes();
        i64::try_from(bytes.end - bytes.start).ok()
    }

    fn content_range(&self) -> Option<String> {
        let part = self.part.as_ref().filter(|part| part.start < part.end)?;
        Some(format!(
            "bytes {}-{}/{}",
            part.start,
            part.end - 1,
            self.version.size
        ))
    }

    fn parts_count(&self) -> Option<i32> {
        self.part_number?;
        let count = i32::try_from(self.version.parts.len()).ok()?;
        (count > 0).then_some(count)
    }

    /// Checksums are told only where asked for, and never for a mere range.
    fn checksums(&self, mode: Option<&ChecksumMode>) -> Checksum {
        let enabled = mode.is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED);
        let whole = self.bytes() == (0..self.version.size);
        let sums = match self.part_number {
            _ if !enabled => Checksums::default(),
            Some(number) if !self.version.parts.is_empty() => {
                let part = self.version.parts.iter().find(|part| part.number == number);
                part.map(|part| part.checksums.clone()).unwrap_or_default()
            }
            _ if whole => self.version.checksums.clone(),
            _ => Checksums::default(),
        };
        sums.into()
    }

    fn content_type(&self) -> String {
        let kept = self.version.about.content_type.clone();
        kept.unwrap_or_else(|| content_type::guess(&self.key).to_owned())
    }

    fn tag_count(&self) -> Option<i32> {
        let count = i32::try_from(self.version.about.tags.len()).unwrap_or_default();
        (count > 0).then_some(count)
    }

    /// The answer to a GET.
    pub async fn get(
        mut self,
        mode: Option<ChecksumMode>,
    ) -> S3Result<S3Response<GetObjectOutput>> {
        let bytes = self.bytes();
        let body = match self.file.take() {
            None => StreamingBlob::from(s3s::Body::empty()),
            Some(file) => {
                let mut file = tokio::fs::File::from_std(file);
                if bytes.start > 0 {
                    file.seek(SeekFrom::Start(bytes.start))
                        .await
                        .map_err(disk_error)?;
                }
                let stream =
                    ReaderStream::with_capacity(file.take(bytes.end - bytes.start), BUFFER);
                StreamingBlob::wrap(stream.into_stream())
            }
        };
        let sums = self.checksums(mode.as_ref());
        let about = &self.version.about;
        Ok(S3Response::new(GetObjectOutput {
            body: Some(body),
            accept_ranges: Some("bytes".to_owned()),
            cache_control: about.cache_control.clone(),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            checksum_type: sums.checksum_type,
            content_disposition: about.content_disposition.clone(),
            content_encoding: about.content_encoding.clone(),
            content_language: about.content_language.clone(),
            content_length: self.length(),
            content_range: self.content_range(),
            content_type: Some(self.content_type()),
            e_tag: Some(ETag::Strong(self.version.etag.clone())),
            expires: about.expires.and_then(expires),
            last_modified: Some(last_modified(&self.version).into()),
            metadata: metadata(&self.version),
            parts_count: self.parts_count(),
            tag_count: self.tag_count(),
            version_id: version_id(&self.version, self.versioning),
            ..Default::default()
        }))
    }

    /// The answer to a HEAD.
    pub fn head(
        self,
        mode: Option<ChecksumMode>,
        overrides: Overrides,
    ) -> S3Response<HeadObjectOutput> {
        let sums = self.checksums(mode.as_ref());
        let about = &self.version.about;
        let output = HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            cache_control: overrides
                .cache_control
                .or_else(|| about.cache_control.clone()),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            checksum_type: sums.checksum_type,
            content_disposition: overrides
                .content_disposition
                .or_else(|| about.content_disposition.clone()),
            content_encoding: overrides
                .content_encoding
                .or_else(|| about.content_encoding.clone()),
            content_language: overrides
                .content_language
                .or_else(|| about.content_language.clone()),
            content_length: self.length(),
            content_range: self.content_range(),
            content_type: Some(
                overrides
                    .content_type
                    .unwrap_or_else(|| self.content_type()),
            ),
            e_tag: Some(ETag::Strong(self.version.etag.clone())),
            expires: overrides
                .expires
                .or_else(|| about.expires.and_then(expires)),
            last_modified: Some(last_modified(&self.version).into()),
            metadata: metadata(&self.version),
            parts_count: self.parts_count(),
            version_id: version_id(&self.version, self.versioning),
            ..Default::default()
        };
        S3Response::new(output)
    }
}

/// Headers that a request asks to be answered with, whatever the object has.
#[derive(Debug, Default)]
pub struct Overrides {
    pub content_type: Option<String>,
    pub content_disposition: Option<String>,
    pub content_encoding: Option<String>,
    pub content_language: Option<String>,
    pub cache_control: Option<String>,
    pub expires: Option<Timestamp>,
}

fn metadata(version: &Version) -> Option<Metadata> {
    let metadata = &version.about.metadata;
    (!metadata.is_empty()).then(|| metadata.clone().into_iter().collect())
}

fn expires(seconds: i64) -> Option<Timestamp> {
    time::OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .map(Timestamp::from)
}

fn not_satisfiable(size: u64) -> S3Error {
    let mut error = s3_error!(InvalidRange, "The requested range is not satisfiable");
    if let Ok(range) = HeaderValue::from_str(&format!("bytes */{size}")) {
        error.set_headers(HeaderMap::from_iter([(
            hyper::header::CONTENT_RANGE,
            range,
        )]));
    }
    error
}
