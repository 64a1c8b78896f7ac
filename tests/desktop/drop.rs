//! A real drop: files are dragged with the mouse from another window.

use std::path::PathBuf;
use std::process::Stdio;

use crate::desk::Desk;
use crate::process::{Owned, first_line, wait_until};
use crate::window::Window;

/// Beside the app's window.
const SOURCE: (i32, i32) = (1300, 200);

/// Drags the files onto a point of the page (CSS pixels), and lets go there as
/// soon as the window shows that it noticed: when `noticed` is displayed.
pub async fn drop_files(
    desk: &Desk,
    window: &Window,
    files: &[PathBuf],
    target: (i32, i32),
    noticed: &str,
) {
    let _source = open_source(desk, files);
    let (x, y) = window.on_screen(target);
    let mouse = |x: i32, y: i32| {
        desk.xdotool(&["mousemove", "--sync", &x.to_string(), &y.to_string()]);
    };

    // Xdotool waits for a change of position, so begin somewhere else.
    mouse(SOURCE.0 - 5, SOURCE.1 - 5);
    mouse(SOURCE.0, SOURCE.1);
    desk.xdotool(&["mousedown", "1"]);
    for step in 1..=20 {
        mouse(
            SOURCE.0 + (x - SOURCE.0) * step / 20,
            SOURCE.1 + (y - SOURCE.1) * step / 20,
        );
    }
    // Programs look at a drag again only when the mouse moves.
    let mut nudge = 0;
    window
        .until("the window to notice the drag", async || {
            nudge = 1 - nudge;
            mouse(x + nudge, y);
            window.shows(noticed).await.then_some(())
        })
        .await;
    desk.xdotool(&["mouseup", "1"]);
}

fn open_source(desk: &Desk, files: &[PathBuf]) -> Owned {
    let mut command = desk.script("drag_source.py");
    command
        .args([SOURCE.0 - 50, SOURCE.1 - 50].map(|place| place.to_string()))
        .args(files)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut source = Owned::start(&mut command);
    assert_eq!(first_line(&mut source), "ready", "a window to drag from");
    wait_until("the window to drag from", || {
        desk.xdotool(&["search", "--onlyvisible", "--name", "^Files to drag$"])
            .lines()
            .count()
            == 1
    });
    source
}
