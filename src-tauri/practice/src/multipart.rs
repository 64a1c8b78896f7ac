//! Uploads in parts, from their start until they are completed or aborted (S3
//! user guide, "Uploading and copying objects using multipart upload").
//!
//! Each unfinished upload has a folder of its own, with its record, and for each
//! part a file with the bytes and a record that names it. Writing the record of a
//! part is the moment at which the part is there, or replaced.

use std::fs::{self, File};
use std::io::{self, Seek as _};
use std::path::{Path, PathBuf};

use s3s::crypto::{Checksum as _, Md5};
use s3s::dto::ETag;
use s3s::{S3Error, S3Result, s3_error};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::checksum::{self, Algorithm, Checksums};
use crate::conditions::WriteConditions;
use crate::disk::{self, Stamp};
use crate::error::disk_error;
use crate::object;
use crate::record::{About, PartOf, Version, hex};
use crate::staging::{Stage, Staged};
use crate::store::{Bucket, read_json};

/// Parts are numbered from 1 to this.
pub const MAX_PARTS: i32 = 10_000;
/// Every part but the last has at least this many bytes: 5 MiB.
const MIN_PART: u64 = 5 * 1024 * 1024;

/// An upload that is not finished.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Upload {
    pub id: String,
    pub key: String,
    /// Nanoseconds since 1970.
    pub initiated: i64,
    pub about: About,
    pub promise: Promise,
}

/// Which checksum the finished object is to have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// `None` where the uploader did not say: then S3 keeps a CRC64NVME.
    pub algorithm: Option<Algorithm>,
    /// A checksum of the parts' checksums, not of all the bytes.
    pub composite: bool,
}

impl Promise {
    /// What a CreateMultipartUpload asks for.
    pub fn new(algorithm: Option<Algorithm>, kind: Option<&str>) -> S3Result<Self> {
        let hash = matches!(algorithm, Some(Algorithm::Sha1 | Algorithm::Sha256));
        let crc64 = algorithm == Some(Algorithm::Crc64Nvme);
        let composite = match (algorithm, kind) {
            (None, None) => false,
            (None, Some(_)) => {
                return Err(s3_error!(
                    InvalidRequest,
                    "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."
                ));
            }
            (Some(_), None) => !crc64,
            (Some(_), Some("COMPOSITE")) if !crc64 => true,
            (Some(_), Some("FULL_OBJECT")) if !hash => false,
            (Some(algorithm), Some(kind)) => {
                return Err(s3_error!(
                    InvalidRequest,
                    "The {kind} checksum type cannot be used with the {} checksum algorithm.",
                    algorithm.name().to_lowercase()
                ));
            }
        };
        Ok(Self {
            algorithm,
            composite,
        })
    }

    /// The algorithm to compute for every part.
    pub fn kept(self) -> Algorithm {
        self.algorithm.unwrap_or(Algorithm::Crc64Nvme)
    }
}

/// A part that has arrived.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Part {
    pub number: i32,
    file: String,
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub modified: i64,
    /// MD5 in hexadecimal.
    pub etag: String,
    pub checksums: Checksums,
}

/// A part as a CompleteMultipartUpload names it.
#[derive(Debug, Clone)]
pub struct Named {
    pub number: i32,
    pub etag: Option<ETag>,
    pub checksums: Checksums,
}

/// What a CompleteMultipartUpload asks for.
#[derive(Debug, Default)]
pub struct Completion {
    pub parts: Vec<Named>,
    pub checksums: Checksums,
    /// `COMPOSITE` or `FULL_OBJECT`, where the client says which it expects.
    pub kind: Option<String>,
    /// Bytes, where the client says how many it expects.
    pub size: Option<i64>,
    pub conditions: WriteConditions,
}

/// Begins an upload.
pub fn create(bucket: &Bucket, key: &str, about: About, promise: Promise) -> S3Result<Upload> {
    let upload = Upload {
        id: Uuid::new_v4().simple().to_string(),
        key: key.to_owned(),
        initiated: bucket.store.next_time(),
        about,
        promise,
    };
    bucket.write_json(&record_of(&folder(bucket, &upload.id)), &upload)?;
    Ok(upload)
}

/// The upload of `key` with this id.
pub fn find(bucket: &Bucket, key: &str, id: &str) -> S3Result<Upload> {
    let known = Uuid::try_parse(id).is_ok_and(|uuid| uuid.simple().to_string() == id);
    let upload: Option<Upload> = match known {
        // Only an id that was made here is ever part of a path.
        true => read_json(&record_of(&folder(bucket, id))).map_err(disk_error)?,
        false => None,
    };
    upload
        .filter(|upload| upload.key == key)
        .ok_or_else(no_such_upload)
}

