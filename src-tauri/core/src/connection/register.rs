//! The list of connections: add, edit, remove. A connection and its secret
//! come and go together.

use super::draft::checked;
use super::{
    Connection, ConnectionDraft, ConnectionId, ConnectionInfo, CredentialSource, KeySecret,
    SecretInput, SecretPlace,
};
use crate::error::{Error, Result};
use crate::lectern::Lectern;

/// All connections in the person's order, each with where its secret is.
pub async fn list(lectern: &Lectern) -> Result<Vec<ConnectionInfo>> {
    let infos = lectern
        .catalog
        .connections()?
        .into_iter()
        .map(|connection| async {
            let secret = match connection.source {
                CredentialSource::AccessKeys { .. } => lectern.secrets.place(&connection.id).await,
                _ => SecretPlace::NotNeeded,
            };
            ConnectionInfo { connection, secret }
        });
    Ok(futures::future::join_all(infos).await)
}

/// Adds a connection; where its secret cannot be kept, nothing is added.
///
/// # Errors
/// `InvalidInput`, `InvalidBucketName`, `KeyringUnavailable`, …
pub async fn add(
    lectern: &Lectern,
    draft: ConnectionDraft,
    secret: Option<SecretInput>,
) -> Result<Connection> {
    let connection = Connection {
        id: ConnectionId::fresh(),
        draft: checked(draft)?,
    };
    let secret = for_source(&connection, secret);
    if needs_secret(&connection) && secret.is_none() {
        return Err(
            Error::invalid("secretAccessKey", "The secret access key is missing.")
                .next("Enter the secret access key that belongs to the access key ID."),
        );
    }
    let held = keep(lectern, &connection.id, secret).await?;
    let at = lectern.clock.now_ms();
    if let Err(error) = lectern.catalog.insert_connection(&connection, at) {
        forget_quietly(lectern, &connection.id).await;
        return Err(error);
    }
    let_go(lectern, held);
    tracing::info!(connection = %connection.id, "connection added");
    Ok(connection)
}

/// Changes a connection. `secret: None` leaves the kept one as it is; a source
/// that needs none loses it.
///
/// # Errors
/// As [`add`]; then the connection and its secret stay as they were.
pub async fn edit(
    lectern: &Lectern,
    id: &ConnectionId,
    draft: ConnectionDraft,
    secret: Option<SecretInput>,
) -> Result<Connection> {
    let before = lectern.catalog.connection(id)?;
    let connection = Connection {
        id: id.clone(),
        draft: checked(draft)?,
    };
    let secret = for_source(&connection, secret);
    lectern.catalog.update_connection(&connection)?;
    let held = match keep(lectern, id, secret).await {
        Ok(held) => held,
        Err(error) => {
            lectern.catalog.update_connection(&before)?;
            return Err(error);
        }
    };
    if !needs_secret(&connection) {
        forget_quietly(lectern, id).await;
    }
    let_go(lectern, held);
    lectern.stores.forget(id).await;
    if (&before.endpoint, &before.bucket) != (&connection.endpoint, &connection.bucket) {
        lectern.thumbnails.forget(id).await;
    }
    tracing::info!(connection = %id, "connection changed");
    Ok(connection)
}

/// Removes it, its records and its secret; the bucket stays as it is.
///
/// # Errors
/// `KeyringUnavailable` when the secret may still be in the keyring; then the
/// connection stays, so that its removal can be tried again.
pub async fn remove(lectern: &Lectern, id: &ConnectionId) -> Result<()> {
    let connection = lectern.catalog.connection(id)?;
    if needs_secret(&connection) {
        lectern.secrets.forget(id).await?;
    }
    lectern.stores.forget(id).await;
    lectern.catalog.remove_connection(id)?;
    lectern.thumbnails.forget(id).await;
    tracing::info!(connection = %id, "connection removed");
    Ok(())
}

fn needs_secret(connection: &Connection) -> bool {
    matches!(connection.source, CredentialSource::AccessKeys { .. })
}

/// A secret that came with a source that has no use for it is dropped.
fn for_source(connection: &Connection, secret: Option<SecretInput>) -> Option<SecretInput> {
    secret.filter(|_| needs_secret(connection))
}

async fn keep(
    lectern: &Lectern,
    id: &ConnectionId,
    secret: Option<SecretInput>,
) -> Result<Option<super::HeldSecretId>> {
    let Some(input) = secret else {
        return Ok(None);
    };
    let held = match &input {
        SecretInput::Held { id, .. } => Some(*id),
        SecretInput::Typed { .. } => None,
    };
    let (secret, for_session) = lectern.secrets.take_in(input)?;
    let secret = checked_secret(secret)?;
    if for_session {
        lectern.secrets.keep_for_session(id, secret);
    } else {
        lectern.secrets.keep(id, secret).await?;
    }
    Ok(held)
}

/// Without the spaces and line ends that copying brings along.
pub(super) fn checked_secret(secret: KeySecret) -> Result<KeySecret> {
    use secrecy::ExposeSecret;
    let tidy =
        |text: &secrecy::SecretString| secrecy::SecretString::from(text.expose_secret().trim());
    let secret = KeySecret {
        secret_access_key: tidy(&secret.secret_access_key),
        session_token: secret
            .session_token
            .as_ref()
            .map(tidy)
            .filter(|token| !token.expose_secret().is_empty()),
    };
    if secret.secret_access_key.expose_secret().is_empty() {
        return Err(
            Error::invalid("secretAccessKey", "The secret access key is missing.")
                .next("Enter the secret access key that belongs to the access key ID."),
        );
    }
    Ok(secret)
}

fn let_go(lectern: &Lectern, held: Option<super::HeldSecretId>) {
    if let Some(held) = held {
        lectern.secrets.let_go(held);
    }
}

async fn forget_quietly(lectern: &Lectern, id: &ConnectionId) {
    if let Err(error) = lectern.secrets.forget(id).await {
        tracing::warn!(code = ?error.code, "a secret could not be removed from the keyring");
    }
}
