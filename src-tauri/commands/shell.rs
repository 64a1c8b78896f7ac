//! Commands of the window itself: start-up, its events, its menu, the clipboard.

use lectern_core::Result;
use tauri::ipc::Channel;
use tauri::{AppHandle, State};

use crate::shell::{App, MenuGroup, ShellEvent, Startup, notify, open};

/// What the window needs to know before it draws.
#[tauri::command]
#[specta::specta]
pub async fn shell_startup(app: State<'_, App>) -> Result<Startup> {
    app.startup().await
}

/// `on_event` hears of drops and of the menu until the window closes.
#[tauri::command]
#[specta::specta]
pub fn shell_listen(app: State<'_, App>, on_event: Channel<ShellEvent>) -> Result<()> {
    app.events.listen(on_event);
    Ok(())
}

/// Puts the window's own command table into the native menu bar.
#[tauri::command]
#[specta::specta]
pub fn shell_set_menu(
    window: AppHandle,
    app: State<'_, App>,
    groups: Vec<MenuGroup>,
) -> Result<()> {
    app.menu_bar.set(&window, &groups)
}

/// Puts plain text (e.g. the details of an error) on the clipboard.
#[tauri::command]
#[specta::specta]
pub fn shell_copy_text(app: State<'_, App>, text: String) -> Result<()> {
    app.clipboard.set_text(&text)
}

/// Shows the log folder in the file manager.
#[tauri::command]
#[specta::specta]
pub fn shell_open_logs(app: State<'_, App>) -> Result<()> {
    open::folder(&app.folders.logs)
}

/// Tells through the system, unless the window is in front; whether it did.
#[tauri::command]
#[specta::specta]
pub async fn shell_notify(window: AppHandle, title: String, body: String) -> Result<bool> {
    notify::unless_in_front(&window, &title, &body).await
}
