//! An instructor's day with no mouse: every action, by keyboard alone.

use std::fs;

use crate::clipboard;
use crate::desk::Desk;
use crate::file_dialog::choose;
use crate::steps::{row, wait_for_no_row};
use crate::web::fetch;
use crate::window::Window;

#[tokio::test]
async fn everything_can_be_done_by_keyboard_alone() {
    let desk = Desk::start();
    let window = desk.open(&[]).await;
    window.part("welcome").await;

    tab_to(&window, "welcome-practice").await;
    window.press("Enter").await;
    window.part("breadcrumb").await;

    make_a_folder_and_open_it(&window).await;
    add_a_file(&desk, &window).await;
    rename_it(&window).await;
    share_it(&desk, &window).await;
    download_it(&desk, &window).await;
    delete_it_and_take_that_back(&window).await;
    answer_a_conflict(&desk, &window).await;
    find_the_way(&window).await;
    go_by_palette(&window).await;
    pin_a_course(&window).await;
    change_a_setting(&window).await;
    add_and_remove_a_connection(&window).await;
    window.close(&desk).await;
}

async fn make_a_folder_and_open_it(window: &Window) {
    window.press("Control+Shift+n").await;
    window.part("new-folder-dialog").await;
    window.type_text("Week 9").await;
    window.press("Enter").await;
    window.wait_until_gone("new-folder-dialog").await;
    row(window, "Week 9").await;

    go_to_row(window, "Week 9").await;
    window.press("Enter").await;
    window.part("empty-folder").await;
}

async fn add_a_file(desk: &Desk, window: &Window) {
    let file = desk.folder().join("home/slides.txt");
    fs::write(&file, b"first").unwrap();
    window.press("Control+u").await;
    choose(desk, window, &file);
    row(window, "slides.txt").await;
}

async fn rename_it(window: &Window) {
    go_to_row(window, "slides.txt").await;
    window.press("F2").await;
    window.part("rename-field").await;
    window.press("Control+a").await;
    window.type_text("Lecture 9.txt").await;
    window.press("Enter").await;
    row(window, "Lecture 9.txt").await;
    wait_for_no_row(window, "slides.txt").await;
}

async fn share_it(desk: &Desk, window: &Window) {
    go_to_row(window, "Lecture 9.txt").await;
    window.press("Control+Shift+c").await;
    window.part("link-end").await;
    tab_to(window, "copy-link-go").await;
    window.press("Enter").await;
    window.wait_until_gone("copy-link-dialog").await;
    let answer = fetch(desk, &clipboard::text(desk));
    assert_eq!(
        (answer.status, answer.body.as_slice()),
        (200, &b"first"[..])
    );
}

async fn download_it(desk: &Desk, window: &Window) {
    let folder = desk.folder().join("home/Downloads");
    fs::create_dir(&folder).unwrap();
    go_to_row(window, "Lecture 9.txt").await;
    window.press("Control+d").await;
    choose(desk, window, &folder);
    window
        .until("the downloaded file", async || {
            let bytes = fs::read(folder.join("Lecture 9.txt")).ok()?;
            (bytes == b"first").then_some(())
        })
        .await;
}

async fn delete_it_and_take_that_back(window: &Window) {
    go_to_row(window, "Lecture 9.txt").await;
    window.press("Delete").await;
    window.part("delete-dialog").await;
    tab_to(window, "delete-go").await;
    window.press("Enter").await;
    wait_for_no_row(window, "Lecture 9.txt").await;
    window.part("toast-action").await;
    window.press("Control+z").await;
    row(window, "Lecture 9.txt").await;
}

async fn answer_a_conflict(desk: &Desk, window: &Window) {
    let file = desk.folder().join("home/Lecture 9.txt");
    fs::write(&file, b"second").unwrap();
    focus_list(window).await;
    window.press("Control+u").await;
    choose(desk, window, &file);
    window.part("conflict-dialog").await;
    tab_to(window, "conflict-keep-both").await;
    tab_to(window, "conflict-go").await;
    window.press("Enter").await;
    row(window, "Lecture 9 (2).txt").await;
}

