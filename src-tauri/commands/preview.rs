//! Commands of the `preview` capability. The bytes themselves come through the
//! scheme of `shell/preview.rs`, not through commands.

use lectern_core::browse::{self, Item, RowHandle, ViewId};
use lectern_core::preview::{self, ArchiveListing, Block, Preview, PreviewId};
use lectern_core::{Error, Result};
use tauri::State;

use crate::shell::App;

/// Looks at the file of a row and holds it for reading until it is closed.
#[tauri::command]
#[specta::specta]
pub async fn preview_open(app: State<'_, App>, view: ViewId, row: RowHandle) -> Result<Preview> {
    let lectern = app.lectern()?;
    let (connection, _) = browse::place(lectern, view)?;
    match browse::item(lectern, view, row).await? {
        Item::Object { key, .. } => preview::open(lectern, &connection, &key).await,
        Item::Folder { .. } => Err(Error::invalid("row", "A folder has no preview.")),
    }
}

#[tauri::command(async)]
#[specta::specta]
pub fn preview_close(app: State<'_, App>, id: PreviewId) -> Result<()> {
    preview::close(app.lectern()?, &id);
    Ok(())
}

/// What an archive says it holds.
#[tauri::command]
#[specta::specta]
pub async fn preview_archive(app: State<'_, App>, id: PreviewId) -> Result<ArchiveListing> {
    preview::listing(app.lectern()?, &id).await
}

/// Reads Markdown into blocks, from which the window builds its own elements.
#[tauri::command(async)]
#[specta::specta]
pub fn preview_markdown(text: String) -> Result<Vec<Block>> {
    Ok(preview::markdown(&text))
}

/// Where sound and film are played from, on systems whose web view does not
/// play them through the scheme; elsewhere `None`.
#[tauri::command(async)]
#[specta::specta]
pub fn preview_media(app: State<'_, App>, id: PreviewId) -> Result<Option<String>> {
    Ok(app.media.as_ref().map(|media| media.address(&id)))
}
