//! The system's notifications. The words come from the window, which has them
//! in the person's language.

use lectern_core::{Error, Result};
use notify_rust::Notification;
use tauri::{AppHandle, Manager};

/// Shows a notification, unless the window is in front and has shown it all;
/// whether it did.
///
/// # Errors
/// `Internal` when the system takes none.
pub async fn unless_in_front(app: &AppHandle, title: &str, body: &str) -> Result<bool> {
    let in_front = app
        .get_webview_window("main")
        .is_some_and(|window| window.is_focused().unwrap_or(false));
    if in_front {
        return Ok(false);
    }
    let notification = notification(app, title, body);
    // Asking the system's service can take a while, and blocks.
    let shown = tokio::task::spawn_blocking(move || notification.show().map(|_| ())).await;
    match shown {
        Ok(Ok(())) => Ok(true),
        Ok(Err(error)) => Err(Error::internal(error.to_string())),
        Err(error) => Err(Error::internal(error.to_string())),
    }
}

fn notification(app: &AppHandle, title: &str, body: &str) -> Notification {
    let mut notification = Notification::new();
    notification
        .appname(&app.package_info().name)
        .summary(title)
        .body(&plain(body));
    #[cfg(target_os = "linux")]
    notification
        .icon("lectern")
        .hint(notify_rust::Hint::DesktopEntry("Lectern".to_owned()));
    #[cfg(target_os = "windows")]
    notification.app_id(&app.config().identifier);
    #[cfg(target_os = "macos")]
    let _ = notify_rust::set_application(&app.config().identifier);
    notification
}

/// Servers on Linux read markup in the body (Desktop Notifications
/// Specification, "Markup"); a file's name must not become any.
fn plain(body: &str) -> String {
    if cfg!(target_os = "linux") {
        body.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    } else {
        body.to_owned()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_notification_is_no_markup() {
        assert_eq!(plain("<b>R&D</b>"), "&lt;b&gt;R&amp;D&lt;/b&gt;");
    }
}
