//! The first minute: from the first screen to the practice bucket, and back to
//! it the next day.

use crate::desk::Desk;
use crate::steps::{ROWS, open_practice};

#[tokio::test]
async fn the_first_screen_leads_to_a_practice_bucket_with_a_sample_course() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;

    window.part("connection-Practice").await;
    assert!(!window.find_all(ROWS).await.is_empty(), "a sample course");
    window.screenshot("course");
    window.close(&desk).await;

    let window = desk.open(&[]).await;
    window.part("connection-Practice").await;
    assert!(
        !window.shows("welcome").await,
        "the first screen is shown once"
    );
    window.close(&desk).await;
}

#[tokio::test]
async fn asked_for_practice_the_app_opens_straight_on_it() {
    let desk = Desk::start();
    let window = desk.open(&["--practice"]).await;

    window.part("breadcrumb").await;
    assert!(!window.shows("welcome").await);
    window.close(&desk).await;
}

#[tokio::test]
async fn with_no_keyring_the_app_says_so_and_still_works() {
    let desk = Desk::without_keyring();
    let window = open_practice(&desk).await;

    window.press("Control+,").await;
    window.wait_for_text("settings-page", "keyring").await;
    window.close(&desk).await;
}
