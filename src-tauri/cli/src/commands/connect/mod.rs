//! `connect`: the saved connections, the same ones that the app shows.

mod add;
mod import_env;
mod list;
mod remove;
mod test;

use clap::{Args, Subcommand};
use lectern_core::connection::{Connection, CredentialSource, SecretPlace};

use crate::exit::Failure;
use crate::output::Output;
use crate::session::Session;

/// Add, list, test and remove connections
///
/// A connection says where a bucket is and as whom it is used. Secrets are kept in this
/// system's keyring and nowhere else; they are typed or given on standard input, never as
/// an argument.
#[derive(Args)]
pub struct Connect {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    Add(add::Add),
    List(list::List),
    Test(test::Test),
    Remove(remove::Remove),
    ImportEnv(import_env::ImportEnv),
}

pub async fn run(command: Connect, session: &Session, output: &mut Output) -> Result<(), Failure> {
    match command.action {
        Action::Test(action) => test::run(action, session, output).await,
        _ if session.from_env => Err(Failure::usage(
            "With --from-env no connection is saved, listed or removed.",
            "Leave --from-env out; “connect test s3://BUCKET” tests the environment's.",
        )),
        Action::Add(action) => add::run(action, session, output).await,
        Action::List(action) => list::run(action, session, output).await,
        Action::Remove(action) => remove::run(action, session, output).await,
        Action::ImportEnv(action) => import_env::run(action, session, output).await,
    }
}

/// The source in a word, as `--json` has it.
fn source_word(source: &CredentialSource) -> &'static str {
    match source {
        CredentialSource::Profile { .. } => "profile",
        CredentialSource::Environment => "environment",
        CredentialSource::AccessKeys { .. } => "access_keys",
        CredentialSource::Anonymous => "anonymous",
        CredentialSource::Practice { .. } => "practice",
    }
}

fn source_text(source: &CredentialSource) -> String {
    match source {
        CredentialSource::Profile { name } => format!("profile {name}"),
        CredentialSource::Environment => "AWS_* variables".to_owned(),
        CredentialSource::AccessKeys { access_key_id } => format!("key {access_key_id}"),
        CredentialSource::Anonymous => "anonymous".to_owned(),
        CredentialSource::Practice { folder: None } => "practice".to_owned(),
        CredentialSource::Practice {
            folder: Some(folder),
        } => format!("practice in {folder}"),
    }
}

fn secret_text(secret: SecretPlace) -> &'static str {
    match secret {
        SecretPlace::NotNeeded => "no secret needed",
        SecretPlace::Keyring => "secret in the keyring",
        SecretPlace::Session => "secret in memory",
        SecretPlace::Missing => "secret missing",
    }
}

/// Names a connection that now exists, and what to do with it.
fn added(output: &mut Output, connection: &Connection) -> Result<(), Failure> {
    if output.is_json() {
        output.object(&list::as_json(connection, None))?;
        return Ok(());
    }
    let name = crate::shown::name(&connection.name);
    output.line(&format!("Added “{name}”."))?;
    output.note(&format!(
        "See whether it works: lectern-cli connect test {}",
        quoted(&name)
    ));
    Ok(())
}

/// As it can be pasted at a prompt.
fn quoted(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.chars().all(is_plain) {
        return name.to_owned();
    }
    format!("\"{name}\"")
}
