//! `connect list`.

use clap::Args;
use lectern_core::connection::{self, Connection, CredentialSource, SecretPlace};
use serde_json::{Value, json};

use super::{secret_text, source_text, source_word};
use crate::exit::Failure;
use crate::output::Output;
use crate::session::Session;
use crate::shown;

/// List the connections and where each one's secret is kept
#[derive(Args)]
pub struct List {}

pub async fn run(_: List, session: &Session, output: &mut Output) -> Result<(), Failure> {
    let known = connection::list(&session.lectern).await?;
    for info in &known {
        if output.is_json() {
            output.object(&as_json(&info.connection, Some(info.secret)))?;
        } else {
            output.line(&as_text(&info.connection, info.secret))?;
        }
    }
    if known.is_empty() {
        output.note("There is no connection yet. Add one with “lectern-cli connect add”.");
    }
    Ok(())
}

/// `secret: None` leaves the secret's place out.
pub fn as_json(connection: &Connection, secret: Option<SecretPlace>) -> Value {
    let (profile, access_key_id, folder) = match &connection.source {
        CredentialSource::Profile { name } => (Some(name), None, None),
        CredentialSource::AccessKeys { access_key_id } => (None, Some(access_key_id), None),
        CredentialSource::Practice { folder } => (None, None, folder.as_ref()),
        CredentialSource::Environment | CredentialSource::Anonymous => (None, None, None),
    };
    let mut value = json!({
        "id": connection.id.0,
        "name": connection.name,
        "bucket": connection.bucket,
        "prefix": connection.prefix,
        "region": connection.region,
        "endpoint": connection.endpoint,
        "addressing": shown::word(&connection.addressing),
        "source": source_word(&connection.source),
        "profile": profile,
        "access_key_id": access_key_id,
        "folder": folder,
    });
    if let Some(secret) = secret {
        value["secret"] = Value::from(shown::word(&secret));
    }
    value
}

fn as_text(connection: &Connection, secret: SecretPlace) -> String {
    let place = format!("s3://{}/{}", connection.bucket, connection.prefix);
    format!(
        "{:20}  {:32}  {}, {}",
        shown::name(&connection.name),
        shown::name(&place),
        shown::name(&source_text(&connection.source)),
        secret_text(secret),
    )
}
