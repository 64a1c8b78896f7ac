//! A bucket of a million objects in one folder, served from memory, and a
//! window on it.

use std::path::PathBuf;

use lectern_sink::{Server, varied};
use serde::Deserialize;
use serde_json::json;

use crate::desk::Desk;
use crate::steps::ROWS;
use crate::window::Window;

pub const COUNT: u32 = 1_000_000;
const BUCKET: &str = "everything";
const SCROLL: &str = include_str!("frames.js");

/// Serves the bucket for as long as it lives.
pub fn serve() -> Server {
    let server = Server::start(None).unwrap();
    server.sink.hold(varied::objects("", COUNT));
    server
}

/// First start, and a connection to the bucket, by keyboard and form.
pub async fn open(desk: &Desk, server: &Server) -> Window {
    let window = desk.open(&[]).await;
    window.click("welcome-connect").await;
    window.click("source-anonymous").await;
    window.fill("field-bucket", BUCKET).await;
    window.click("connection-more").await;
    window.fill("field-endpoint", &server.http()).await;
    window.fill("field-region", "us-east-1").await;
    window.click("connection-save").await;
    window
}

/// What one frame of a scroll cost, in milliseconds.
#[derive(Debug, Deserialize)]
pub struct Frame {
    pub at: f64,
    /// How long the page's own thread was busy with it.
    pub busy: f64,
    /// Rows that were on screen without their content.
    pub empty: u32,
}

/// Scrolls by so many pixels a frame.
pub async fn scroll(window: &Window, pixels: f64, most: u32) -> Vec<Frame> {
    let told = window
        .script_async_with(SCROLL, vec![pixels.into(), most.into()])
        .await;
    serde_json::from_value(told).unwrap()
}

/// Keeps the frames below `target/`, for whoever wants to look at them.
pub fn record(name: &str, frames: &[Frame]) -> PathBuf {
    let mut between: Vec<f64> = frames.windows(2).map(|two| two[1].at - two[0].at).collect();
    let mut busy: Vec<f64> = frames.iter().map(|frame| frame.busy).collect();
    between.sort_by(f64::total_cmp);
    busy.sort_by(f64::total_cmp);
    let of = |sorted: &[f64], part: f64| {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss
        )]
        let at = (sorted.len() as f64 * part) as usize;
        sorted.get(at.min(sorted.len().saturating_sub(1))).copied()
    };
    let told = json!({
        "frames": frames.len(),
        "framesWithEmptyRows": frames.iter().filter(|frame| frame.empty > 0).count(),
        "msBetween": { "median": of(&between, 0.5), "p95": of(&between, 0.95), "most": between.last() },
        "msBusy": { "median": of(&busy, 0.5), "p95": of(&busy, 0.95), "most": busy.last() },
    });
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("frames");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{name}.json"));
    std::fs::write(&path, format!("{told:#}\n")).unwrap();
    eprintln!("{name}: {told}");
    path
}

/// The names on screen, from the top, those without content left out.
pub async fn names_in_sight(window: &Window) -> Vec<String> {
    let script = "
        const grid = document.querySelector('[data-testid=file-grid]');
        const area = grid.getBoundingClientRect();
        const rows = [...grid.querySelectorAll(arguments[0])].map((row) => ({
            at: Number(row.dataset.at), name: row.dataset.name, box: row.getBoundingClientRect(),
        }));
        return rows
            .filter(({ box }) => box.top < area.bottom - 1 && box.bottom > area.top + 35)
            .sort((a, b) => a.at - b.at)
            .map(({ name }) => name);
    ";
    let names = window.script(script, vec![ROWS.into()]).await;
    serde_json::from_value(names).unwrap()
}
