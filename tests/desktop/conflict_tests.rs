//! Names that are taken: one table, and nothing written before it is answered.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::clipboard;
use crate::desk::Desk;
use crate::steps::{open_practice, practice_file, put_into_practice, refresh, row};
use crate::transfer_tests::wait_for_phase;
use crate::window::Window;

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn only_newer_files_replace_what_is_there_and_cancel_writes_nothing() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    let home = desk.folder().join("home");
    let now = SystemTime::now();
    for name in ["older.txt", "newer.txt"] {
        put_into_practice(&desk, name, b"there");
        fs::write(home.join(name), b"coming").unwrap();
        touch(&practice_file(&desk, name), now - 2 * HOUR);
    }
    touch(&home.join("older.txt"), now - 4 * HOUR);
    touch(&home.join("newer.txt"), now - HOUR);
    refresh(&window).await;
    row(&window, "newer.txt").await;
    let stored = |name: &str| fs::read(practice_file(&desk, name)).unwrap();

    let files = ["older.txt", "newer.txt"].map(|name| home.join(name));
    let _copied = clipboard::hold_files(&desk, &files);
    window.press("Control+v").await;
    window.part("conflict-dialog").await;
    marks(&window).await;
    window.screenshot("conflicts");
    window.click("conflict-cancel").await;
    window.wait_until_gone("conflict-dialog").await;
    assert_eq!(
        (stored("older.txt"), stored("newer.txt")),
        (b"there".into(), b"there".into())
    );

    window.press("Control+v").await;
    window.click("conflict-if-newer").await;
    window.click("conflict-go").await;
    wait_for_phase(&window, "done").await;
    assert_eq!(stored("older.txt"), b"there");
    assert_eq!(stored("newer.txt"), b"coming");
    window.wait_for_text("job-skipped", "not newer").await;
    window.close(&desk).await;
}

#[tokio::test]
async fn one_file_can_have_an_answer_of_its_own_and_goes_from_here_when_it_is_safe_there() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    let home = desk.folder().join("home");
    let files = ["a.txt", "b.txt"].map(|name| {
        put_into_practice(&desk, name, b"there");
        fs::write(home.join(name), b"coming").unwrap();
        home.join(name)
    });
    refresh(&window).await;
    row(&window, "b.txt").await;

    let _copied = clipboard::hold_files(&desk, &files);
    window.press("Control+v").await;
    window.click("conflict-skip").await;
    // By keyboard: the list of answers opens with the first letters of one.
    let choices = window.find_all("[data-testid=conflict-choice]").await;
    choices[1].click().await.unwrap();
    window.type_text("Replace").await;
    window.press("Enter").await;
    window.click_hidden("conflict-remove-local").await;
    window.click("conflict-go").await;
    wait_for_phase(&window, "done").await;

    let stored = |name: &str| fs::read(practice_file(&desk, name)).unwrap();
    assert_eq!(
        (stored("a.txt"), stored("b.txt")),
        (b"there".into(), b"coming".into())
    );
    assert!(home.join("a.txt").exists(), "it was left out");
    assert!(!home.join("b.txt").exists(), "it is safe in the bucket");
    window.close(&desk).await;
}

/// The newer side of each is marked.
async fn marks(window: &Window) {
    for (name, newer) in [("older.txt", 1), ("newer.txt", 2)] {
        let script = "const row = document.querySelector(
                `[data-testid=conflict][data-name='${arguments[0]}']`);
            return [...row.querySelectorAll('td')].findIndex((td) => td.innerText.includes('newer')) + 1";
        let marked = window.script(script, vec![name.into()]).await;
        assert_eq!(marked, newer, "{name}");
    }
}

fn touch(path: &Path, at: SystemTime) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(at).unwrap();
}
