//! Renaming, and the ways back.

use std::fs;

use crate::desk::Desk;
use crate::steps::{
    open_practice, practice_file, put_into_practice, refresh, row, select, wait_for_no_row,
};
use crate::window::Window;

const BYTES: &[u8] = b"a week of slides";

#[tokio::test]
async fn a_renamed_folder_goes_back_to_its_name() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "Week 1/slides.txt", BYTES);
    refresh(&window).await;

    rename(&window, "Week 1", "Week 2").await;
    window.wait_for_text("toast", "Week 2").await;
    window.click("toast-action").await;
    row(&window, "Week 1").await;
    wait_for_no_row(&window, "Week 2").await;

    rename(&window, "Week 1", "Week 3").await;
    window.press("Control+z").await;
    row(&window, "Week 1").await;
    wait_for_no_row(&window, "Week 3").await;
    let slides = practice_file(&desk, "Week 1/slides.txt");
    assert_eq!(fs::read(slides).unwrap(), BYTES);
    window.close(&desk).await;
}

#[tokio::test]
async fn a_bucket_with_no_unfinished_uploads_says_so() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;

    window.press("Control+k").await;
    window.part("palette-input").await;
    window.type_text("unfinished").await;
    window.press("Enter").await;

    window.part("uploads-none").await;
    window.screenshot("uploads");
    window.close(&desk).await;
}

async fn rename(window: &Window, from: &str, to: &str) {
    select(window, from).await;
    window.press("F2").await;
    window.part("rename-field").await;
    window.press("Control+a").await;
    window.type_text(to).await;
    window.press("Enter").await;
    row(window, to).await;
    wait_for_no_row(window, from).await;
}
