//! Transfers that a person watches, stops, and that survive what happens to
//! them: a kill, a sign-in that ends, a refusal.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use lectern_faults::{Fault, Kill, Operation, Rule};

use crate::axe::assert_accessible;
use crate::clipboard;
use crate::desk::Desk;
use crate::process::wait_until;
use crate::remote::{Remote, fill_in};
use crate::steps::row;
use crate::window::Window;

const MIB: usize = 1024 * 1024;
/// Of an upload in parts.
const PART: usize = 8 * MIB;
/// What a client that is killed may have known without having written it down.
const MARGIN: Duration = Duration::from_millis(500);

#[tokio::test(flavor = "multi_thread")]
async fn a_large_upload_goes_on_after_a_kill_and_ends_verified() {
    let desk = Desk::start();
    let remote = Remote::serve(&desk).await;
    remote.slow_down(32 * MIB as u64);
    let (path, bytes) = recording(&desk, 14);
    let window = connected(&desk, &remote, None).await;
    paste(&desk, &window, &path).await;
    wait_until("some parts to be there", || {
        remote.completed(Operation::UploadPart) >= 3
    });

    let before = Instant::now();
    desk.kill_the_app(window);
    let kill = Kill {
        before,
        after: Instant::now(),
    };
    assert_eq!(remote.completed(Operation::CompleteMultipartUpload), 0);
    let window = desk.open(&[]).await;

    window
        .wait_for_text("toast", "Going on with 1 transfer")
        .await;
    window.screenshot("going-on");
    wait_for_phase(&window, "done").await;
    window.wait_for_text("job-summary", "verified").await;
    assert!(fs::read(remote.file("Recording.mp4")).unwrap() == bytes);
    let log = remote.line.settled();
    assert_eq!(log.sent_twice(&[kill], MARGIN), []);
    assert!(log.completed(Operation::CompleteMultipartUpload).len() == 1);
    window.close(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changed_in_the_middle_of_its_upload_is_asked_about_at_the_next_start() {
    let desk = Desk::start();
    let remote = Remote::serve(&desk).await;
    remote.slow_down(8 * MIB as u64);
    let (path, _) = recording(&desk, 3);
    let window = connected(&desk, &remote, None).await;
    paste(&desk, &window, &path).await;
    desk.kill_the_app(window);
    fs::write(&path, b"cut short").unwrap();
    remote.line.clear();

    let window = desk.open(&[]).await;
    window
        .wait_for_text("changed-dialog", "Recording.mp4")
        .await;
    window.screenshot("changed");
    assert_accessible(&window, "changed sources").await;
    assert!(!remote.file("Recording.mp4").exists(), "asked first");
    window.click("changed-send").await;

    wait_for_phase(&window, "done").await;
    assert_eq!(
        fs::read(remote.file("Recording.mp4")).unwrap(),
        b"cut short"
    );
    window.close(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_whose_credentials_end_waits_for_a_sign_in_and_goes_on() {
    let desk = Desk::start();
    let remote = Remote::serve(&desk).await;
    let (path, bytes) = recording(&desk, 6);
    let ended = Fault::Refuse {
        status: 400,
        code: "ExpiredToken",
    };
    let window = connected(&desk, &remote, Some("the first token")).await;
    let of_the_first = |request: &lectern_faults::Request| {
        request.operation == Operation::UploadPart
            && request.session.as_deref() == Some("the first token")
    };
    remote
        .line
        .add(Rule::matching(of_the_first, ended).after(3));

    paste(&desk, &window, &path).await;
    wait_for_phase(&window, "paused").await;
    window.wait_for_text("job-pause", "Sign in again").await;
    window.screenshot("sign-in-again");
    assert_accessible(&window, "waiting for a sign-in").await;
    window.click("job-sign-in").await;
    window.part("connection-sign-in").await;
    sign_in(&window, &remote, "the second token").await;
    window.click("connection-save").await;

    wait_for_phase(&window, "done").await;
    assert!(fs::read(remote.file("Recording.mp4")).unwrap() == bytes);
    let log = remote.line.settled();
    assert_eq!(log.completed(Operation::CreateMultipartUpload).len(), 1);
    assert_eq!(log.completed(Operation::UploadPart).len(), 6, "each once");
    window.close(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_stands_still_when_paused_goes_on_and_can_be_cancelled() {
    let desk = Desk::start();
    let remote = Remote::serve(&desk).await;
    remote.slow_down(24 * MIB as u64);
    let (path, bytes) = recording(&desk, 12);
    let window = connected(&desk, &remote, None).await;

    paste(&desk, &window, &path).await;
    window.click("job-pause-go").await;
    wait_for_phase(&window, "paused").await;
    // What was under way ends, and nothing new begins.
    let sent = remote.line.settled().passed.len();
    window.screenshot("paused");
    assert_eq!(remote.line.settled().passed.len(), sent);
    assert_eq!(remote.completed(Operation::CompleteMultipartUpload), 0);
    window.click("job-resume").await;
    wait_for_phase(&window, "done").await;
    assert!(fs::read(remote.file("Recording.mp4")).unwrap() == bytes);

    let (path, _) = other(&desk, "Second.mp4", 12);
    paste(&desk, &window, &path).await;
    window.click("job-cancel").await;
    wait_for_phase(&window, "cancelled").await;
    wait_until("the parts to be taken away", || {
        remote.completed(Operation::AbortMultipartUpload) == 1
    });
    assert!(!remote.file("Second.mp4").exists());
    window.close(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_failed_is_tried_again() {
    let desk = Desk::start();
    let remote = Remote::serve(&desk).await;
    let denied = Fault::Refuse {
        status: 403,
        code: "AccessDenied",
    };
    let of_one = |request: &lectern_faults::Request| {
        request.operation == Operation::PutObject && request.key == "b.txt"
    };
    remote.line.add(Rule::matching(of_one, denied).times(1));
    let files: Vec<_> = ["a.txt", "b.txt"]
        .map(|name| {
            let path = desk.folder().join("home").join(name);
            fs::write(&path, name).unwrap();
            path
        })
        .into();
    let window = connected(&desk, &remote, None).await;

    let _copied = clipboard::hold_files(&desk, &files);
    window.press("Control+v").await;
    wait_for_phase(&window, "doneWithFailures").await;
    window.wait_for_text("job-summary", "1 failed").await;
    window.screenshot("some-failed");
    assert_accessible(&window, "a job with a failure").await;
    window.click("job-retry").await;

    row(&window, "b.txt").await;
    wait_for_phase(&window, "done").await;
    assert_eq!(fs::read(remote.file("b.txt")).unwrap(), b"b.txt");
    let puts = remote.line.settled();
    let of_a = puts
        .of(Operation::PutObject)
        .filter(|put| put.request.key == "a.txt");
    assert_eq!(of_a.count(), 1);
    window.close(&desk).await;
}

/// The app with one connection, over the line that can be broken.
pub async fn connected(desk: &Desk, remote: &Remote, token: Option<&str>) -> Window {
    let window = desk.open(&[]).await;
    window.click("welcome-connect").await;
    fill_in(&window, &remote.store, remote.line.endpoint()).await;
    if let Some(token) = token {
        window.click("add-session-token").await;
        window.fill("field-session-token", token).await;
    }
    window.click("connection-save").await;
    row(&window, "syllabus.txt").await;
    window.wait_until_gone("connection-dialog").await;
    window
}

async fn sign_in(window: &Window, remote: &Remote, token: &str) {
    use secrecy::ExposeSecret;

    let secret = remote.store.secret_access_key().expose_secret();
    window.fill("field-secret", secret).await;
    window.click("add-session-token").await;
    window.fill("field-session-token", token).await;
}

/// Adds a file by copying and pasting it.
pub async fn paste(desk: &Desk, window: &Window, file: &std::path::Path) {
    let _copied = clipboard::hold_files(desk, &[file.to_path_buf()]);
    window.press("Control+v").await;
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    window
        .until("the transfer to begin", async || {
            let item = window.find_all("[data-testid=job-item]").await;
            let first = window.text_of(item.first()?).await?;
            first.contains(&name).then_some(())
        })
        .await;
}

/// Waits until the newest job is in this phase.
pub async fn wait_for_phase(window: &Window, phase: &str) {
    window
        .until(&format!("a job that is {phase}"), async || {
            let jobs = window.find_all("[data-testid=job]").await;
            let now = jobs.first()?.attr("data-phase").await.ok()??;
            (now == phase).then_some(())
        })
        .await;
}

pub fn recording(desk: &Desk, parts: usize) -> (PathBuf, Vec<u8>) {
    other(desk, "Recording.mp4", parts)
}

/// A file of so many parts, each of its own bytes.
fn other(desk: &Desk, name: &str, parts: usize) -> (PathBuf, Vec<u8>) {
    let path = desk.folder().join("home").join(name);
    let bytes: Vec<u8> = (0..parts * PART)
        .map(|at| (at % 251) as u8 ^ (at / PART) as u8)
        .collect();
    fs::write(&path, &bytes).unwrap();
    (path, bytes)
}
