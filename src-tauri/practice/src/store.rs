//! The folder that is served, and the reserved folder in it where everything
//! lives that is not the bytes of a plain file:
//!
//! ```text
//! folder/<bucket>/…                         what people see
//! folder/.lectern/lock                      held while the folder is served
//! folder/.lectern/tmp/                      files being written
//! folder/.lectern/buckets/<bucket>/settings.json
//! folder/.lectern/buckets/<bucket>/records/ one record a key, in a tree like the bucket's
//! folder/.lectern/buckets/<bucket>/versions/<key hash>/<version id>
//! folder/.lectern/buckets/<bucket>/uploads/<upload id>/
//! ```

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use s3s::crypto::{Checksum as _, Sha256};
use s3s::{S3Result, s3_error};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::disk::{self, Tree};
use crate::error::disk_error;
use crate::record::{KeyState, Record, hex};

const RESERVED: &str = ".lectern";
const LOCKS: usize = 256;

/// The folder that is served. Cloned freely: there is one of each lock.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    folds: bool,
    key_locks: Locks,
    upload_locks: Locks,
    tree_locks: Mutex<HashMap<String, Arc<Mutex<()>>>>,
    last_time: AtomicI64,
}

/// One bucket of a store. It existed when this was made.
#[derive(Debug, Clone)]
pub struct Bucket {
    pub store: Store,
    pub name: String,
    pub tree: Tree,
    pub records: Tree,
    reserved: PathBuf,
}

type Locks = Vec<Arc<tokio::sync::Mutex<()>>>;

/// Keeps others out of a key or an upload.
pub type KeyGuard = tokio::sync::OwnedMutexGuard<()>;

/// Held while a folder is served, so that no second server works in it.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// No key, but locked like one by whoever changes the settings of a bucket.
pub const SETTINGS: &str = "";

/// What is kept about a bucket.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub versioning: Versioning,
    /// The sample course was written here once.
    pub seeded: bool,
}

/// The state of versioning (S3 user guide, "Using versioning in S3 buckets").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versioning {
    #[default]
    Never,
    Enabled,
    Suspended,
}

impl Store {
    /// Opens a folder, making it where there is none, and takes it for itself.
    pub fn open(folder: &Path) -> io::Result<(Self, FolderLock)> {
        fs::create_dir_all(folder)?;
        let folder = std::path::absolute(folder)?;
        let reserved = folder.join(RESERVED);
        if disk::look(&reserved)?.is_some_and(|metadata| !metadata.is_dir()) {
            return Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                "there is a file where the practice store keeps its records",
            ));
        }
        fs::create_dir_all(reserved.join("buckets"))?;
        let lock = take(&reserved.join("lock"))?;
        let tmp = reserved.join("tmp");
        // What an earlier run was writing when it ended is nobody's.
        let _ = fs::remove_dir_all(&tmp);
        fs::create_dir_all(&tmp)?;
        let folds = folds_names(&tmp)?;
        let inner = Inner {
            folder,
            folds,
            key_locks: new_locks(),
            upload_locks: new_locks(),
            tree_locks: Mutex::default(),
            last_time: AtomicI64::new(0),
        };
        let inner = Arc::new(inner);
        Ok((Self { inner }, lock))
    }

    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// A bucket that exists.
    pub fn bucket(&self, name: &str) -> S3Result<Bucket> {
        let bucket = self.bucket_at(name);
        let there = s3s::path::check_bucket_name(name)
            && disk::look(bucket.tree.root())
                .map_err(disk_error)?
                .is_some_and(|metadata| metadata.is_dir());
        match there {
            true => Ok(bucket),
            false => Err(s3_error!(
                NoSuchBucket,
                "The specified bucket does not exist"
            )),
        }
    }

    /// A bucket by its name alone, whether or not it exists.
    pub fn bucket_at(&self, name: &str) -> Bucket {
        let reserved = self.inner.folder.join(RESERVED).join("buckets").join(name);
        Bucket {
            store: self.clone(),
            name: name.to_owned(),
            tree: Tree::bucket(self.inner.folder.join(name), self.inner.folds),
            records: Tree::records(reserved.join("records")),
            reserved,
        }
    }

    /// A new file in the reserved folder, on the same disk as every bucket. It is
    /// removed again unless it is moved away.
    pub fn new_file(&self) -> io::Result<NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        builder.tempfile_in(self.inner.folder.join(RESERVED).join("tmp"))
    }

    /// Now, in nanoseconds since 1970, and later than it ever was before: two
    /// states of a file never have the same time. Whole microseconds.
    pub fn next_time(&self) -> i64 {
        let now = disk::nanos(SystemTime::now()) / 1000 * 1000;
        let last = &self.inner.last_time;
        let step = |before: i64| Some(now.max(before + 1000));
        match last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, step) {
            Ok(before) | Err(before) => now.max(before + 1000),
        }
    }

    /// Waits until nobody else changes this key, and keeps others out.
    pub async fn lock_key(&self, bucket: &str, key: &str) -> KeyGuard {
        // Folded, so that keys which may share a file share a lock.
        let folded: String = key
            .chars()
            .flat_map(char::to_lowercase)
            .filter(char::is_ascii)
            .collect();
        lock(&self.inner.key_locks, &format!("{bucket}/{folded}")).await
    }

    /// Waits until nobody else changes this upload. Whoever locks its key as well
    /// does so after this.
    pub async fn lock_upload(&self, id: &str) -> KeyGuard {
        lock(&self.inner.upload_locks, id).await
    }

    fn tree_lock(&self, bucket: &str) -> Arc<Mutex<()>> {
        let mut locks = self
            .inner
            .tree_locks
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Arc::clone(locks.entry(bucket.to_owned()).or_default())
    }
}

