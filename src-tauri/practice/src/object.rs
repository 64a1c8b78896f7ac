//! Reading and changing one object. Every change of a key goes through here, with
//! the key locked: look at the key, check the conditions, plan, carry out.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use s3s::{S3Result, s3_error};
use tempfile::NamedTempFile;

use crate::conditions::WriteConditions;
use crate::disk;
use crate::error::disk_error;
use crate::key_path;
use crate::record::{KeyState, Version};
use crate::staging::{Stage, Staged};
use crate::store::Bucket;
use crate::versions::{self, Move, Plan};

/// An object as it was when it was opened.
#[derive(Debug)]
pub struct Opened {
    pub version: Version,
    /// Nothing to read: an empty folder that counts as its own marker.
    pub file: Option<File>,
}

/// Why there is nothing to read.
#[derive(Debug)]
pub enum Missing {
    Key,
    Version,
    /// The newest version is the delete marker with this id.
    Deleted(String),
    /// The version asked for is the delete marker with this id.
    Marker(String),
}

const ATTEMPTS: usize = 8;

/// Opens the current version, or the version `id`.
pub fn open(bucket: &Bucket, key: &str, id: Option<&str>) -> S3Result<Result<Opened, Missing>> {
    key_path::check(key)?;
    for _ in 0..ATTEMPTS {
        match try_open(bucket, key, id)? {
            Some(answer) => return Ok(answer),
            // It was replaced between looking and opening: look again.
            None => continue,
        }
    }
    Err(s3_error!(
        SlowDown,
        "This object is being replaced again and again"
    ))
}

fn try_open(
    bucket: &Bucket,
    key: &str,
    id: Option<&str>,
) -> S3Result<Option<Result<Opened, Missing>>> {
    let state = bucket.state(key)?;
    let Some(id) = id else {
        return open_current(bucket, key, &state);
    };
    if let Some(current) = state.current().filter(|version| version.name() == id) {
        let opened = open_current(bucket, key, &state)?;
        let same = |answer: &Result<Opened, Missing>| matches!(answer, Ok(opened) if opened.version.id == current.id);
        return Ok(opened.filter(same));
    }
    let history = state.history();
    let Some(version) = history.into_iter().find(|version| version.name() == id) else {
        return Ok(Some(Err(Missing::Version)));
    };
    if version.delete_marker {
        return Ok(Some(Err(Missing::Marker(version.name().to_owned()))));
    }
    let opened = disk::open(&bucket.version_path(key, version.name())).map_err(disk_error)?;
    Ok(opened.map(|(file, _)| {
        let file = Some(file);
        Ok(Opened { version, file })
    }))
}

fn open_current(
    bucket: &Bucket,
    key: &str,
    state: &KeyState,
) -> S3Result<Option<Result<Opened, Missing>>> {
    let Some(found) = &state.file else {
        return Ok(Some(Err(missing(state))));
    };
    if found.implied {
        let version = state.record.version_of(found.stamp);
        return Ok(Some(Ok(Opened {
            version,
            file: None,
        })));
    }
    let Some((file, stamp)) = disk::open(&found.path).map_err(disk_error)? else {
        return Ok(None);
    };
    // The record as it is *after* the file was opened knows this state of it.
    let record = if stamp == found.stamp
        && state
            .record
            .current
            .iter()
            .any(|version| version.stamp() == stamp)
    {
        state.record.clone()
    } else {
        bucket.record(key)?
    };
    let file = Some(file);
    let version = record.version_of(stamp);
    Ok(Some(Ok(Opened { version, file })))
}

fn missing(state: &KeyState) -> Missing {
    match state.marker() {
        Some(marker) => Missing::Deleted(marker.name().to_owned()),
        None => Missing::Key,
    }
}

/// Makes `staged` the current version of `key`. The key must be locked.
pub fn put(
    bucket: &Bucket,
    key: &str,
    staged: Staged,
    version: Version,
    conditions: &WriteConditions,
) -> S3Result<Version> {
    key_path::check(key)?;
    let state = materialized(bucket, key)?;
    conditions.check(&state)?;
    let plan = versions::put(&state, bucket.settings()?.versioning, version);
    carry_out(bucket, key, &state, plan, Some(staged.file))?
        .ok_or_else(|| s3_error!(InternalError, "A write left no version"))
}

/// What a DELETE did: the version removed, or the delete marker made.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Deleted {
    pub version_id: Option<String>,
    pub delete_marker: bool,
}

/// Deletes the key, or one version of it. The key must be locked.
pub fn delete(
    bucket: &Bucket,
    key: &str,
    id: Option<&str>,
    conditions: &WriteConditions,
) -> S3Result<Deleted> {
    key_path::check(key)?;
    let versioning = bucket.settings()?.versioning;
    let state = materialized(bucket, key)?;
    conditions.check(&state)?;
    let plan = match id {
        // In a bucket that was never versioned `null` is the object itself.
        Some(id) => match versions::delete_version(&state, id) {
            Some(plan) => plan,
            None => return Ok(named(id)),
        },
        None => versions::delete(&state, versioning, bucket.store.next_time()),
    };
    let subject = carry_out(bucket, key, &state, plan, None)?;
    Ok(Deleted {
        version_id: subject.as_ref().map(|version| version.name().to_owned()),
        delete_marker: subject.is_some_and(|version| version.delete_marker),
    })
}

fn named(id: &str) -> Deleted {
    Deleted {
        version_id: Some(id.to_owned()),
        delete_marker: false,
    }
}

