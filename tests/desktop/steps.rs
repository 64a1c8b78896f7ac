//! What a person does again and again.

use std::fs;
use std::path::PathBuf;

use fantoccini::elements::Element;
use serde_json::json;

use crate::desk::Desk;
use crate::window::Window;

pub const ROWS: &str = "[data-testid=row][data-name]";

/// First start, and into the practice bucket.
pub async fn open_practice(desk: &Desk) -> Window {
    let window = desk.open(&[]).await;
    window.click("welcome-practice").await;
    window
        .until("the practice bucket", async || {
            let listed = !window.find_all(ROWS).await.is_empty();
            (listed || window.shows("empty-folder").await).then_some(())
        })
        .await;
    window
}

/// The row of a file or folder, once it is shown.
pub async fn row(window: &Window, name: &str) -> Element {
    let selector = row_selector(name);
    let what = format!("a row “{name}”");
    window
        .until(&what, async || {
            window.find_all(&selector).await.into_iter().next()
        })
        .await
}

pub async fn wait_for_no_row(window: &Window, name: &str) {
    let selector = row_selector(name);
    let what = format!("the row “{name}” to go away");
    window
        .until(&what, async || {
            window.find_all(&selector).await.is_empty().then_some(())
        })
        .await;
}

fn row_selector(name: &str) -> String {
    format!("[data-testid=row][data-name={}]", json!(name))
}

/// Selects one row with a click.
pub async fn select(window: &Window, name: &str) {
    let what = format!("“{name}” to be selected");
    let mut clicked = false;
    window
        .until(&what, async || {
            let row = row(window, name).await;
            if row.attr("aria-selected").await.ok()?.as_deref() == Some("true") {
                return Some(());
            }
            // Two quick clicks would open it.
            if !clicked {
                clicked = row.click().await.is_ok();
            }
            None
        })
        .await;
}

/// Opens a folder of the list.
pub async fn enter(window: &Window, name: &str) {
    select(window, name).await;
    window.press("Enter").await;
    window
        .until(&format!("the folder “{name}” to open"), async || {
            let path = window.text("breadcrumb").await;
            path.trim_end().ends_with(name).then_some(())
        })
        .await;
}

/// Reads the folder on screen anew.
pub async fn refresh(window: &Window) {
    window.press("F5").await;
}

/// Where a file of the practice bucket lies: plain files stay plain files.
pub fn practice_file(desk: &Desk, key: &str) -> PathBuf {
    desk.data_folder().join("practice/my-courses").join(key)
}

/// Puts a file into the practice bucket as a person would, with the file manager.
pub fn put_into_practice(desk: &Desk, key: &str, bytes: &[u8]) {
    let path = practice_file(desk, key);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Opens a part's context menu.
pub async fn context_menu(window: &Window, id: &str) {
    window.part(id).await;
    let (x, y) = window.middle(id).await;
    window.right_click(x, y).await;
}
