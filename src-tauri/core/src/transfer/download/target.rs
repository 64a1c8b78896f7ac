//! The place of a download on this computer: inside the chosen folder, through
//! no link, and never over a file that was not agreed to be replaced.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tempfile::TempPath;

use crate::clock::UnixMillis;
use crate::error::{Code, Error, Result};
use crate::name::numbered;
use crate::transfer::disk::{Source, blocking, file_name, reserve, target_error};
use crate::transfer::work::{DownloadItem, Place};

/// Numbers that are tried for a name that is to stand beside another.
const MOST_NUMBERS: u32 = 10_000;

/// The temporary file, and where it is to go. Dropped, it removes the file.
pub(super) struct Target {
    temporary: TempPath,
    file: Arc<File>,
    reopened: bool,
    path: PathBuf,
    item: DownloadItem,
}

impl Target {
    /// Makes the folders and the temporary file, with room for the planned size;
    /// one that an earlier run of the transfer `id` left is opened again. Blocks.
    ///
    /// # Errors
    /// `DiskFull`, or `LocalFile` when the place cannot be written to.
    pub(super) fn prepare(item: DownloadItem, id: &str) -> Result<Self> {
        let (folders, name) = match item.path.rsplit_once('/') {
            Some((folders, name)) => (folders, name),
            None => ("", item.path.as_str()),
        };
        if !matches!(
            Path::new(name).components().next(),
            Some(Component::Normal(_))
        ) {
            return Err(in_the_way(Path::new(name)));
        }
        let folder = make_folder(&item.root, folders)?;
        let path = folder.join(name);
        let temporary = temporary_in(&folder, id);
        let opened = match create(&temporary) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                reopen(&temporary).map(|file| (file, true))
            }
            created => created.map(|file| (file, false)),
        };
        let (file, reopened) = opened.map_err(|error| target_error(&path, &error))?;
        // Removed when it is dropped, from here on.
        let temporary =
            TempPath::try_from_path(temporary).map_err(|error| target_error(&path, &error))?;
        if !reopened {
            reserve(&file, item.size).map_err(|error| target_error(&path, &error))?;
        }
        Ok(Self {
            temporary,
            file: Arc::new(file),
            reopened,
            path,
            item,
        })
    }

    /// Whether an earlier run left the temporary file.
    pub(super) fn is_reopened(&self) -> bool {
        self.reopened
    }

    /// Bytes of the temporary file.
    ///
    /// # Errors
    /// `LocalFile`.
    pub(super) async fn size(&self) -> Result<u64> {
        let (file, path) = (self.file(), self.path.clone());
        blocking(move || {
            let metadata = file.metadata();
            metadata
                .map(|metadata| metadata.len())
                .map_err(|error| target_error(&path, &error))
        })
        .await
    }

    /// Leaves the temporary file for another try.
    pub(super) fn keep(self) {
        if let Err(error) = self.temporary.keep() {
            tracing::warn!(%error, "what was fetched of a file could not be kept");
        }
    }

    pub(super) fn file(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }

    /// Makes room for another size than was planned.
    ///
    /// # Errors
    /// `DiskFull`, `LocalFile`.
    pub(super) async fn resize(&self, size: u64) -> Result<()> {
        if size == self.item.size && !self.reopened {
            return Ok(());
        }
        let (file, path) = (self.file(), self.path.clone());
        blocking(move || {
            file.set_len(size)
                .and_then(|()| reserve(&file, size))
                .map_err(|error| target_error(&path, &error))
        })
        .await
    }

    /// Takes the place, once the bytes are on the disk. The path relative to the
    /// chosen folder, when it is another than was planned. Blocks.
    ///
    /// # Errors
    /// `AlreadyExists` or `Changed` when somebody was there in the meantime.
    pub(super) fn take_place(self) -> Result<Option<String>> {
        if let Some(date) = self.item.modified_at.and_then(date_of) {
            // A disk that cannot keep it loses only that.
            let _ = self.file.set_modified(date);
        }
        self.file
            .sync_all()
            .map_err(|error| target_error(&self.path, &error))?;
        match &self.item.place {
            Place::Beside => self.beside().map(Some),
            Place::Instead(old) => {
                let old = old.clone();
                self.instead(&old)?;
                Ok(None)
            }
            Place::Free | Place::Folder => {
                persist_new(self.temporary, &self.path).map_err(|(error, _)| error)?;
                Ok(None)
            }
        }
    }

    fn instead(self, old: &Source) -> Result<()> {
        match std::fs::symlink_metadata(&self.path) {
            Ok(now) if now.len() == old.size && now.modified().ok() == old.modified => self
                .temporary
                .persist(&self.path)
                .map_err(|failed| target_error(&self.path, &failed.error)),
            Ok(_) => Err(changed(&self.path)),
            Err(_) => persist_new(self.temporary, &self.path).map_err(|(error, _)| error),
        }
    }

    fn beside(self) -> Result<String> {
        let mut temporary = self.temporary;
        for number in 2..MOST_NUMBERS {
            let relative = numbered(&self.item.path, number);
            let name = numbered(&file_name(&self.path), number);
            match persist_new(temporary, &self.path.with_file_name(name)) {
                Ok(()) => return Ok(relative),
                Err((error, Some(again))) if error.code == Code::AlreadyExists => {
                    temporary = again;
                }
                Err((error, _)) => return Err(error),
            }
        }
        Err(target_error(&self.path, &ErrorKind::AlreadyExists.into()))
    }
}