async fn find_the_way(window: &Window) {
    focus_list(window).await;
    window.press("Control+f").await;
    window.type_text("(2)").await;
    wait_for_no_row(window, "Lecture 9.txt").await;
    window.press("Escape").await;
    row(window, "Lecture 9.txt").await;

    tab_to(window, "sort-size").await;
    window.press("Enter").await;
    focus_list(window).await;
    window.press("Control+i").await;
    window.press("Control+i").await;
    window.press("Alt+Up").await;
    row(window, "Week 9").await;
    window.press("Alt+Left").await;
    row(window, "Lecture 9.txt").await;
    window.press("Control+l").await;
    window.part("path-field").await;
    window.press("Control+a").await;
    window.press("Delete").await;
    window.press("Enter").await;
    row(window, "Week 9").await;
}

/// To a folder by a few of its letters, and by a path that is completed.
async fn go_by_palette(window: &Window) {
    focus_list(window).await;
    window.press("Control+k").await;
    window.part("palette-input").await;
    window.type_text("wk9").await;
    window.part("palette").await;
    window
        .until("the folder in the palette", async || {
            let first = window.find_all("#palette-0").await.into_iter().next()?;
            let text = window.text_of(&first).await?;
            text.contains("Week 9").then_some(())
        })
        .await;
    window.press("Enter").await;
    row(window, "Lecture 9.txt").await;
    window.press("Alt+Left").await;
    row(window, "Week 9").await;

    window.press("Control+k").await;
    window.part("palette-input").await;
    window.type_text("/We").await;
    window.part("palette-folder-Week 9/").await;
    window.press("Tab").await;
    window
        .until("the completed path", async || {
            let script = "return document.querySelector('[data-testid=palette-input]')?.value";
            (window.script(script, vec![]).await == "Week 9/").then_some(())
        })
        .await;
    window.press("Enter").await;
    row(window, "Lecture 9.txt").await;
    window.press("Alt+Up").await;
    row(window, "Week 9").await;
}

async fn pin_a_course(window: &Window) {
    go_to_row(window, "Week 9").await;
    window.press("Control+k").await;
    window.part("palette-input").await;
    window.type_text("pin").await;
    window.press("Enter").await;
    window.part("course-dialog").await;
    window.press("Enter").await;
    window.part("course-Week 9").await;
}

async fn change_a_setting(window: &Window) {
    window.press("Control+,").await;
    window.part("settings-page").await;
    tab_to(window, "theme-system").await;
    window.press("Right").await;
    window.press("Right").await;
    window
        .until("the dark theme", async || {
            let theme = window
                .script("return document.documentElement.dataset.theme", vec![])
                .await;
            (theme == "dark").then_some(())
        })
        .await;
}

async fn add_and_remove_a_connection(window: &Window) {
    tab_to(window, "settings-add-connection").await;
    window.press("Enter").await;
    window.part("connection-dialog").await;
    tab_to(window, "source-profile").await;
    window.press("Down").await;
    for (field, text) in [
        ("field-access-key-id", "AKIAEXAMPLEEXAMPLE00"),
        ("field-secret", "not a real secret"),
        ("field-bucket", "reading-lists"),
    ] {
        tab_to(window, field).await;
        window.type_text(text).await;
    }
    tab_to(window, "connection-save").await;
    window.press("Enter").await;
    window.part("connection-reading-lists").await;

    tab_to(window, "connection-reading-lists").await;
    window.press("Shift+F10").await;
    window.part("menu-remove-connection").await;
    window.press("End").await;
    window.press("Enter").await;
    window.part("remove-connection-dialog").await;
    tab_to(window, "remove-connection-go").await;
    window.press("Enter").await;
    window.wait_until_gone("connection-reading-lists").await;
}

/// Tabs until the part, or something in it, has the focus.
async fn tab_to(window: &Window, id: &str) {
    for _ in 0..80 {
        if has_focus(window, id).await {
            return;
        }
        window.press("Tab").await;
    }
    window
        .give_up(&format!("the Tab key does not reach {id}"))
        .await;
}

async fn has_focus(window: &Window, id: &str) -> bool {
    let script = "return !!document.activeElement?.closest(`[data-testid=\"${arguments[0]}\"]`)";
    window.script(script, vec![id.into()]).await == true
}

async fn focus_list(window: &Window) {
    tab_to(window, "file-grid").await;
}

/// Goes to a row of the list by typing the beginning of its name.
async fn go_to_row(window: &Window, name: &str) {
    row(window, name).await;
    focus_list(window).await;
    window.press("Home").await;
    let what = format!("“{name}” to be selected");
    window
        .until(&what, async || {
            let selected = row(window, name).await.attr("aria-selected").await.ok()?;
            if selected.as_deref() == Some("true") {
                return Some(());
            }
            window.press("Down").await;
            None
        })
        .await;
}
