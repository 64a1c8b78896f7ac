//! Deleting, and the way back.

use std::fs;

use crate::desk::Desk;
use crate::steps::{
    enter, open_practice, practice_file, put_into_practice, refresh, row, select, wait_for_no_row,
};

const BYTES: &[u8] = b"nobody has another copy of this";

#[tokio::test]
async fn a_deleted_file_comes_back_with_the_same_bytes() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "only copy.txt", BYTES);
    refresh(&window).await;

    select(&window, "only copy.txt").await;
    window.press("Delete").await;
    window.wait_for_text("delete-dialog", "only copy.txt").await;
    window.part("delete-undo").await;
    window.screenshot("delete");
    window.click("delete-go").await;
    wait_for_no_row(&window, "only copy.txt").await;
    assert!(!practice_file(&desk, "only copy.txt").exists());

    window.click("toast-action").await;
    row(&window, "only copy.txt").await;
    assert_eq!(
        fs::read(practice_file(&desk, "only copy.txt")).unwrap(),
        BYTES
    );
    window.close(&desk).await;
}

#[tokio::test]
async fn a_deleted_folder_comes_back_whole_from_the_page_of_deletions() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "Old course/week 1/notes.txt", BYTES);
    put_into_practice(&desk, "Old course/plan.md", b"# Plan");
    refresh(&window).await;

    select(&window, "Old course").await;
    window.press("Delete").await;
    window.wait_for_text("delete-dialog", "2 files").await;
    window.click("delete-go").await;
    wait_for_no_row(&window, "Old course").await;

    window.click("place-deleted").await;
    window.wait_for_text("deletion-row", "Old course").await;
    window.click("bring-back").await;
    window.part("toast").await;
    window.click("connection-Practice").await;
    enter(&window, "Old course").await;
    row(&window, "plan.md").await;
    enter(&window, "week 1").await;
    row(&window, "notes.txt").await;
    let notes = practice_file(&desk, "Old course/week 1/notes.txt");
    assert_eq!(fs::read(notes).unwrap(), BYTES);
    window.close(&desk).await;
}

#[tokio::test]
async fn cancelling_the_question_changes_nothing() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "kept.txt", BYTES);
    refresh(&window).await;

    select(&window, "kept.txt").await;
    window.press("Delete").await;
    window.click("delete-cancel").await;
    window.wait_until_gone("delete-dialog").await;

    row(&window, "kept.txt").await;
    assert_eq!(fs::read(practice_file(&desk, "kept.txt")).unwrap(), BYTES);
    window.close(&desk).await;
}
