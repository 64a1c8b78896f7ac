//! The system's own file dialogs.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use lectern_core::{Code, Error, Result};
use rfd::{AsyncFileDialog, FileHandle};
use tauri::{AppHandle, Manager};
use tokio::sync::oneshot;

/// More than any `.env` or exported file has; a larger one is something else.
const LARGEST_TEXT: u64 = 1024 * 1024;

pub async fn pick_files(app: &AppHandle) -> Result<Option<Vec<PathBuf>>> {
    let picked = show(app, |dialog| Box::pin(dialog.pick_files())).await?;
    Ok(picked.map(paths))
}

pub async fn pick_folders(app: &AppHandle) -> Result<Option<Vec<PathBuf>>> {
    let picked = show(app, |dialog| Box::pin(dialog.pick_folders())).await?;
    Ok(picked.map(paths))
}

pub async fn pick_folder(app: &AppHandle) -> Result<Option<PathBuf>> {
    let picked = show(app, |dialog| Box::pin(dialog.pick_folder())).await?;
    Ok(picked.map(|folder| folder.path().to_path_buf()))
}

/// Asks for a file and reads it; `None` when the dialog was closed.
pub async fn read_text_file(app: &AppHandle) -> Result<Option<String>> {
    let Some(file) = show(app, |dialog| Box::pin(dialog.pick_file())).await? else {
        return Ok(None);
    };
    let size = tokio::fs::metadata(file.path())
        .await
        .map_err(unreadable)?
        .len();
    if size > LARGEST_TEXT {
        return Err(Error::invalid(
            "file",
            "This file is too large to be a settings file.",
        ));
    }
    let text = tokio::fs::read_to_string(file.path())
        .await
        .map_err(unreadable)?;
    Ok(Some(text))
}

/// Asks where to and writes the text; `false` when the dialog was closed.
pub async fn save_text_file(app: &AppHandle, name: &str, text: String) -> Result<bool> {
    let name = name.to_owned();
    let ask = move |dialog: AsyncFileDialog| -> Pin<Box<dyn Future<Output = _> + Send>> {
        Box::pin(dialog.set_file_name(name).save_file())
    };
    let Some(file) = show(app, ask).await? else {
        return Ok(false);
    };
    tokio::fs::write(file.path(), text)
        .await
        .map_err(unreadable)?;
    Ok(true)
}

type Answer<T> = Pin<Box<dyn Future<Output = Option<T>> + Send>>;

/// Opens a dialog over the main window. macOS and GTK want it opened on the
/// main thread; the answer is awaited elsewhere.
async fn show<T: Send + 'static>(
    app: &AppHandle,
    ask: impl FnOnce(AsyncFileDialog) -> Answer<T> + Send + 'static,
) -> Result<Option<T>> {
    let (sender, receiver) = oneshot::channel();
    let handle = app.clone();
    app.run_on_main_thread(move || {
        let mut dialog = AsyncFileDialog::new();
        if let Some(window) = handle.get_webview_window("main") {
            dialog = dialog.set_parent(&window);
        }
        let answer = ask(dialog);
        tauri::async_runtime::spawn(async move {
            // Whoever asked may have been cancelled meanwhile.
            let _ = sender.send(answer.await);
        });
    })
    .map_err(|error| Error::internal(error.to_string()))?;
    receiver
        .await
        .map_err(|_| Error::internal("the dialog went away without an answer"))
}

fn paths(files: Vec<FileHandle>) -> Vec<PathBuf> {
    files.iter().map(|file| file.path().to_path_buf()).collect()
}

fn unreadable(error: std::io::Error) -> Error {
    Error::new(Code::LocalFile, "The file cannot be used.")
        .next("Check that it is there, that it is text, and that you may open it.")
        .detail(error.to_string())
}
