//! Copying bytes of one object into a new one, on the server's side.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};

use s3s::dto::CopySource;
use s3s::{S3Error, S3Result, s3_error};

use crate::checksum::{Algorithm, Checksums};
use crate::conditions::ReadConditions;
use crate::error::disk_error;
use crate::key_path;
use crate::object::{self, Missing, Opened};
use crate::record::{Version, hex};
use crate::staging::{MAX_BODY, Stage, Staged};
use crate::store::{Bucket, Store};

/// Where a copy comes from.
#[derive(Debug, Clone)]
pub struct Source {
    pub bucket: String,
    pub key: String,
    pub version_id: Option<String>,
}

impl Source {
    pub fn new(source: CopySource) -> S3Result<Self> {
        let CopySource::Bucket {
            bucket,
            key,
            version_id,
        } = source
        else {
            return Err(s3_error!(NotImplemented, "Access points are not kept here"));
        };
        key_path::check(&key)?;
        Ok(Self {
            bucket: bucket.into(),
            key: key.into(),
            version_id: version_id.map(Into::into),
        })
    }

    /// Opens the source where it meets the conditions.
    pub fn open(&self, store: &Store, conditions: &ReadConditions) -> S3Result<(Bucket, Opened)> {
        let bucket = store.bucket(&self.bucket)?;
        let opened =
            object::open(&bucket, &self.key, self.version_id.as_deref())?.map_err(no_source)?;
        conditions.check_source(&opened.version)?;
        Ok((bucket, opened))
    }
}

fn no_source(missing: Missing) -> S3Error {
    match missing {
        Missing::Key | Missing::Deleted(_) => {
            s3_error!(NoSuchKey, "The specified key does not exist.")
        }
        Missing::Version => s3_error!(NoSuchVersion, "The specified version does not exist."),
        Missing::Marker(_) => s3_error!(
            InvalidRequest,
            "The source of a copy request may not specifically refer to a delete marker by version id."
        ),
    }
}

/// Copies a whole object: its bytes, ETag and checksums. Another checksum is
/// computed where one is asked for.
pub fn whole(
    store: &Store,
    opened: Opened,
    algorithm: Option<Algorithm>,
) -> S3Result<(Staged, Version)> {
    let source = opened.version;
    if source.size > MAX_BODY {
        return Err(s3_error!(
            InvalidRequest,
            "The specified copy source is larger than the maximum allowable size for a copy source: {MAX_BODY}"
        ));
    }
    // Where all that would be computed is known, the disk may copy on its own.
    let known = is_md5(&source.etag)
        && !source.checksums.composite
        && !source.checksums.is_empty()
        && algorithm.is_none_or(|algorithm| source.checksums.get(algorithm).is_some());
    if known {
        let staged = stage(store, opened.file, 0, source.size, None)?;
        let (etag, checksums) = (source.etag, source.checksums);
        let version = describe(&staged, etag, checksums);
        return Ok((staged, version));
    }
    let kept = source.checksums.algorithms().first().copied();
    let algorithm = algorithm.or(kept).unwrap_or(Algorithm::Crc64Nvme);
    let staged = stage(store, opened.file, 0, source.size, Some(algorithm))?;
    let version = describe(&staged, hex(&staged.md5), staged.checksums.clone());
    Ok((staged, version))
}

/// Copies `length` bytes from `first` on, as a part.
pub fn range(
    store: &Store,
    opened: Opened,
    first: u64,
    length: u64,
    algorithm: Algorithm,
) -> S3Result<Staged> {
    stage(store, opened.file, first, length, Some(algorithm))
}

fn stage(
    store: &Store,
    file: Option<File>,
    first: u64,
    length: u64,
    hash: Option<Algorithm>,
) -> S3Result<Staged> {
    let copy = || {
        let algorithms: Vec<_> = hash.into_iter().collect();
        let mut stage = Stage::new(store, &algorithms)?;
        if let Some(mut file) = file {
            file.seek(SeekFrom::Start(first))?;
            match hash {
                Some(_) => stage.copy(&mut file, length)?,
                None => stage.append(&mut file, length)?,
            }
        }
        stage.finish()
    };
    copy().map_err(disk_error)
}

fn describe(staged: &Staged, etag: String, checksums: Checksums) -> Version {
    Version {
        size: staged.stamp.size,
        modified: staged.stamp.modified,
        etag,
        checksums,
        ..Version::default()
    }
}

fn is_md5(etag: &str) -> bool {
    etag.len() == 32 && etag.bytes().all(|byte| byte.is_ascii_hexdigit())
}
