//! The practice store: a local folder, served as S3 by Lectern itself.

use super::{Addressing, Connection, ConnectionDraft, CredentialSource};
use crate::error::{Error, Result};
use crate::lectern::Lectern;
use crate::store::Access;

/// The bucket of the built-in practice connection.
pub(super) const BUCKET: &str = "practice";

/// The servers that run, one a folder; each ends with the last store that uses it.
#[derive(Default)]
pub(super) struct Servers {}

pub(super) fn draft(folder: Option<String>) -> ConnectionDraft {
    ConnectionDraft {
        name: "Practice".to_owned(),
        bucket: BUCKET.to_owned(),
        prefix: String::new(),
        region: None,
        endpoint: None,
        addressing: Addressing::Auto,
        source: CredentialSource::Practice { folder },
    }
}

pub(super) async fn access(
    lectern: &Lectern,
    connection: &Connection,
    folder: Option<&str>,
) -> Result<Access> {
    let _ = (lectern, connection, folder);
    tokio::task::yield_now().await;
    Err(Error::internal("not there yet"))
}

/// The built-in practice connection, made and seeded where it is not there.
pub async fn practice(lectern: &Lectern) -> Result<Connection> {
    let _ = lectern;
    tokio::task::yield_now().await;
    Err(Error::internal("not there yet"))
}
