//! Finding files anywhere below a folder, filtering them, and acting on what was
//! found, with the keyboard alone.

use std::fs;

use crate::desk::Desk;
use crate::steps::{open_practice, practice_file, put_into_practice, row, wait_for_no_row};
use crate::window::Window;

const FILES: [(&str, &[u8]); 4] = [
    ("Search/Week 1/tide tables.pdf", b"%PDF"),
    ("Search/Week 1/notes.txt", b"notes"),
    ("Search/Week 2/more tide.txt", b"tide"),
    ("Search/tide/unlike it.csv", b"1"),
];

#[tokio::test]
async fn what_is_found_anywhere_below_is_marked_filtered_deleted_and_brought_back_by_keyboard() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    for (key, bytes) in FILES {
        put_into_practice(&desk, key, bytes);
    }
    window.press("F5").await;

    search_below(&window, "tide").await;
    row(&window, "tide tables.pdf").await;
    row(&window, "more tide.txt").await;
    // Only its folder is called so: the names come first.
    row(&window, "unlike it.csv").await;
    wait_for_no_row(&window, "notes.txt").await;
    assert_eq!(marked(&window).await, ["tide", "tide"]);

    only_this_type(&window, "type-pdf").await;
    wait_for_no_row(&window, "more tide.txt").await;

    delete_it_and_take_that_back(&desk, &window).await;
    show_in_its_folder(&window).await;
    window.close(&desk).await;
}

async fn search_below(window: &Window, text: &str) {
    window.press("Control+Shift+f").await;
    window.part("filter-bar").await;
    window
        .until("the search field to have the keyboard", async || {
            has_focus(window, "filter").await.then_some(())
        })
        .await;
    window.type_text(text).await;
}

/// What is marked in the rows, from the first row to the last.
async fn marked(window: &Window) -> Vec<String> {
    let script = "return [...document.querySelectorAll('[data-testid=row]')]\
        .sort((a, b) => a.dataset.at - b.dataset.at)\
        .flatMap((row) => [...row.querySelectorAll('mark')].map((mark) => mark.textContent))";
    let told = window.script(script, vec![]).await;
    serde_json::from_value(told).unwrap()
}

async fn only_this_type(window: &Window, entry: &str) {
    tab_to(window, "chip-type").await;
    window.press("Enter").await;
    let entry = format!("menu-{entry}");
    window.part(&entry).await;
    for _ in 0..20 {
        if has_focus(window, &entry).await {
            break;
        }
        window.press("Down").await;
    }
    window.press("Enter").await;
    window.wait_for_text("chip-type", "PDF").await;
}

async fn delete_it_and_take_that_back(desk: &Desk, window: &Window) {
    let file = practice_file(desk, FILES[0].0);
    tab_to(window, "file-grid").await;
    window.press("Home").await;
    window.press("Delete").await;
    window.part("delete-dialog").await;
    tab_to(window, "delete-go").await;
    window.press("Enter").await;
    wait_for_no_row(window, "tide tables.pdf").await;
    assert!(!file.exists());

    window.part("toast-action").await;
    window.press("Control+z").await;
    row(window, "tide tables.pdf").await;
    assert_eq!(fs::read(file).unwrap(), FILES[0].1);
}

async fn show_in_its_folder(window: &Window) {
    tab_to(window, "file-grid").await;
    window.press("Home").await;
    window.press("Control+Enter").await;
    row(window, "notes.txt").await;
    let selected = "return document.querySelector('[data-testid=row][aria-selected=true]')?.dataset.name ?? ''";
    window
        .until("the file to be selected in its folder", async || {
            let name = window.script(selected, vec![]).await;
            (name == "tide tables.pdf").then_some(())
        })
        .await;
    window.press("Alt+Left").await;
    window.part("filter-bar").await;
    row(window, "tide tables.pdf").await;
    wait_for_no_row(window, "notes.txt").await;
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
