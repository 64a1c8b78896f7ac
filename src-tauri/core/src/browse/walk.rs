//! A listing as a stream of pages, for callers that keep no view: nothing is
//! held but the page at hand.

use super::lister::Lister;
use super::pages::{self, Depth};
use super::place;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::Result;
use crate::lectern::Lectern;

/// One thing that a listing names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    Object {
        /// The whole key. A folder's own marker (a key ending with `/`) is an object too.
        key: String,
        /// Bytes.
        size: u64,
        modified_at: Option<UnixMillis>,
    },
    /// What lies deeper, summed up; only with [`Depth::Folder`].
    Folder {
        /// The whole prefix, ending with `/`.
        prefix: String,
    },
}

impl Listed {
    /// The whole key or prefix.
    pub fn key(&self) -> &str {
        match self {
            Self::Object { key, .. } => key,
            Self::Folder { prefix } => prefix,
        }
    }
}

/// A listing under way.
pub struct Walk {
    pages: Lister,
    /// Keys below the bin and probe keys are Lectern's own and not listed.
    connection: crate::connection::Connection,
}

/// Lists below `prefix` (empty for the connection's root), in the order of the keys.
///
/// # Errors
/// `InvalidInput` for a prefix outside the connection's.
pub async fn walk(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
    depth: Depth,
) -> Result<Walk> {
    let store = lectern.stores.of(lectern, connection).await?;
    let prefix = place::folder(store.connection(), prefix)?;
    Ok(Walk {
        connection: store.connection().clone(),
        pages: Lister::of(store, prefix, depth),
    })
}

impl Walk {
    /// The next page (it may be empty), or `None` after the last.
    ///
    /// # Errors
    /// `NotAllowedToList`, `BucketNotFound`, `NoNetwork`, …
    pub async fn next(&mut self) -> Result<Option<Vec<Listed>>> {
        let page = self.pages.next().await?;
        Ok(page.map(|page| self.entries(page)))
    }

    fn entries(&self, page: pages::Page) -> Vec<Listed> {
        let folders = page
            .folders
            .into_iter()
            .map(|prefix| Listed::Folder { prefix });
        let objects = page.objects.into_iter().map(|object| Listed::Object {
            key: object.key,
            size: object.size,
            modified_at: object.modified,
        });
        let mut entries: Vec<_> = folders
            .chain(objects)
            .filter(|entry| !place::is_ours(&self.connection, entry.key()))
            .collect();
        entries.sort_by(|a, b| a.key().cmp(b.key()));
        entries
    }
}
