//! Being asked to end: Ctrl-C everywhere, SIGTERM where there is one.

use std::io;
use std::time::Duration;

use tokio::time::Instant;

use lectern_core::{Code, Error};

use crate::exit::{Exit, Failure};

/// A wrapper often sends the same signal to the process and to its group: what
/// comes this soon is not somebody who asks again.
const ONE_ASKING: Duration = Duration::from_millis(500);

pub struct Stop {
    asked_at: Option<Instant>,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Stop {
    /// From here on a signal does not end the process by itself.
    #[cfg(unix)]
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            asked_at: None,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    #[cfg(windows)]
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            asked_at: None,
            interrupt: tokio::signal::windows::ctrl_c()?,
        })
    }

    /// Waits for the next time somebody asks.
    pub async fn asked(&mut self) {
        loop {
            self.signal().await;
            let last = self.asked_at.replace(Instant::now());
            if last.is_none_or(|at| at.elapsed() > ONE_ASKING) {
                return;
            }
        }
    }

    #[cfg(unix)]
    async fn signal(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(windows)]
    async fn signal(&mut self) {
        self.interrupt.recv().await;
    }

    /// Work that writes nothing: dropped when somebody asks.
    pub async fn or<T>(
        &mut self,
        work: impl Future<Output = lectern_core::Result<T>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            ended = work => Ok(ended?),
            () = self.asked() => Err(stopped("Nothing was changed.")),
        }
    }
}

pub fn stopped(what: &str) -> Failure {
    let error = Error::new(Code::Cancelled, format!("Stopped. {what}"));
    Failure::Error(Exit::Stopped, error)
}
