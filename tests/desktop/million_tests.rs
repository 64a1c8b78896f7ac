//! A folder of a million rows feels like one of ten: it is on screen with its
//! first page, and scrolls, sorts, filters and selects as a whole.

use lectern_sink::{Server, varied};

use crate::axe::assert_accessible;
use crate::desk::Desk;
use crate::million::{self, COUNT, names_in_sight, record, scroll};
use crate::steps::ROWS;
use crate::window::Window;

#[tokio::test]
async fn a_folder_of_a_million_rows_feels_like_one_of_ten() {
    let desk = Desk::start();
    let server = million::serve();
    let window = million::open(&desk, &server).await;

    first_rows_come_with_the_first_page(&window).await;
    every_row_is_listed(&window).await;
    the_end_is_one_key_away(&window).await;
    it_scrolls(&window).await;
    it_sorts_by_size(&window).await;
    it_filters_as_one_types(&window).await;
    all_of_it_can_be_selected(&window).await;
    deleting_it_asks_first(&window, &server).await;
    it_is_accessible(&window).await;
    window.close(&desk).await;
}

async fn first_rows_come_with_the_first_page(window: &Window) {
    window
        .until("the first rows", async || {
            (!window.find_all(ROWS).await.is_empty()).then_some(())
        })
        .await;
    let counted = window.text("status-counts").await;
    assert!(
        !counted.starts_with("1,000,000"),
        "rows are shown only when all are listed: {counted}"
    );
}

async fn every_row_is_listed(window: &Window) {
    window
        .patiently("every row to be listed", async || {
            let counted = window.text("status-counts").await;
            counted.starts_with("1,000,000 files").then_some(())
        })
        .await;
    let rows = window
        .part("file-grid")
        .await
        .attr("aria-rowcount")
        .await
        .unwrap();
    assert_eq!(
        rows.as_deref(),
        Some("1000001"),
        "with the heads of the columns"
    );
}

/// By keyboard: to the end and back.
async fn the_end_is_one_key_away(window: &Window) {
    focus_the_list(window).await;
    window.press("End").await;
    wait_for_last_in_sight(window, varied::LAST_BY_NAME).await;
    window.press("Home").await;
    wait_for_first_in_sight(window, " begins with a space.txt").await;
    // Type-ahead, from the last row: past the end and on from the first.
    window.press("End").await;
    wait_for_last_in_sight(window, varied::LAST_BY_NAME).await;
    window.type_text("n").await;
    window
        .until("type-ahead to find its row", async || {
            let names = names_in_sight(window).await;
            names
                .iter()
                .any(|name| name == "no extension")
                .then_some(())
        })
        .await;
    window.press("Home").await;
}

/// Slowly, as a wheel does, and end to end, as the scroll bar does. The figures
/// of a debug build say little; `make bench` measures.
async fn it_scrolls(window: &Window) {
    let slowly = scroll(window, 120.0, 120).await;
    record("wheel", &slowly);
    let whole = window
        .script(
            "const grid = document.querySelector('[data-testid=file-grid]');
             grid.scrollTop = 0;
             return grid.scrollHeight - grid.clientHeight;",
            vec![],
        )
        .await
        .as_f64()
        .unwrap();
    let end_to_end = scroll(window, whole / 240.0, 300).await;
    record("end-to-end", &end_to_end);
    wait_for_last_in_sight(window, varied::LAST_BY_NAME).await;
}

/// By keyboard too: the heads of the columns are buttons.
async fn it_sorts_by_size(window: &Window) {
    let (largest, _) = varied::files(COUNT).max_by_key(|(_, size)| *size).unwrap();
    let (smallest, _) = varied::files(COUNT).min_by_key(|(_, size)| *size).unwrap();
    window.click("sort-size").await;
    focus_the_list(window).await;
    window.press("Home").await;
    wait_for_first_in_sight(window, &smallest).await;
    window.press("End").await;
    wait_for_last_in_sight(window, &largest).await;

    let focus = "document.querySelector('[data-testid=sort-size]').focus()";
    window.script(focus, vec![]).await;
    window.press("Enter").await;
    focus_the_list(window).await;
    window.press("Home").await;
    wait_for_first_in_sight(window, &largest).await;
    window.click("sort-name").await;
    wait_for_first_in_sight(window, " begins with a space.txt").await;
}

async fn it_filters_as_one_types(window: &Window) {
    let wanted = "77777";
    let count = varied::files(COUNT)
        .filter(|(name, _)| name.contains(wanted))
        .count();
    window.press("Control+f").await;
    window.type_text(wanted).await;
    let shown = format!("{count} of");
    window.wait_for_text("status-counts", &shown).await;
    let names = names_in_sight(window).await;
    assert!(
        !names.is_empty() && names.iter().all(|name| name.contains(wanted)),
        "{names:?}"
    );
    window.press("Escape").await;
    window
        .wait_for_text("status-counts", "1,000,000 files")
        .await;
}

async fn all_of_it_can_be_selected(window: &Window) {
    focus_the_list(window).await;
    window.press("Control+a").await;
    window
        .wait_for_text("status-selection", "1,000,000 selected")
        .await;
}

async fn deleting_it_asks_first(window: &Window, server: &Server) {
    window.press("Delete").await;
    window
        .patiently("the question", async || {
            window.shows("delete-dialog").await.then_some(())
        })
        .await;
    window.wait_for_text("delete-dialog", "1,000,000").await;
    window.press("Escape").await;
    window.wait_until_gone("delete-dialog").await;
    window
        .wait_for_text("status-selection", "1,000,000 selected")
        .await;
    assert_eq!(server.sink.count(), COUNT as usize, "nothing was deleted");
}

/// In both themes, with every row listed and selected: going by way of the
/// settings would list them again.
async fn it_is_accessible(window: &Window) {
    for theme in ["light", "dark"] {
        let wear = "document.documentElement.dataset.theme = arguments[0]";
        window.script(wear, vec![theme.into()]).await;
        assert_accessible(window, &format!("a million rows, {theme}")).await;
        window.screenshot(&format!("million-{theme}"));
    }
}

async fn focus_the_list(window: &Window) {
    let focus = "document.querySelector('[data-testid=file-grid]').focus()";
    window.script(focus, vec![]).await;
}

async fn wait_for_first_in_sight(window: &Window, name: &str) {
    window
        .until(&format!("“{name}” at the top"), async || {
            let names = names_in_sight(window).await;
            (names.first().map(String::as_str) == Some(name)).then_some(())
        })
        .await;
}

async fn wait_for_last_in_sight(window: &Window, name: &str) {
    window
        .until(&format!("“{name}” at the bottom"), async || {
            let names = names_in_sight(window).await;
            (names.last().map(String::as_str) == Some(name)).then_some(())
        })
        .await;
}
