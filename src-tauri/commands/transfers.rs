//! Commands of the `transfers` capability. Local paths stay in Rust: the web
//! view names what was dropped, picked or pasted by its [`OfferId`], what was
//! downloaded by its job, and cannot name a path of its own.

use lectern_core::browse::{self, Item, ViewId};
use lectern_core::connection::ConnectionId;
use lectern_core::job::JobId;
use lectern_core::transfer::{
    self, Answers, IfChanged, Plan, PlanId, Snapshot, Summary, Unfinished,
};
use lectern_core::{Error, Result};
use tauri::ipc::Channel;
use tauri::{AppHandle, State};

use crate::shell::{App, OfferId, dialogs, open};

/// Asks for files to add; `None` when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn transfers_pick_files(
    window: AppHandle,
    app: State<'_, App>,
) -> Result<Option<OfferId>> {
    let paths = dialogs::pick_files(&window).await?;
    Ok(paths.map(|paths| app.offers.keep(paths)))
}

/// Asks for folders to add; `None` when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn transfers_pick_folders(
    window: AppHandle,
    app: State<'_, App>,
) -> Result<Option<OfferId>> {
    let paths = dialogs::pick_folders(&window).await?;
    Ok(paths.map(|paths| app.offers.keep(paths)))
}

/// Takes the files that were copied in a file manager; `None` when the clipboard
/// holds none.
#[tauri::command(async)]
#[specta::specta]
pub fn transfers_paste(app: State<'_, App>) -> Result<Option<OfferId>> {
    let paths = app.clipboard.files()?;
    Ok((!paths.is_empty()).then(|| app.offers.keep(paths)))
}

/// Plans to add what was dropped, picked or pasted below a prefix. The offer is used up.
#[tauri::command]
#[specta::specta]
pub async fn transfers_plan_upload(
    app: State<'_, App>,
    connection: ConnectionId,
    prefix: String,
    offer: OfferId,
) -> Result<Plan> {
    let paths = app.offers.take(offer)?;
    transfer::plan_upload(app.lectern()?, &connection, &prefix, paths).await
}

/// Asks where to and plans to download what is selected in a view; `None` when
/// the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn transfers_plan_download(
    window: AppHandle,
    app: State<'_, App>,
    view: ViewId,
) -> Result<Option<Plan>> {
    let lectern = app.lectern()?;
    let (connection, prefix) = browse::place(lectern, view)?;
    let items = browse::selected(lectern, view).await?;
    let Some(target) = dialogs::pick_folder(&window).await? else {
        return Ok(None);
    };
    transfer::plan_download(lectern, &connection, &prefix, items, &target)
        .await
        .map(Some)
}

/// Plans to move what is selected in a view below a prefix.
#[tauri::command]
#[specta::specta]
pub async fn transfers_plan_move(
    app: State<'_, App>,
    view: ViewId,
    connection: ConnectionId,
    prefix: String,
) -> Result<Plan> {
    let lectern = app.lectern()?;
    let (from, _) = browse::place(lectern, view)?;
    let items = browse::selected(lectern, view).await?;
    transfer::plan_move(lectern, &from, items, &connection, &prefix).await
}

/// As `transfers_plan_move`, for copying.
#[tauri::command]
#[specta::specta]
pub async fn transfers_plan_copy(
    app: State<'_, App>,
    view: ViewId,
    connection: ConnectionId,
    prefix: String,
) -> Result<Plan> {
    let lectern = app.lectern()?;
    let (from, _) = browse::place(lectern, view)?;
    let items = browse::selected(lectern, view).await?;
    transfer::plan_copy(lectern, &from, items, &connection, &prefix).await
}

/// Starts a plan with the answers to its conflicts.
#[tauri::command]
#[specta::specta]
pub async fn transfers_start(app: State<'_, App>, plan: PlanId, answers: Answers) -> Result<JobId> {
    let job = transfer::start(app.lectern()?, plan, &answers).await?;
    Ok(job.id)
}

#[tauri::command(async)]
#[specta::specta]
pub fn transfers_discard(app: State<'_, App>, plan: PlanId) -> Result<()> {
    transfer::discard(app.lectern()?, plan);
    Ok(())
}

