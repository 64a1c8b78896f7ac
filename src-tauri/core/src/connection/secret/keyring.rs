//! The operating system's keyring. The calls wait for another program, and
//! perhaps for a person who unlocks it, so they run off the async threads.

use keyring::{Entry, Error as KeyringError};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{KeySecret, system};
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result, Technical};

/// Under this name the entries are found in the system's own keyring viewer.
const APPLICATION: &str = "org.lectern.desktop";

/// What lies in an entry, as JSON.
#[derive(Serialize)]
struct Written<'a> {
    secret_access_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_token: Option<&'a str>,
}

#[derive(Deserialize)]
struct Read {
    secret_access_key: SecretString,
    session_token: Option<SecretString>,
}

pub(super) async fn write(id: &ConnectionId, secret: KeySecret) -> Result<()> {
    let id = id.clone();
    off_thread(move || {
        let written = Written {
            secret_access_key: secret.secret_access_key.expose_secret(),
            session_token: secret.session_token.as_ref().map(|t| t.expose_secret()),
        };
        // Large enough to hold all at once: a buffer that grows leaves copies behind.
        let length = written.secret_access_key.len() + written.session_token.map_or(0, str::len);
        let mut json = Zeroizing::new(Vec::with_capacity(2 * length + 128));
        serde_json::to_writer(&mut *json, &written)
            .map_err(|error| Error::internal(error.to_string()))?;
        entry(&id)?.set_secret(&json).map_err(failure)
    })
    .await
}

pub(super) async fn read(id: &ConnectionId) -> Result<Option<KeySecret>> {
    let id = id.clone();
    off_thread(move || {
        let json = match entry(&id)?.get_secret() {
            Ok(json) => Zeroizing::new(json),
            Err(KeyringError::NoEntry) => return Ok(None),
            Err(error) => return Err(failure(error)),
        };
        // The parser's own words could quote the secret.
        let read: Read = serde_json::from_slice(&json).map_err(|_| {
            Error::new(
                Code::SecretMissing,
                "The secret in the keyring was not written by Lectern.",
            )
            .next("Enter the secret access key again.")
        })?;
        Ok(Some(KeySecret {
            secret_access_key: read.secret_access_key,
            session_token: read.session_token,
        }))
    })
    .await
}

pub(super) async fn delete(id: &ConnectionId) -> Result<()> {
    let id = id.clone();
    off_thread(move || match entry(&id)?.delete_credential() {
        Ok(()) | Err(KeyringError::NoEntry) => Ok(()),
        Err(error) => Err(failure(error)),
    })
    .await
}

/// Whether there is a keyring service at all, locked or not.
pub(super) async fn exists() -> Result<bool> {
    off_thread(|| Ok(Entry::store_status().is_ok())).await
}

/// Why the keyring cannot be used; `None` when it can.
pub(super) async fn problem() -> Result<Option<String>> {
    off_thread(|| {
        Ok(Entry::store_status()
            .as_ref()
            .err()
            .map(|_| unavailable("").message))
    })
    .await
}

fn entry(id: &ConnectionId) -> Result<Entry> {
    Entry::new(APPLICATION, &id.0).map_err(failure)
}

/// Only what names no content: some of the library's errors carry the bytes.
fn failure(error: KeyringError) -> Error {
    match error {
        KeyringError::NoDefaultStore => match Entry::store_status() {
            Err(cause) => unavailable(&cause.to_string()),
            Ok(()) => unavailable(&error.to_string()),
        },
        KeyringError::PlatformFailure(cause) => unavailable(&cause.to_string()),
        KeyringError::NoStorageAccess(cause) => Error::new(
            Code::KeyringUnavailable,
            format!("The keyring ({}) is locked.", system::SERVICE),
        )
        .next("Unlock it and try again, or use the secret for this session only.")
        .technical(details(&cause.to_string())),
        KeyringError::TooLong(what, limit) => Error::new(
            Code::KeyringUnavailable,
            format!(
                "The secret is too long for the keyring ({}).",
                system::SERVICE
            ),
        )
        .next("Use it for this session only; session tokens end soon anyway.")
        .technical(details(&format!("{what}: at most {limit}"))),
        KeyringError::BadEncoding(_) | KeyringError::BadDataFormat(..) => Error::new(
            Code::SecretMissing,
            "The secret in the keyring cannot be read.",
        )
        .next("Enter the secret access key again."),
        KeyringError::Ambiguous(_) => unavailable("more than one entry of the same name"),
        other => unavailable(&other.to_string()),
    }
}

pub(super) fn unavailable(cause: &str) -> Error {
    Error::new(
        Code::KeyringUnavailable,
        format!(
            "There is no keyring service ({}) to keep the secret in.",
            system::SERVICE
        ),
    )
    .next(format!(
        "{}, or use the secret for this session only.",
        system::START_IT
    ))
    .technical(details(cause))
}

fn details(cause: &str) -> Technical {
    Technical {
        operation: Some(system::SERVICE.to_owned()),
        detail: (!cause.is_empty()).then(|| cause.to_owned()),
        ..Technical::default()
    }
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::internal(format!("keyring: {error}")))?
}
