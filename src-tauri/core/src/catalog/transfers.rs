//! Tables `transfer_batches`, `transfers` and `transfer_parts`: what was asked
//! for, and how far it is, so that work that stopped can be taken up again.
//!
//! A row is written before its transfer begins and says at any time what a new
//! run would have to do: `waiting` (nothing sent), `running` with what was
//! begun and its finished parts, or an end. Ended rows are history and trimmed.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection as Db, OptionalExtension, Row, TransactionBehavior};

use super::{ActivityEntry, Catalog, Material, activity, materials};
use crate::browse::place;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Error, Result};

/// One user action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferBatch {
    pub id: String,
    pub connection_id: ConnectionId,
    pub direction: TransferDirection,
    /// Where to, as the person knows it.
    pub target: String,
    /// The run of Lectern that has it in hand.
    pub runner: String,
    pub created_at: UnixMillis,
}

/// One file on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferRow {
    pub id: String,
    /// Its batch.
    pub batch: String,
    pub connection_id: ConnectionId,
    pub direction: TransferDirection,
    pub bucket: String,
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// All it takes to do it, as JSON.
    pub item: String,
    /// Its place in the batch.
    pub position: u32,
    pub begun: Option<Begun>,
    pub state: TransferState,
    /// `algorithm:base64` of the whole object: what it came to, or for a
    /// download under way what the store told.
    pub checksum: Option<String>,
    pub created_at: UnixMillis,
}

/// What was begun in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Of a multipart upload.
    pub upload_id: Option<String>,
    /// Bytes of every part but the last; never changes once parts are done.
    pub part_size: u64,
    /// Of the object that a download fetches.
    pub etag: Option<String>,
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
    /// Nothing was to be done: it was the same.
    Skipped,
    Failed,
    Cancelled,
}

/// A part that is where it is to go: in the store, or in the temporary file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferPart {
    /// From one.
    pub number: u32,
    /// The store's word for the part; empty for a download.
    pub etag: String,
    /// `algorithm:base64` of the part.
    pub checksum: Option<String>,
}

/// One step of a transfer, to be recorded with others at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferWrite {
    /// Parts of this size go to this upload, or come from this object, of
    /// which the store told this checksum.
    Begun {
        id: String,
        begun: Begun,
        checksum: Option<String>,
    },
    Part {
        id: String,
        part: TransferPart,
    },
    /// What was begun is gone, and its parts with it.
    NotBegun {
        id: String,
    },
    /// `key` is where it went, which may be another than was asked for when
    /// both were to be kept.
    Ended {
        id: String,
        state: TransferState,
        key: Option<String>,
        checksum: Option<String>,
        error: Option<Error>,
    },
    /// Will be tried again.
    Waiting {
        id: String,
        item: String,
    },
    /// A copy stands, and has this ETag.
    Stored {
        id: String,
        etag: Option<String>,
    },
    /// The move of this transfer was undone.
    TakenBack {
        id: String,
    },
    Material(Material),
    /// The record follows its object, or a second one is made for its copy.
    MaterialMoved {
        connection: ConnectionId,
        bucket: String,
        from: String,
        to_connection: ConnectionId,
        to_bucket: String,
        to: String,
        keep: bool,
    },
    Activity(ActivityEntry),
}