/// Every unfinished upload of a bucket, in the order of its listing: by key, then by age.
pub fn all(bucket: &Bucket) -> S3Result<Vec<Upload>> {
    let mut uploads: Vec<Upload> = Vec::new();
    for folder in entries(&bucket.uploads())? {
        uploads.extend(read_json::<Upload>(&record_of(&folder)).map_err(disk_error)?);
    }
    uploads.sort_by(|a, b| (&a.key, a.initiated, &a.id).cmp(&(&b.key, b.initiated, &b.id)));
    Ok(uploads)
}

/// The parts that have arrived, by number.
pub fn parts(bucket: &Bucket, upload: &Upload) -> S3Result<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::new();
    for path in entries(&folder(bucket, &upload.id))? {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name.starts_with("part-") && name.ends_with(".json") {
            parts.extend(read_json::<Part>(&path).map_err(disk_error)?);
        }
    }
    parts.sort_by_key(|part| part.number);
    Ok(parts)
}

/// Adds a part, or replaces one. The upload must be locked.
pub fn add(bucket: &Bucket, upload: &Upload, number: i32, staged: Staged) -> S3Result<Part> {
    // Aborted or completed while the bytes arrived.
    find(bucket, &upload.key, &upload.id)?;
    let folder = folder(bucket, &upload.id);
    let record = folder.join(format!("part-{number:05}.json"));
    let before: Option<Part> = read_json(&record).map_err(disk_error)?;
    let part = Part {
        number,
        file: format!("bytes-{}", Uuid::new_v4().simple()),
        size: staged.stamp.size,
        modified: staged.stamp.modified,
        etag: hex(&staged.md5),
        checksums: staged.checksums,
    };
    staged
        .file
        .persist(folder.join(&part.file))
        .map_err(|e| disk_error(e.error))?;
    bucket.write_json(&record, &part)?;
    if let Some(before) = before {
        let _ = fs::remove_file(folder.join(before.file));
    }
    Ok(part)
}

/// Ends an upload without an object. The upload must be locked.
pub fn abort(bucket: &Bucket, upload: &Upload) -> S3Result<()> {
    // Without its record it is no upload; the rest may then take its time.
    let folder = folder(bucket, &upload.id);
    fs::remove_file(record_of(&folder)).map_err(disk_error)?;
    fs::remove_dir_all(&folder).map_err(disk_error)
}

/// Makes the object out of the parts. The upload and the key must be locked.
pub fn complete(bucket: &Bucket, upload: &Upload, completion: Completion) -> S3Result<Version> {
    completion.conditions.check(&bucket.state(&upload.key)?)?;
    let chosen = choose(upload, &parts(bucket, upload)?, &completion)?;
    let checksums = whole_checksum(upload.promise, &chosen)?;
    check_promise(upload, &checksums, &completion)?;
    let size: u64 = chosen.iter().map(|part| part.size).sum();
    if completion
        .size
        .is_some_and(|expected| u64::try_from(expected) != Ok(size))
    {
        return Err(s3_error!(
            InvalidRequest,
            "The provided 'x-amz-mp-object-size' header does not match what was computed."
        ));
    }
    let staged = join(bucket, upload, &chosen).map_err(disk_error)?;
    let kept = upload.promise.kept();
    let version = Version {
        size: staged.stamp.size,
        modified: staged.stamp.modified,
        etag: etag_of(&chosen)?,
        about: upload.about.clone(),
        checksums,
        parts: chosen
            .iter()
            .map(|part| PartOf {
                number: part.number,
                size: part.size,
                checksums: part.checksums.only(kept),
            })
            .collect(),
        ..Version::default()
    };
    let version = object::put(bucket, &upload.key, staged, version, &completion.conditions)?;
    abort(bucket, upload)?;
    Ok(version)
}

fn choose(upload: &Upload, arrived: &[Part], completion: &Completion) -> S3Result<Vec<Part>> {
    if completion.parts.is_empty() {
        return Err(s3_error!(
            MalformedXML,
            "The XML you provided was not well-formed or did not validate against our published schema"
        ));
    }
    if !completion.parts.is_sorted_by(|a, b| a.number < b.number) {
        return Err(s3_error!(
            InvalidPartOrder,
            "The list of parts was not in ascending order. The parts list must be specified in order by part number."
        ));
    }
    let mut chosen = Vec::with_capacity(completion.parts.len());
    for named in &completion.parts {
        let part = arrived
            .iter()
            .find(|part| part.number == named.number)
            .ok_or_else(no_such_part)?;
        let same = named
            .etag
            .as_ref()
            .is_some_and(|etag| etag.value() == part.etag);
        if !same || part.checksums.verify(&named.checksums).is_err() {
            return Err(no_such_part());
        }
        let missing = upload.promise.composite && named.checksums.is_empty();
        if missing
            && matches!(
                upload.promise.algorithm,
                Some(Algorithm::Sha1 | Algorithm::Sha256)
            )
        {
            return Err(s3_error!(
                InvalidRequest,
                "The upload was created using a {} checksum. The complete request must include the checksum for each part. It was missing for part {} in the request.",
                upload.promise.kept().name().to_lowercase(),
                named.number
            ));
        }
        chosen.push(part.clone());
    }
    let all_but_last = &chosen[..chosen.len() - 1];
    match all_but_last.iter().any(|part| part.size < MIN_PART) {
        true => Err(s3_error!(
            EntityTooSmall,
            "Your proposed upload is smaller than the minimum allowed size"
        )),
        false => Ok(chosen),
    }
}

