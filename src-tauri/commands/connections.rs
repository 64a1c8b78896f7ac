//! Commands of the `connections` capability. A secret only ever comes in.

use lectern_core::Result;
use lectern_core::connection::{
    self, Check, Connection, ConnectionDraft, ConnectionId, ConnectionInfo, ImportedDraft, Profile,
    SecretInput,
};
use tauri::{AppHandle, State};

use crate::shell::{App, dialogs};

#[tauri::command]
#[specta::specta]
pub async fn connections_list(app: State<'_, App>) -> Result<Vec<ConnectionInfo>> {
    connection::list(app.lectern()?).await
}

#[tauri::command]
#[specta::specta]
pub async fn connections_add(
    app: State<'_, App>,
    draft: ConnectionDraft,
    secret: Option<SecretInput>,
) -> Result<Connection> {
    connection::add(app.lectern()?, draft, secret).await
}

#[tauri::command]
#[specta::specta]
pub async fn connections_edit(
    app: State<'_, App>,
    id: ConnectionId,
    draft: ConnectionDraft,
    secret: Option<SecretInput>,
) -> Result<Connection> {
    connection::edit(app.lectern()?, &id, draft, secret).await
}

#[tauri::command]
#[specta::specta]
pub async fn connections_remove(app: State<'_, App>, id: ConnectionId) -> Result<()> {
    connection::remove(app.lectern()?, &id).await
}

/// Tries a connection as drafted. `existing` lends its kept secret where none is given.
#[tauri::command]
#[specta::specta]
pub async fn connections_check(
    app: State<'_, App>,
    draft: ConnectionDraft,
    secret: Option<SecretInput>,
    existing: Option<ConnectionId>,
) -> Result<Check> {
    connection::check(app.lectern()?, draft, secret, existing.as_ref()).await
}

/// The buckets these credentials may list.
#[tauri::command]
#[specta::specta]
pub async fn connections_buckets(
    app: State<'_, App>,
    draft: ConnectionDraft,
    secret: Option<SecretInput>,
    existing: Option<ConnectionId>,
) -> Result<Vec<String>> {
    connection::buckets(app.lectern()?, draft, secret, existing.as_ref()).await
}

/// The built-in practice connection, made where it is not there.
#[tauri::command]
#[specta::specta]
pub async fn connections_practice(app: State<'_, App>) -> Result<Connection> {
    connection::practice(app.lectern()?).await
}

#[tauri::command]
#[specta::specta]
pub async fn connections_profiles() -> Result<Vec<Profile>> {
    connection::profiles().await
}

/// Asks for a `.env` file and reads it; `None` when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn connections_import_env(
    window: AppHandle,
    app: State<'_, App>,
) -> Result<Option<ImportedDraft>> {
    let lectern = app.lectern()?;
    match dialogs::read_text_file(&window).await? {
        Some(text) => connection::read_env(lectern, &text).map(Some),
        None => Ok(None),
    }
}

/// Asks for an exported file and adds its connections; `None` when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn connections_import(
    window: AppHandle,
    app: State<'_, App>,
) -> Result<Option<Vec<Connection>>> {
    let lectern = app.lectern()?;
    match dialogs::read_text_file(&window).await? {
        Some(text) => connection::import(lectern, &text).await.map(Some),
        None => Ok(None),
    }
}

/// Asks where to and writes the connections without secrets; `false` when the
/// dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn connections_export(
    window: AppHandle,
    app: State<'_, App>,
    ids: Vec<ConnectionId>,
) -> Result<bool> {
    let text = connection::export(app.lectern()?, &ids)?;
    dialogs::save_text_file(&window, "lectern-connections.json", text).await
}

/// Asks for the folder of a practice connection; `None` when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn connections_pick_folder(window: AppHandle) -> Result<Option<String>> {
    let folder = dialogs::pick_folder(&window).await?;
    Ok(folder.map(|folder| folder.display().to_string()))
}
