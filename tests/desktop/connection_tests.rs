//! A connection with access keys, and where its secret is and is not.

use secrecy::ExposeSecret;

use crate::desk::Desk;
use crate::disk::files_that_contain;
use crate::remote::{BUCKET, fill_in, serve_store};
use crate::steps::{open_practice, row};
use crate::{keyring, steps};

#[tokio::test]
async fn a_connection_survives_a_restart_and_its_secret_is_in_the_keyring_only() {
    let desk = Desk::start();
    let store = serve_store(&desk.folder().join("elsewhere")).await;
    let secret = store.secret_access_key().expose_secret();
    let window = desk.open(&[]).await;

    window.click("welcome-connect").await;
    fill_in(&window, &store, store.endpoint()).await;
    window.click("connection-test").await;
    window.part("check-result").await;
    window.click("connection-save").await;
    row(&window, "syllabus.txt").await;
    window.close(&desk).await;

    let window = desk.open(&[]).await;
    window.click(&format!("connection-{BUCKET}")).await;
    row(&window, "syllabus.txt").await;
    window.close(&desk).await;

    let kept = keyring::items(&desk);
    assert!(
        kept.iter().any(|item| item.secret.contains(secret)),
        "in the keyring: {:?}",
        kept.iter().map(|item| &item.label).collect::<Vec<_>>()
    );
    let found = files_that_contain(desk.folder(), secret);
    assert!(found.is_empty(), "the secret was written to {found:?}");
}

#[tokio::test]
async fn removing_a_connection_removes_its_secret() {
    let desk = Desk::start();
    let store = serve_store(&desk.folder().join("elsewhere")).await;
    let window = open_practice(&desk).await;
    window.press("Control+,").await;
    window.click("settings-add-connection").await;
    fill_in(&window, &store, store.endpoint()).await;
    window.click("connection-save").await;
    row(&window, "syllabus.txt").await;
    assert_eq!(keyring::items(&desk).len(), 1);

    steps::context_menu(&window, &format!("connection-{BUCKET}")).await;
    window.click("menu-remove-connection").await;
    window.click("remove-connection-go").await;
    window
        .wait_until_gone(&format!("connection-{BUCKET}"))
        .await;

    assert!(keyring::items(&desk).is_empty());
    window.close(&desk).await;
}

#[tokio::test]
async fn a_wrong_secret_is_said_in_words_before_anything_is_saved() {
    let desk = Desk::start();
    let store = serve_store(&desk.folder().join("elsewhere")).await;
    let window = desk.open(&[]).await;

    window.click("welcome-connect").await;
    fill_in(&window, &store, store.endpoint()).await;
    window.fill("field-secret", "not the secret").await;
    window.click("connection-test").await;

    window.part("check-result").await;
    window
        .until("a step that failed", async || {
            let failed = window
                .find_all("[data-testid^=check-][data-outcome=failed]")
                .await;
            (!failed.is_empty()).then_some(())
        })
        .await;
    assert!(keyring::items(&desk).is_empty());
    window.close(&desk).await;
}
