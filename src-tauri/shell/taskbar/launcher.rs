//! Docks of Linux (KDE's task manager, Dash to Dock, Ubuntu's dock, Plank) read
//! the progress from a signal on the session bus. Tauri's own way asks for a
//! running Unity and shows nothing elsewhere.
//!
//! Source: Unity's LauncherAPI, `com.canonical.Unity.LauncherEntry.Update`.

use std::collections::HashMap;

use zbus::Connection;
use zbus::zvariant::Value;

use super::Shown;

/// The desktop file that the packages install.
const ENTRY: &str = "application://Lectern.desktop";
const PATH: &str = "/org/lectern/desktop/launcher";

#[derive(Default)]
pub(super) struct Launcher {
    connection: Option<Connection>,
}

impl Launcher {
    pub(super) async fn show(&mut self, shown: Shown) {
        if self.connection.is_none() {
            self.connection = Connection::session().await.ok();
        }
        let Some(connection) = &self.connection else {
            return;
        };
        let told = connection
            .emit_signal(
                None::<&str>,
                PATH,
                "com.canonical.Unity.LauncherEntry",
                "Update",
                &(ENTRY, properties(shown)),
            )
            .await;
        if told.is_err() {
            // The next change tries a new connection.
            self.connection = None;
        }
    }
}

fn properties(shown: Shown) -> HashMap<&'static str, Value<'static>> {
    let (visible, percent) = match shown {
        Shown::Nothing => (false, 0),
        Shown::Running(percent) | Shown::Paused(percent) => (true, percent),
    };
    HashMap::from([
        ("progress", Value::from(f64::from(percent) / 100.0)),
        ("progress-visible", Value::from(visible)),
    ])
}
