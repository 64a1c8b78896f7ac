//! What a job has to do, item by item. It is decided when the job starts and
//! kept with it, so that what failed can be tried again in the same way.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::disk::Source;
use super::model::Direction;
use crate::catalog::TransferDirection;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Error, Result};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Work {
    Upload(Vec<UploadItem>),
    Download(Vec<DownloadItem>),
    Move(Vec<MoveItem>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UploadItem {
    /// As the person knows it, relative to the target.
    pub(super) name: String,
    pub(super) key: String,
    pub(super) source: UploadSource,
    pub(super) condition: Condition,
    /// Another number is tried when the key is taken.
    pub(super) beside: bool,
    /// Left out when the object that is there is the same.
    pub(super) unless_same: bool,
    /// The local file goes once the upload is verified.
    pub(super) remove_local: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum UploadSource {
    File(Source),
    /// A folder with nothing in it: a zero-byte object whose key ends with `/`.
    Folder,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DownloadItem {
    pub(super) name: String,
    pub(super) key: String,
    /// Bytes, as listed.
    pub(super) size: u64,
    /// The folder that was chosen.
    #[serde(with = "super::path_text")]
    pub(super) root: PathBuf,
    /// Below it, with `/` between; checked to stay there.
    pub(super) path: String,
    pub(super) place: Place,
    /// Left out when the file that is there is the same.
    pub(super) unless_same: bool,
    /// The date that the file gets; without one, that of its writing.
    #[serde(default)]
    pub(super) modified_at: Option<UnixMillis>,
}

/// How a download takes its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Place {
    /// Nothing is there.
    Free,
    /// In place of this file, if it is still as it was.
    Instead(Source),
    /// Under the next number that is free.
    Beside,
    /// A folder to be made.
    Folder,
}

/// A copy on the service's side; a move when the original is deleted afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MoveItem {
    /// As the person knows it, relative to where it was chosen.
    pub(super) name: String,
    /// The key in the bucket of the job's connection.
    pub(super) from: String,
    pub(super) to: String,
    /// Bytes, as listed.
    pub(super) size: u64,
    /// What the source was when it was looked at.
    pub(super) etag: Option<String>,
    pub(super) storage_class: Option<String>,
    /// Where it goes, when that is not the job's own connection.
    pub(super) to_connection: Option<ConnectionId>,
    /// What must hold at the target.
    pub(super) condition: Condition,
    /// Another number is tried when the target is taken.
    pub(super) beside: bool,
    pub(super) delete_original: bool,
    /// The move that this takes back.
    pub(super) takes_back: Option<String>,
}

impl Work {
    pub(super) fn direction(&self) -> Direction {
        match self {
            Self::Upload(_) => Direction::Upload,
            Self::Download(_) => Direction::Download,
            Self::Move(items) if items.iter().any(|item| item.delete_original) => Direction::Move,
            Self::Move(_) => Direction::Copy,
        }
    }

    /// A move that is not itself one that is taken back.
    pub(super) fn moves_for_good(&self) -> bool {
        let Self::Move(items) = self else {
            return false;
        };
        items
            .iter()
            .any(|item| item.delete_original && item.takes_back.is_none())
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Upload(items) => items.len(),
            Self::Download(items) => items.len(),
            Self::Move(items) => items.len(),
        }
    }

    /// Where an item goes (for a download: comes from) in the bucket, and its bytes.
    pub(super) fn key_and_size(&self, index: usize) -> (&str, u64) {
        match self {
            Self::Upload(items) => (&items[index].key, items[index].size()),
            Self::Download(items) => (&items[index].key, items[index].size),
            Self::Move(items) => (&items[index].to, items[index].size),
        }
    }

    /// All it takes to do an item, for another run to read.
    pub(super) fn item_json(&self, index: usize) -> Result<String> {
        let text = match self {
            Self::Upload(items) => serde_json::to_string(&items[index]),
            Self::Download(items) => serde_json::to_string(&items[index]),
            Self::Move(items) => serde_json::to_string(&items[index]),
        };
        text.map_err(|error| Error::internal(error.to_string()))
    }

    /// The items that another run wrote down.
    ///
    /// # Errors
    /// `Internal` for what cannot be read.
    pub(super) fn of_json<'a>(
        direction: TransferDirection,
        items: impl Iterator<Item = &'a str>,
    ) -> Result<Self> {
        fn all<'a, T: Deserialize<'a>>(items: impl Iterator<Item = &'a str>) -> Result<Vec<T>> {
            items
                .map(|text| serde_json::from_str(text))
                .collect::<Result<_, _>>()
                .map_err(|error| Error::internal(error.to_string()))
        }
        Ok(match direction {
            TransferDirection::Upload => Self::Upload(all(items)?),
            TransferDirection::Download => Self::Download(all(items)?),
            TransferDirection::Copy => Self::Move(all(items)?),
        })
    }

    /// Name and bytes of every item, in order.
    pub(super) fn outline(&self) -> Vec<(String, u64)> {
        match self {
            Self::Upload(items) => items
                .iter()
                .map(|item| (item.name.clone(), item.size()))
                .collect(),
            Self::Download(items) => items
                .iter()
                .map(|item| (item.name.clone(), item.size))
                .collect(),
            Self::Move(items) => items
                .iter()
                .map(|item| (item.name.clone(), item.size))
                .collect(),
        }
    }

    /// The local file of each upload goes once it is verified.
    pub(super) fn remove_local(&mut self) {
        if let Self::Upload(items) = self {
            for item in items {
                item.remove_local = true;
            }
        }
    }

    /// Only these items.
    pub(super) fn only(&self, indices: &[usize]) -> Self {
        fn pick<T: Clone>(items: &[T], indices: &[usize]) -> Vec<T> {
            let picked = indices.iter().filter_map(|index| items.get(*index));
            picked.cloned().collect()
        }
        match self {
            Self::Upload(items) => Self::Upload(pick(items, indices)),
            Self::Download(items) => Self::Download(pick(items, indices)),
            Self::Move(items) => Self::Move(pick(items, indices)),
        }
    }

    /// With the sources as they are now: a file that was changed goes as it
    /// became. One that is not there stays as it was, and fails. Blocks.
    pub(super) fn looked_at_again(mut self) -> Self {
        if let Self::Upload(items) = &mut self {
            for item in items {
                if let UploadSource::File(source) = &mut item.source
                    && let Ok(now) = Source::look(&source.path)
                {
                    *source = now;
                }
            }
        }
        self
    }
}

impl UploadItem {
    pub(super) fn size(&self) -> u64 {
        match &self.source {
            UploadSource::File(source) => source.size,
            UploadSource::Folder => 0,
        }
    }
}
