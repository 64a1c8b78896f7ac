//! Browsing: a folder's listing, kept in Rust, looked at through windows of rows.
//!
//! [`open`] begins a listing and streams it into a view; the window is told of
//! growth (count and generation), asks for the rows it shows, and moves the
//! selection, which lives here as well: a batch operation names the view, never
//! a million keys.

mod course;
mod file_type;
mod filter;
mod folder;
mod folders;
pub(crate) mod lister;
mod listing;
mod looks;
mod model;
pub(crate) mod pages;
pub(crate) mod place;
mod recent;
mod selection;
mod sort;
mod table;
mod view;
mod views;
mod walk;

use std::collections::HashMap;
use std::sync::Arc;

use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::store::Store;

pub use course::{courses, pin, rename_course, unpin};
pub use folder::new_folder;
pub use folders::{FolderNames, folders};
pub use looks::{ColumnWidth, Layout, Look, keep_look, look};
pub use model::{
    Column, Course, FileType, Item, ListingEvent, Row, Rows, Select, SelectionState, Sort, ViewId,
    ViewState,
};
pub use recent::{RecentPlace, forget_recent, recent, visited};
pub use views::Views;
pub use walk::{Depth, Listed, Walk, walk};

use listing::OpenView;
use sort::NameOrder;
use view::View;

/// Begins a listing of `prefix` (empty for the connection's root) and reports
/// to `on_event` until it is finished, failed or closed.
///
/// # Errors
/// `InvalidInput` for a prefix outside the connection's; what the service says
/// comes as [`ListingEvent::Failed`].
pub async fn open(
    lectern: &Arc<Lectern>,
    connection: &ConnectionId,
    prefix: &str,
    on_event: impl Fn(ListingEvent) + Send + Sync + 'static,
) -> Result<ViewId> {
    let store = lectern.stores.of(lectern, connection).await?;
    let prefix = place::folder(store.connection(), prefix)?;
    let view = Arc::new(OpenView::new(
        connection.clone(),
        empty_view(lectern, &store, &prefix)?,
        on_event,
    ));
    let id = lectern.views.put(Arc::clone(&view));
    view.begin(store);
    Ok(id)
}

/// Lists again, keeping order, filter and selection; reports to the view's
/// `on_event`. What is on show stays until everything has come.
pub async fn refresh(lectern: &Arc<Lectern>, view: ViewId) -> Result<()> {
    let open = lectern.views.get(view)?;
    let store = lectern.stores.of(lectern, &open.connection).await?;
    let fresh = empty_view(lectern, &store, &open.prefix)?;
    open.refresh(store, fresh);
    Ok(())
}

/// Ends the view and its listing.
pub fn close(lectern: &Lectern, view: ViewId) {
    lectern.views.close(view);
}

/// At most 512 rows from `start` on, as they stand now.
pub fn rows(lectern: &Lectern, view: ViewId, start: u32, count: u32) -> Result<Rows> {
    Ok(lectern.views.get(view)?.view().rows(start, count))
}

/// Orders and filters the whole folder. May take some tenths of a second for a
/// million rows: not for a thread that must not wait.
pub fn arrange(lectern: &Lectern, view: ViewId, sort: Sort, filter: &str) -> Result<ViewState> {
    let open = lectern.views.get(view)?;
    let mut view = open.view();
    view.arrange(sort, filter);
    Ok(view.state())
}

/// Moves the selection. It survives sorting, filtering and refreshing, so that
/// rows which are filtered out may be selected too: the state counts them all.
pub fn select(lectern: &Lectern, view: ViewId, change: &Select) -> Result<ViewState> {
    let open = lectern.views.get(view)?;
    let mut view = open.view();
    view.select(change);
    Ok(view.state())
}

/// Type-ahead: the first row at or after `from` (wrapping) whose name begins with `text`.
pub fn find(lectern: &Lectern, view: ViewId, text: &str, from: u32) -> Result<Option<u32>> {
    Ok(lectern.views.get(view)?.view().find(text, from))
}

/// Where the view looks.
pub fn place(lectern: &Lectern, view: ViewId) -> Result<(ConnectionId, String)> {
    let open = lectern.views.get(view)?;
    Ok((open.connection.clone(), open.prefix.clone()))
}

/// What is selected, to act on.
pub fn selected(lectern: &Lectern, view: ViewId) -> Result<Vec<Item>> {
    Ok(lectern.views.get(view)?.view().selected())
}

/// What lies at a position, to act on.
///
/// # Errors
/// `NotFound` beyond the last row.
pub fn item(lectern: &Lectern, view: ViewId, at: u32) -> Result<Item> {
    let item = lectern.views.get(view)?.view().item(at);
    item.ok_or_else(|| {
        Error::new(Code::NotFound, "This row is not there any more.")
            .next("Look at the list again.")
    })
}

fn empty_view(lectern: &Lectern, store: &Store, prefix: &str) -> Result<View> {
    let language = lectern
        .catalog
        .settings()?
        .language
        .or_else(sys_locale::get_locale);
    let now = lectern.clock.now_ms();
    let links: HashMap<String, UnixMillis> = lectern
        .catalog
        .shared_in_folder(&store.connection().id, store.bucket(), prefix, now)?
        .into_iter()
        .collect();
    Ok(View::new(
        prefix.to_owned(),
        NameOrder::of_language(language.as_deref()),
        links,
    ))
}
