//! How the page is drawn, on Linux. The web view composes it with OpenGL; where
//! no graphics processor can be reached (in a virtual machine, over a remote
//! desktop), OpenGL is imitated by the processors, and a frame of a scrolling
//! list takes more than twice as long as when the page is drawn without it.

use std::path::Path;

use tauri::WebviewWindow;
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// Draws without OpenGL where that is only imitated.
pub(super) fn suit(window: &WebviewWindow) {
    if has_graphics_processor() {
        return;
    }
    let drawn = window.with_webview(|webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    });
    if let Err(error) = drawn {
        tracing::warn!(%error, "the page is drawn with OpenGL though that is imitated");
    }
}

/// The kernel's nodes for programs that draw or compute (`renderD…`), and the
/// one of Windows' subsystem for Linux.
fn has_graphics_processor() -> bool {
    let nodes = std::fs::read_dir("/dev/dri").into_iter().flatten();
    let renders = |name: std::ffi::OsString| name.to_string_lossy().starts_with("renderD");
    nodes.flatten().any(|node| renders(node.file_name())) || Path::new("/dev/dxg").exists()
}
