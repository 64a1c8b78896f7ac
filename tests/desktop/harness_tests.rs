//! The desk itself: whatever the other tests lean on is proven here.

use crate::desk::Desk;
use crate::{axe, keyring};

#[tokio::test]
async fn the_app_opens_in_a_window() {
    let desk = Desk::start();
    let window = desk.open(&[]).await;

    let title = window.script("return document.title", vec![]).await;
    assert_eq!(title, "Lectern");
    window.screenshot("window");
    axe::assert_accessible(&window, "first screen").await;
    window.close(&desk).await;
    assert!(keyring::items(&desk).is_empty());
}
