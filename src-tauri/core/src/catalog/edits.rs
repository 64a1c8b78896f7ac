//! Tables `edits` and `edited`: what described objects before they were edited.
//!
//! A row of `edited` is entered before its object is touched, and completed
//! when the store has answered. The newest edits are kept; older ones go.

use rusqlite::{OptionalExtension, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Catalog;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::properties::Description;

/// Edits that can be undone: what is older is history for the activity only.
const MOST_EDITS: u32 = 50;

/// One edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditRow {
    pub id: String,
    pub connection_id: ConnectionId,
    pub bucket: String,
    pub title: String,
    pub edited_by: String,
    pub edited_at: UnixMillis,
    pub undone_at: Option<UnixMillis>,
}

/// One object of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedRow {
    pub key: String,
    /// Bytes.
    pub size: u64,
    pub(crate) before: Description,
    pub(crate) after: Description,
    /// Of the object that the edit left, where known.
    pub etag: Option<String>,
    /// When the store said that it is done.
    pub edited_at: Option<UnixMillis>,
}

impl Catalog {
    /// Enters an edit; the oldest give way.
    pub fn insert_edit(&self, edit: &EditRow) -> Result<()> {
        self.in_transaction(|transaction| {
            transaction.execute(
                "INSERT INTO edits
                     (id, connection_id, bucket, title, edited_by, edited_at, undone_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                (
                    &edit.id,
                    &edit.connection_id.0,
                    &edit.bucket,
                    &edit.title,
                    &edit.edited_by,
                    edit.edited_at,
                    edit.undone_at,
                ),
            )?;
            transaction.execute(
                "DELETE FROM edits WHERE id NOT IN
                     (SELECT id FROM edits ORDER BY edited_at DESC, rowid DESC LIMIT ?1)",
                [MOST_EDITS],
            )?;
            Ok(())
        })
    }

    /// # Errors
    /// `NotFound` when there is none of that id.
    pub fn edit(&self, id: &str) -> Result<EditRow> {
        let row = self
            .db()
            .query_row(
                "SELECT id, connection_id, bucket, title, edited_by, edited_at, undone_at
                 FROM edits WHERE id = ?1",
                [id],
                |row| {
                    Ok(EditRow {
                        id: row.get(0)?,
                        connection_id: ConnectionId(row.get(1)?),
                        bucket: row.get(2)?,
                        title: row.get(3)?,
                        edited_by: row.get(4)?,
                        edited_at: row.get(5)?,
                        undone_at: row.get(6)?,
                    })
                },
            )
            .optional()?;
        row.ok_or_else(|| Error::new(Code::NotFound, "Nothing is known of this change.").about(id))
    }

    /// Enters objects before they are touched.
    pub fn insert_edited(&self, edit_id: &str, rows: &[EditedRow]) -> Result<()> {
        self.in_transaction(|transaction| {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO edited (edit_id, key, size, before, after, etag, edited_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for row in rows {
                insert.execute((
                    edit_id,
                    &row.key,
                    row.size,
                    to_json(&row.before)?,
                    to_json(&row.after)?,
                    &row.etag,
                    row.edited_at,
                ))?;
            }
            Ok(())
        })
    }

    /// The store said that these are done, each with the ETag and description
    /// it has now. Their materials follow.
    pub(crate) fn confirm_edited(
        &self,
        edit: &EditRow,
        done: &[(&str, Option<&str>, &Description)],
        at: UnixMillis,
    ) -> Result<()> {
        self.in_transaction(|transaction| {
            let mut update = transaction.prepare_cached(
                "UPDATE edited SET edited_at = ?3, etag = ?4, after = ?5
                 WHERE edit_id = ?1 AND key = ?2",
            )?;
            let mut follow = transaction.prepare_cached(
                "UPDATE materials SET content_type = ?4, etag = COALESCE(?5, etag)
                 WHERE connection_id = ?1 AND bucket = ?2 AND key = ?3",
            )?;
            for (key, etag, after) in done {
                update.execute((&edit.id, key, at, etag, to_json(after)?))?;
                if let Some(headers) = &after.headers {
                    let content_type = &headers.content.content_type;
                    let of = (&edit.connection_id.0, &edit.bucket);
                    follow.execute((of.0, of.1, key, content_type, etag))?;
                }
            }
            Ok(())
        })
    }

    /// Forgets objects that stayed as they were, and the edit when it has none.
    pub fn forget_edited(&self, edit: &EditRow, keys: &[&str]) -> Result<()> {
        self.in_transaction(|transaction| {
            let mut delete =
                transaction.prepare_cached("DELETE FROM edited WHERE edit_id = ?1 AND key = ?2")?;
            for key in keys {
                delete.execute((&edit.id, key))?;
            }
            transaction.execute(
                "DELETE FROM edits WHERE id = ?1
                   AND NOT EXISTS (SELECT 1 FROM edited WHERE edit_id = ?1)",
                [&edit.id],
            )?;
            Ok(())
        })
    }

    /// How many objects of an edit can be put back, and their bytes.
    pub fn edited_extent(&self, edit_id: &str) -> Result<(u32, u64)> {
        Ok(self.db().query_row(
            "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM edited
             WHERE edit_id = ?1 AND put_back_at IS NULL",
            [edit_id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?)
    }

    /// The next objects of an edit that can be put back, by key.
    pub fn edited_rows(
        &self,
        edit_id: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<EditedRow>> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT key, size, before, after, etag, edited_at FROM edited
             WHERE edit_id = ?1 AND key > ?2 AND put_back_at IS NULL ORDER BY key LIMIT ?3",
        )?;
        let rows = statement.query_map((edit_id, after.unwrap_or_default(), limit), |row| {
            Ok(EditedRow {
                key: row.get(0)?,
                size: row.get(1)?,
                before: of_json(row, 2)?,
                after: of_json(row, 3)?,
                etag: row.get(4)?,
                edited_at: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// These are as they were before the edit.
    pub fn confirm_put_back(&self, edit_id: &str, keys: &[&str], at: UnixMillis) -> Result<()> {
        self.in_transaction(|transaction| {
            let mut update = transaction.prepare_cached(
                "UPDATE edited SET put_back_at = ?3 WHERE edit_id = ?1 AND key = ?2",
            )?;
            for key in keys {
                update.execute((edit_id, key, at))?;
            }
            Ok(())
        })
    }

    /// The edit was undone, when all of it was.
    pub fn close_edit(&self, id: &str, at: UnixMillis) -> Result<()> {
        self.db().execute(
            "UPDATE edits SET undone_at = ?2 WHERE id = ?1
               AND NOT EXISTS (SELECT 1 FROM edited WHERE edit_id = ?1 AND put_back_at IS NULL)",
            (id, at),
        )?;
        Ok(())
    }
}

fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::internal(error.to_string()))
}

fn of_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    })
}

#[cfg(test)]
#[path = "edits_tests.rs"]
mod tests;
