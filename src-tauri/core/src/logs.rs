//! The rotating log file.

use std::path::Path;

use crate::error::{Code, Error, Result};

/// Keeps the log file open and flushes it on drop.
pub struct Guard {
    _worker: tracing_appender::non_blocking::WorkerGuard,
}

/// Starts logging to a daily file below `folder`.
pub fn start(folder: &Path) -> Result<Guard> {
    let appender = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("lectern")
        .filename_suffix("log")
        .max_log_files(7)
        .build(folder)
        .map_err(|error| {
            Error::new(Code::LocalFile, "The log file cannot be written.").detail(error.to_string())
        })?;
    let (_writer, worker) = tracing_appender::non_blocking(appender);
    Ok(Guard { _worker: worker })
}
