//! Keeps the computer from falling asleep by itself while files travel. The
//! screen may go dark, and a closed lid or the person's own wish to sleep is
//! not held up more than the system does for every program.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as system;

#[cfg(any(target_os = "macos", target_os = "windows"))]
mod held_thread;
#[cfg(any(target_os = "macos", target_os = "windows"))]
use held_thread as system;

use std::time::Duration;

const APP: &str = "Lectern";
const ID: &str = "org.lectern.desktop";
/// Shown by the system to whoever wonders why the computer stays awake.
const REASON: &str = "Files are being transferred";

/// A service that does not answer keeps nobody waiting.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether the computer is held awake now.
#[derive(Default)]
pub(super) struct Awake {
    held: Option<system::Held>,
    /// Refused once: not asked again before the next change.
    refused: bool,
}

impl Awake {
    pub(super) async fn set(&mut self, wanted: bool) {
        if !wanted {
            self.refused = false;
            if let Some(held) = self.held.take() {
                let _ = tokio::time::timeout(PATIENCE, held.release()).await;
            }
            return;
        }
        if self.held.is_some() || self.refused {
            return;
        }
        self.held = tokio::time::timeout(PATIENCE, system::hold())
            .await
            .ok()
            .flatten();
        self.refused = self.held.is_none();
        if self.refused {
            tracing::info!("the system offers no way to stay awake");
        }
    }
}
