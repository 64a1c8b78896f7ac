//! Commands of the settings.

use lectern_core::Result;
use lectern_core::settings::{self, Settings};
use tauri::State;

use crate::shell::App;

#[tauri::command(async)]
#[specta::specta]
pub fn settings_get(app: State<'_, App>) -> Result<Settings> {
    settings::get(app.lectern()?)
}

#[tauri::command(async)]
#[specta::specta]
pub fn settings_set(app: State<'_, App>, settings: Settings) -> Result<()> {
    settings::set(app.lectern()?, &settings)?;
    app.keep_awake.follow(&settings);
    Ok(())
}
