//! Table `settings`: one JSON value a name.

use rusqlite::OptionalExtension;

use super::Catalog;
use crate::error::{Error, Result};
use crate::settings::Settings;

const NAME: &str = "settings";

impl Catalog {
    /// The settings; whatever is missing or unreadable is at its default.
    pub fn settings(&self) -> Result<Settings> {
        let value: Option<String> = self
            .db()
            .query_row(
                "SELECT value FROM settings WHERE name = ?1",
                [NAME],
                |row| row.get(0),
            )
            .optional()?;
        Ok(value
            .and_then(|value| serde_json::from_str(&value).ok())
            .unwrap_or_default())
    }

    pub fn save_settings(&self, settings: &Settings) -> Result<()> {
        let value =
            serde_json::to_string(settings).map_err(|error| Error::internal(error.to_string()))?;
        self.db().execute(
            "INSERT INTO settings (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (NAME, value),
        )?;
        Ok(())
    }
}