/// Hidden where a leading dot hides; told apart from others by the transfer.
fn temporary_in(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!(".lectern-{id}.part"))
}

fn create(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true).open(path)
}

/// A file that lies there, and no link to one.
fn reopen(path: &Path) -> std::io::Result<File> {
    if !std::fs::symlink_metadata(path)?.is_file() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    File::options().read(true).write(true).open(path)
}

/// Removes the temporary file that a transfer left; whether it is gone. Blocks.
pub(super) fn remove_temporary(item: &DownloadItem, id: &str) -> bool {
    let folder = match item.path.rsplit_once('/') {
        Some((folders, _)) => item.root.join(folders),
        None => item.root.clone(),
    };
    match std::fs::remove_file(temporary_in(&folder, id)) {
        Ok(()) => true,
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

fn date_of(millis: UnixMillis) -> Option<SystemTime> {
    let millis = u64::try_from(millis).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}

/// Renames, unless something is there; gives the temporary file back if so.
fn persist_new(temporary: TempPath, path: &Path) -> Result<(), (Error, Option<TempPath>)> {
    let failed = match temporary.persist_noclobber(path) {
        Ok(()) => return Ok(()),
        Err(failed) => failed,
    };
    if failed.error.kind() == ErrorKind::AlreadyExists {
        return Err((target_error(path, &failed.error), Some(failed.path)));
    }
    claim_and_persist(failed.path, path)
}

/// For file systems that cannot rename without replacing (exFAT on some
/// systems, network drives): an empty file of our own keeps the place first.
fn claim_and_persist(temporary: TempPath, path: &Path) -> Result<(), (Error, Option<TempPath>)> {
    let claimed = File::options().write(true).create_new(true).open(path);
    if let Err(error) = claimed {
        return Err((target_error(path, &error), Some(temporary)));
    }
    temporary.persist(path).map_err(|failed| {
        // Ours and empty: taken away again.
        let _ = std::fs::remove_file(path);
        (target_error(path, &failed.error), Some(failed.path))
    })
}

/// The folder below the root, made where it is not there. Blocks.
///
/// # Errors
/// `LocalFile` when a file or a link is in the way: a link may lead anywhere.
pub(super) fn make_folder(root: &Path, below: &str) -> Result<PathBuf> {
    let mut path = root.to_owned();
    for step in Path::new(below).components() {
        let Component::Normal(step) = step else {
            return Err(in_the_way(&path));
        };
        path.push(step);
        match std::fs::create_dir(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let there = std::fs::symlink_metadata(&path);
                if !there.is_ok_and(|there| there.is_dir()) {
                    return Err(in_the_way(&path));
                }
            }
            Err(error) => return Err(target_error(&path, &error)),
        }
    }
    Ok(path)
}

fn in_the_way(path: &Path) -> Error {
    Error::new(
        Code::LocalFile,
        "Something that is no folder is where a folder should be.",
    )
    .about(file_name(path))
    .next("Move it away, or choose another folder to download to.")
}

fn changed(path: &Path) -> Error {
    Error::new(
        Code::Changed,
        "The file that was to be replaced has changed since you were asked. It was left as it is.",
    )
    .about(file_name(path))
    .next("Look at it, then download again.")
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;
