//! Showing a folder in the system's file manager.

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
    let started = Command::new(FILE_MANAGER)
        .arg(path)
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
