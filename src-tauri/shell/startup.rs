//! What the window needs to know before it draws.

use std::process::ExitCode;

use lectern_core::connection::{self, ConnectionId, KeyringStatus};
use lectern_core::settings::{self, Settings};
use lectern_core::{Error, Result};
use serde::Serialize;
use specta::Type;

use super::App;

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Startup {
    pub version: String,
    pub platform: Platform,
    /// Lectern cannot work, and why (e.g. the catalogue is of a newer version).
    pub problem: Option<Error>,
    /// A damaged catalogue was set aside under this path, and a new one begun.
    pub catalogue_set_aside: Option<String>,
    pub keyring: KeyringStatus,
    pub settings: Settings,
    /// The connection to open at once.
    pub open: Option<ConnectionId>,
    pub data_folder: String,
    pub log_folder: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Platform {
    Linux,
    Macos,
    Windows,
}

impl Platform {
    const HERE: Self = if cfg!(target_os = "macos") {
        Self::Macos
    } else if cfg!(target_os = "windows") {
        Self::Windows
    } else {
        Self::Linux
    };
}

impl App {
    pub async fn startup(&self) -> Result<Startup> {
        let mut startup = Startup {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            platform: Platform::HERE,
            problem: None,
            catalogue_set_aside: None,
            keyring: KeyringStatus {
                available: false,
                service: String::new(),
                problem: None,
            },
            settings: Settings::default(),
            open: None,
            data_folder: self.folders.data.display().to_string(),
            log_folder: self.folders.logs.display().to_string(),
        };
        let lectern = match self.lectern() {
            Ok(lectern) => lectern,
            Err(problem) => {
                startup.problem = Some(problem);
                return Ok(startup);
            }
        };
        startup.catalogue_set_aside = lectern
            .catalog
            .set_aside()
            .map(|path| path.display().to_string());
        startup.keyring = lectern.secrets.status().await?;
        startup.settings = settings::get(lectern)?;
        settings::obey(lectern, &startup.settings);
        self.keep_awake.follow(&startup.settings);
        if self.practice {
            startup.open = Some(connection::practice(lectern).await?.id);
        }
        Ok(startup)
    }
}

/// With no folder to keep anything in, not even a window can say why.
pub(super) fn give_up(error: &Error) -> ExitCode {
    #[expect(clippy::print_stderr, reason = "there is no log folder to write to")]
    {
        eprintln!("{error} {}", error.next_step.as_deref().unwrap_or_default());
    }
    ExitCode::FAILURE
}
