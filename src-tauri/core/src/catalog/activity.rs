//! Table `activity`: append-only; entry n carries the hash of entry n - 1.

use rusqlite::{Connection as Db, OptionalExtension};
use sha2::{Digest, Sha256};

use super::Catalog;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::Result;

/// One change made through Lectern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityRow {
    pub number: i64,
    pub at: UnixMillis,
    pub actor: String,
    pub connection_name: String,
    pub bucket: String,
    pub action: String,
    pub subject: String,
    /// JSON.
    pub detail: Option<String>,
}

/// One change that is to be recorded. `subject` is a key, prefix or name;
/// `detail` is JSON without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityEntry {
    pub at: UnixMillis,
    pub actor: String,
    pub connection_id: ConnectionId,
    pub connection_name: String,
    pub bucket: String,
    pub action: &'static str,
    pub subject: String,
    pub detail: Option<String>,
}

impl Catalog {
    pub fn append_activity(&self, entry: &ActivityEntry) -> Result<()> {
        let mut db = self.db();
        let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        append(&transaction, entry)?;
        transaction.commit()?;
        Ok(())
    }

    /// The newest entries, newest first.
    pub fn recent_activity(&self, limit: u32) -> Result<Vec<ActivityRow>> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT number, at, actor, connection_name, bucket, action, subject, detail
             FROM activity ORDER BY number DESC LIMIT ?1",
        )?;
        let rows = statement.query_map([limit], |row| {
            Ok(ActivityRow {
                number: row.get(0)?,
                at: row.get(1)?,
                actor: row.get(2)?,
                connection_name: row.get(3)?,
                bucket: row.get(4)?,
                action: row.get(5)?,
                subject: row.get(6)?,
                detail: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// As [`Catalog::append_activity`], within a transaction that writes.
pub(super) fn append(db: &Db, entry: &ActivityEntry) -> rusqlite::Result<()> {
    let last: Option<(i64, String)> = db
        .prepare_cached("SELECT number, hash FROM activity ORDER BY number DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (number, previous) = last.map_or((1, String::new()), |(n, hash)| (n + 1, hash));
    let hash = entry_hash(&[
        &previous,
        &number.to_string(),
        &entry.at.to_string(),
        &entry.actor,
        &entry.connection_id.0,
        &entry.connection_name,
        &entry.bucket,
        entry.action,
        &entry.subject,
        entry.detail.as_deref().unwrap_or_default(),
    ]);
    db.prepare_cached(
        "INSERT INTO activity (number, at, actor, connection_id, connection_name, bucket,
                               action, subject, detail, previous_hash, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute((
        number,
        entry.at,
        &entry.actor,
        &entry.connection_id.0,
        &entry.connection_name,
        &entry.bucket,
        entry.action,
        &entry.subject,
        &entry.detail,
        previous,
        hash,
    ))?;
    Ok(())
}

/// SHA-256 over the fields, each led by its length, so that no two entries
/// share a spelling.
fn entry_hash(fields: &[&str]) -> String {
    let mut hash = Sha256::new();
    for field in fields {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field.as_bytes());
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