impl Bucket {
    pub fn settings(&self) -> S3Result<Settings> {
        let settings = read_json(&self.reserved.join("settings.json")).map_err(disk_error)?;
        Ok(settings.unwrap_or_default())
    }

    pub fn write_settings(&self, settings: &Settings) -> S3Result<()> {
        self.write_json(&self.reserved.join("settings.json"), settings)
    }

    /// Removes all that is kept about the bucket, but not its folder.
    pub fn forget(&self) -> S3Result<()> {
        match fs::remove_dir_all(&self.reserved) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(disk_error(e)),
            _ => Ok(()),
        }
    }

    /// The key as it is at this moment.
    pub fn state(&self, key: &str) -> S3Result<KeyState> {
        let file = self.tree.find(key).map_err(disk_error)?;
        let record = self.record(key)?;
        Ok(KeyState { record, file })
    }

    pub fn record(&self, key: &str) -> S3Result<Record> {
        let path = self.record_path(key);
        Ok(read_json(&path).map_err(disk_error)?.unwrap_or_default())
    }

    fn record_path(&self, key: &str) -> PathBuf {
        self.records.fixed_path(key)
    }

    /// Writes what is known of a key, or removes the record when that is nothing.
    pub fn write_record(&self, key: &str, record: &Record) -> S3Result<()> {
        if record.current.is_empty() && record.history.is_empty() {
            let path = self.record_path(key);
            let lock = self.store.tree_lock(&self.name);
            let _guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
            return match fs::remove_file(&path) {
                Ok(()) => {
                    self.records.prune(&path);
                    Ok(())
                }
                Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
                Err(e) => Err(disk_error(e)),
            };
        }
        self.write_json(&self.record_path(key), record)
    }

    /// Where the bytes of a version that is not current lie.
    pub fn version_path(&self, key: &str, version: &str) -> PathBuf {
        let hash = hex(Sha256::checksum(key.as_bytes()).as_ref());
        self.reserved
            .join("versions")
            .join(&hash[..2])
            .join(&hash)
            .join(version)
    }

    /// The folder of unfinished uploads.
    pub fn uploads(&self) -> PathBuf {
        self.reserved.join("uploads")
    }

    /// Runs `change` while no other change of the folders of this bucket runs:
    /// making a folder and removing an empty one must not meet.
    pub fn change_tree<T>(&self, change: impl FnOnce(&Tree) -> io::Result<T>) -> S3Result<T> {
        let lock = self.store.tree_lock(&self.name);
        let _guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
        change(&self.tree).map_err(disk_error)
    }

    /// Writes a file of the reserved folder as a whole: all of it, or nothing.
    pub fn write_json<T: Serialize>(&self, path: &Path, value: &T) -> S3Result<()> {
        let write = || -> io::Result<()> {
            let mut file = self.store.new_file()?;
            serde_json::to_writer(io::BufWriter::new(&mut file), value)?;
            file.as_file_mut().flush()?;
            file.as_file().sync_all()?;
            let lock = self.store.tree_lock(&self.name);
            let _guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            file.persist(path).map_err(|e| e.error)?;
            Ok(())
        };
        write().map_err(disk_error)
    }
}

fn new_locks() -> Locks {
    (0..LOCKS).map(|_| Arc::default()).collect()
}

async fn lock(locks: &Locks, name: &str) -> KeyGuard {
    let digest = Sha256::checksum(name.as_bytes());
    Arc::clone(&locks[usize::from(digest[0]) % LOCKS])
        .lock_owned()
        .await
}

/// Reads a file of the reserved folder. One that cannot be understood counts as
/// absent: what it said is lost, the bytes of the objects are not.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(e) => Err(e),
    }
}

fn take(path: &Path) -> io::Result<FolderLock> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(FolderLock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(io::Error::new(
            io::ErrorKind::ResourceBusy,
            "this folder is being served already",
        )),
        Err(TryLockError::Error(e)) => Err(e),
    }
}

/// Whether the disk takes `a` for `A`, or `é` for `e` with an accent.
fn folds_names(tmp: &Path) -> io::Result<bool> {
    let (case, accent) = (tmp.join("probe-case-a"), tmp.join("probe-accent-\u{e9}"));
    fs::write(&case, "")?;
    fs::write(&accent, "")?;
    let folds = tmp.join("PROBE-CASE-A").exists() || tmp.join("probe-accent-e\u{301}").exists();
    fs::remove_file(case)?;
    fs::remove_file(accent)?;
    Ok(folds)
}
