//! Conditional requests: which reads answer 304 or 412, which writes are refused
//! (S3 user guide, "Conditional requests"; RFC 9110, section 13).

use hyper::HeaderMap;
use hyper::header::{ETAG, HeaderValue};
use s3s::dto::{ETag, ETagCondition, Timestamp};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use crate::record::{KeyState, Version};

/// What must hold for a read.
#[derive(Debug, Default)]
pub struct ReadConditions {
    pub if_match: Option<ETagCondition>,
    pub if_none_match: Option<ETagCondition>,
    pub if_modified_since: Option<Timestamp>,
    pub if_unmodified_since: Option<Timestamp>,
}

/// What must hold for a write or a delete.
#[derive(Debug, Default, Clone)]
pub struct WriteConditions {
    pub if_match: Option<ETagCondition>,
    pub if_none_match: Option<ETagCondition>,
}

impl ReadConditions {
    /// Whether `version` may be read. RFC 9110 gives the order: a date counts
    /// only where there is no ETag condition of its kind.
    pub fn check(&self, version: &Version) -> S3Result<()> {
        let modified = Timestamp::from(last_modified(version));
        match (&self.if_match, &self.if_unmodified_since) {
            (Some(condition), _) if !matches(condition, version) => return Err(failed()),
            (None, Some(since)) if seconds(&modified) > seconds(since) => return Err(failed()),
            _ => {}
        }
        match (&self.if_none_match, &self.if_modified_since) {
            (Some(condition), _) if matches(condition, version) => Err(not_modified(version)),
            (None, Some(since)) if seconds(&modified) <= seconds(since) => {
                Err(not_modified(version))
            }
            _ => Ok(()),
        }
    }

    /// The same for the source of a copy, which never answers 304.
    pub fn check_source(&self, version: &Version) -> S3Result<()> {
        self.check(version).map_err(|_| failed())
    }
}

impl WriteConditions {
    pub fn check(&self, state: &KeyState) -> S3Result<()> {
        let current = state.current();
        if let Some(condition) = &self.if_none_match
            && current
                .as_ref()
                .is_some_and(|version| matches(condition, version))
        {
            return Err(failed());
        }
        match (&self.if_match, &current) {
            (None, _) => Ok(()),
            (Some(_), None) => Err(s3_error!(NoSuchKey, "The specified key does not exist.")),
            (Some(condition), Some(version)) if matches(condition, version) => Ok(()),
            (Some(_), Some(_)) => Err(failed()),
        }
    }
}

fn matches(condition: &ETagCondition, version: &Version) -> bool {
    match condition {
        ETagCondition::Any => true,
        ETagCondition::ETag(etag) => etag.value() == version.etag,
    }
}

fn failed() -> S3Error {
    s3_error!(
        PreconditionFailed,
        "At least one of the pre-conditions you specified did not hold"
    )
}

fn not_modified(version: &Version) -> S3Error {
    let mut error = S3Error::new(S3ErrorCode::NotModified);
    if let Ok(etag) = ETag::Strong(version.etag.clone()).to_http_header() {
        let etag: HeaderValue = etag;
        error.set_headers(HeaderMap::from_iter([(ETAG, etag)]));
    }
    error
}

/// When the version was last modified.
pub fn last_modified(version: &Version) -> time::OffsetDateTime {
    time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(version.modified))
        .unwrap_or(time::OffsetDateTime::UNIX_EPOCH)
}

/// HTTP dates know whole seconds only.
fn seconds(time: &Timestamp) -> i64 {
    time::OffsetDateTime::from(time.clone()).unix_timestamp()
}
