//! Commands of the `links` capability. A signed URL goes from the core to the
//! clipboard; the web view never sees it.

use lectern_core::browse::{self, Item, RowHandle, ViewId};
use lectern_core::connection::ConnectionId;
use lectern_core::link::{self, Expiry, Link, LinkOptions, LinkRequest, SignedUrl};
use lectern_core::{Error, Result};
use tauri::State;

use crate::shell::App;

/// What can be offered for the object of a row.
#[tauri::command]
#[specta::specta]
pub async fn links_options(
    app: State<'_, App>,
    view: ViewId,
    row: RowHandle,
) -> Result<LinkOptions> {
    let (connection, key) = object(&app, view, row).await?;
    link::options(app.lectern()?, &connection, &key).await
}

/// When a link of `seconds` made now would really end.
#[tauri::command]
#[specta::specta]
pub async fn links_expiry(
    app: State<'_, App>,
    connection: ConnectionId,
    seconds: u32,
) -> Result<Expiry> {
    link::expiry(app.lectern()?, &connection, seconds).await
}

/// Makes a link to the object of a row and puts it on the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn links_copy(
    app: State<'_, App>,
    view: ViewId,
    row: RowHandle,
    request: LinkRequest,
) -> Result<Link> {
    let (connection, key) = object(&app, view, row).await?;
    let made = link::make(app.lectern()?, &connection, &key, &request).await?;
    to_clipboard(&app, made)
}

/// Signs a link of the ledger again and puts it on the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn links_again(app: State<'_, App>, id: String) -> Result<Link> {
    let made = link::again(app.lectern()?, &id).await?;
    to_clipboard(&app, made)
}

#[tauri::command(async)]
#[specta::specta]
pub fn links_list(app: State<'_, App>) -> Result<Vec<Link>> {
    link::list(app.lectern()?)
}

async fn object(app: &App, view: ViewId, row: RowHandle) -> Result<(ConnectionId, String)> {
    let lectern = app.lectern()?;
    let (connection, _) = browse::place(lectern, view)?;
    match browse::item(lectern, view, row).await? {
        Item::Object { key, .. } => Ok((connection, key)),
        Item::Folder { .. } => Err(Error::invalid("row", "A folder has no link of its own.")
            .next("Choose a file in the folder.")),
    }
}

fn to_clipboard(app: &App, (link, url): (Link, SignedUrl)) -> Result<Link> {
    app.clipboard.set_text(url.expose())?;
    Ok(link)
}
