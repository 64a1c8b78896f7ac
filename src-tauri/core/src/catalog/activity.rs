//! Table `activity`: append-only; entry n carries the hash of entry n - 1.

use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};

use super::Catalog;
use crate::clock::UnixMillis;
use crate::connection::Connection;
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

impl Catalog {
    pub fn append_activity(
        &self,
        at: UnixMillis,
        actor: &str,
        connection: &Connection,
        action: &str,
        subject: &str,
        detail: Option<&serde_json::Value>,
    ) -> Result<()> {
        let detail = detail.map(ToString::to_string);
        let mut db = self.db();
        let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let last: Option<(i64, String)> = transaction
            .query_row(
                "SELECT number, hash FROM activity ORDER BY number DESC LIMIT 1",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let (number, previous) = last.map_or((1, String::new()), |(n, hash)| (n + 1, hash));
        let hash = entry_hash(&[
            &previous,
            &number.to_string(),
            &at.to_string(),
            actor,
            &connection.id.0,
            &connection.name,
            &connection.bucket,
            action,
            subject,
            detail.as_deref().unwrap_or_default(),
        ]);
        transaction.execute(
            "INSERT INTO activity (number, at, actor, connection_id, connection_name, bucket,
                                   action, subject, detail, previous_hash, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            (
                number,
                at,
                actor,
                &connection.id.0,
                &connection.name,
                &connection.bucket,
                action,
                subject,
                detail,
                previous,
                hash,
            ),
        )?;
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