/// Answers when the job is over.
#[tauri::command]
#[specta::specta]
pub async fn transfers_finished(app: State<'_, App>, job: JobId) -> Result<Summary> {
    transfer::finished(app.lectern()?, job).await
}

/// `on_change` hears of all jobs, at most ten times a second, until the window closes.
#[tauri::command(async)]
#[specta::specta]
pub fn transfers_watch(app: State<'_, App>, on_change: Channel<Snapshot>) -> Result<()> {
    let mut snapshots = transfer::watch(app.lectern()?);
    tauri::async_runtime::spawn(async move {
        loop {
            let snapshot = snapshots.borrow_and_update().clone();
            if on_change.send(snapshot).is_err() || snapshots.changed().await.is_err() {
                return;
            }
        }
    });
    Ok(())
}

#[tauri::command(async)]
#[specta::specta]
pub fn transfers_cancel(app: State<'_, App>, job: JobId) -> Result<()> {
    transfer::cancel(app.lectern()?, job)
}

/// Begins nothing new of a job; what is under way ends.
#[tauri::command(async)]
#[specta::specta]
pub fn transfers_pause(app: State<'_, App>, job: JobId) -> Result<()> {
    transfer::pause(app.lectern()?, job)
}

/// Goes on where the job stopped, with the credentials of now.
#[tauri::command]
#[specta::specta]
pub async fn transfers_resume(app: State<'_, App>, job: JobId) -> Result<()> {
    transfer::resume(app.lectern()?, job).await
}

#[tauri::command(async)]
#[specta::specta]
pub fn transfers_pause_all(app: State<'_, App>) -> Result<()> {
    transfer::pause_all(app.lectern()?);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn transfers_resume_all(app: State<'_, App>) -> Result<()> {
    transfer::resume_all(app.lectern()?).await
}

/// What an earlier run left to be done.
#[tauri::command]
#[specta::specta]
pub async fn transfers_unfinished(app: State<'_, App>) -> Result<Unfinished> {
    transfer::unfinished(app.lectern()?).await
}

/// Goes on with what an earlier run left; the jobs that do.
#[tauri::command]
#[specta::specta]
pub async fn transfers_take_up(app: State<'_, App>, changed: IfChanged) -> Result<Vec<JobId>> {
    let jobs = transfer::take_up(app.lectern()?, changed).await?;
    Ok(jobs.iter().map(|job| job.id).collect())
}

/// Shows what a download brought in the file manager: one item, or all of it.
#[tauri::command]
#[specta::specta]
pub async fn transfers_show(app: State<'_, App>, job: JobId, item: Option<u32>) -> Result<()> {
    let path = transfer::local_path(app.lectern()?, job, item)?;
    open::reveal(&path).await
}

/// Tries the failed items again, as a job of its own.
#[tauri::command]
#[specta::specta]
pub async fn transfers_retry(app: State<'_, App>, job: JobId) -> Result<JobId> {
    let job = transfer::retry(app.lectern()?, job).await?;
    Ok(job.id)
}

#[tauri::command(async)]
#[specta::specta]
pub fn transfers_clear(app: State<'_, App>, job: JobId) -> Result<()> {
    transfer::clear(app.lectern()?, job);
    Ok(())
}

/// Renames the one thing that is selected in a view.
#[tauri::command]
#[specta::specta]
pub async fn transfers_rename(
    app: State<'_, App>,
    view: ViewId,
    new_name: String,
) -> Result<Summary> {
    let lectern = app.lectern()?;
    let (connection, _) = browse::place(lectern, view)?;
    let item = only(browse::selected(lectern, view).await?)?;
    transfer::rename(lectern, &connection, item, &new_name).await
}

/// Takes a move or rename back, by the id that its summary has.
#[tauri::command]
#[specta::specta]
pub async fn transfers_undo_move(app: State<'_, App>, id: String) -> Result<Summary> {
    transfer::undo_move(app.lectern()?, &id).await
}

fn only(items: Vec<Item>) -> Result<Item> {
    let count = items.len();
    let [item] = <[Item; 1]>::try_from(items).map_err(|_| {
        Error::invalid("view", "One thing at a time can be renamed.")
            .detail(format!("{count} are selected"))
    })?;
    Ok(item)
}
