//! The words of browsing, as they cross to the window and the command line.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::Error;

pub use super::measure::Measured;
pub use super::pages::Depth;
pub use super::query::{Query, Span};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub struct ViewId(pub u32);

/// What the window is told while a listing runs.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ListingEvent {
    /// More rows are there (the first time after the first page), or some say something new.
    Changed {
        state: ViewState,
    },
    Finished {
        state: ViewState,
    },
    /// The listing stopped; what had come stays on screen.
    Failed {
        state: ViewState,
        error: Error,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ViewState {
    /// Changes whenever a row may have another position or content (its selection apart).
    pub generation: u32,
    /// Counts the listings shown: with each, rows have other handles.
    pub listing: u32,
    pub depth: Depth,
    /// Rows after the filter.
    pub count: u32,
    /// Rows before the filter.
    pub total: u32,
    pub folders: u32,
    pub files: u32,
    /// Bytes of the files listed.
    pub bytes: u64,
    pub complete: bool,
    /// The rows are those of an earlier listing, of this time, and are being corrected.
    pub listed_at: Option<UnixMillis>,
    pub sort: Sort,
    pub query: Query,
    pub selection: SelectionState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Sort {
    pub column: Column,
    pub descending: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Column {
    Name,
    Size,
    Modified,
    Type,
    SharedUntil,
    StorageClass,
    /// Where the file lies below what is looked through; by name in a folder's own view.
    Folder,
    /// The best matches of the query's text first; by name without text.
    Relevance,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Stays within a listing, whatever the order or the filter; see [`RowHandle`].
    pub id: u32,
    /// The name within the folder, without a trailing `/`.
    pub name: String,
    /// Of a view that looks through everything: the path of the file's folder below the
    /// view's prefix, without a trailing `/` (empty at the top).
    pub folder: Option<String>,
    pub is_folder: bool,
    /// Bytes; `None` for a folder.
    pub size: Option<u64>,
    /// What lies below a folder, if that was counted.
    pub measured: Option<Measured>,
    pub modified_at: Option<UnixMillis>,
    /// The file type's group, for icon and column.
    pub file_type: FileType,
    /// Lower-case extension without the dot, empty for none.
    pub extension: String,
    /// As the service names it; `None` where it names none.
    pub storage_class: Option<String>,
    pub shared_until: Option<UnixMillis>,
    pub selected: bool,
    /// Where the query's text was found in `name`: from and to (excluded), in UTF-16 units.
    pub matches: Vec<[u32; 2]>,
}

/// One row of a view, wherever it stands by now: what is done to it is never done to
/// another that has taken its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RowHandle {
    /// [`Rows::listing`].
    pub listing: u32,
    /// [`Row::id`].
    pub id: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FileType {
    Folder,
    Archive,
    Audio,
    Code,
    Document,
    Image,
    Pdf,
    Presentation,
    Table,
    Text,
    Video,
    Other,
}

/// The rows from `start` on, of one generation.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Rows {
    pub generation: u32,
    pub listing: u32,
    pub start: u32,
    pub rows: Vec<Row>,
}

/// A change of the selection, in positions of the order that the window last saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Select {
    /// Only these rows (`from` to `to`, both included).
    Only {
        from: u32,
        to: u32,
    },
    Add {
        from: u32,
        to: u32,
    },
    Toggle {
        at: u32,
    },
    All,
    Nothing,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SelectionState {
    pub count: u32,
    pub folders: u32,
    pub files: u32,
    /// Bytes of the selected files (folders not counted).
    pub bytes: u64,
    /// The name of the first selected row.
    pub first: Option<String>,
}

/// One thing to act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// An object, by its whole key.
    Object { key: String, size: u64 },
    /// Everything below a prefix (ends with `/`).
    Folder { prefix: String },
}

/// A pinned prefix with a title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Course {
    pub id: String,
    pub connection_id: ConnectionId,
    pub prefix: String,
    pub title: String,
}
