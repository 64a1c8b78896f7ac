//! Being asked to end: Ctrl-C everywhere, SIGTERM where there is one.

use std::io;

use lectern_core::{Code, Error};

use crate::exit::{Exit, Failure};

pub struct Stop {
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
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    #[cfg(windows)]
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: tokio::signal::windows::ctrl_c()?,
        })
    }

    /// Waits for the next time somebody asks.
    #[cfg(unix)]
    pub async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(windows)]
    pub async fn asked(&mut self) {
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
