//! Tables `deletions` and `bin`: what was deleted, and the way back.
//!
//! A row of `bin` is entered before its object is touched, and completed when
//! the store has answered. So a crash leaves rows of which nobody knows whether
//! the object went (`deleted_at` is empty), and never an object without a row.

use rusqlite::{OptionalExtension, Row, Transaction};

use super::{Catalog, Material};
use crate::bin::Deletion;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};

/// How a deletion can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoKind {
    Version,
    Bin,
    None,
}

/// One deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletionRow {
    pub id: String,
    pub connection_id: ConnectionId,
    pub bucket: String,
    pub title: String,
    pub undo: UndoKind,
    pub deleted_by: String,
    pub deleted_at: UnixMillis,
    pub undone_at: Option<UnixMillis>,
}

/// One object of a deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinRow {
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// The delete marker that the deletion made.
    pub marker_version_id: Option<String>,
    /// Where the object lies meanwhile.
    pub bin_key: Option<String>,
    /// When the store said that it is gone.
    pub deleted_at: Option<UnixMillis>,
}

impl Catalog {
    pub fn insert_deletion(&self, deletion: &DeletionRow) -> Result<()> {
        self.db().execute(
            "INSERT INTO deletions
                 (id, connection_id, bucket, title, undo, deleted_by, deleted_at, undone_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                &deletion.id,
                &deletion.connection_id.0,
                &deletion.bucket,
                &deletion.title,
                undo_name(deletion.undo),
                &deletion.deleted_by,
                deletion.deleted_at,
                deletion.undone_at,
            ),
        )?;
        Ok(())
    }

    /// # Errors
    /// `NotFound` when there is none of that id.
    pub fn deletion(&self, id: &str) -> Result<DeletionRow> {
        let row = self
            .db()
            .query_row(
                "SELECT id, connection_id, bucket, title, undo, deleted_by, deleted_at, undone_at
                 FROM deletions WHERE id = ?1",
                [id],
                |row| {
                    Ok(DeletionRow {
                        id: row.get(0)?,
                        connection_id: ConnectionId(row.get(1)?),
                        bucket: row.get(2)?,
                        title: row.get(3)?,
                        undo: undo_of(&row.get::<_, String>(4)?),
                        deleted_by: row.get(5)?,
                        deleted_at: row.get(6)?,
                        undone_at: row.get(7)?,
                    })
                },
            )
            .optional()?;
        row.ok_or_else(|| {
            Error::new(Code::NotFound, "Nothing is known of this deletion.").about(id)
        })
    }

