//! The system's own file dialog, worked with the keyboard.

use std::path::Path;

use crate::clipboard;
use crate::desk::Desk;
use crate::process::{output, wait_until};
use crate::window::{Window, screenshots};

/// Pastes a path into the dialog that is about to open, and confirms it.
pub fn choose(desk: &Desk, window: &Window, path: &Path) {
    let mut dialog = String::new();
    wait_until("the file dialog", || {
        dialog = active(desk);
        dialog != window.id && is_visible(desk, &dialog)
    });
    // Typed, it would be mixed with what the dialog completes meanwhile.
    let _path = clipboard::hold(desk, &path.display().to_string());
    wait_until("the file dialog to close", || {
        // A slash opens the field for paths.
        for key in ["slash", "ctrl+a", "ctrl+v", "Return"] {
            wait_for_a_still_screen(desk);
            desk.xdotool(&["key", key]);
        }
        wait_for_a_still_screen(desk);
        !is_visible(desk, &dialog)
    });
    desk.xdotool(&["windowactivate", "--sync", &window.id]);
}

/// The dialog tells nobody when it has read a folder or completed a path. The
/// last picture is kept for whoever wonders why it stays open.
fn wait_for_a_still_screen(desk: &Desk) {
    let picture = screenshots().join("file-dialog.png");
    output(desk.script("screen.py").arg(picture));
}

fn active(desk: &Desk) -> String {
    let mut ask = desk.command("xdotool");
    let answer = ask.arg("getactivewindow").output().unwrap();
    String::from_utf8_lossy(&answer.stdout).trim().to_owned()
}

fn is_visible(desk: &Desk, window: &str) -> bool {
    let mut search = desk.command("xdotool");
    let found = search.args(["search", "--onlyvisible", "."]).output();
    let found = String::from_utf8(found.unwrap().stdout).unwrap();
    found.lines().any(|id| id == window)
}
