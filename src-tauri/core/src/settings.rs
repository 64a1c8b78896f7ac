//! What a person chose for the whole app; kept in the catalogue.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::Result;
use crate::lectern::Lectern;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// How long a link works unless something else is chosen.
    pub link_seconds: u32,
    pub theme: Theme,
    /// A language tag, e.g. `de`; `None` follows the system.
    pub language: Option<String>,
    pub inspector_open: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            link_seconds: 3_600,
            theme: Theme::System,
            language: None,
            inspector_open: true,
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

pub fn set(lectern: &Lectern, settings: &Settings) -> Result<()> {
    lectern.catalog.save_settings(settings)
}
