//! The words of links, as they cross to the window and the command line.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::clock::UnixMillis;
use crate::connection::ConnectionId;

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
