//! Commands of the `bin` capability.

use lectern_core::Result;
use lectern_core::bin::{self, Deleted, Deletion, DeletionPlan, DeletionPlanId, Restored};
use lectern_core::browse::{self, ViewId};
use tauri::State;

use crate::shell::App;

/// Plans to delete what is selected in a view.
#[tauri::command]
#[specta::specta]
pub async fn bin_plan(app: State<'_, App>, view: ViewId) -> Result<DeletionPlan> {
    let lectern = app.lectern()?;
    let (connection, _) = browse::place(lectern, view)?;
    let items = browse::selected(lectern, view).await?;
    bin::plan(lectern, &connection, items).await
}

#[tauri::command]
#[specta::specta]
pub async fn bin_delete(app: State<'_, App>, plan: DeletionPlanId) -> Result<Deleted> {
    bin::delete(app.lectern()?, plan).await
}

#[tauri::command]
#[specta::specta]
pub async fn bin_undo(app: State<'_, App>, deletion: String) -> Result<Restored> {
    bin::undo(app.lectern()?, &deletion).await
}

#[tauri::command(async)]
#[specta::specta]
pub fn bin_list(app: State<'_, App>) -> Result<Vec<Deletion>> {
    bin::list(app.lectern()?)
}