impl TransferState {
    fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Skipped => "skipped",
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

const COLUMNS: &str = "id, batch, connection_id, direction, bucket, key, size, item, position, \
                       upload_id, part_size, etag, state, checksum, created_at";

impl Catalog {
    /// Records a user action with its transfers, all or none.
    pub fn insert_transfers(&self, batch: &TransferBatch, rows: &[TransferRow]) -> Result<()> {
        let mut db = self.db();
        let transaction = db.transaction()?;
        transaction.execute(
            "INSERT INTO transfer_batches (id, connection_id, direction, target, runner, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                &batch.id,
                &batch.connection_id.0,
                batch.direction,
                &batch.target,
                &batch.runner,
                batch.created_at,
            ),
        )?;
        {
            let mut statement = transaction.prepare_cached(&format!(
                "INSERT INTO transfers ({COLUMNS}, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15)"
            ))?;
            for row in rows {
                let begun = row.begun.as_ref();
                statement.execute((
                    &row.id,
                    &row.batch,
                    &row.connection_id.0,
                    row.direction,
                    &row.bucket,
                    &row.key,
                    row.size,
                    &row.item,
                    row.position,
                    begun.and_then(|begun| begun.upload_id.as_ref()),
                    begun.map(|begun| begun.part_size),
                    begun.and_then(|begun| begun.etag.as_ref()),
                    row.state,
                    &row.checksum,
                    row.created_at,
                ))?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Records what happened to transfers, in order, all or none.
    pub fn record_transfers(&self, writes: &[TransferWrite], at: UnixMillis) -> Result<()> {
        let mut db = self.db();
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for write in writes {
            record(&transaction, write, at)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// The finished parts, by number.
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

    /// What was never begun of an action that is over.
    pub fn cancel_waiting_transfers(&self, batch: &str, at: UnixMillis) -> Result<()> {
        self.db().execute(
            "UPDATE transfers SET state = 'cancelled', updated_at = ?2
             WHERE batch = ?1 AND state = 'waiting'",
            (batch, at),
        )?;
        Ok(())
    }

    /// The actions of which something is waiting or running, oldest first.
    pub fn unfinished_batches(&self) -> Result<Vec<TransferBatch>> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT id, connection_id, direction, target, runner, created_at
             FROM transfer_batches AS batch
             WHERE EXISTS (SELECT 1 FROM transfers
                           WHERE transfers.batch = batch.id AND state IN ('waiting', 'running'))
             ORDER BY created_at, id",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(TransferBatch {
                id: row.get(0)?,
                connection_id: ConnectionId(row.get(1)?),
                direction: row.get(2)?,
                target: row.get(3)?,
                runner: row.get(4)?,
                created_at: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Takes the actions of one run over into another.
    pub fn hand_over_batches(&self, from: &str, to: &str) -> Result<()> {
        self.db().execute(
            "UPDATE transfer_batches SET runner = ?2 WHERE runner = ?1",
            (from, to),
        )?;
        Ok(())
    }

    /// What is waiting or running of an action, in its order.
    pub fn unfinished_transfers(&self, batch: &str) -> Result<Vec<TransferRow>> {
        let db = self.db();
        let mut statement = db.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM transfers
             WHERE batch = ?1 AND state IN ('waiting', 'running') ORDER BY position"
        ))?;
        let rows = statement.query_map([batch], read)?;
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
        let mut db = self.db();
        let transaction = db.transaction()?;
        transaction.execute(
            "DELETE FROM transfers
             WHERE state NOT IN ('waiting', 'running') AND updated_at < ?1
               AND (upload_id IS NULL OR state = 'done')",
            [before],
        )?;
        transaction.execute(
            "DELETE FROM transfer_batches
             WHERE created_at < ?1
               AND NOT EXISTS (SELECT 1 FROM transfers WHERE batch = transfer_batches.id)",
            [before],
        )?;
        transaction.commit()?;
        Ok(())
    }
}

fn record(db: &Db, write: &TransferWrite, at: UnixMillis) -> Result<()> {
    match write {
        TransferWrite::Begun {
            id,
            begun,
            checksum,
        } => {
            forget_parts(db, id)?;
            db.prepare_cached(
                "UPDATE transfers SET state = 'running', upload_id = ?2, part_size = ?3,
                        etag = ?4, checksum = ?5, updated_at = ?6
                 WHERE id = ?1",
            )?
            .execute((
                id,
                &begun.upload_id,
                begun.part_size,
                &begun.etag,
                checksum,
                at,
            ))?;
        }
        TransferWrite::Part { id, part } => {
            db.prepare_cached(
                "INSERT OR REPLACE INTO transfer_parts (transfer_id, number, etag, checksum)
                 SELECT id, ?2, ?3, ?4 FROM transfers WHERE id = ?1",
            )?
            .execute((id, part.number, &part.etag, &part.checksum))?;
        }
        TransferWrite::NotBegun { id } => not_begun(db, id)?,
        TransferWrite::Ended {
            id,
            state,
            key,
            checksum,
            error,
        } => {
            let error = error
                .as_ref()
                .map(serde_json::to_string)
                .transpose()
                .map_err(|error| Error::internal(error.to_string()))?;
            db.prepare_cached(
                "UPDATE transfers SET state = ?2, key = COALESCE(?3, key),
                        checksum = COALESCE(?4, checksum), error = ?5, updated_at = ?6
                 WHERE id = ?1",
            )?
            .execute((id, state, key, checksum, error, at))?;
            if *state == TransferState::Done {
                not_begun(db, id)?;
            }
        }
        TransferWrite::Waiting { id, item } => {
            db.prepare_cached(
                "UPDATE transfers SET state = 'waiting', item = ?2, error = NULL, updated_at = ?3
                 WHERE id = ?1",
            )?
            .execute((id, item, at))?;
        }
        TransferWrite::Stored { id, etag } => {
            db.prepare_cached("UPDATE transfers SET stored_etag = ?2 WHERE id = ?1")?
                .execute((id, etag))?;
        }
        TransferWrite::TakenBack { id } => {
            db.prepare_cached("UPDATE transfers SET taken_back_at = ?2 WHERE id = ?1")?
                .execute((id, at))?;
        }
        TransferWrite::Material(material) => materials::put(db, material)?,
        TransferWrite::MaterialMoved {
            connection,
            bucket,
            from,
            to_connection,
            to_bucket,
            to,
            keep,
        } => {
            let material = match keep {
                true => materials::find(db, connection, bucket, from)?,
                false => materials::take(db, connection, bucket, from)?,
            };
            if let Some(mut material) = material {
                // A title of its own stays; one that was the name follows the name.
                if material.title == place::last_segment(from) {
                    material.title = place::last_segment(to).to_owned();
                }
                material.connection_id = to_connection.clone();
                material.bucket = to_bucket.clone();
                material.key.clone_from(to);
                materials::put(db, &material)?;
            }
        }
        TransferWrite::Activity(entry) => activity::append(db, entry)?,
    }
    Ok(())
}

fn forget_parts(db: &Db, id: &str) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM transfer_parts WHERE transfer_id = ?1")?
        .execute([id])?;
    Ok(())
}

fn not_begun(db: &Db, id: &str) -> rusqlite::Result<()> {
    forget_parts(db, id)?;
    db.prepare_cached(
        "UPDATE transfers SET upload_id = NULL, part_size = NULL, etag = NULL WHERE id = ?1",
    )?
    .execute([id])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<TransferRow> {
    let part_size: Option<u64> = row.get(10)?;
    let begun = match part_size {
        Some(part_size) => Some(Begun {
            upload_id: row.get(9)?,
            part_size,
            etag: row.get(11)?,
        }),
        None => None,
    };
    Ok(TransferRow {
        id: row.get(0)?,
        batch: row.get(1)?,
        connection_id: ConnectionId(row.get(2)?),
        direction: row.get(3)?,
        bucket: row.get(4)?,
        key: row.get(5)?,
        size: row.get(6)?,
        item: row.get(7)?,
        position: row.get(8)?,
        begun,
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
            Self::Skipped,
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
