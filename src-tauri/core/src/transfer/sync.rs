//! Making one side like the other: a folder on this computer and one in the
//! bucket, in one direction.
//!
//! Planned like any transfer, with what is new, what is changed and what is
//! only at the target told apart; started with [`start`](super::start). What is
//! extra at the target is left alone unless it is asked for, and then goes last
//! and by ways of its own: in the bucket through [`bin`](crate::bin), here with
//! [`remove_extra`].

use std::path::{Path, PathBuf};

use super::disk::{Source, blocking, millis};
use super::model::{Direction, PlanId, Renamed, Skipped};
use super::{extra, plan};
use crate::browse::Item;
use crate::connection::ConnectionId;
use crate::error::Result;
use crate::job::ItemFailure;
use crate::lectern::Lectern;

/// How two sides are compared, and which files are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncOptions {
    /// Globs of the only files that are meant; empty for all. See the rules in
    /// the command line's documentation.
    pub include: Vec<String>,
    /// Globs of files that are not meant, and are left alone on both sides.
    pub exclude: Vec<String>,
    /// Files of one size are compared by content instead of by time.
    pub checksum: bool,
    /// What is extra at the target is to go.
    pub delete: bool,
    /// Also when the source is empty or cannot be read in part.
    pub force: bool,
}

/// What making the target like the source would do.
#[derive(Debug, Clone, PartialEq)]
pub struct SyncPlan {
    /// For [`start`](super::start); no conflict is to be answered.
    pub id: PlanId,
    pub direction: Direction,
    /// The target as the person knows it.
    pub target: String,
    pub new: Extent,
    pub changed: Extent,
    pub same: Extent,
    /// Only at the target.
    pub extra: Extent,
    /// Everything that would change, by name; what is extra only if it is to go.
    pub changes: Vec<SyncChange>,
    pub skipped: Vec<Skipped>,
    pub renamed: Vec<Renamed>,
    pub(super) extras: Extras,
}

/// How much of something there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    pub files: u32,
    pub bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncChange {
    pub what: SyncWhat,
    /// Relative to the folders that are compared.
    pub name: String,
    pub bytes: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SyncWhat {
    New,
    Changed,
    /// To be deleted at the target.
    Extra,
}

/// What is to be deleted at the target.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Extras {
    Objects(Vec<Item>),
    Files { root: PathBuf, files: Vec<Source> },
}

/// What was deleted on this computer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Removed {
    pub files: u32,
    pub failures: Vec<ItemFailure>,
}

impl Extent {
    pub(super) fn of(sizes: impl Iterator<Item = u64>) -> Self {
        let mut extent = Self::default();
        sizes.for_each(|bytes| extent.add(bytes));
        extent
    }

    pub(super) fn add(&mut self, bytes: u64) {
        self.files = self.files.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

impl SyncPlan {
    /// The objects to be deleted once everything has arrived; for
    /// [`bin::plan`](crate::bin::plan).
    pub fn extra_objects(&self) -> Vec<Item> {
        match &self.extras {
            Extras::Objects(items) => items.clone(),
            Extras::Files { .. } => Vec::new(),
        }
    }

    /// How many files on this computer are to be deleted.
    pub fn extra_files(&self) -> usize {
        match &self.extras {
            Extras::Objects(_) => 0,
            Extras::Files { files, .. } => files.len(),
        }
    }
}

/// Looks at what it takes to make the bucket below `prefix` like a local
/// folder. Writes nothing.
///
/// # Errors
/// `LocalFile` for a folder that cannot be read; `InvalidInput` for a pattern
/// that is none, and about `source` when that is empty or unreadable in part
/// and what is extra were to go; what listing says.
pub async fn plan_sync_up(
    lectern: &Lectern,
    connection: &ConnectionId,
    folder: &Path,
    prefix: &str,
    options: &SyncOptions,
) -> Result<SyncPlan> {
    let compared = plan::sync::up(lectern, connection, folder, prefix, options).await?;
    Ok(lectern.transfers.plans.keep_sync(compared))
}

/// Looks at what it takes to make a local folder (which need not be there) like
/// the bucket below `prefix`. Writes nothing.
///
/// # Errors
/// As [`plan_sync_up`].
pub async fn plan_sync_down(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
    folder: &Path,
    options: &SyncOptions,
) -> Result<SyncPlan> {
    let compared = plan::sync::down(lectern, connection, prefix, folder, options).await?;
    Ok(lectern.transfers.plans.keep_sync(compared))
}

/// Deletes the local files that are extra, if they are as they were when it was
/// planned: only files, only below the folder, through no link.
///
/// # Errors
/// Only `Internal`; what cannot be deleted is told by file.
pub async fn remove_extra(plan: &SyncPlan) -> Result<Removed> {
    let Extras::Files { root, files } = plan.extras.clone() else {
        return Ok(Removed::default());
    };
    blocking(move || Ok(extra::remove(&root, &files))).await
}

/// One side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Side {
    pub(super) size: u64,
    /// Milliseconds since 1970.
    pub(super) modified: Option<i64>,
}

impl Side {
    pub(super) fn of(source: &Source) -> Self {
        Self {
            size: source.size,
            modified: source.modified.map(millis),
        }
    }

    /// Of one size and not newer than what is there. A time that is not known
    /// proves nothing.
    pub(super) fn is_there_already(self, there: Self) -> bool {
        let not_newer = match (self.modified, there.modified) {
            (Some(new), Some(old)) => new <= old,
            _ => false,
        };
        self.size == there.size && not_newer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_size_and_not_newer_is_the_same() {
        let side = |size, modified| Side { size, modified };
        let there = side(5, Some(1_000));

        assert!(side(5, Some(1_000)).is_there_already(there));
        assert!(side(5, Some(999)).is_there_already(there));
        assert!(!side(5, Some(1_001)).is_there_already(there));
        assert!(!side(4, Some(999)).is_there_already(there));
        assert!(!side(5, None).is_there_already(there));
        assert!(!side(5, Some(0)).is_there_already(side(5, None)));
    }
}
