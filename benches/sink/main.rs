//! The sink as a program: prints its addresses as one line of JSON, and ends
//! with its standard input. `/-/counters`, `/-/reset`, `/-/seed` and
//! `/-/latency` are for the one who measures.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use lectern_sink::Server;

/// Serve a store that keeps nothing but names
#[derive(Parser)]
struct Options {
    /// Where to write the certificate that the https address shows (PEM)
    #[arg(long)]
    certificate: PathBuf,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "lectern-sink: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> std::io::Result<()> {
    let server = Server::start(Some(&options.certificate))?;
    let addresses = serde_json::json!({ "http": server.http(), "https": server.https() });
    writeln!(std::io::stdout(), "{addresses}")?;
    std::io::stdout().flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
