//! The rotating log file: one a day below the log folder, the last seven kept.
//!
//! What is written is capped here and not by a setting: the SDK and the HTTP
//! stack write requests, with their signatures, from `debug` on, so that they
//! are heard for errors only, whatever `RUST_LOG` asks for. `RUST_LOG` can make
//! Lectern itself say more, up to `debug`.

use std::path::Path;
use std::str::FromStr;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;

use crate::error::{Code, Error, Result};

const FILES_KEPT: usize = 7;
/// Crates that see requests, credentials or keyring messages.
const CLOSE_TO_SECRETS: &[&str] = &[
    "aws",
    "hyper",
    "rustls",
    "h2",
    "tower",
    "s3s",
    "zbus",
    "secret_service",
    "keyring",
];

/// Keeps the log file open and flushes it on drop.
pub struct Guard {
    _worker: tracing_appender::non_blocking::WorkerGuard,
}

/// Starts logging to a daily file below `folder`. A process that logs already
/// goes on as it does.
///
/// # Errors
/// `LocalFile` when the folder or the file cannot be made.
pub fn start(folder: &Path) -> Result<Guard> {
    std::fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error.to_string()))?;
    let appender = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("lectern")
        .filename_suffix("log")
        .max_log_files(FILES_KEPT)
        .build(folder)
        .map_err(|error| cannot_write(folder, &error.to_string()))?;
    let (writer, worker) = tracing_appender::non_blocking(appender);
    let asked = std::env::var("RUST_LOG").ok();
    let already = tracing::subscriber::set_global_default(subscriber(writer, asked.as_deref()));
    if already.is_err() {
        tracing::debug!("logging was started before");
    }
    Ok(Guard { _worker: worker })
}

fn subscriber<W>(writer: W, asked: Option<&str>) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(writer);
    tracing_subscriber::registry().with(lines.with_filter(cap(asked)))
}

/// The most that anybody may write, given what `RUST_LOG` asks for.
fn cap(asked: Option<&str>) -> Targets {
    let quiet = CLOSE_TO_SECRETS
        .iter()
        .map(|target| (*target, LevelFilter::ERROR));
    Targets::new()
        .with_default(LevelFilter::WARN)
        .with_targets(quiet)
        .with_target("lectern", own_level(asked))
}

fn own_level(asked: Option<&str>) -> LevelFilter {
    let asked = asked.and_then(|text| Targets::from_str(text).ok());
    let wants_debug =
        asked.is_some_and(|targets| targets.would_enable("lectern_core", &tracing::Level::DEBUG));
    if wants_debug {
        LevelFilter::DEBUG
    } else {
        LevelFilter::INFO
    }
}

fn cannot_write(folder: &Path, cause: &str) -> Error {
    Error::new(Code::LocalFile, "The log file cannot be written.")
        .about(folder.display().to_string())
        .next("Check that the folder can be written to and that the disk is not full.")
        .detail(cause)
}

#[cfg(test)]
#[path = "logs_tests.rs"]
mod tests;
