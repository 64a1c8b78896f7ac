//! Files come in by a real drop with the mouse, and by pasting.

use std::fs;
use std::path::{Path, PathBuf};

use crate::clipboard;
use crate::desk::Desk;
use crate::drop::drop_files;
use crate::steps::{enter, open_practice, practice_file, put_into_practice, refresh, row};

#[tokio::test]
async fn files_and_folders_dropped_on_the_window_are_added() {
    let desk = Desk::start();
    let notes = write(&desk, "Übung 1 – notes.txt", b"hand in by Friday");
    let readings = write(&desk, "Readings/chapter 1.md", b"# One");
    write(&desk, "Readings/.DS_Store", b"junk");
    let window = open_practice(&desk).await;

    let target = window.middle("file-grid").await;
    let dragged = [notes, readings.parent().unwrap().to_path_buf()];
    drop_files(&desk, &window, &dragged, target, "drop-overlay").await;

    row(&window, "Übung 1 – notes.txt").await;
    row(&window, "Readings").await;
    window.screenshot("dropped");
    enter(&window, "Readings").await;
    row(&window, "chapter 1.md").await;
    let stored = |key: &str| fs::read(practice_file(&desk, key)).ok();
    assert_eq!(stored("Readings/chapter 1.md").unwrap(), b"# One");
    assert_eq!(stored("Übung 1 – notes.txt").unwrap(), b"hand in by Friday");
    assert_eq!(stored("Readings/.DS_Store"), None, "junk is left behind");
    window.close(&desk).await;
}

#[tokio::test]
async fn files_dropped_on_a_folder_row_are_added_to_that_folder() {
    let desk = Desk::start();
    let notes = write(&desk, "notes.txt", b"for week 1");
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "Week 1/plan.md", b"# Plan");
    refresh(&window).await;

    let (x, y, width, height) = row(&window, "Week 1").await.rectangle().await.unwrap();
    let target = ((x + width / 2.0) as i32, (y + height / 2.0) as i32);
    drop_files(&desk, &window, &[notes], target, "drop-overlay").await;

    enter(&window, "Week 1").await;
    row(&window, "notes.txt").await;
    assert!(!practice_file(&desk, "notes.txt").exists());
    let stored = fs::read(practice_file(&desk, "Week 1/notes.txt")).unwrap();
    assert_eq!(stored, b"for week 1");
    window.close(&desk).await;
}

#[tokio::test]
async fn files_copied_in_a_file_manager_are_pasted_into_the_folder_on_screen() {
    let desk = Desk::start();
    let notes = write(&desk, "Übung 1 – notes.txt", b"hand in by Friday");
    let readings = write(&desk, "Readings/chapter 1.md", b"# One");
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "Week 1/plan.md", b"# Plan");
    refresh(&window).await;
    enter(&window, "Week 1").await;

    let copied = [notes, readings.parent().unwrap().to_path_buf()];
    let copied = clipboard::hold_files(&desk, &copied);
    window.press("Control+v").await;
    row(&window, "Übung 1 – notes.txt").await;
    row(&window, "Readings").await;
    let stored = |key: &str| fs::read(practice_file(&desk, key)).unwrap();
    assert_eq!(stored("Week 1/Übung 1 – notes.txt"), b"hand in by Friday");
    assert_eq!(stored("Week 1/Readings/chapter 1.md"), b"# One");

    drop(copied);
    let _words = clipboard::hold(&desk, "only words");
    window.press("Control+v").await;
    window
        .wait_for_text("toast", "no files on the clipboard")
        .await;
    window.close(&desk).await;
}

/// A file on this person's desk, outside of the app's folders.
fn write(desk: &Desk, name: &str, bytes: &[u8]) -> PathBuf {
    let path = desk.folder().join("home").join(name);
    fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}