    /// Enters objects before they are touched, each with its material's record.
    pub fn insert_bin_rows(&self, deletion: &DeletionRow, rows: &[BinRow]) -> Result<()> {
        self.in_transaction(|transaction| {
            let mut insert = transaction.prepare_cached(
                "INSERT OR REPLACE INTO bin
                     (deletion_id, key, size, marker_version_id, bin_key, material, deleted_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for row in rows {
                let material = super::materials::find(
                    transaction,
                    &deletion.connection_id,
                    &deletion.bucket,
                    &row.key,
                )?;
                let material = material.map(|material| to_json(&material)).transpose()?;
                insert.execute((
                    &deletion.id,
                    &row.key,
                    row.size,
                    &row.marker_version_id,
                    &row.bin_key,
                    material,
                    row.deleted_at,
                ))?;
            }
            Ok(())
        })
    }

    /// The store said that these are gone, each with the marker it left (if any):
    /// their materials go as well.
    pub fn confirm_deleted(
        &self,
        deletion: &DeletionRow,
        gone: &[(&str, Option<&str>)],
        at: UnixMillis,
    ) -> Result<()> {
        self.in_transaction(|transaction| {
            let mut update = transaction.prepare_cached(
                "UPDATE bin SET deleted_at = ?3, marker_version_id = ?4
                 WHERE deletion_id = ?1 AND key = ?2",
            )?;
            let mut forget = transaction.prepare_cached(
                "DELETE FROM materials WHERE connection_id = ?1 AND bucket = ?2 AND key = ?3",
            )?;
            for (key, marker) in gone {
                update.execute((&deletion.id, key, at, marker))?;
                forget.execute((&deletion.connection_id.0, &deletion.bucket, key))?;
            }
            Ok(())
        })
    }

    /// Forgets objects that were not deleted after all, and the deletion with the last of them.
    pub fn forget_bin_rows(&self, deletion_id: &str, keys: &[&str]) -> Result<()> {
        self.in_transaction(|transaction| {
            let mut delete = transaction
                .prepare_cached("DELETE FROM bin WHERE deletion_id = ?1 AND key = ?2")?;
            for key in keys {
                delete.execute((deletion_id, key))?;
            }
            Ok(())
        })
    }

    /// Removes a deletion of which no object is left; says whether it did.
    pub fn forget_empty_deletion(&self, deletion_id: &str) -> Result<bool> {
        let removed = self.db().execute(
            "DELETE FROM deletions
             WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM bin WHERE deletion_id = ?1)",
            [deletion_id],
        )?;
        Ok(removed > 0)
    }

    /// At most `limit` objects that are not back yet, in key order after `after`.
    pub fn bin_rows(
        &self,
        deletion_id: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<BinRow>> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT key, size, marker_version_id, bin_key, deleted_at FROM bin
             WHERE deletion_id = ?1 AND (?2 IS NULL OR key > ?2) AND restored_at IS NULL
             ORDER BY key LIMIT ?3",
        )?;
        let rows = statement.query_map((deletion_id, after, limit), read_bin)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many objects are not back yet, and their bytes.
    pub fn bin_extent(&self, deletion_id: &str) -> Result<(u32, u64)> {
        Ok(self.db().query_row(
            "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM bin
             WHERE deletion_id = ?1 AND restored_at IS NULL",
            [deletion_id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?)
    }

    /// These are back: their materials come back as well, unless a newer record is there.
    pub fn confirm_restored(&self, deletion_id: &str, keys: &[&str], at: UnixMillis) -> Result<()> {
        self.in_transaction(|transaction| {
            let mut update = transaction.prepare_cached(
                "UPDATE bin SET restored_at = ?3 WHERE deletion_id = ?1 AND key = ?2
                 RETURNING material",
            )?;
            for key in keys {
                let material: Option<Option<String>> = update
                    .query_row((deletion_id, key, at), |row| row.get(0))
                    .optional()?;
                let material = material
                    .flatten()
                    .and_then(|json| serde_json::from_str::<Material>(&json).ok());
                if let Some(material) = material {
                    super::materials::insert_if_new(transaction, &material)?;
                }
            }
            Ok(())
        })
    }

    /// Closes a deletion of which everything is back; says whether that is so.
    pub fn close_deletion(&self, deletion_id: &str, at: UnixMillis) -> Result<bool> {
        let closed = self.db().execute(
            "UPDATE deletions SET undone_at = ?2
             WHERE id = ?1 AND NOT EXISTS (
                 SELECT 1 FROM bin WHERE deletion_id = ?1 AND restored_at IS NULL)",
            (deletion_id, at),
        )?;
        Ok(closed > 0)
    }

    /// All deletions, newest first, with what went (folder markers not counted as files).
    pub fn deletions(&self) -> Result<Vec<Deletion>> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT d.id, d.connection_id, d.bucket, d.title,
                    COUNT(b.key) FILTER (WHERE b.key NOT LIKE '%/'),
                    COALESCE(SUM(b.size), 0), d.deleted_by, d.deleted_at, d.undone_at,
                    d.undo <> 'none' AND d.undone_at IS NULL
                        AND COUNT(b.key) FILTER (WHERE b.restored_at IS NULL) > 0
             FROM deletions d LEFT JOIN bin b ON b.deletion_id = d.id
             GROUP BY d.id ORDER BY d.deleted_at DESC, d.rowid DESC",
        )?;
        let rows = statement.query_map([], read_deletion)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(super) fn in_transaction(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut db = self.db();
        let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        work(&transaction)?;
        transaction.commit()?;
        Ok(())
    }
}

fn read_bin(row: &Row<'_>) -> rusqlite::Result<BinRow> {
    Ok(BinRow {
        key: row.get(0)?,
        size: row.get(1)?,
        marker_version_id: row.get(2)?,
        bin_key: row.get(3)?,
        deleted_at: row.get(4)?,
    })
}

fn read_deletion(row: &Row<'_>) -> rusqlite::Result<Deletion> {
    Ok(Deletion {
        id: row.get(0)?,
        connection_id: ConnectionId(row.get(1)?),
        bucket: row.get(2)?,
        title: row.get(3)?,
        files: row.get(4)?,
        bytes: row.get(5)?,
        deleted_by: row.get(6)?,
        deleted_at: row.get(7)?,
        undone_at: row.get(8)?,
        can_undo: row.get(9)?,
    })
}

fn to_json(material: &Material) -> Result<String> {
    serde_json::to_string(material).map_err(|error| Error::internal(error.to_string()))
}

fn undo_name(undo: UndoKind) -> &'static str {
    match undo {
        UndoKind::Version => "version",
        UndoKind::Bin => "bin",
        UndoKind::None => "none",
    }
}

/// The table allows no other names.
fn undo_of(name: &str) -> UndoKind {
    match name {
        "version" => UndoKind::Version,
        "bin" => UndoKind::Bin,
        _ => UndoKind::None,
    }
}

#[cfg(test)]
#[path = "deletions_tests.rs"]
mod tests;
