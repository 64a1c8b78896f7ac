//! Browsing: a folder's listing, kept in Rust, looked at through windows of rows.
//!
//! [`open`] begins a listing and streams it into a [`View`]; the window is told
//! of growth (count and generation), asks for the rows it shows, and moves the
//! selection, which lives here as well: a batch operation names the view, never
//! a million keys.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Error, Result};
use crate::lectern::Lectern;

/// The views that are open.
#[derive(Default)]
pub struct Views {}

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
    /// More rows are there (the first one comes after the first page).
    Grew {
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
    /// Changes whenever a row may have another position or content.
    pub generation: u32,
    /// Rows after the filter.
    pub count: u32,
    /// Rows before the filter.
    pub total: u32,
    pub folders: u32,
    pub files: u32,
    /// Bytes of the files listed.
    pub bytes: u64,
    pub complete: bool,
    pub sort: Sort,
    pub filter: String,
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
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// The name within the folder, without a trailing `/`.
    pub name: String,
    pub is_folder: bool,
    /// Bytes; `None` for a folder.
    pub size: Option<u64>,
    pub modified_at: Option<UnixMillis>,
    /// The file type's group, for icon and column.
    pub file_type: FileType,
    /// Lower-case extension without the dot, empty for none.
    pub extension: String,
    pub shared_until: Option<UnixMillis>,
    pub selected: bool,
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
    pub start: u32,
    pub rows: Vec<Row>,
}

/// A change of the selection, in positions of the current order.
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

/// One object looked at closely (HeadObject and friends), for the inspector.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Details {
    pub key: String,
    pub name: String,
    pub size: u64,
    pub modified_at: Option<UnixMillis>,
    pub content_type: Option<String>,
    pub etag: Option<String>,
    /// e.g. `CRC64NVME`, and its base64 value.
    pub checksum: Option<(String, String)>,
    /// The checksum is the one the catalogue recorded when this app sent it.
    pub verified: bool,
    pub storage_class: Option<String>,
    pub version_id: Option<String>,
    pub metadata: Vec<(String, String)>,
    pub added_by: Option<String>,
    pub added_at: Option<UnixMillis>,
    /// Links of the ledger that are good now: when each ends.
    pub links_until: Vec<UnixMillis>,
}

/// A pinned prefix with a title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Course {
    pub id: String,
    pub connection_id: crate::connection::ConnectionId,
    pub prefix: String,
    pub title: String,
}

/// Begins a listing of `prefix` (empty for the connection's root) and reports
/// to `on_event` until it is finished, failed or closed.
pub async fn open(
    lectern: &Arc<Lectern>,
    connection: &ConnectionId,
    prefix: &str,
    on_event: impl Fn(ListingEvent) + Send + Sync + 'static,
) -> Result<ViewId> {
    let _ = (lectern, connection, prefix, on_event);
    Err(pending())
}

/// Lists again, keeping order, filter and selection; reports to the view's `on_event`.
pub async fn refresh(lectern: &Arc<Lectern>, view: ViewId) -> Result<()> {
    let _ = (lectern, view);
    Err(pending())
}

pub fn close(lectern: &Lectern, view: ViewId) {
    let _ = (lectern, view);
}

/// At most 512 rows from `start` on, as they stand now.
pub fn rows(lectern: &Lectern, view: ViewId, start: u32, count: u32) -> Result<Rows> {
    let _ = (lectern, view, start, count);
    Err(pending())
}

/// Orders and filters the whole folder.
pub fn arrange(lectern: &Lectern, view: ViewId, sort: Sort, filter: &str) -> Result<ViewState> {
    let _ = (lectern, view, sort, filter);
    Err(pending())
}

pub fn select(lectern: &Lectern, view: ViewId, change: &Select) -> Result<ViewState> {
    let _ = (lectern, view, change);
    Err(pending())
}

/// Type-ahead: the first row at or after `from` (wrapping) whose name begins with `text`.
pub fn find(lectern: &Lectern, view: ViewId, text: &str, from: u32) -> Result<Option<u32>> {
    let _ = (lectern, view, text, from);
    Err(pending())
}

/// Where the view looks.
pub fn place(lectern: &Lectern, view: ViewId) -> Result<(ConnectionId, String)> {
    let _ = (lectern, view);
    Err(pending())
}

/// What is selected, to act on.
pub fn selected(lectern: &Lectern, view: ViewId) -> Result<Vec<Item>> {
    let _ = (lectern, view);
    Err(pending())
}

/// What lies at a position, to act on.
pub fn item(lectern: &Lectern, view: ViewId, at: u32) -> Result<Item> {
    let _ = (lectern, view, at);
    Err(pending())
}

/// Makes a folder (a zero-byte object ending in `/`), never over one that is there.
pub async fn new_folder(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
    name: &str,
) -> Result<()> {
    let _ = (lectern, connection, prefix, name);
    Err(pending())
}

/// Asks the service about one object.
pub async fn details(lectern: &Lectern, connection: &ConnectionId, key: &str) -> Result<Details> {
    let _ = (lectern, connection, key);
    Err(pending())
}

pub fn courses(lectern: &Lectern) -> Result<Vec<Course>> {
    let _ = lectern;
    Err(pending())
}

/// Pins a prefix as a course; an empty title takes the folder's name.
pub fn pin(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
    title: &str,
) -> Result<Course> {
    let _ = (lectern, connection, prefix, title);
    Err(pending())
}

pub fn rename_course(lectern: &Lectern, id: &str, title: &str) -> Result<()> {
    let _ = (lectern, id, title);
    Err(pending())
}

pub fn unpin(lectern: &Lectern, id: &str) -> Result<()> {
    let _ = (lectern, id);
    Err(pending())
}

fn pending() -> Error {
    Error::internal("not there yet")
}
