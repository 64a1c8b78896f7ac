//! `practice serve`: a local folder as an S3 store, for any S3 client.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use lectern_core::{Code, Error};
use lectern_practice::{PracticeError, PracticeOptions};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::exit::Failure;
use crate::output::Output;
use crate::stop::Stop;

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
    /// The folder that holds the buckets, each a folder in it; made where it is not there
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// The bucket, made where it is not there
    #[arg(long, value_name = "NAME")]
    bucket: String,
    /// The port; without it, a free one
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Let the bucket keep versions, where it is made now
    #[arg(long)]
    versioned: bool,
}

pub async fn run(command: Practice, output: &mut Output) -> Result<(), Failure> {
    let Action::Serve(serve) = command.action;
    // From before it answers: whoever read the line may end it at once.
    let mut stop = Stop::listen()?;
    let options = PracticeOptions {
        folder: serve.folder.clone(),
        port: (serve.port != 0).then_some(serve.port),
        keys: None,
    };
    let practice = lectern_practice::serve(options)
        .await
        .map_err(|error| refused(&error, &serve))?;
    practice
        .create_bucket(&serve.bucket, serve.versioned)
        .await
        .map_err(|error| refused(&error, &serve))?;
    announce(&practice, &serve, output)?;
    output.flush()?;
    stop.asked().await;
    practice.stop().await;
    Ok(())
}

/// The one place where a secret is printed: it was made for this run, opens
/// nothing but this folder from this computer, and is what the command is for.
fn announce(
    practice: &lectern_practice::Practice,
    serve: &Serve,
    output: &mut Output,
) -> Result<(), Failure> {
    let secret = practice.secret_access_key().expose_secret();
    if output.is_json() {
        output.object(&json!({
            "endpoint": practice.endpoint(),
            "region": practice.region(),
            "bucket": serve.bucket,
            "access_key_id": practice.access_key_id(),
            "secret_access_key": secret,
        }))?;
        return Ok(());
    }
    for (name, value) in [
        ("AWS_ENDPOINT_URL", practice.endpoint()),
        ("AWS_REGION", practice.region()),
        ("AWS_ACCESS_KEY_ID", practice.access_key_id()),
        ("AWS_SECRET_ACCESS_KEY", secret),
    ] {
        output.line(&format!("export {name}='{value}'"))?;
    }
    output.flush()?;
    output.note(&format!(
        "Serving s3://{} until Ctrl-C. Paste these lines into another shell, and there: lectern-cli --from-env ls s3://{}",
        serve.bucket, serve.bucket
    ));
    Ok(())
}

fn refused(error: &PracticeError, serve: &Serve) -> Error {
    let folder = serve.folder.display().to_string();
    let (code, subject, next) = match error {
        PracticeError::InUse => (
            Code::AlreadyExists,
            folder,
            "End the other one (it may be the app), or serve another folder.",
        ),
        PracticeError::Folder(_) => (
            Code::LocalFile,
            folder,
            "Choose a folder that you may write to.",
        ),
        PracticeError::Listen(_) => (
            Code::LocalFile,
            serve.port.to_string(),
            "Choose another --port, or leave it out to get a free one.",
        ),
        PracticeError::BucketName(name) => (
            Code::InvalidBucketName,
            name.clone(),
            "Use 3 to 63 small letters, digits and hyphens.",
        ),
        _ => (
            Code::ServiceFailed,
            serve.bucket.clone(),
            "See whether the folder can be written to.",
        ),
    };
    // In the words of the practice store, as a sentence.
    let mut message = error.to_string();
    if let Some(first) = message.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Error::new(code, format!("{message}."))
        .about(subject)
        .next(next)
}
