//! Connections: where a bucket is and as whom it is used.
//!
//! A connection holds nothing secret. The secret of an access key lies in the
//! operating system's keyring ([`Secrets`]); every other source finds its own
//! credentials when a [`Store`](crate::store::Store) is built.

mod secret;
mod stores;

use serde::{Deserialize, Serialize};
use specta::Type;

pub use secret::{KeyringStatus, Secrets};
pub use stores::Stores;

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
pub struct ConnectionId(pub String);

impl ConnectionId {
    pub fn fresh() -> Self {
        Self(uuid::Uuid::new_v4().to_string())
    }
}

impl std::fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What a person says of a connection; with an id it is a [`Connection`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionDraft {
    pub name: String,
    pub bucket: String,
    /// Everything shown and written is below it; empty, or ends with `/`.
    #[serde(default)]
    pub prefix: String,
    /// `None`: the service is asked.
    pub region: Option<String>,
    /// `None`: Amazon S3 itself.
    pub endpoint: Option<String>,
    #[serde(default)]
    pub addressing: Addressing,
    pub source: CredentialSource,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    pub id: ConnectionId,
    #[serde(flatten)]
    pub draft: ConnectionDraft,
}

impl std::ops::Deref for Connection {
    type Target = ConnectionDraft;

    fn deref(&self) -> &ConnectionDraft {
        &self.draft
    }
}

/// How the bucket's name stands in a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Addressing {
    /// Virtual-hosted on Amazon S3, path where an endpoint is given.
    #[default]
    Auto,
    Path,
    VirtualHosted,
}

/// As whom. The recommended ones come first: roles over keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum CredentialSource {
    /// A profile of the shared AWS configuration: IAM Identity Center, a role, a process or keys.
    Profile {
        name: String,
    },
    /// `AWS_*` variables of this process.
    Environment,
    /// The secret half lies in the keyring.
    AccessKeys {
        access_key_id: String,
    },
    Anonymous,
    /// The practice store, served by Lectern from this folder; `None` is the built-in one.
    Practice {
        folder: Option<String>,
    },
}

impl ConnectionDraft {
    pub fn is_practice(&self) -> bool {
        matches!(self.source, CredentialSource::Practice { .. })
    }
}
