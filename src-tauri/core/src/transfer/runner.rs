//! Who has a transfer in hand: each run of Lectern holds a locked file while
//! it lives, and no other run touches its transfers meanwhile. The system lets
//! go of the lock when the run ends, however it ends.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::{Code, Error, Result};

/// This run.
pub(super) struct Runner {
    id: String,
    /// `None` where nothing is kept that another run could find.
    _lock: Option<File>,
}

impl Runner {
    /// Blocks.
    ///
    /// # Errors
    /// `Catalogue` when the lock cannot be made.
    pub(super) fn begin(data: Option<&Path>) -> Result<Self> {
        let id = uuid::Uuid::new_v4().to_string();
        let lock = data.map(|data| lock(data, &id)).transpose()?;
        Ok(Self { id, _lock: lock })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

fn lock(data: &Path, id: &str) -> Result<File> {
    let path = path(data, id);
    let made = path
        .parent()
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| File::options().write(true).create_new(true).open(&path))
        .and_then(|file| file.lock().map(|()| file));
    made.map_err(|error| {
        Error::new(
            Code::Catalogue,
            "The folder for Lectern's data cannot be used.",
        )
        .about(path.display().to_string())
        .next("Check that the folder can be written to and that the disk is not full.")
        .detail(error.to_string())
    })
}

fn path(data: &Path, id: &str) -> PathBuf {
    data.join("running").join(format!("{id}.lock"))
}

/// A run that ended, held so that nobody else takes its transfers over.
pub(super) struct Ended {
    path: PathBuf,
    _lock: Option<File>,
}

impl Ended {
    /// `None`: it lives, or somebody else is taking over. Blocks.
    pub(super) fn hold(data: &Path, id: &str) -> Option<Self> {
        // The name is from our own catalogue, and still no way out of the folder.
        uuid::Uuid::parse_str(id).ok()?;
        let path = path(data, id);
        match File::options().write(true).open(&path) {
            Ok(file) => match file.try_lock() {
                Ok(()) => Some(Self {
                    path,
                    _lock: Some(file),
                }),
                Err(TryLockError::WouldBlock) => None,
                // No locks on this disk: the single instance of the app is what is left.
                Err(TryLockError::Error(_)) => Some(Self { path, _lock: None }),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Some(Self { path, _lock: None }),
            Err(_) => None,
        }
    }

    /// Its transfers are in other hands: nobody asks for it again.
    pub(super) fn forget(self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_run_that_lives_is_not_taken_over() {
        let data = tempfile::tempdir().unwrap();
        let runner = Runner::begin(Some(data.path())).unwrap();
        let id = runner.id().to_owned();
        assert!(Ended::hold(data.path(), &id).is_none());

        drop(runner);

        let held = Ended::hold(data.path(), &id).unwrap();
        assert!(Ended::hold(data.path(), &id).is_none(), "one at a time");
        held.forget();
        assert!(Ended::hold(data.path(), &id).is_some());
    }

    #[test]
    fn a_name_that_is_no_run_of_ours_is_left_alone() {
        let data = tempfile::tempdir().unwrap();
        assert!(Ended::hold(data.path(), "../../lectern.sqlite3").is_none());
    }
}