/// Changes what is known of a version without touching its bytes. The key must be locked.
pub fn amend(
    bucket: &Bucket,
    key: &str,
    id: Option<&str>,
    change: impl Fn(&mut Version),
) -> S3Result<Result<Version, Missing>> {
    let state = materialized(bucket, key)?;
    let current = state.current();
    let wanted = |version: &Version| id.is_none_or(|id| version.name() == id);
    let mut history = state.history();
    if let Some(mut version) = current.clone().filter(wanted) {
        if version.sequence == u64::MAX {
            version.sequence = state.next_sequence();
        }
        change(&mut version);
        let current = vec![version.clone()];
        bucket.write_record(key, &crate::record::Record { current, history })?;
        return Ok(Ok(version));
    }
    let Some(id) = id else {
        return Ok(Err(missing(&state)));
    };
    let Some(version) = history.iter_mut().find(|version| version.name() == id) else {
        return Ok(Err(Missing::Version));
    };
    if version.delete_marker {
        return Ok(Err(Missing::Marker(version.name().to_owned())));
    }
    change(version);
    let version = version.clone();
    let current = current.into_iter().collect();
    bucket.write_record(key, &crate::record::Record { current, history })?;
    Ok(Ok(version))
}

/// The key, with a real file where an empty folder only stood for one.
fn materialized(bucket: &Bucket, key: &str) -> S3Result<KeyState> {
    let state = bucket.state(key)?;
    if !state.file.as_ref().is_some_and(|file| file.implied) {
        return Ok(state);
    }
    let empty = Stage::new(&bucket.store, &[])
        .and_then(Stage::finish)
        .map_err(disk_error)?;
    move_in(bucket, key, empty.file)?;
    bucket.state(key)
}

/// Carries out a plan: keep what is to be kept, write the record, move the file,
/// tidy up. Where it stops, the key reads as before or as after the change.
fn carry_out(
    bucket: &Bucket,
    key: &str,
    state: &KeyState,
    plan: Plan,
    file: Option<NamedTempFile>,
) -> S3Result<Option<Version>> {
    if let Move::Replace {
        keep: Some(version),
    }
    | Move::Remove {
        keep: Some(version),
    } = &plan.step
    {
        keep(bucket, key, &bucket.version_path(key, version))?;
    }
    mishap::may_happen()?;
    if plan.before != state.record {
        bucket.write_record(key, &plan.before)?;
    }
    mishap::may_happen()?;
    match &plan.step {
        Move::Replace { .. } => {
            let file = file.ok_or_else(|| s3_error!(InternalError, "A write without bytes"))?;
            move_in(bucket, key, file)?;
        }
        Move::Remove { .. } => move_out(bucket, key)?,
        Move::Restore { version } => {
            let kept = bucket.version_path(key, version);
            bucket.change_tree(|tree| fs::rename(&kept, tree.place(key)?))?;
            clear_out(&kept);
        }
        Move::Stay => {}
    }
    mishap::may_happen()?;
    if let Some(after) = &plan.after {
        bucket.write_record(key, after)?;
    }
    mishap::may_happen()?;
    for version in &plan.dropped {
        let path = bucket.version_path(key, version);
        gone(fs::remove_file(&path)).map_err(disk_error)?;
        clear_out(&path);
    }
    Ok(plan.subject)
}

fn move_in(bucket: &Bucket, key: &str, file: NamedTempFile) -> S3Result<()> {
    bucket.change_tree(|tree| {
        let place = tree.place(key)?;
        file.persist(place).map_err(|e| e.error)?;
        Ok(())
    })
}

fn move_out(bucket: &Bucket, key: &str) -> S3Result<()> {
    bucket.change_tree(|tree| {
        // Looked for again: it may have stepped aside for a folder of its name.
        if let Some(found) = tree.find(key)? {
            gone(fs::remove_file(&found.path))?;
            tree.prune(&found.path);
        }
        Ok(())
    })
}

/// Keeps the bytes of the key as a version: a second name for the same file, or a
/// copy where the disk has no such thing.
fn keep(bucket: &Bucket, key: &str, version: &Path) -> S3Result<()> {
    bucket.change_tree(|tree| {
        let Some(found) = tree.find(key)? else {
            return Ok(());
        };
        if let Some(parent) = version.parent() {
            fs::create_dir_all(parent)?;
        }
        gone(fs::remove_file(version))?;
        if fs::hard_link(&found.path, version).is_ok() {
            return Ok(());
        }
        fs::copy(&found.path, version)?;
        let copy = File::options().write(true).open(version)?;
        copy.set_modified(fs::symlink_metadata(&found.path)?.modified()?)?;
        copy.sync_all()
    })
}

/// Removes the folders of versions that hold nothing more.
fn clear_out(version: &Path) {
    for folder in version.ancestors().skip(1).take(2) {
        if fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

fn gone(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// Where a test lets the power fail.
#[cfg(not(test))]
mod mishap {
    #[allow(clippy::unnecessary_wraps, reason = "it fails in tests")]
    pub fn may_happen() -> s3s::S3Result<()> {
        Ok(())
    }
}

#[cfg(test)]
pub mod mishap {
    use std::cell::Cell;

    use s3s::{S3Result, s3_error};

    thread_local! {
        static STEPS_LEFT: Cell<Option<u32>> = const { Cell::new(None) };
    }

    /// From now on this thread gets so many steps far; `None` for all the way.
    pub fn after(steps: Option<u32>) {
        STEPS_LEFT.set(steps);
    }

    pub fn may_happen() -> S3Result<()> {
        match STEPS_LEFT.get() {
            None => Ok(()),
            Some(0) => Err(s3_error!(InternalError, "The power failed")),
            Some(left) => {
                STEPS_LEFT.set(Some(left - 1));
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests;
