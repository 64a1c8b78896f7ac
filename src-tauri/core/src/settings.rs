//! What a person chose for the whole app; kept in the catalogue.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::Result;
use crate::lectern::Lectern;
use crate::transfer;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// How long a link works unless something else is chosen.
    pub link_seconds: u32,
    pub theme: Theme,
    /// A language tag, e.g. `de`; `None` follows the system.
    pub language: Option<String>,
    pub inspector_open: bool,
    /// The most that all transfers together may use, in bytes a second; `None` for no limit.
    pub bytes_per_second: Option<u64>,
    /// The computer does not fall asleep while files travel.
    pub keep_awake: bool,
    /// Tell when transfers end and the window is not in front.
    pub notify: bool,
    /// Remove each local file once its upload is verified, unless something
    /// else is chosen.
    pub remove_local: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            link_seconds: 3_600,
            theme: Theme::System,
            language: None,
            inspector_open: true,
            bytes_per_second: None,
            keep_awake: true,
            notify: true,
            remove_local: false,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
    HighContrast,
}

pub fn get(lectern: &Lectern) -> Result<Settings> {
    lectern.catalog.settings()
}

/// Keeps them; those that the core itself obeys count at once.
pub fn set(lectern: &Lectern, settings: &Settings) -> Result<()> {
    lectern.catalog.save_settings(settings)?;
    obey(lectern, settings);
    Ok(())
}

/// Has the core obey what was kept by an earlier run.
pub fn obey(lectern: &Lectern, settings: &Settings) {
    transfer::limit_rate(lectern, settings.bytes_per_second);
}
