//! `connect import-env`.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use lectern_core::connection::{
    self, ConnectionDraft, CredentialSource, ImportedDraft, SecretInput,
};
use lectern_core::{Code, Error};
use secrecy::zeroize::Zeroizing;

use super::add::{absolute, refuse_taken, without_keyring};
use super::added;
use crate::exit::Failure;
use crate::output::Output;
use crate::session::Session;

/// Add a connection from a .env file
///
/// Reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_S3_BUCKET_NAME and
/// STORAGE_TYPE (s3 or local). The secret goes to the keyring; the file stays as it is.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli connect import-env .env
  lectern-cli connect import-env --name biology - < .env
  lectern-cli connect import-env --folder ~/Practice .env     (for STORAGE_TYPE=local)")]
pub struct ImportEnv {
    /// The file; - reads standard input
    file: PathBuf,
    /// What to call the connection; without it, as its bucket
    #[arg(long)]
    name: Option<String>,
    /// The folder that is served, for STORAGE_TYPE=local
    #[arg(long)]
    folder: Option<PathBuf>,
}

/// A `.env` file is a few lines; more is another file.
const MOST_BYTES: u64 = 1024 * 1024;

pub async fn run(
    command: ImportEnv,
    session: &Session,
    output: &mut Output,
) -> Result<(), Failure> {
    let text = read(&command.file)?;
    let ImportedDraft {
        mut draft,
        secret,
        missing,
    } = connection::read_env(&session.lectern, &text)?;
    match (&mut draft.source, command.folder) {
        (CredentialSource::Practice { folder }, Some(chosen)) => {
            *folder = Some(absolute(&chosen)?);
        }
        (_, Some(_)) => {
            return Err(Failure::usage(
                "The file does not say STORAGE_TYPE=local, so no folder is served.",
                "Leave --folder out.",
            ));
        }
        (_, None) => {}
    }
    if is_incomplete(&draft, secret.is_some()) {
        return Err(incomplete(&missing).into());
    }
    for name in &missing {
        output.note(&format!("{name} is not there or not understood."));
    }
    if let Some(name) = command.name {
        draft.name = name;
    }
    refuse_taken(session, &draft.name)?;
    let secret = secret.map(|id| SecretInput::Held {
        id,
        for_session: false,
    });
    let connection = connection::add(&session.lectern, draft, secret)
        .await
        .map_err(without_keyring)?;
    added(output, &connection)
}

/// The text holds a secret: it is zeroed when it is let go.
fn read(file: &Path) -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    let read = if file.as_os_str() == "-" {
        std::io::stdin().take(MOST_BYTES).read_to_string(&mut text)
    } else {
        std::fs::File::open(file)
            .and_then(|opened| opened.take(MOST_BYTES).read_to_string(&mut text))
    };
    read.map_err(|error| {
        let name = file.display().to_string();
        Error::new(
            Code::LocalFile,
            format!("“{name}” cannot be read as a .env file."),
        )
        .about(name)
        .next("See whether it is there and is a text file.")
        .detail(error.to_string())
    })?;
    Ok(text)
}

/// A region can be asked of the service, and `s3` is the usual storage type.
fn is_incomplete(draft: &ConnectionDraft, has_secret: bool) -> bool {
    match &draft.source {
        CredentialSource::AccessKeys { access_key_id } => {
            draft.bucket.is_empty() || access_key_id.is_empty() || !has_secret
        }
        _ => false,
    }
}

fn incomplete(missing: &[String]) -> Error {
    Error::new(
        Code::InvalidInput,
        format!("The file does not give: {}.", missing.join(", ")),
    )
    .about(missing[0].clone())
    .next("Add what is missing and import it again.")
}
