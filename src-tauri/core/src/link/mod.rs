//! Links: presigned URLs with an honest end, and the ledger of them.
//!
//! The ledger keeps what is needed to sign again, never a URL.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Error, Result};
use crate::lectern::Lectern;

/// What ends a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum LimitedBy {
    /// The time that was asked for.
    Request,
    /// Seven days: Signature Version 4 knows no longer link.
    /// Source: Amazon S3 user guide, "Sharing objects with presigned URLs".
    SevenDays,
    /// The credentials that sign end first.
    Credentials,
}

/// How the browser treats the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Disposition {
    View,
    Download,
}

/// When a link of a length would really end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Expiry {
    pub requested_seconds: u32,
    pub ends_at: UnixMillis,
    pub limited_by: LimitedBy,
    /// The credentials are temporary and do not say when they end: the link may
    /// end before `ends_at`.
    pub may_end_sooner: bool,
}

/// What the dialog offers for one file.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LinkOptions {
    pub name: String,
    /// The usual lengths, shortest first.
    pub choices: Vec<Expiry>,
    pub default_seconds: u32,
    /// Works only on this computer, while Lectern runs.
    pub only_here: bool,
    /// Links of this file that are good now.
    pub good_until: Vec<UnixMillis>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LinkRequest {
    pub seconds: u32,
    pub disposition: Disposition,
    pub note: Option<String>,
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    pub id: String,
    pub connection_id: ConnectionId,
    pub bucket: String,
    pub key: String,
    pub file_name: String,
    pub made_by: String,
    pub made_at: UnixMillis,
    pub requested_seconds: u32,
    pub ends_at: UnixMillis,
    pub limited_by: LimitedBy,
    pub disposition: Disposition,
    pub note: Option<String>,
    pub ended: bool,
}

/// A presigned URL: whoever has it can read the file, so it is treated as a secret.
pub struct SignedUrl(SecretString);

impl SignedUrl {
    /// The URL itself, for the clipboard or a pipe; never for a log.
    pub fn expose(&self) -> &str {
        secrecy::ExposeSecret::expose_secret(&self.0)
    }
}

/// When a link of `seconds` made now would really end.
pub async fn expiry(lectern: &Lectern, connection: &ConnectionId, seconds: u32) -> Result<Expiry> {
    let _ = (lectern, connection, seconds);
    Err(pending())
}

pub async fn options(
    lectern: &Lectern,
    connection: &ConnectionId,
    key: &str,
) -> Result<LinkOptions> {
    let _ = (lectern, connection, key);
    Err(pending())
}

/// Signs a link and enters it in the ledger.
pub async fn make(
    lectern: &Lectern,
    connection: &ConnectionId,
    key: &str,
    request: &LinkRequest,
) -> Result<(Link, SignedUrl)> {
    let _ = (lectern, connection, key, request);
    Err(pending())
}

/// Signs a ledger entry again for the time it has left.
pub async fn again(lectern: &Lectern, id: &str) -> Result<(Link, SignedUrl)> {
    let _ = (lectern, id);
    Err(pending())
}

/// The ledger, newest first.
pub fn list(lectern: &Lectern) -> Result<Vec<Link>> {
    let _ = lectern;
    Err(pending())
}

fn pending() -> Error {
    Error::internal("not there yet")
}
