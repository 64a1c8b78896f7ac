//! Secrets in the operating system's keyring, and nowhere else.
//!
//! With no keyring service a secret can be kept for the session, in memory that
//! is zeroed on drop. There is no file fallback.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::ConnectionId;
use crate::error::Result;

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

/// The secret half of an access key.
pub struct KeySecret {
    pub secret_access_key: SecretString,
    pub session_token: Option<SecretString>,
}

/// The place where secrets are kept. Never printed, never serialised.
#[derive(Default)]
pub struct Secrets {
    session: Mutex<HashMap<ConnectionId, KeySecret>>,
}

impl Secrets {
    /// The operating system's keyring, with session memory beside it.
    pub fn system() -> Self {
        Self::default()
    }

    /// Session memory only: touches no keyring. For `--from-env` and tests.
    pub fn session_only() -> Self {
        Self::default()
    }

    /// Keeps a secret until the process ends.
    pub fn keep_for_session(&self, id: &ConnectionId, secret: KeySecret) {
        self.session
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.clone(), secret);
    }

    pub fn status(&self) -> Result<KeyringStatus> {
        Ok(KeyringStatus {
            available: false,
            service: String::new(),
            problem: None,
        })
    }
}
