//! Commands of the `properties` capability.

use lectern_core::Result;
use lectern_core::browse::{self, Item, RowHandle, ViewId};
use lectern_core::connection::ConnectionId;
use lectern_core::properties::{
    self, EditPlan, EditPlanId, Edited, ForAll, ForAllPlan, Looked, Properties, VersionCount,
    Wanted,
};
use tauri::State;

use crate::shell::App;

/// Looks closely at the object of a row; `None` for a folder.
#[tauri::command]
#[specta::specta]
pub async fn properties_get(
    app: State<'_, App>,
    view: ViewId,
    row: RowHandle,
) -> Result<Option<Properties>> {
    let lectern = app.lectern()?;
    let (connection, _) = browse::place(lectern, view)?;
    match browse::item(lectern, view, row).await? {
        Item::Object { key, .. } => properties::properties(lectern, &connection, &key)
            .await
            .map(Some),
        Item::Folder { .. } => Ok(None),
    }
}

/// Counts the versions of one object.
#[tauri::command]
#[specta::specta]
pub async fn properties_versions(
    app: State<'_, App>,
    connection: ConnectionId,
    key: String,
) -> Result<VersionCount> {
    properties::count_versions(app.lectern()?, &connection, &key).await
}

/// Tells what saving would change; nothing is written.
#[tauri::command]
#[specta::specta]
pub async fn properties_plan(
    app: State<'_, App>,
    connection: ConnectionId,
    key: String,
    looked: Looked,
    wanted: Wanted,
) -> Result<EditPlan> {
    properties::plan(app.lectern()?, &connection, &key, &looked, &wanted).await
}

#[tauri::command]
#[specta::specta]
pub async fn properties_save(app: State<'_, App>, plan: EditPlanId) -> Result<Edited> {
    properties::save(app.lectern()?, plan).await
}

/// Counts what a change of all that is selected would be made to.
#[tauri::command]
#[specta::specta]
pub async fn properties_plan_for_all(
    app: State<'_, App>,
    view: ViewId,
    change: ForAll,
) -> Result<ForAllPlan> {
    let lectern = app.lectern()?;
    let (connection, _) = browse::place(lectern, view)?;
    let items = browse::selected(lectern, view).await?;
    properties::plan_for_all(lectern, &connection, items, &change).await
}

#[tauri::command]
#[specta::specta]
pub async fn properties_save_for_all(app: State<'_, App>, plan: EditPlanId) -> Result<Edited> {
    properties::save_for_all(app.lectern()?, plan).await
}

/// Puts back what an edit changed.
#[tauri::command]
#[specta::specta]
pub async fn properties_undo(app: State<'_, App>, edit: String) -> Result<Edited> {
    properties::undo(app.lectern()?, &edit).await
}
