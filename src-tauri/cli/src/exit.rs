//! How a run ends: its exit status, and what stands behind one that is not 0.

use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;
use lectern_core::{Code, Error};

use crate::output;

/// The exit statuses, as `--help` promises them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Done,
    Failed,
    /// The command line made no sense; nothing was done.
    Usage,
    /// Some items failed, others were done.
    SomeFailed,
    /// The service wants a sign-in first; what is left can be taken up after it.
    SignIn,
    /// Ctrl-C, or asked to end by the system: 128 + SIGINT, as shells count.
    Stopped,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::SomeFailed => 3,
            Exit::SignIn => 4,
            Exit::Stopped => 130,
        })
    }
}

/// Why a run did not end with 0.
#[derive(Debug)]
pub enum Failure {
    /// Still to be said.
    Error(Exit, Error),
    /// Everything was said already.
    Said(Exit),
    /// Nobody reads what we print any more (`lectern-cli ls … | head`).
    ClosedPipe,
}

impl Failure {
    /// The command line made no sense; `next` says how it would.
    pub fn usage(message: impl Into<String>, next: impl Into<String>) -> Self {
        let error = Error::new(Code::InvalidInput, message).next(next);
        Self::Error(Exit::Usage, error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(Exit::Failed, error)
    }
}

impl From<io::Error> for Failure {
    /// Only standard output and input are used directly; files are the core's.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::ClosedPipe;
        }
        let error = Error::new(
            Code::LocalFile,
            "The terminal, or what stands in its place, cannot be read or written.",
        )
        .next("See where input comes from and where output is redirected to.")
        .detail(error.to_string());
        Self::Error(Exit::Failed, error)
    }
}

/// Help and version are answers; everything else that clap finds is a usage error.
pub fn unparsed(error: &clap::Error) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            Exit::Done
        }
        _ if std::env::args_os().any(|argument| argument == "--json") => {
            output::usage_as_json(&error.to_string());
            Exit::Usage
        }
        _ => {
            let _ = error.print();
            Exit::Usage
        }
    }
}
