//! Commands of the `browse` capability.

use lectern_core::Result;
use lectern_core::browse::{
    self, Course, Depth, FolderNames, ListingEvent, Look, MeasureProgress, MeasureSummary, Query,
    RecentPlace, Rows, Select, Sort, ViewId, ViewState,
};
use lectern_core::connection::ConnectionId;
use tauri::State;
use tauri::ipc::Channel;

use crate::shell::App;

/// Opens a folder, or everything below it; `on_event` hears of its rows until the
/// view is closed.
#[tauri::command]
#[specta::specta]
pub async fn browse_open(
    app: State<'_, App>,
    connection: ConnectionId,
    prefix: String,
    depth: Depth,
    on_event: Channel<ListingEvent>,
) -> Result<ViewId> {
    let report = move |event| {
        // A window that is gone has nobody left to tell.
        let _ = on_event.send(event);
    };
    browse::open(app.lectern()?, &connection, &prefix, depth, report).await
}

#[tauri::command]
#[specta::specta]
pub async fn browse_refresh(app: State<'_, App>, view: ViewId) -> Result<()> {
    browse::refresh(app.lectern()?, view).await
}

/// Counts what lies below the selected folders, or below the folder on screen where
/// none is selected; answers when that is done or was stopped.
#[tauri::command]
#[specta::specta]
pub async fn browse_measure(
    app: State<'_, App>,
    view: ViewId,
    on_progress: Channel<MeasureProgress>,
) -> Result<MeasureSummary> {
    let report = move |progress| {
        // A window that is gone has nobody left to tell.
        let _ = on_progress.send(progress);
    };
    browse::measure(app.lectern()?, view, report).await
}

#[tauri::command(async)]
#[specta::specta]
pub fn browse_stop_measuring(app: State<'_, App>, view: ViewId) -> Result<()> {
    browse::stop_measuring(app.lectern()?, view)
}

#[tauri::command(async)]
#[specta::specta]
pub fn browse_close(app: State<'_, App>, view: ViewId) -> Result<()> {
    browse::close(app.lectern()?, view);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn browse_rows(
    app: State<'_, App>,
    view: ViewId,
    start: u32,
    count: u32,
) -> Result<Rows> {
    browse::rows(app.lectern()?, view, start, count).await
}

/// How the view stands after everything that was asked of it before.
#[tauri::command]
#[specta::specta]
pub async fn browse_state(app: State<'_, App>, view: ViewId) -> Result<ViewState> {
    browse::state(app.lectern()?, view).await
}

/// Sorts and filters all rows; a newer call ends one that is still at work.
///
/// This and `browse_select` only queue, on the thread where they arrive, so that
/// whatever is asked for next comes after them.
#[tauri::command]
#[specta::specta]
pub fn browse_arrange(app: State<'_, App>, view: ViewId, sort: Sort, query: Query) -> Result<()> {
    browse::arrange(app.lectern()?, view, sort, query)
}

/// Moves the selection; the positions are those of `generation`.
#[tauri::command]
#[specta::specta]
pub fn browse_select(
    app: State<'_, App>,
    view: ViewId,
    generation: u32,
    change: Select,
) -> Result<()> {
    browse::select(app.lectern()?, view, generation, change)
}

/// Type-ahead: the position of the next row whose name begins with `text`.
#[tauri::command]
#[specta::specta]
pub async fn browse_find(
    app: State<'_, App>,
    view: ViewId,
    text: String,
    from: u32,
) -> Result<Option<u32>> {
    browse::find(app.lectern()?, view, &text, from).await
}

/// The position of the row of exactly this name (or path, in a view of everything).
#[tauri::command]
#[specta::specta]
pub async fn browse_position(
    app: State<'_, App>,
    view: ViewId,
    name: String,
    is_folder: bool,
) -> Result<Option<u32>> {
    browse::position(app.lectern()?, view, &name, is_folder).await
}

#[tauri::command]
#[specta::specta]
pub async fn browse_new_folder(
    app: State<'_, App>,
    connection: ConnectionId,
    prefix: String,
    name: String,
) -> Result<()> {
    browse::new_folder(app.lectern()?, &connection, &prefix, &name).await
}

#[tauri::command(async)]
#[specta::specta]
pub fn browse_courses(app: State<'_, App>) -> Result<Vec<Course>> {
    browse::courses(app.lectern()?)
}

#[tauri::command(async)]
#[specta::specta]
pub fn browse_pin(
    app: State<'_, App>,
    connection: ConnectionId,
    prefix: String,
    title: String,
) -> Result<Course> {
    browse::pin(app.lectern()?, &connection, &prefix, &title)
}

#[tauri::command(async)]
#[specta::specta]
pub fn browse_rename_course(app: State<'_, App>, id: String, title: String) -> Result<()> {
    browse::rename_course(app.lectern()?, &id, &title)
}

#[tauri::command(async)]
#[specta::specta]
pub fn browse_unpin(app: State<'_, App>, id: String) -> Result<()> {
    browse::unpin(app.lectern()?, &id)
}

/// How a folder is looked at; `None` where nothing was chosen.
#[tauri::command(async)]
#[specta::specta]
pub fn browse_look(
    app: State<'_, App>,
    connection: ConnectionId,
    prefix: String,
) -> Result<Option<Look>> {
    browse::look(app.lectern()?, &connection, &prefix)
}

/// Keeps how a folder is looked at; `None` goes back to how it is without a choice.
#[tauri::command(async)]
#[specta::specta]
pub fn browse_keep_look(
    app: State<'_, App>,
    connection: ConnectionId,
    prefix: String,
    look: Option<Look>,
) -> Result<()> {
    browse::keep_look(app.lectern()?, &connection, &prefix, look)
}

/// The first folders in a folder whose name begins with `begins`.
#[tauri::command]
#[specta::specta]
pub async fn browse_folders(
    app: State<'_, App>,
    connection: ConnectionId,
    prefix: String,
    begins: String,
) -> Result<FolderNames> {
    browse::folders(app.lectern()?, &connection, &prefix, &begins).await
}

/// The folders opened lately, newest first.
#[tauri::command(async)]
#[specta::specta]
pub fn browse_recent(app: State<'_, App>) -> Result<Vec<RecentPlace>> {
    browse::recent(app.lectern()?)
}

/// Remembers that a folder was opened.
#[tauri::command(async)]
#[specta::specta]
pub fn browse_visited(app: State<'_, App>, connection: ConnectionId, prefix: String) -> Result<()> {
    browse::visited(app.lectern()?, &connection, &prefix)
}

/// Takes one folder off the list of those opened lately.
#[tauri::command(async)]
#[specta::specta]
pub fn browse_forget_recent(
    app: State<'_, App>,
    connection: ConnectionId,
    prefix: String,
) -> Result<()> {
    browse::forget_recent(app.lectern()?, Some((&connection, &prefix)))
}

/// Empties the list of folders opened lately.
#[tauri::command(async)]
#[specta::specta]
pub fn browse_forget_all_recent(app: State<'_, App>) -> Result<()> {
    browse::forget_recent(app.lectern()?, None)
}
