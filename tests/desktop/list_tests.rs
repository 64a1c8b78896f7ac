//! The list of a folder: its columns, its grid, and the ways between folders.

use std::fs;

use crate::axe::assert_accessible;
use crate::desk::Desk;
use crate::steps::{
    context_menu, enter, open_practice, practice_file, put_into_practice, refresh, row, select,
};
use crate::window::Window;

#[tokio::test]
async fn columns_and_order_are_kept_for_each_folder() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "Week 1/small.txt", b"a");
    put_into_practice(&desk, "Week 1/large.txt", &[b'a'; 900]);
    refresh(&window).await;
    row(&window, "Week 1").await;
    enter(&window, "Week 1").await;
    row(&window, "small.txt").await;

    context_menu(&window, "sort-name").await;
    window.click("menu-column-type").await;
    window.wait_until_gone("sort-type").await;
    window.click("sort-size").await;
    window.click("sort-size").await;
    first_row_is(&window, "large.txt").await;
    window.screenshot("columns");
    window.press("Alt+Up").await;
    window.part("sort-type").await;
    window.close(&desk).await;

    let window = desk.open(&[]).await;
    row(&window, "Week 1").await;
    enter(&window, "Week 1").await;
    first_row_is(&window, "large.txt").await;
    window.wait_until_gone("sort-type").await;

    window.press("Control+k").await;
    window.part("palette-input").await;
    window.type_text("reset columns").await;
    window.press("Enter").await;
    window.part("sort-type").await;
    window.close(&desk).await;
}

#[tokio::test]
async fn a_column_is_widened_by_keyboard_and_stays_so() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "Week 1/a.txt", b"a");
    refresh(&window).await;
    row(&window, "Week 1").await;
    let before = width_of(&window, "width-size").await;

    focus(&window, "width-size").await;
    window.press("Left").await;

    assert_eq!(width_of(&window, "width-size").await, before + 16);
    enter(&window, "Week 1").await;
    row(&window, "a.txt").await;
    assert_eq!(width_of(&window, "width-size").await, before);
    window.press("Alt+Up").await;
    row(&window, "Week 1").await;
    assert_eq!(width_of(&window, "width-size").await, before + 16);
    window.close(&desk).await;
}

#[tokio::test]
async fn the_grid_is_worked_by_keyboard() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    for number in 0..30 {
        put_into_practice(&desk, &format!("Tiles/{number:02}.txt"), b"a");
    }
    fs::create_dir_all(practice_file(&desk, "Tiles/A folder")).unwrap();
    refresh(&window).await;
    row(&window, "Tiles").await;
    enter(&window, "Tiles").await;
    row(&window, "00.txt").await;

    window.press("Control+2").await;
    layout_is(&window, "grid").await;
    window.press("Home").await;
    is_selected(&window, "A folder").await;
    window.press("Right").await;
    is_selected(&window, "00.txt").await;
    window.press("Down").await;
    window.press("Up").await;
    is_selected(&window, "00.txt").await;
    window.press("Shift+Right").await;
    window.wait_for_text("status-selection", "2 selected").await;
    for theme in ["light", "dark", "highContrast"] {
        dress(&window, theme).await;
        assert_accessible(&window, &format!("grid, {theme}")).await;
        window.screenshot(&format!("grid-{theme}"));
    }

    window.press("Home").await;
    window.press("Enter").await;
    window.part("empty-folder").await;
    window.press("Alt+Up").await;
    layout_is(&window, "grid").await;
    window.press("Control+1").await;
    layout_is(&window, "list").await;
    window.close(&desk).await;
}

#[tokio::test]
async fn a_step_of_the_path_offers_the_folders_beside_it() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "Week 1/a.txt", b"a");
    put_into_practice(&desk, "Week 2/b.txt", b"b");
    refresh(&window).await;
    row(&window, "Week 1").await;
    enter(&window, "Week 1").await;
    row(&window, "a.txt").await;

    focus(&window, "siblings-Practice").await;
    window.press("Enter").await;
    window.part("siblings-filter").await;
    window
        .until("the folders beside", async || {
            (window.find_all("[data-testid=folder-option]").await.len() >= 2).then_some(())
        })
        .await;
    assert_accessible(&window, "siblings").await;
    window.screenshot("siblings");
    window.type_text("week 2").await;
    window.press("Enter").await;

    row(&window, "b.txt").await;
    window.wait_for_text("breadcrumb", "Week 2").await;
    window.close(&desk).await;
}

#[tokio::test]
async fn folders_opened_lately_are_offered_until_they_are_taken_off() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "Week 1/a.txt", b"a");
    refresh(&window).await;
    row(&window, "Week 1").await;
    enter(&window, "Week 1").await;
    window.part("recent-Week 1").await;
    window.press("Alt+Up").await;
    row(&window, "Week 1").await;

    window.click("recent-Week 1").await;
    row(&window, "a.txt").await;
    context_menu(&window, "recent-Week 1").await;
    window.click("menu-forget-recent").await;

    window.wait_until_gone("recent-Week 1").await;
    window.close(&desk).await;
}

#[tokio::test]
async fn letters_typed_go_to_a_name_and_several_rows_are_taken_with_shift() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    for name in ["apple.txt", "banana.txt", "blackberry.txt", "cherry.txt"] {
        put_into_practice(&desk, &format!("Fruit/{name}"), b"a");
    }
    refresh(&window).await;
    row(&window, "Fruit").await;
    enter(&window, "Fruit").await;
    select(&window, "apple.txt").await;

    window.type_text("bl").await;
    is_selected(&window, "blackberry.txt").await;
    window.press("Shift+Up").await;
    window.wait_for_text("status-selection", "2 selected").await;
    is_selected(&window, "banana.txt").await;
    window.close(&desk).await;
}

async fn first_row_is(window: &Window, name: &str) {
    let what = format!("“{name}” to be the first row");
    window
        .until(&what, async || {
            let script = "return document.querySelector('[data-at=\"0\"]')?.dataset.name ?? ''";
            (window.script(script, vec![]).await == name).then_some(())
        })
        .await;
}

async fn layout_is(window: &Window, layout: &str) {
    let what = format!("the {layout}");
    window
        .until(&what, async || {
            let grid = window.part("file-grid").await;
            (grid.attr("data-layout").await.ok()?.as_deref() == Some(layout)).then_some(())
        })
        .await;
}

async fn is_selected(window: &Window, name: &str) {
    let what = format!("“{name}” to be selected");
    window
        .until(&what, async || {
            let selected = row(window, name).await.attr("aria-selected").await.ok()?;
            (selected.as_deref() == Some("true")).then_some(())
        })
        .await;
}

async fn width_of(window: &Window, id: &str) -> i64 {
    let width = window.part(id).await.attr("aria-valuenow").await.unwrap();
    width.unwrap().parse().unwrap()
}

async fn focus(window: &Window, id: &str) {
    window.part(id).await;
    let script = "document.querySelector(`[data-testid=\"${arguments[0]}\"]`).focus()";
    window.script(script, vec![id.into()]).await;
}

async fn dress(window: &Window, theme: &str) {
    let script = "document.documentElement.dataset.theme = arguments[0]";
    window.script(script, vec![theme.into()]).await;
}
