//! Buckets: making, listing, removing, and the state of their versioning.

use std::fs;
use std::io;

use s3s::path::check_bucket_name;
use s3s::{S3Result, s3_error};

use crate::disk::{self, Tree};
use crate::error::disk_error;
use crate::listing::{Query, Walk};
use crate::store::{Bucket, Store, Versioning};

/// A bucket in the list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub name: String,
    pub created: Option<std::time::SystemTime>,
}

/// Makes a bucket. An error where there is one of that name already.
pub fn create(store: &Store, name: &str) -> S3Result<Bucket> {
    if !check_bucket_name(name) {
        return Err(s3_error!(
            InvalidBucketName,
            "The specified bucket is not valid."
        ));
    }
    let bucket = store.bucket_at(name);
    match fs::create_dir(bucket.tree.root()) {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            return Err(s3_error!(
                BucketAlreadyOwnedByYou,
                "Your previous request to create the named bucket succeeded and you already own it."
            ));
        }
        Err(e) => return Err(disk_error(e)),
    }
    // What is left of an earlier bucket of that name, removed by hand.
    bucket.forget()?;
    Ok(bucket)
}

/// Makes a bucket, or leaves the one that is there as it is.
pub fn ensure(store: &Store, name: &str, versioned: bool) -> S3Result<()> {
    if store.bucket(name).is_ok() {
        return Ok(());
    }
    let bucket = create(store, name)?;
    match versioned {
        true => set_versioning(&bucket, Versioning::Enabled),
        false => Ok(()),
    }
}

/// Every bucket, by name.
pub fn list(store: &Store) -> S3Result<Vec<Listed>> {
    let read = || -> io::Result<Vec<Listed>> {
        let mut buckets = Vec::new();
        for entry in fs::read_dir(store.folder())? {
            let entry = entry?;
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                continue;
            };
            if entry.file_type()?.is_dir() && check_bucket_name(&name) {
                let metadata = entry.metadata()?;
                let created = metadata.created().or_else(|_| metadata.modified()).ok();
                buckets.push(Listed { name, created });
            }
        }
        buckets.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(buckets)
    };
    read().map_err(disk_error)
}

/// Removes an empty bucket: no object, no version, no delete marker.
pub fn delete(bucket: &Bucket) -> S3Result<()> {
    let not_empty = || {
        s3_error!(
            BucketNotEmpty,
            "The bucket you tried to delete is not empty"
        )
    };
    if holds_keys(&bucket.tree)? || holds_versions(bucket)? {
        return Err(not_empty());
    }
    bucket.change_tree(|tree| {
        for name in [".DS_Store", "Thumbs.db", "desktop.ini"] {
            let _ = fs::remove_file(tree.root().join(name));
        }
        Ok(())
    })?;
    match fs::remove_dir(bucket.tree.root()) {
        Ok(()) => bucket.forget(),
        Err(e) if e.kind() == io::ErrorKind::DirectoryNotEmpty => Err(not_empty()),
        Err(e) => Err(disk_error(e)),
    }
}

/// Whether there is any object.
pub fn holds_keys(tree: &Tree) -> S3Result<bool> {
    let first = Walk::new(tree, Query::default()).and_then(|mut walk| walk.next());
    Ok(first.map_err(disk_error)?.is_some())
}

fn holds_versions(bucket: &Bucket) -> S3Result<bool> {
    if disk::look(bucket.records.root())
        .map_err(disk_error)?
        .is_none()
    {
        return Ok(false);
    }
    let mut walk = Walk::new(&bucket.records, Query::default()).map_err(disk_error)?;
    while let Some(item) = walk.next().map_err(disk_error)? {
        if !bucket.record(item.name())?.history.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Enables or suspends versioning.
pub fn set_versioning(bucket: &Bucket, versioning: Versioning) -> S3Result<()> {
    let mut settings = bucket.settings()?;
    settings.versioning = versioning;
    bucket.write_settings(&settings)
}
