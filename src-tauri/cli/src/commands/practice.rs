//! `practice serve`: a local folder as an S3 store, for any S3 client.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::exit::Failure;
use crate::output::Output;

/// Serve a local folder as S3, to try things without an account
#[derive(Args)]
pub struct Practice {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    Serve(Serve),
}

/// Serve a folder as a bucket on this computer until it is ended
///
/// Listens on 127.0.0.1 only, with credentials made for this run. Files stay plain files
/// in the folder. As soon as it answers, it prints where and as whom; Ctrl-C (or SIGTERM)
/// ends it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli practice serve --folder ~/Practice --bucket my-course
  lectern-cli practice serve --folder /tmp/store --bucket test --port 9000 --json

With --json, one line:
  {\"endpoint\":\"http://127.0.0.1:9000\",\"region\":\"us-east-1\",\"bucket\":\"test\",
   \"access_key_id\":\"…\",\"secret_access_key\":\"…\"}")]
struct Serve {
    /// The folder that is served; made where it is not there
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// The bucket, made where it is not there
    #[arg(long, value_name = "NAME")]
    bucket: String,
    /// The port; without it, a free one
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Let the bucket keep versions
    #[arg(long)]
    versioned: bool,
}

pub async fn run(command: Practice, output: &mut Output) -> Result<(), Failure> {
    let Action::Serve(serve) = command.action;
    let _ = (
        serve.folder,
        serve.bucket,
        serve.port,
        serve.versioned,
        output,
    );
    Err(lectern_core::Error::internal("not there yet").into())
}
