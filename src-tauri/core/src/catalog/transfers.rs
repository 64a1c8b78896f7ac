//! Tables `transfers` and `transfer_parts`: what was asked for, and how far it
//! is, so that work that stopped can be taken up again.
//!
//! A row is written before its transfer begins and says at any time what a new
//! run would have to do: `waiting` (nothing sent), `running` with an upload id
//! and its finished parts, or an end. Ended rows are history and trimmed.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension, Row};

use super::Catalog;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Error, Result};

/// One file on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferRow {
    pub id: String,
    /// One user action.
    pub batch: String,
    pub connection_id: ConnectionId,
    pub direction: TransferDirection,
    pub bucket: String,
    pub key: String,
    /// The source of an upload, the target of a download; for a copy, the key copied from.
    pub local_path: Option<String>,
    /// Bytes.
    pub size: u64,
    pub source_modified_at: Option<UnixMillis>,
    /// Bytes of every part but the last; never changes once parts are sent.
    pub part_size: Option<u64>,
    pub upload_id: Option<String>,
    /// What must hold at the key for the write, as JSON.
    pub condition: Option<String>,
    pub state: TransferState,
    /// `algorithm:base64` of the whole object.
    pub checksum: Option<String>,
    pub created_at: UnixMillis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferDirection {
    Upload,
    Download,
    Copy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferState {
    Waiting,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// A part that the store has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferPart {
    /// From one.
    pub number: u32,
    pub etag: String,
    /// `algorithm:base64` of the part.
    pub checksum: Option<String>,
}

impl TransferState {
    fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl TransferDirection {
    fn name(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Download => "download",
            Self::Copy => "copy",
        }
    }
}

const COLUMNS: &str = "id, batch, connection_id, direction, bucket, key, local_path, size, \
                       source_modified_at, part_size, upload_id, condition, state, checksum, \
                       created_at";

impl Catalog {
    /// Records the transfers of one user action, all or none.
    pub fn insert_transfers(&self, rows: &[TransferRow]) -> Result<()> {
        let mut db = self.db();
        let transaction = db.transaction()?;
        {
            let mut statement = transaction.prepare_cached(&format!(
                "INSERT INTO transfers ({COLUMNS}, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15)"
            ))?;
            for row in rows {
                statement.execute((
                    &row.id,
                    &row.batch,
                    &row.connection_id.0,
                    row.direction,
                    &row.bucket,
                    &row.key,
                    &row.local_path,
                    row.size,
                    row.source_modified_at,
                    row.part_size,
                    &row.upload_id,
                    &row.condition,
                    row.state,
                    &row.checksum,
                    row.created_at,
                ))?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// The multipart upload has begun: parts of this size go to this id.
    pub fn begin_transfer_parts(
        &self,
        id: &str,
        upload_id: &str,
        part_size: u64,
        at: UnixMillis,
    ) -> Result<()> {
        self.db()
            .prepare_cached(
                "UPDATE transfers SET state = 'running', upload_id = ?2, part_size = ?3,
                        updated_at = ?4
                 WHERE id = ?1",
            )?
            .execute((id, upload_id, part_size, at))?;
        Ok(())
    }

    /// The store has this part.
    pub fn put_transfer_part(&self, id: &str, part: &TransferPart) -> Result<()> {
        self.db()
            .prepare_cached(
                "INSERT OR REPLACE INTO transfer_parts (transfer_id, number, etag, checksum)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((id, part.number, &part.etag, &part.checksum))?;
        Ok(())
    }

    /// The parts that the store has, by number.
    pub fn transfer_parts(&self, id: &str) -> Result<Vec<TransferPart>> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT number, etag, checksum FROM transfer_parts
             WHERE transfer_id = ?1 ORDER BY number",
        )?;
        let rows = statement.query_map([id], |row| {
            Ok(TransferPart {
                number: row.get(0)?,
                etag: row.get(1)?,
                checksum: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The multipart upload is gone from the store, and its parts with it.
    pub fn drop_transfer_parts(&self, id: &str, at: UnixMillis) -> Result<()> {
        let mut db = self.db();
        let transaction = db.transaction()?;
        transaction.execute("DELETE FROM transfer_parts WHERE transfer_id = ?1", [id])?;
        transaction.execute(
            "UPDATE transfers SET upload_id = NULL, part_size = NULL, updated_at = ?2
             WHERE id = ?1",
            (id, at),
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// The transfer has ended. `key` is where it went, which may be another
    /// than was asked for when both were to be kept.
    pub fn end_transfer(
        &self,
        id: &str,
        state: TransferState,
        key: Option<&str>,
        checksum: Option<&str>,
        error: Option<&Error>,
        at: UnixMillis,
    ) -> Result<()> {
        let error = error
            .map(serde_json::to_string)
            .transpose()
            .map_err(|error| Error::internal(error.to_string()))?;
        self.db()
            .prepare_cached(
                "UPDATE transfers SET state = ?2, key = COALESCE(?3, key),
                        checksum = COALESCE(?4, checksum), error = ?5, updated_at = ?6
                 WHERE id = ?1",
            )?
            .execute((id, state, key, checksum, error, at))?;
        Ok(())
    }

    /// What was never begun of an action that is over.
    pub fn cancel_waiting_transfers(&self, batch: &str, at: UnixMillis) -> Result<()> {
        self.db().execute(
            "UPDATE transfers SET state = 'cancelled', updated_at = ?2
             WHERE batch = ?1 AND state = 'waiting'",
            (batch, at),
        )?;
        Ok(())
    }

    /// What a run that ended too early left waiting or running, oldest first.
    pub fn unfinished_transfers(&self) -> Result<Vec<TransferRow>> {
        let db = self.db();
        let mut statement = db.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM transfers WHERE state IN ('waiting', 'running')
             ORDER BY created_at, id"
        ))?;
        let rows = statement.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn transfer(&self, id: &str) -> Result<Option<TransferRow>> {
        Ok(self
            .db()
            .prepare_cached(&format!("SELECT {COLUMNS} FROM transfers WHERE id = ?1"))?
            .query_row([id], read)
            .optional()?)
    }

    /// Forgets transfers that ended before a time. One that still holds an
    /// upload id stays, since its parts may still lie in the bucket.
    pub fn trim_transfers(&self, before: UnixMillis) -> Result<()> {
        self.db().execute(
            "DELETE FROM transfers
             WHERE state IN ('done', 'failed', 'cancelled') AND updated_at < ?1
               AND (upload_id IS NULL OR state = 'done')",
            [before],
        )?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<TransferRow> {
    Ok(TransferRow {
        id: row.get(0)?,
        batch: row.get(1)?,
        connection_id: ConnectionId(row.get(2)?),
        direction: row.get(3)?,
        bucket: row.get(4)?,
        key: row.get(5)?,
        local_path: row.get(6)?,
        size: row.get(7)?,
        source_modified_at: row.get(8)?,
        part_size: row.get(9)?,
        upload_id: row.get(10)?,
        condition: row.get(11)?,
        state: row.get(12)?,
        checksum: row.get(13)?,
        created_at: row.get(14)?,
    })
}

impl ToSql for TransferState {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

impl FromSql for TransferState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        [
            Self::Waiting,
            Self::Running,
            Self::Done,
            Self::Failed,
            Self::Cancelled,
        ]
        .into_iter()
        .find(|state| state.name() == name)
        .ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for TransferDirection {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

impl FromSql for TransferDirection {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        [Self::Upload, Self::Download, Self::Copy]
            .into_iter()
            .find(|direction| direction.name() == name)
            .ok_or(FromSqlError::InvalidType)
    }
}

#[cfg(test)]
#[path = "transfers_tests.rs"]
mod tests;
