//! What an archive says it holds. Nothing is unpacked to disk, and what a
//! compressed tar must unfold to be read is bounded: a "zip bomb" is only
//! numbers here.

mod tar;
mod tar_gz;
mod zip;

use std::sync::Arc;

use bytes::Bytes;

use super::opened::Opened;
use super::range::Range;
use super::{ArchiveEntry, ArchiveFormat, ArchiveListing, PreviewId, read};
use crate::error::{Error, Result};
use crate::lectern::Lectern;

/// More than anyone reads; what crosses to the window stays below a megabyte.
const MOST_ENTRIES: usize = 2_000;

/// A path longer than this is cut: no file system makes it either.
const LONGEST_PATH: usize = 1_024;

/// Lists an archive that was opened for preview. A damaged one gives what could
/// be read of it.
///
/// # Errors
/// `InvalidInput` when it is no archive, and what [`read()`](super::read()) says.
pub async fn listing(lectern: &Lectern, id: &PreviewId) -> Result<ArchiveListing> {
    let opened = lectern.previews.get(id)?;
    let format = opened
        .archive
        .ok_or_else(|| Error::invalid("preview", "This is not an archive."))?;
    let source = Source { lectern, opened };
    match format {
        ArchiveFormat::Zip => zip::list(&source).await,
        ArchiveFormat::Tar => tar::list(&source).await,
        ArchiveFormat::TarGz => tar_gz::list(&source).await,
    }
}

/// The bytes of the archive.
struct Source<'a> {
    lectern: &'a Lectern,
    opened: Arc<Opened>,
}

impl Source<'_> {
    fn size(&self) -> u64 {
        self.opened.size
    }

    async fn read(&self, from: u64, length: u64) -> Result<Bytes> {
        read::read_opened(self.lectern, &self.opened, Range { from, length }).await
    }
}

/// The entries so far, up to the most there may be.
#[derive(Default)]
struct Entries {
    entries: Vec<ArchiveEntry>,
    /// There was one more than fits.
    full: bool,
}

impl Entries {
    fn add(&mut self, mut entry: ArchiveEntry) {
        if self.entries.len() >= MOST_ENTRIES {
            self.full = true;
            return;
        }
        let cut = entry.path.floor_char_boundary(LONGEST_PATH);
        entry.path.truncate(cut);
        self.entries.push(entry);
    }
}
