//! How far the transfers are, on the app's icon in the taskbar or dock.

#[cfg(target_os = "linux")]
mod launcher;

use tauri::AppHandle;

/// What the icon shows; the number is a percentage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Shown {
    #[default]
    Nothing,
    Running(u8),
    Paused(u8),
}

#[derive(Default)]
pub(super) struct Taskbar {
    shown: Shown,
    #[cfg(target_os = "linux")]
    launcher: launcher::Launcher,
}

impl Taskbar {
    pub(super) async fn show(&mut self, app: &AppHandle, shown: Shown) {
        if self.shown == shown {
            return;
        }
        self.shown = shown;
        #[cfg(target_os = "linux")]
        {
            let _ = app;
            self.launcher.show(shown).await;
        }
        #[cfg(not(target_os = "linux"))]
        {
            on_the_window(app, shown);
            std::future::ready(()).await;
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn on_the_window(app: &AppHandle, shown: Shown) {
    use tauri::Manager;
    use tauri::window::{ProgressBarState, ProgressBarStatus};

    let Some(window) = app.get_webview_window("main") else {
        return;
    };
    let (status, progress) = match shown {
        Shown::Nothing => (ProgressBarStatus::None, None),
        Shown::Running(percent) => (ProgressBarStatus::Normal, Some(percent)),
        Shown::Paused(percent) => (ProgressBarStatus::Paused, Some(percent)),
    };
    // An icon that cannot show it is no failure of the transfer.
    let _ = window.set_progress_bar(ProgressBarState {
        status: Some(status),
        progress: progress.map(u64::from),
    });
}
