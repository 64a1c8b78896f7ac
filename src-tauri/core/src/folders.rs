//! Where the platform keeps an app's files, and the name of who uses it.

use std::path::PathBuf;

use directories::ProjectDirs;

use crate::error::{Code, Error, Result};
use crate::lectern::Folders;

const DATA_VARIABLE: &str = "LECTERN_DATA_DIR";

pub(crate) fn standard() -> Result<Folders> {
    if let Some(root) = std::env::var_os(DATA_VARIABLE).filter(|root| !root.is_empty()) {
        return Ok(Folders::below(&PathBuf::from(root)));
    }
    let Some(dirs) = ProjectDirs::from("org", "Lectern", "Lectern") else {
        return Err(Error::new(
            Code::LocalFile,
            "This system names no folder for the app's data.",
        )
        .next(format!("Set {DATA_VARIABLE} to a folder of your own.")));
    };
    Ok(Folders {
        data: dirs.data_dir().to_path_buf(),
        logs: dirs.data_local_dir().join("logs"),
        cache: dirs.cache_dir().to_path_buf(),
    })
}

pub(crate) fn user_name() -> String {
    ["USER", "USERNAME", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_else(|| "unknown".to_owned())
}
