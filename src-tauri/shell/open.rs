//! Showing folders and files in the system's file manager.

use std::path::Path;
use std::process::{Command, Stdio};

use lectern_core::{Code, Error, Result};

#[cfg(target_os = "linux")]
const FILE_MANAGER: &str = "xdg-open";
#[cfg(target_os = "macos")]
const FILE_MANAGER: &str = "open";
#[cfg(target_os = "windows")]
const FILE_MANAGER: &str = "explorer";

pub fn folder(path: &Path) -> Result<()> {
    start(Command::new(FILE_MANAGER).arg(path), path)
}

/// Opens the folder of a file or folder and selects it there.
///
/// # Errors
/// `NotFound` when it is not there any more, `LocalFile` without a file manager.
pub async fn reveal(path: &Path) -> Result<()> {
    if tokio::fs::symlink_metadata(path).await.is_err() {
        return Err(
            Error::new(Code::NotFound, "It is not in this folder any more.")
                .next("It was moved, renamed or deleted after the download.")
                .about(path.display().to_string()),
        );
    }
    system::select(path).await
}

#[cfg(target_os = "linux")]
mod system {
    use super::{Path, Result, folder};

    /// Source: the freedesktop "File Manager D-Bus Interface". Where no file
    /// manager speaks it, the folder is opened with nothing selected.
    pub(super) async fn select(path: &Path) -> Result<()> {
        match show_items(path).await {
            Some(()) => Ok(()),
            None => folder(path.parent().unwrap_or(path)),
        }
    }

    async fn show_items(path: &Path) -> Option<()> {
        let uri = tauri::Url::from_file_path(path).ok()?;
        let connection = zbus::Connection::session().await.ok()?;
        let wish = (vec![uri.as_str()], "");
        let asked = connection.call_method(
            Some("org.freedesktop.FileManager1"),
            "/org/freedesktop/FileManager1",
            Some("org.freedesktop.FileManager1"),
            "ShowItems",
            &wish,
        );
        // The bus may have to start the file manager first.
        let answer = tokio::time::timeout(std::time::Duration::from_secs(5), asked).await;
        answer.ok()?.ok().map(|_| ())
    }
}

#[cfg(target_os = "macos")]
mod system {
    use super::{Command, FILE_MANAGER, Path, Result, start};

    pub(super) fn select(path: &Path) -> std::future::Ready<Result<()>> {
        let shown = start(Command::new(FILE_MANAGER).arg("-R").arg(path), path);
        std::future::ready(shown)
    }
}

#[cfg(target_os = "windows")]
mod system {
    use std::os::windows::process::CommandExt;

    use super::{Command, FILE_MANAGER, Path, Result, start};

    /// Explorer reads its command line itself: the quotes belong after the comma.
    /// A Windows path can hold no quote.
    pub(super) fn select(path: &Path) -> std::future::Ready<Result<()>> {
        let mut command = Command::new(FILE_MANAGER);
        command.raw_arg(format!("/select,\"{}\"", path.display()));
        std::future::ready(start(&mut command, path))
    }
}

fn start(command: &mut Command, path: &Path) -> Result<()> {
    let started = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut child = started.map_err(|error| {
        Error::new(Code::LocalFile, "The folder could not be shown.")
            .about(path.display().to_string())
            .detail(error.to_string())
    })?;
    // Reaped in the background: the file manager may stay open for hours.
    std::thread::spawn(move || child.wait());
    Ok(())
}
