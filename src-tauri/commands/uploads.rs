//! Commands about uploads that nobody finished, of the `transfers` capability.

use lectern_core::Result;
use lectern_core::connection::ConnectionId;
use lectern_core::transfer::{self, Aborted, LeftoverUpload, UploadRef};
use tauri::State;

use crate::shell::App;

/// The unfinished uploads of a connection.
#[tauri::command]
#[specta::specta]
pub async fn uploads_list(
    app: State<'_, App>,
    connection: ConnectionId,
) -> Result<Vec<LeftoverUpload>> {
    transfer::leftover_uploads(app.lectern()?, &connection, "").await
}

/// Removes the parts of these uploads; those that a transfer needs stay.
#[tauri::command]
#[specta::specta]
pub async fn uploads_abort(
    app: State<'_, App>,
    connection: ConnectionId,
    uploads: Vec<UploadRef>,
) -> Result<Aborted> {
    transfer::abort_uploads(app.lectern()?, &connection, uploads).await
}
