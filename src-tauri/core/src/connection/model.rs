//! The types of a connection, as the window and the catalogue see them. Nothing
//! in here is a secret.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::Error;

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

/// A secret on its way to the keyring: typed into the window, or held in Rust
/// since an import.
#[derive(Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum SecretInput {
    Typed {
        #[specta(type = String)]
        secret_access_key: SecretString,
        #[specta(type = Option<String>)]
        session_token: Option<SecretString>,
        /// Keep it in memory until the app ends, not in the keyring.
        for_session: bool,
    },
    Held {
        id: HeldSecretId,
        for_session: bool,
    },
}

/// Names a secret that an import left in Rust's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub struct HeldSecretId(pub u32);

/// A connection as the window lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionInfo {
    pub connection: Connection,
    pub secret: SecretPlace,
}

/// Where a connection's secret is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SecretPlace {
    /// This source needs none of ours.
    NotNeeded,
    Keyring,
    /// In memory until the app ends.
    Session,
    Missing,
}

/// One thing that "Test connection" tried, on a probe key that it removes again.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CheckStep {
    pub step: Step,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    Credentials,
    Bucket,
    List,
    Write,
    Read,
    Delete,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Outcome {
    Passed,
    Failed {
        error: Error,
    },
    /// Not tried, because an earlier step failed, or because who is anonymous only reads.
    NotTried,
}

/// The verdict of a test, with what was found out on the way.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    pub steps: Vec<CheckStep>,
    /// The region the service named, where it differs from the draft's.
    pub region: Option<String>,
}

/// What a `.env` file or the like gave: a draft to look over, its secret held in Rust.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportedDraft {
    pub draft: ConnectionDraft,
    pub secret: Option<HeldSecretId>,
    /// Names that were missing or not understood.
    pub missing: Vec<String>,
}

/// A profile of the shared AWS configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    pub name: String,
    pub kind: ProfileKind,
    pub region: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ProfileKind {
    /// IAM Identity Center.
    SignIn,
    Role,
    Process,
    Keys,
    Unknown,
}
