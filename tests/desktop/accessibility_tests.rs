//! Every screen is scanned for what keeps people out.

use std::fs;

use crate::axe::assert_accessible;
use crate::desk::Desk;
use crate::drop::drop_files;
use crate::steps::{enter, open_practice, put_into_practice, refresh, row, select};
use crate::window::Window;

const THEMES: [&str; 3] = ["light", "dark", "highContrast"];

#[tokio::test]
async fn the_first_screen_is_accessible() {
    let desk = Desk::start();
    let window = desk.open(&[]).await;
    window.part("welcome").await;
    window.screenshot("first-run");
    assert_accessible(&window, "first screen").await;

    window.click("welcome-connect").await;
    window.part("connection-dialog").await;
    for source in [
        "profile",
        "accessKeys",
        "environment",
        "anonymous",
        "practice",
    ] {
        window.click(&format!("source-{source}")).await;
        assert_accessible(&window, &format!("connection dialog, {source}")).await;
    }
    window.close(&desk).await;
}

#[tokio::test]
async fn every_screen_is_accessible_in_every_theme() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    fs::create_dir_all(desk.folder().join("home/Empty")).unwrap();
    put_into_practice(&desk, "a.txt", b"a");
    fs::create_dir_all(crate::steps::practice_file(&desk, "Empty")).unwrap();
    refresh(&window).await;
    row(&window, "a.txt").await;

    for theme in THEMES {
        window.press("Control+,").await;
        window.click(&format!("theme-{theme}")).await;
        assert_accessible(&window, &format!("settings, {theme}")).await;
        window.screenshot(&format!("settings-{theme}"));
        pages(&window, theme).await;
        folder(&window, theme).await;
        dialogs(&window, theme).await;
        conflict(&desk, &window, theme).await;
    }
    window.close(&desk).await;
}

async fn pages(window: &Window, theme: &str) {
    for (place, page) in [
        ("place-links", "links-page"),
        ("place-deleted", "deleted-page"),
    ] {
        window.click(place).await;
        window.part(page).await;
        assert_accessible(window, &format!("{page}, {theme}")).await;
    }
}

async fn folder(window: &Window, theme: &str) {
    window.click("connection-Practice").await;
    select(window, "a.txt").await;
    window.part("file-details").await;
    assert_accessible(window, &format!("folder with details, {theme}")).await;
    window.screenshot(theme);

    window.fill("filter", "nothing is called this").await;
    window.part("empty-no-match").await;
    assert_accessible(window, &format!("no match, {theme}")).await;
    window.click("clear-filter").await;

    enter(window, "Empty").await;
    window.part("empty-folder").await;
    assert_accessible(window, &format!("empty folder, {theme}")).await;
    window.press("Alt+Up").await;
    row(window, "a.txt").await;
}

async fn dialogs(window: &Window, theme: &str) {
    for (keys, dialog) in [
        ("Control+k", "palette"),
        ("F1", "shortcuts-dialog"),
        ("Control+Shift+n", "new-folder-dialog"),
        ("Control+Shift+c", "copy-link-dialog"),
        ("Delete", "delete-dialog"),
    ] {
        select(window, "a.txt").await;
        window.press(keys).await;
        window.part(dialog).await;
        if dialog == "copy-link-dialog" {
            window.part("link-end").await;
        }
        assert_accessible(window, &format!("{dialog}, {theme}")).await;
        window.press("Escape").await;
        window.wait_until_gone(dialog).await;
    }
}

/// The question about a name that is taken, and the panel of transfers.
async fn conflict(desk: &Desk, window: &Window, theme: &str) {
    let file = desk.folder().join("home/a.txt");
    fs::write(&file, b"another a").unwrap();
    let target = window.middle("file-grid").await;
    drop_files(desk, window, &[file], target, "drop-overlay").await;
    window.part("conflict-dialog").await;
    assert_accessible(window, &format!("conflict, {theme}")).await;

    window.click("conflict-skip").await;
    window.click("conflict-go").await;
    window.part("transfer-panel").await;
    assert_accessible(window, &format!("transfers, {theme}")).await;
    window.click("transfer-close").await;
}
