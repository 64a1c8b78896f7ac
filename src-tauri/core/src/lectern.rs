//! The open core: the folders, the catalogue, the secrets and the stores in
//! use. One of it lives in the app or in a run of the command line, and every
//! capability takes it as its first argument.

use std::path::{Path, PathBuf};

use crate::bin::DeletionPlans;
use crate::browse::Views;
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::connection::{Secrets, Stores};
use crate::error::Result;
use crate::preview::Previews;
use crate::preview::thumbnail::Thumbnails;
use crate::properties::EditPlans;
use crate::transfer::Transfers;

/// Where things lie on this computer.
#[derive(Debug, Clone)]
pub struct Folders {
    /// The catalogue and, by default, the practice bucket's files.
    pub data: PathBuf,
    pub logs: PathBuf,
    /// What may be made anew at any time.
    pub cache: PathBuf,
}

impl Folders {
    /// The platform's folders for the app, or below `LECTERN_DATA_DIR` where that is set.
    pub fn standard() -> Result<Self> {
        crate::folders::standard()
    }

    /// Everything below one folder.
    pub fn below(root: &Path) -> Self {
        Self {
            data: root.to_path_buf(),
            logs: root.join("logs"),
            cache: root.join("cache"),
        }
    }

    pub fn catalogue(&self) -> PathBuf {
        self.data.join("lectern.sqlite3")
    }

    fn thumbnails(&self) -> PathBuf {
        self.cache.join("thumbnails")
    }

    /// The folder that the built-in practice connection serves.
    pub fn practice(&self) -> PathBuf {
        self.data.join("practice")
    }
}

pub struct Lectern {
    pub folders: Folders,
    pub catalog: Catalog,
    pub secrets: Secrets,
    pub stores: Stores,
    pub views: Views,
    pub previews: Previews,
    pub transfers: Transfers,
    pub deletion_plans: DeletionPlans,
    pub edit_plans: EditPlans,
    pub thumbnails: Thumbnails,
    pub clock: Clock,
    /// Who works here, for the ledger and the activity: the system's user name.
    pub actor: String,
}

impl Lectern {
    /// Opens the catalogue (making it where it is not there).
    ///
    /// # Errors
    /// `CatalogueNewer` when the file was written by a newer version, `Catalogue`
    /// when it cannot be made or read. A damaged file is set aside, see
    /// [`Catalog::set_aside`].
    pub fn open(folders: Folders, secrets: Secrets, clock: Clock) -> Result<Self> {
        let catalog = Catalog::open(&folders.catalogue(), &clock)?;
        Ok(Self::with(folders, catalog, secrets, clock))
    }

    /// A core that keeps nothing: the catalogue lives in memory. For
    /// `--from-env` at the prompt and for tests.
    pub fn in_memory(folders: Folders, secrets: Secrets, clock: Clock) -> Result<Self> {
        let catalog = Catalog::in_memory()?;
        Ok(Self::with(folders, catalog, secrets, clock))
    }

    fn with(folders: Folders, catalog: Catalog, secrets: Secrets, clock: Clock) -> Self {
        let thumbnails = Thumbnails::new(folders.thumbnails());
        Self {
            folders,
            catalog,
            secrets,
            stores: Stores::default(),
            views: Views::default(),
            previews: Previews::default(),
            transfers: Transfers::default(),
            deletion_plans: DeletionPlans::default(),
            edit_plans: EditPlans::default(),
            thumbnails,
            clock,
            actor: crate::folders::user_name(),
        }
    }
}
