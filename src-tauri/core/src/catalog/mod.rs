//! The catalogue: the one SQLite file of the app, and the only room that
//! speaks SQL. One file a table; each adds its functions to [`Catalog`].
//!
//! The file is in WAL mode and has a schema version (`user_version`). A file
//! of a newer version is refused; a damaged one is renamed, never deleted, and
//! a new one is begun.

mod activity;
mod connections;
mod courses;
mod deletions;
mod edits;
mod links;
mod listings;
mod looks;
mod materials;
mod moves;
mod recent;
mod settings;
mod transfers;
mod uploads;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection as Db, OpenFlags};

use crate::clock::Clock;
use crate::error::{Code, Error, Result, Technical};

pub use activity::{ActivityEntry, ActivityRow};
pub use deletions::{BinRow, DeletionRow, UndoKind};
pub use edits::{EditRow, EditedRow};
pub use listings::KeptListing;
pub use materials::Material;
pub use moves::{MoveRow, MovedRow};
pub use transfers::{
    Begun, TransferBatch, TransferDirection, TransferPart, TransferRow, TransferState,
    TransferWrite,
};
pub use uploads::UploadClaim;

/// In order; the file's `user_version` counts how many it has had.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_resume.sql"),
    include_str!("migrations/0003_moves.sql"),
    include_str!("migrations/0004_browse.sql"),
    include_str!("migrations/0005_edits.sql"),
];

pub struct Catalog {
    db: Mutex<Db>,
    set_aside: Option<PathBuf>,
}

impl Catalog {
    /// Opens the file, making or migrating it.
    ///
    /// # Errors
    /// `CatalogueNewer` for a file of a newer version (it is left as it is),
    /// `Catalogue` for one that cannot be made, read or set aside.
    pub fn open(path: &Path, clock: &Clock) -> Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| cannot_make(folder, &error))?;
        }
        match open_file(path) {
            Ok(db) => Ok(Self::over(db, None)),
            Err(error) if is_damage(&error) => {
                tracing::warn!(%error, "the catalogue is damaged: setting it aside");
                let aside = move_aside(path, clock)?;
                let db = open_file(path).map_err(to_error)?;
                Ok(Self::over(db, Some(aside)))
            }
            Err(Opening::Newer(found)) => Err(newer(found)),
            Err(error @ Opening::Sqlite(_)) => Err(to_error(error)),
        }
    }

    pub fn in_memory() -> Result<Self> {
        let db = Db::open_in_memory().map_err(sql_error)?;
        prepare(&db).map_err(to_error)?;
        Ok(Self::over(db, None))
    }

    /// Where the damaged file of before lies, when this start had to begin a new one.
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// Whether it is a file, and so outlives this run.
    pub fn is_kept(&self) -> bool {
        self.db().path().is_some_and(|path| !path.is_empty())
    }

    fn over(db: Db, set_aside: Option<PathBuf>) -> Self {
        Self {
            db: Mutex::new(db),
            set_aside,
        }
    }

    /// The database, for one statement or transaction; never held across an await.
    pub(in crate::catalog) fn db(&self) -> MutexGuard<'_, Db> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Opening {
    Newer(usize),
    Sqlite(rusqlite::Error),
}

impl std::fmt::Display for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Newer(found) => write!(f, "schema version {found}"),
            Self::Sqlite(error) => error.fmt(f),
        }
    }
}

impl From<rusqlite::Error> for Opening {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

fn open_file(path: &Path) -> Result<Db, Opening> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Db::open_with_flags(path, flags)?;
    db.busy_timeout(Duration::from_secs(5))?;
    // Read before anything is written, so that a newer file stays as it is.
    if user_version(&db)? > MIGRATIONS.len() {
        return Err(Opening::Newer(user_version(&db)?));
    }
    db.pragma_update(None, "journal_mode", "wal")?;
    // A power cut must not take back what was said to be recorded.
    db.pragma_update(None, "synchronous", "full")?;
    let verdict: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(Opening::Sqlite(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
            Some(verdict),
        )));
    }
    prepare(&db)?;
    Ok(db)
}

fn prepare(db: &Db) -> Result<(), Opening> {
    db.pragma_update(None, "foreign_keys", "on")?;
    let done = user_version(db)?;
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(done) {
        let version = index + 1;
        db.execute_batch(&format!(
            "BEGIN IMMEDIATE; {migration} PRAGMA user_version = {version}; COMMIT;"
        ))?;
    }
    Ok(())
}

fn user_version(db: &Db) -> Result<usize, rusqlite::Error> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(0))
}

fn is_damage(error: &Opening) -> bool {
    let Opening::Sqlite(rusqlite::Error::SqliteFailure(failure, _)) = error else {
        return false;
    };
    matches!(
        failure.code,
        rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase
    )
}

/// Renames the file and its journal, so that they stay together for a repair.
fn move_aside(path: &Path, clock: &Clock) -> Result<PathBuf> {
    let stamp = clock.now_ms();
    let mut aside = PathBuf::new();
    for suffix in ["-wal", "-shm", ""] {
        let mut from = path.as_os_str().to_owned();
        from.push(suffix);
        aside = path.with_file_name(format!("lectern-damaged-{stamp}.sqlite3{suffix}"));
        match std::fs::rename(&from, &aside) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(cannot_make(path, &error)),
        }
    }
    Ok(aside)
}

fn newer(found: usize) -> Error {
    Error::new(
        Code::CatalogueNewer,
        "The catalogue was written by a newer version of Lectern. It has been left as it is.",
    )
    .next("Install the newest version of Lectern.")
    .detail(format!(
        "schema version {found}, this version knows {}",
        MIGRATIONS.len()
    ))
}

fn cannot_make(path: &Path, error: &std::io::Error) -> Error {
    Error::new(
        Code::Catalogue,
        "The folder for Lectern's data cannot be used.",
    )
    .about(path.display().to_string())
    .next("Check that the folder can be written to and that the disk is not full.")
    .detail(error.to_string())
}

fn to_error(error: Opening) -> Error {
    match error {
        Opening::Newer(found) => newer(found),
        Opening::Sqlite(error) => sql_error(error),
    }
}

fn sql_error(error: rusqlite::Error) -> Error {
    Error::new(Code::Catalogue, "Lectern's catalogue could not be used.")
        .next("Check that the disk is not full and that no other program holds the file, then try again.")
        .technical(Technical {
            operation: Some("SQLite".into()),
            detail: Some(error.to_string()),
            ..Technical::default()
        })
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        sql_error(error)
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

#[cfg(test)]
pub(crate) mod testing;
