//! Commands of the thumbnails, which themselves come through `shell/thumbnails.rs`.

use lectern_core::Result;
use lectern_core::browse::ViewId;
use lectern_core::preview::thumbnail;
use tauri::State;

use crate::shell::App;

/// These rows, by their names below the view's folder, are not on screen any
/// more: their thumbnails need not be made.
#[tauri::command(async)]
#[specta::specta]
pub fn thumbnails_cancel(app: State<'_, App>, view: ViewId, names: Vec<String>) -> Result<()> {
    thumbnail::cancel(app.lectern()?, view, names);
    Ok(())
}
