//! Moving things about: rows dragged with the mouse, and the same by keyboard.

use std::fs;

use crate::axe::assert_accessible;
use crate::desk::Desk;
use crate::steps::{
    enter, open_practice, practice_file, put_into_practice, refresh, row, select, wait_for_no_row,
};
use crate::window::Window;

#[tokio::test]
async fn a_row_dragged_onto_a_folder_moves_there_and_comes_back() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    with_two_weeks(&desk, &window).await;

    hold(&desk, &window, "slides.txt", "Week 2").await;
    window.wait_for_text("drag-image", "Week 2").await;
    window.screenshot("drag");
    desk.xdotool(&["mouseup", "1"]);

    wait_for_no_row(&window, "slides.txt").await;
    assert!(practice_file(&desk, "Week 2/slides.txt").exists());
    window.click("toast-action").await;
    row(&window, "slides.txt").await;
    assert_eq!(
        fs::read(practice_file(&desk, "slides.txt")).unwrap(),
        b"slides"
    );
    assert!(!practice_file(&desk, "Week 2/slides.txt").exists());
    window.close(&desk).await;
}

#[tokio::test]
async fn escape_leaves_what_is_dragged_where_it_is() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    with_two_weeks(&desk, &window).await;

    hold(&desk, &window, "slides.txt", "Week 2").await;
    window.part("drag-image").await;
    desk.xdotool(&["key", "Escape"]);
    window.wait_until_gone("drag-image").await;
    desk.xdotool(&["mouseup", "1"]);

    refresh(&window).await;
    row(&window, "slides.txt").await;
    assert!(practice_file(&desk, "slides.txt").exists());
    window.close(&desk).await;
}

#[tokio::test]
async fn a_row_dragged_onto_a_step_of_the_path_moves_up() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    with_two_weeks(&desk, &window).await;
    enter(&window, "Week 1").await;
    row(&window, "notes.txt").await;

    let script = "return [...document.querySelectorAll('[data-testid=breadcrumb] [data-drop-prefix]')]\
        .map((crumb) => crumb.getBoundingClientRect())\
        .map((box) => [box.x + box.width / 2, box.y + box.height / 2])[0]";
    let target = window.script(script, vec![]).await;
    #[allow(clippy::cast_possible_truncation)]
    let (x, y) = (
        target[0].as_f64().unwrap() as i32,
        target[1].as_f64().unwrap() as i32,
    );
    hold_at(&desk, &window, "notes.txt", (x, y)).await;
    window.wait_for_text("drag-image", "Move").await;
    desk.xdotool(&["mouseup", "1"]);

    wait_for_no_row(&window, "notes.txt").await;
    assert!(practice_file(&desk, "notes.txt").exists());
    window.close(&desk).await;
}

#[tokio::test]
async fn things_are_moved_by_keyboard_and_told_why_not() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    with_two_weeks(&desk, &window).await;

    select(&window, "Week 1").await;
    window.press("Control+Shift+m").await;
    window.part("bring-dialog").await;
    window.type_text("Week 1").await;
    window.press("Enter").await;
    window
        .wait_for_text("bring-dialog", "cannot be moved into itself")
        .await;
    assert_accessible(&window, "move to").await;
    window.screenshot("bring");
    window.press("Control+a").await;
    window.press("Delete").await;
    window.press("Enter").await;
    window
        .wait_for_text("bring-dialog", "in this folder already")
        .await;

    // The folder is chosen from those that are offered.
    window.type_text("week 2").await;
    window.press("Down").await;
    window.press("Enter").await;
    window.press("Enter").await;
    window.wait_until_gone("bring-dialog").await;
    wait_for_no_row(&window, "Week 1").await;
    assert!(practice_file(&desk, "Week 2/Week 1/notes.txt").exists());

    window.press("Control+z").await;
    row(&window, "Week 1").await;
    assert!(practice_file(&desk, "Week 1/notes.txt").exists());
    window.close(&desk).await;
}

async fn with_two_weeks(desk: &Desk, window: &Window) {
    put_into_practice(desk, "slides.txt", b"slides");
    put_into_practice(desk, "Week 1/notes.txt", b"notes");
    put_into_practice(desk, "Week 2/b.txt", b"b");
    refresh(window).await;
    row(window, "slides.txt").await;
    row(window, "Week 2").await;
}

/// Drags a row over another, and keeps it there.
async fn hold(desk: &Desk, window: &Window, name: &str, over: &str) {
    let target = middle_of(window, over).await;
    hold_at(desk, window, name, target).await;
}

async fn hold_at(desk: &Desk, window: &Window, name: &str, target: (i32, i32)) {
    let (fx, fy) = window.on_screen(middle_of(window, name).await);
    let (tx, ty) = window.on_screen(target);
    let mouse = |x: i32, y: i32| {
        desk.xdotool(&["mousemove", "--sync", &x.to_string(), &y.to_string()]);
    };
    // Xdotool waits for a change of position, so begin somewhere else.
    mouse(fx - 3, fy - 3);
    mouse(fx, fy);
    desk.xdotool(&["mousedown", "1"]);
    for step in 1..=12 {
        mouse(fx + (tx - fx) * step / 12, fy + (ty - fy) * step / 12);
    }
    // The page looks at a drag again only when the mouse moves.
    let mut nudge = 0;
    window
        .until("the drag to be noticed", async || {
            nudge = 1 - nudge;
            mouse(tx + nudge, ty);
            window.shows("drag-image").await.then_some(())
        })
        .await;
}

async fn middle_of(window: &Window, name: &str) -> (i32, i32) {
    let (x, y, width, height) = row(window, name).await.rectangle().await.unwrap();
    #[allow(clippy::cast_possible_truncation)]
    ((x + width / 3.0) as i32, (y + height / 2.0) as i32)
}
