//! Secrets in the operating system's keyring, and nowhere else.
//!
//! With no keyring service a secret can be kept for the session, in memory that
//! is zeroed on drop. There is no file fallback. Beside them lie the secrets
//! that an import read and that wait for their connection to be added.

mod keyring;
#[cfg_attr(target_os = "macos", path = "secret/macos.rs")]
#[cfg_attr(target_os = "windows", path = "secret/windows.rs")]
#[cfg_attr(
    not(any(target_os = "macos", target_os = "windows")),
    path = "secret/linux.rs"
)]
mod system;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{ConnectionId, HeldSecretId, SecretInput, SecretPlace};
use crate::error::{Code, Error, Result};

/// Whether secrets can be kept beyond the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KeyringStatus {
    pub available: bool,
    /// What the system calls it, e.g. `Secret Service`.
    pub service: String,
    /// Why it is not available, in a sentence.
    pub problem: Option<String>,
}

/// The secret half of an access key. Has no `Debug` on purpose; its parts are
/// zeroed on drop.
#[derive(Clone)]
pub struct KeySecret {
    pub secret_access_key: SecretString,
    pub session_token: Option<SecretString>,
}

/// The place where secrets are kept. Never printed, never serialised.
#[derive(Default)]
pub struct Secrets {
    uses_keyring: bool,
    session: Mutex<HashMap<ConnectionId, KeySecret>>,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    last: u32,
    secrets: HashMap<HeldSecretId, KeySecret>,
}

impl Secrets {
    /// The operating system's keyring, with session memory beside it.
    pub fn system() -> Self {
        Self {
            uses_keyring: true,
            ..Self::default()
        }
    }

    /// Session memory only: touches no keyring. For `--from-env` and tests.
    pub fn session_only() -> Self {
        Self::default()
    }

    /// Keeps a secret until the process ends.
    pub fn keep_for_session(&self, id: &ConnectionId, secret: KeySecret) {
        self.session().insert(id.clone(), secret);
    }

    pub async fn status(&self) -> Result<KeyringStatus> {
        let problem = if self.uses_keyring {
            keyring::problem().await?
        } else {
            Some("This run keeps secrets in memory only.".to_owned())
        };
        Ok(KeyringStatus {
            available: problem.is_none(),
            service: system::SERVICE.to_owned(),
            problem,
        })
    }

    /// Keeps a secret in the keyring.
    ///
    /// # Errors
    /// `KeyringUnavailable`, and then nothing is kept.
    pub(super) async fn keep(&self, id: &ConnectionId, secret: KeySecret) -> Result<()> {
        if !self.uses_keyring {
            return Err(keyring::unavailable("this run uses no keyring"));
        }
        keyring::write(id, secret).await?;
        self.session().remove(id);
        Ok(())
    }

    /// The secret of a connection, from the session's memory or the keyring.
    pub(super) async fn get(&self, id: &ConnectionId) -> Result<Option<KeySecret>> {
        if let Some(secret) = self.of_session(id) {
            return Ok(Some(secret));
        }
        if !self.uses_keyring {
            return Ok(None);
        }
        keyring::read(id).await
    }

    /// Where the secret of a connection is; an unusable keyring counts as missing.
    pub(super) async fn place(&self, id: &ConnectionId) -> SecretPlace {
        if self.of_session(id).is_some() {
            return SecretPlace::Session;
        }
        match self.get(id).await {
            Ok(Some(_)) => SecretPlace::Keyring,
            Ok(None) | Err(_) => SecretPlace::Missing,
        }
    }

    /// Removes the secret wherever it is.
    ///
    /// # Errors
    /// `KeyringUnavailable` when a keyring may still hold it (it is locked). With
    /// no keyring service there is nothing that could be removed.
    pub(super) async fn forget(&self, id: &ConnectionId) -> Result<()> {
        self.session().remove(id);
        if self.uses_keyring && keyring::exists().await? {
            keyring::delete(id).await?;
        }
        Ok(())
    }

    /// Leaves a secret in memory until its connection is added.
    pub(super) fn hold(&self, secret: KeySecret) -> HeldSecretId {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.last += 1;
        let id = HeldSecretId(held.last);
        held.secrets.insert(id, secret);
        id
    }

    /// What was typed or is held, and whether it is for this session only.
    pub(super) fn take_in(&self, input: SecretInput) -> Result<(KeySecret, bool)> {
        match input {
            SecretInput::Typed {
                secret_access_key,
                session_token,
                for_session,
            } => Ok((
                KeySecret {
                    secret_access_key,
                    session_token,
                },
                for_session,
            )),
            SecretInput::Held { id, for_session } => {
                let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
                let secret = held.secrets.get(&id).cloned().ok_or_else(|| {
                    Error::new(
                        Code::SecretMissing,
                        "The imported secret is not there any more.",
                    )
                    .next("Import the file again, or type the secret access key.")
                })?;
                Ok((secret, for_session))
            }
        }
    }

    /// Zeroes a held secret: its connection is added.
    pub(super) fn let_go(&self, id: HeldSecretId) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.secrets.remove(&id);
    }

    fn of_session(&self, id: &ConnectionId) -> Option<KeySecret> {
        self.session().get(id).cloned()
    }

    fn session(&self) -> MutexGuard<'_, HashMap<ConnectionId, KeySecret>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use secrecy::ExposeSecret;

    use super::*;

    fn secret(text: &str) -> KeySecret {
        KeySecret {
            secret_access_key: SecretString::from(text),
            session_token: None,
        }
    }

    #[tokio::test]
    async fn a_session_secret_is_gone_when_it_is_forgotten() {
        let secrets = Secrets::session_only();
        let id = ConnectionId::fresh();

        secrets.keep_for_session(&id, secret("s3cret"));
        assert_eq!(secrets.place(&id).await, SecretPlace::Session);

        secrets.forget(&id).await.unwrap();
        assert_eq!(secrets.place(&id).await, SecretPlace::Missing);
    }

    #[tokio::test]
    async fn without_a_keyring_nothing_is_kept_and_the_way_out_is_named() {
        let secrets = Secrets::session_only();
        let id = ConnectionId::fresh();

        let error = secrets.keep(&id, secret("s3cret")).await.unwrap_err();

        assert_eq!(error.code, Code::KeyringUnavailable);
        assert!(error.next_step.unwrap().contains("for this session"));
        assert!(secrets.get(&id).await.unwrap().is_none());
        assert!(!secrets.status().await.unwrap().available);
    }

    #[test]
    fn a_held_secret_is_there_until_it_is_let_go() {
        let secrets = Secrets::session_only();
        let id = secrets.hold(secret("s3cret"));
        let held = || SecretInput::Held {
            id,
            for_session: false,
        };

        let (found, _) = secrets.take_in(held()).unwrap();
        assert_eq!(found.secret_access_key.expose_secret(), "s3cret");

        secrets.let_go(id);
        let error = secrets.take_in(held()).err().unwrap();
        assert_eq!(error.code, Code::SecretMissing);
    }
}
