//! Browsing: a folder's listing, kept in Rust, looked at through windows of rows.
//!
//! [`open`] begins a listing and streams it into a view; the window is told of
//! growth (count and generation), asks for the rows it shows, and moves the
//! selection, which lives here as well: a batch operation names the view, never
//! a million keys.

mod actor;
mod arrangement;
mod course;
pub(crate) mod file_type;
mod folder;
mod folders;
mod guard;
mod kept;
pub(crate) mod lister;
mod listing;
mod looks;
mod measure;
mod model;
mod name_order;
pub(crate) mod pages;
pub(crate) mod place;
mod positions;
mod query;
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
pub(crate) use file_type::extension;
pub use folder::new_folder;
pub use folders::{FolderNames, folders};
pub use looks::{ColumnWidth, Layout, Look, keep_look, look};
pub use measure::{MeasureProgress, MeasureSummary, measure, stop_measuring};
pub use model::{
    Column, Course, Depth, FileType, Item, ListingEvent, Measured, Query, Row, RowHandle, Rows,
    Select, SelectionState, Sort, Span, ViewId, ViewState,
};
pub use recent::{RecentPlace, forget_recent, recent, visited};
pub use views::Views;
pub use walk::{Listed, Walk, walk};

use listing::OpenView;
use name_order::NameOrder;
use view::View;

/// Begins a listing of `prefix` (empty for the connection's root) and reports
/// to `on_event` until it is finished, failed or closed. Where a listing of the
/// folder is kept from before, its rows are there at once and are then corrected.
///
/// # Errors
/// `InvalidInput` for a prefix outside the connection's; what the service says
/// comes as [`ListingEvent::Failed`].
pub async fn open(
    lectern: &Arc<Lectern>,
    connection: &ConnectionId,
    prefix: &str,
    depth: Depth,
    on_event: impl Fn(ListingEvent) + Send + Sync + 'static,
) -> Result<ViewId> {
    let store = lectern.stores.of(lectern, connection).await?;
    let prefix = place::folder(store.connection(), prefix)?;
    let view = empty_view(lectern, &store, &prefix, depth)?;
    let view = match depth {
        Depth::Folder => kept::take_up(lectern, &store, prefix.clone(), view).await?,
        Depth::All => view,
    };
    let state = view.state();
    let open = Arc::new(OpenView::new(connection.clone(), view, on_event)?);
    let id = lectern.views.put(Arc::clone(&open));
    if state.listed_at.is_some() {
        (open.on_event)(ListingEvent::Changed { state });
        let fresh = empty_view(lectern, &store, &prefix, depth)?;
        open.refresh(lectern, store, fresh);
    } else {
        open.begin(lectern, store);
    }
    Ok(id)
}

/// Lists again, keeping order, query and selection; reports to the view's
/// `on_event`. What is on show stays until everything has come.
pub async fn refresh(lectern: &Arc<Lectern>, view: ViewId) -> Result<()> {
    let open = lectern.views.get(view)?;
    let store = lectern.stores.of(lectern, &open.connection).await?;
    let fresh = empty_view(lectern, &store, &open.prefix, open.depth)?;
    open.refresh(lectern, store, fresh);
    Ok(())
}

/// Ends the view and its listing.
pub fn close(lectern: &Lectern, view: ViewId) {
    lectern.views.close(view);
}

/// At most 512 rows from `start` on, as they stand after what was asked before.
pub async fn rows(lectern: &Lectern, view: ViewId, start: u32, count: u32) -> Result<Rows> {
    let open = lectern.views.get(view)?;
    open.actor.ask(move |view| view.rows(start, count)).await
}

/// How the view stands after what was asked before.
pub async fn state(lectern: &Lectern, view: ViewId) -> Result<ViewState> {
    let open = lectern.views.get(view)?;
    open.actor.ask(|view| view.state()).await
}

/// Orders and filters all rows, after what was asked before. A newer call ends an
/// earlier one that is still at work; [`state`] waits for it.
pub fn arrange(lectern: &Lectern, view: ViewId, sort: Sort, query: Query) -> Result<()> {
    let open = lectern.views.get(view)?;
    let arrangement = open.arrangement();
    open.actor
        .tell(move |view| view.arrange(sort, query, &arrangement));
    Ok(())
}

/// Moves the selection, after what was asked before. Positions are those of
/// `generation`; if that is too long ago, nothing is selected. The selection survives
/// sorting, filtering and refreshing, so that rows which are filtered out may be
/// selected too: the state counts them all.
pub fn select(lectern: &Lectern, view: ViewId, generation: u32, change: Select) -> Result<()> {
    let open = lectern.views.get(view)?;
    open.actor
        .tell(move |view| view.select(generation, &change));
    Ok(())
}

/// Type-ahead: the first row at or after `from` (wrapping) whose name begins with `text`.
pub async fn find(lectern: &Lectern, view: ViewId, text: &str, from: u32) -> Result<Option<u32>> {
    let (open, text) = (lectern.views.get(view)?, text.to_owned());
    open.actor.ask(move |view| view.find(&text, from)).await
}

/// The position of the row of exactly this name (in a view that looks through
/// everything: path below its prefix), if it is on show.
pub async fn position(
    lectern: &Lectern,
    view: ViewId,
    name: &str,
    is_folder: bool,
) -> Result<Option<u32>> {
    let (open, name) = (lectern.views.get(view)?, name.to_owned());
    open.actor
        .ask(move |view| view.position(&name, is_folder))
        .await
}

/// Where the view looks.
pub fn place(lectern: &Lectern, view: ViewId) -> Result<(ConnectionId, String)> {
    let open = lectern.views.get(view)?;
    Ok((open.connection.clone(), open.prefix.clone()))
}

/// What is selected, to act on.
pub async fn selected(lectern: &Lectern, view: ViewId) -> Result<Vec<Item>> {
    let open = lectern.views.get(view)?;
    open.actor.ask(|view| view.selected()).await
}

/// What a row stands for, to act on.
///
/// # Errors
/// `NotFound` when the row was one of an earlier listing.
pub async fn item(lectern: &Lectern, view: ViewId, row: RowHandle) -> Result<Item> {
    let open = lectern.views.get(view)?;
    let item = open.actor.ask(move |view| view.item(row)).await?;
    item.ok_or_else(|| {
        Error::new(Code::NotFound, "This row is not there any more.")
            .next("Look at the list again.")
    })
}

fn empty_view(lectern: &Lectern, store: &Store, prefix: &str, depth: Depth) -> Result<View> {
    let language = lectern
        .catalog
        .settings()?
        .language
        .or_else(sys_locale::get_locale);
    let now = lectern.clock.now_ms();
    let links: HashMap<String, UnixMillis> = lectern
        .catalog
        .shared_below(&store.connection().id, store.bucket(), prefix, depth, now)?
        .into_iter()
        .collect();
    Ok(View::new(
        prefix.to_owned(),
        depth,
        NameOrder::of_language(language.as_deref(), depth == Depth::All),
        links,
    ))
}
