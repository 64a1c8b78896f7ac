//! The system's own file dialog, worked with the keyboard.

use std::path::Path;

use crate::desk::Desk;
use crate::process::{output, wait_until};
use crate::window::Window;

/// Types a path into the dialog that is about to open, and confirms it.
pub fn choose(desk: &Desk, window: &Window, path: &Path) {
    wait_until("the file dialog", || active(desk) != window.id);
    let dialog = active(desk);
    wait_for_a_still_screen(desk);
    // A slash opens the field for paths.
    desk.xdotool(&["type", "--delay", "10", &path.display().to_string()]);
    wait_for_a_still_screen(desk);
    desk.xdotool(&["key", "Return"]);
    wait_until("the file dialog to close", || !is_visible(desk, &dialog));
    desk.xdotool(&["windowactivate", "--sync", &window.id]);
}

/// The dialog tells nobody when it has read a folder or completed a path.
fn wait_for_a_still_screen(desk: &Desk) {
    output(&mut desk.script("still_screen.py"));
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
