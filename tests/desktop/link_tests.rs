//! A copied link: it opens what it says, for as long as it says.

use serde_json::json;

use crate::clipboard;
use crate::desk::Desk;
use crate::disk::files_that_contain;
use crate::process::wait_until;
use crate::steps::{open_practice, put_into_practice, refresh, select};
use crate::web::fetch;
use crate::window::Window;

const BYTES: &[u8] = "Hand in by Friday – Grüße".as_bytes();

#[tokio::test]
async fn a_copied_link_gives_the_file_and_stands_in_the_ledger() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "Übung 1.txt", BYTES);
    refresh(&window).await;

    select(&window, "Übung 1.txt").await;
    window.press("Control+Shift+c").await;
    window.part("link-3600").await;
    window.part("link-only-here").await;
    window.screenshot("link");
    let url = copy(&desk, &window).await;

    let answer = fetch(&desk, &url);
    assert_eq!((answer.status, answer.body.as_slice()), (200, BYTES));
    window.click("place-links").await;
    window.wait_for_text("link-row", "Übung 1.txt").await;
    let signature = url.split("X-Amz-Signature=").nth(1).unwrap();
    let signature = signature.split('&').next().unwrap();
    window.close(&desk).await;
    assert!(signature.len() == 64, "{url}");
    assert_eq!(
        files_that_contain(desk.folder(), signature),
        Vec::<std::path::PathBuf>::new(),
        "the ledger keeps what is needed to sign again, not the signature"
    );
}

#[tokio::test]
async fn a_link_ends_when_it_says() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "short.txt", BYTES);
    refresh(&window).await;
    set_default_length(&window, 20).await;

    select(&window, "short.txt").await;
    window.press("Control+Shift+c").await;
    window.click("link-20").await;
    let url = copy(&desk, &window).await;

    let first = fetch(&desk, &url);
    let said = String::from_utf8_lossy(&first.body);
    assert_eq!(first.status, 200, "{said}");
    wait_until("the link to end", || fetch(&desk, &url).status == 403);
    window.close(&desk).await;
}

async fn copy(desk: &Desk, window: &Window) -> String {
    window.click("copy-link-go").await;
    window.wait_until_gone("copy-link-dialog").await;
    let url = clipboard::text(desk);
    assert!(
        url.starts_with("http://127.0.0.1:"),
        "on the clipboard: {url}"
    );
    url
}

/// Nobody waits a quarter of an hour for the shortest length that the window
/// offers, so the setting behind it is changed.
async fn set_default_length(window: &Window, seconds: u32) {
    window
        .script_async(&format!(
            "const done = arguments[arguments.length - 1];
             const invoke = window.__TAURI_INTERNALS__.invoke;
             invoke('settings_get')
                 .then((settings) => invoke('settings_set', {{
                     settings: {{ ...settings, linkSeconds: {} }},
                 }}))
                 .then(done, (error) => done(String(error)));",
            json!(seconds)
        ))
        .await;
}
