//! Lectern at a prompt: the same core as the app, for scripts and scheduled
//! jobs. Here arguments become calls and answers become text or JSON; what the
//! calls do is the core's.

mod args;
mod bandwidth;
mod commands;
mod duration;
mod events;
mod exit;
mod output;
mod paths;
mod plan;
mod prompt;
mod session;
mod shown;
mod stop;
mod watched;

use std::process::ExitCode;

use clap::Parser;

use args::Cli;
use exit::{Exit, Failure};
use output::Output;

/// A request takes hundreds of small allocations, on any thread: with the
/// system's allocator they are a good part of what a small file costs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Threads that read and write files: a disk is kept busy by few, and every one
/// has memory of its own.
const BLOCKING_THREADS: usize = 16;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::unparsed(&error).into(),
    };
    let mut output = Output::new(cli.global);
    let outcome = run(cli, &mut output).and_then(|()| Ok(output.flush()?));
    match outcome {
        Ok(()) => Exit::Done.into(),
        Err(failure) => output.failure(failure).into(),
    }
}

fn run(cli: Cli, output: &mut Output) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build()
        .map_err(|error| lectern_core::Error::internal(error.to_string()))?;
    let outcome = runtime.block_on(commands::run(cli, output));
    // What was stopped by a second Ctrl-C must not hold up the end.
    runtime.shutdown_background();
    outcome
}
