//! `connect add`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lectern_core::connection::{self, Addressing, ConnectionDraft, CredentialSource, SecretInput};
use lectern_core::{Code, Error};

use super::added;
use crate::exit::Failure;
use crate::output::Output;
use crate::prompt;
use crate::session::Session;

/// Add a connection
///
/// Roles are better than keys: with --profile, sign-in (IAM Identity Center) and assumed
/// roles of the shared AWS configuration are used, and no secret needs to be kept. With
/// --access-key-id the secret is asked for, or read from standard input.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli connect add biology --bucket course-materials --profile teaching
  lectern-cli connect add biology --bucket course-materials --access-key-id AKIA… < secret.txt
  lectern-cli connect add lab --bucket lab --endpoint https://s3.example.edu --region lab-1 \\
      --access-key-id lab-user
  lectern-cli connect add try-it --practice ~/Practice --bucket my-course")]
pub struct Add {
    /// What to call it; paths begin with it (NAME:KEY)
    name: String,
    /// The bucket
    #[arg(long, required_unless_present = "practice")]
    bucket: Option<String>,
    /// Show and write only what is below this prefix
    #[arg(long, default_value = "", hide_default_value = true)]
    prefix: String,
    /// The bucket's region; without it, the service is asked
    #[arg(long)]
    region: Option<String>,
    /// Another store than Amazon S3: its URL
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// How the bucket's name stands in a request
    #[arg(long, value_enum, default_value_t = Style::Auto)]
    addressing: Style,
    /// The key is a temporary one: ask for its session token as well
    #[arg(long, requires = "access_key_id")]
    session_token: bool,
    #[command(flatten)]
    source: Source,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
#[command(next_help_heading = "As whom (one of these)")]
struct Source {
    /// A profile of the shared AWS configuration
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The AWS_* variables of each run
    #[arg(long)]
    environment: bool,
    /// An access key, its secret in the keyring
    #[arg(long, value_name = "ID")]
    access_key_id: Option<String>,
    /// Nobody: a bucket that is open to all
    #[arg(long)]
    anonymous: bool,
    /// A practice bucket: a local folder, served as S3 while it is used
    #[arg(long, value_name = "FOLDER")]
    practice: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Style {
    /// Virtual-hosted on Amazon S3, path where an endpoint is given
    Auto,
    Path,
    VirtualHosted,
}

/// The bucket of a practice folder unless another is named.
const PRACTICE_BUCKET: &str = "practice";

pub async fn run(command: Add, session: &Session, output: &mut Output) -> Result<(), Failure> {
    refuse_taken(session, &command.name)?;
    let secret = match command.source.access_key_id {
        Some(_) => Some(secret(command.session_token)?),
        None => None,
    };
    let draft = ConnectionDraft {
        name: command.name,
        bucket: command.bucket.unwrap_or_else(|| PRACTICE_BUCKET.to_owned()),
        prefix: command.prefix,
        region: command.region,
        endpoint: command.endpoint,
        addressing: match command.addressing {
            Style::Auto => Addressing::Auto,
            Style::Path => Addressing::Path,
            Style::VirtualHosted => Addressing::VirtualHosted,
        },
        source: command.source.chosen()?,
    };
    let connection = connection::add(&session.lectern, draft, secret)
        .await
        .map_err(without_keyring)?;
    added(output, &connection)
}

/// A path names a connection by its name, so the prompt makes no second one.
pub fn refuse_taken(session: &Session, name: &str) -> Result<(), Failure> {
    let known = session.lectern.catalog.connections()?;
    if known.iter().any(|connection| connection.name == name) {
        return Err(Error::new(
            Code::AlreadyExists,
            format!("There is a connection called “{name}” already."),
        )
        .about(name)
        .next("Choose another name, or remove that one first.")
        .into());
    }
    Ok(())
}

/// What can be done without a keyring is another thing here than in the app,
/// which can keep a secret until it ends.
pub fn without_keyring(error: Error) -> Error {
    if error.code == Code::KeyringUnavailable {
        return error.next(
            "Start or unlock this system's keyring; or connect with --profile, or run with --from-env.",
        );
    }
    error
}

fn secret(temporary: bool) -> Result<SecretInput, Failure> {
    let secret_access_key = prompt::secret("secret access key")?;
    let session_token = match temporary {
        true => Some(prompt::secret("session token")?),
        false => None,
    };
    Ok(SecretInput::Typed {
        secret_access_key,
        session_token,
        for_session: false,
    })
}

impl Source {
    fn chosen(self) -> Result<CredentialSource, Failure> {
        if let Some(name) = self.profile {
            return Ok(CredentialSource::Profile { name });
        }
        if let Some(access_key_id) = self.access_key_id {
            return Ok(CredentialSource::AccessKeys { access_key_id });
        }
        if let Some(folder) = self.practice {
            return Ok(CredentialSource::Practice {
                folder: Some(absolute(&folder)?),
            });
        }
        if self.environment {
            return Ok(CredentialSource::Environment);
        }
        Ok(CredentialSource::Anonymous)
    }
}

/// The connection outlives the folder that the command was given in.
pub fn absolute(folder: &std::path::Path) -> Result<String, Failure> {
    let path = std::path::absolute(folder).map_err(|error| {
        Error::invalid("folder", "This folder cannot be used.").detail(error.to_string())
    })?;
    Ok(path.to_string_lossy().into_owned())
}