fn check_promise(upload: &Upload, checksums: &Checksums, completion: &Completion) -> S3Result<()> {
    let kind = if upload.promise.composite {
        "COMPOSITE"
    } else {
        "FULL_OBJECT"
    };
    if completion
        .kind
        .as_deref()
        .is_some_and(|expected| expected != kind)
    {
        return Err(s3_error!(
            InvalidRequest,
            "The checksum type of the complete request does not match that of the upload, which is {kind}."
        ));
    }
    let promised = |algorithm: Algorithm| checksums.get(algorithm).is_some();
    match completion.checksums.algorithms().into_iter().all(promised) {
        true => checksums.verify(&completion.checksums),
        // Of another kind than the upload keeps: nothing to compare it with.
        false => Err(s3_error!(
            InvalidRequest,
            "Checksum Type mismatch occurred, expected checksum Type: {}",
            upload.promise.kept().name().to_lowercase()
        )),
    }
}

fn whole_checksum(promise: Promise, parts: &[Part]) -> S3Result<Checksums> {
    let kept = promise.kept();
    let of_parts: Vec<_> = parts
        .iter()
        .map(|part| part.checksums.get(kept).map(|sum| (sum, part.size)))
        .collect::<Option<_>>()
        .ok_or_else(|| s3_error!(InternalError, "A part has no checksum"))?;
    let whole = match promise.composite {
        true => checksum::composite(kept, &of_parts),
        false => checksum::combine(kept, &of_parts),
    };
    let whole = whole.ok_or_else(|| {
        s3_error!(
            InternalError,
            "The checksums of the parts cannot be put together"
        )
    })?;
    let mut checksums = Checksums {
        composite: promise.composite,
        ..Checksums::default()
    };
    checksums.set(kept, Some(whole));
    Ok(checksums)
}

/// The MD5 of the MD5s of the parts, and their number.
fn etag_of(parts: &[Part]) -> S3Result<String> {
    let mut md5 = Md5::new();
    for part in parts {
        let digest = checksum::from_hex(&part.etag)
            .ok_or_else(|| s3_error!(InternalError, "A part has no MD5"))?;
        md5.update(&digest);
    }
    Ok(format!("{}-{}", hex(md5.finalize().as_ref()), parts.len()))
}

/// Writes the parts one after the other into a new file, without hashing them
/// again: their checksums were computed when they arrived.
fn join(bucket: &Bucket, upload: &Upload, parts: &[Part]) -> io::Result<Staged> {
    let folder = folder(bucket, &upload.id);
    let mut stage = Stage::new(&bucket.store, &[])?;
    for part in parts {
        let mut file = File::open(folder.join(&part.file))?;
        file.rewind()?;
        stage.append(&mut file, part.size)?;
    }
    stage.finish()
}

/// The bytes of a copied range: from, and how many.
pub fn copy_range(range: Option<&str>, stamp: Stamp) -> S3Result<(u64, u64)> {
    let Some(range) = range else {
        return Ok((0, stamp.size));
    };
    let parsed = range
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
        .and_then(|(first, last)| Some((first.parse::<u64>().ok()?, last.parse::<u64>().ok()?)))
        .filter(|(first, last)| first <= last);
    let Some((first, last)) = parsed else {
        return Err(s3_error!(
            InvalidArgument,
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy"
        ));
    };
    if last >= stamp.size {
        return Err(s3_error!(
            InvalidArgument,
            "Range specified is not valid for source object of size: {}",
            stamp.size
        ));
    }
    Ok((first, last - first + 1))
}

fn folder(bucket: &Bucket, id: &str) -> PathBuf {
    bucket.uploads().join(id)
}

fn record_of(folder: &Path) -> PathBuf {
    folder.join("upload.json")
}

fn entries(folder: &Path) -> S3Result<Vec<PathBuf>> {
    if disk::look(folder).map_err(disk_error)?.is_none() {
        return Ok(Vec::new());
    }
    let read = || {
        fs::read_dir(folder)?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<_>>()
    };
    read().map_err(disk_error)
}

fn no_such_upload() -> S3Error {
    s3_error!(
        NoSuchUpload,
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."
    )
}

fn no_such_part() -> S3Error {
    s3_error!(
        InvalidPart,
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."
    )
}
