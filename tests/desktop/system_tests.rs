//! What the desktop learns of the transfers.

use std::fs;

use serde_json::Value;

use crate::desk::Desk;
use crate::file_dialog::choose;
use crate::remote::Remote;
use crate::session::Session;
use crate::steps::{open_practice, put_into_practice, refresh, select};
use crate::transfer_tests::{connected, paste, recording, wait_for_phase};

const MIB: u64 = 1024 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn the_computer_stays_awake_and_the_dock_shows_how_far_it_is_until_all_is_told() {
    let desk = Desk::start();
    let session = Session::start(&desk);
    let remote = Remote::serve(&desk).await;
    remote.slow_down(24 * MIB);
    let (path, _) = recording(&desk, 12);
    let window = connected(&desk, &remote, None).await;

    paste(&desk, &window, &path).await;
    let held = session.wait_for("Inhibit", 1);
    assert_eq!(held[0], "Lectern");
    window.click("job-pause-go").await;
    session.wait_for("UnInhibit", 1);
    window.click("job-resume").await;
    session.wait_for("Inhibit", 2);
    assert_eq!(session.told("Notify"), Vec::<Value>::new());
    desk.xdotool(&["windowminimize", "--sync", &window.id]);

    session.wait_for("UnInhibit", 2);
    let told = session.wait_for("Notify", 1);
    let title = told[3].as_str().unwrap();
    assert!(title.contains("Added 1 file"), "{title}");
    let body = told[4].as_str().unwrap();
    assert!(body.contains("verified"), "{body}");
    let shown = session.told("Update");
    assert!(
        shown
            .iter()
            .all(|update| update[0] == "application://Lectern.desktop")
    );
    let half = |update: &Value| {
        let progress = update[1]["progress"].as_f64().unwrap();
        update[1]["progress-visible"] == true && progress > 0.0 && progress < 1.0
    };
    assert!(shown.iter().any(half), "{shown:?}");
    assert_eq!(shown.last().unwrap()[1]["progress-visible"], false);
    desk.xdotool(&["windowactivate", "--sync", &window.id]);
    window.close(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_no_notification_and_no_waking_gets_none() {
    let desk = Desk::start();
    let session = Session::start(&desk);
    let window = open_practice(&desk).await;
    window.press("Control+,").await;
    window.click("setting-keep-awake").await;
    window.click("setting-notify").await;
    window.click("connection-Practice").await;
    window.part("file-grid").await;
    let (path, _) = recording(&desk, 1);

    paste(&desk, &window, &path).await;
    desk.xdotool(&["windowminimize", "--sync", &window.id]);
    wait_for_phase(&window, "done").await;
    // The dock is told last of all, and after what was not asked for.
    crate::process::wait_until("the dock to be clear", || {
        let last = session.told("Update").pop();
        last.is_some_and(|update| update[1]["progress-visible"] == false)
    });

    assert_eq!(session.told("Inhibit"), Vec::<Value>::new());
    assert_eq!(session.told("Notify"), Vec::<Value>::new());
    desk.xdotool(&["windowactivate", "--sync", &window.id]);
    window.close(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_downloaded_is_shown_in_its_folder() {
    let desk = Desk::start();
    let session = Session::start(&desk);
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "Übung 1.txt", b"first");
    refresh(&window).await;
    let folder = desk.folder().join("home/Downloads");
    fs::create_dir(&folder).unwrap();
    select(&window, "Übung 1.txt").await;
    window.press("Control+d").await;
    choose(&desk, &window, &folder);
    wait_for_phase(&window, "done").await;

    window.click("item-show").await;

    let shown = session.wait_for("ShowItems", 1);
    let uri = shown[0][0].as_str().unwrap();
    assert!(uri.starts_with("file:///"), "{uri}");
    assert!(uri.ends_with("/home/Downloads/%C3%9Cbung%201.txt"), "{uri}");
    window.screenshot("downloaded");
    window.close(&desk).await;
}
