//! What the window is told without having asked: drops and menu choices.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use specta::Type;
use tauri::ipc::Channel;

use super::drops::OfferId;

/// Positions are CSS pixels from the page's upper left.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ShellEvent {
    /// Files hover over the window; `count` is how many were picked up.
    DropHover { x: f64, y: f64, count: u32 },
    /// They went away again.
    DropLeft,
    /// They were dropped; the offer stands for them in `transfersPlanUpload`.
    Dropped { x: f64, y: f64, offer: OfferId },
    /// An entry of the native menu was chosen.
    Menu { command: String },
}

#[derive(Default)]
pub struct Events {
    listener: Mutex<Option<Channel<ShellEvent>>>,
}

impl Events {
    /// The window listens anew after a reload; the last one hears.
    pub fn listen(&self, channel: Channel<ShellEvent>) {
        *self.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(channel);
    }

    pub fn send(&self, event: ShellEvent) {
        let listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = listener.as_ref() {
            // A window that is gone has nobody left to tell.
            let _ = channel.send(event);
        }
    }
}
