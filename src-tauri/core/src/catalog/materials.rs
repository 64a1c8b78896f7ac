//! Table `materials`: what was added through Lectern, by key (never a URL).

use rusqlite::{Connection as Db, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use super::Catalog;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::Result;

/// One material: an object as its instructor knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    pub connection_id: ConnectionId,
    pub bucket: String,
    pub key: String,
    pub title: String,
    /// Bytes.
    pub size: u64,
    pub etag: Option<String>,
    /// `algorithm:base64`, as the store reported it for the whole object.
    pub checksum: Option<String>,
    pub content_type: Option<String>,
    pub added_by: String,
    pub added_at: UnixMillis,
}

const COLUMNS: &str = "connection_id, bucket, key, title, size, etag, checksum, content_type, \
                       added_by, added_at";

impl Catalog {
    /// Records a material, in place of an older record of the same key.
    pub fn put_material(&self, material: &Material) -> Result<()> {
        Ok(put(&self.db(), material)?)
    }

    pub fn material(
        &self,
        connection: &ConnectionId,
        bucket: &str,
        key: &str,
    ) -> Result<Option<Material>> {
        Ok(find(&self.db(), connection, bucket, key)?)
    }

    /// Removes the record and hands it back, for the bin.
    pub fn take_material(
        &self,
        connection: &ConnectionId,
        bucket: &str,
        key: &str,
    ) -> Result<Option<Material>> {
        Ok(take(&self.db(), connection, bucket, key)?)
    }
}

/// As [`Catalog::material`], within a transaction of another table.
pub(super) fn find(
    db: &Db,
    connection: &ConnectionId,
    bucket: &str,
    key: &str,
) -> rusqlite::Result<Option<Material>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM materials
         WHERE connection_id = ?1 AND bucket = ?2 AND key = ?3"
    ))?
    .query_row((&connection.0, bucket, key), read)
    .optional()
}

/// As [`Catalog::put_material`], within a transaction of another table.
pub(super) fn put(db: &Db, material: &Material) -> rusqlite::Result<()> {
    insert(db, "REPLACE", material)
}

/// As [`Catalog::take_material`], within a transaction of another table.
pub(super) fn take(
    db: &Db,
    connection: &ConnectionId,
    bucket: &str,
    key: &str,
) -> rusqlite::Result<Option<Material>> {
    db.prepare_cached(&format!(
        "DELETE FROM materials
         WHERE connection_id = ?1 AND bucket = ?2 AND key = ?3 RETURNING {COLUMNS}"
    ))?
    .query_row((&connection.0, bucket, key), read)
    .optional()
}

/// Records a material unless there is one of its key, within a transaction of
/// another table.
pub(super) fn insert_if_new(db: &Db, material: &Material) -> rusqlite::Result<()> {
    insert(db, "IGNORE", material)
}

fn insert(db: &Db, on_conflict: &str, material: &Material) -> rusqlite::Result<()> {
    db.prepare_cached(&format!(
        "INSERT OR {on_conflict} INTO materials ({COLUMNS})
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
    ))?
    .execute((
        &material.connection_id.0,
        &material.bucket,
        &material.key,
        &material.title,
        material.size,
        &material.etag,
        &material.checksum,
        &material.content_type,
        &material.added_by,
        material.added_at,
    ))?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Material> {
    Ok(Material {
        connection_id: ConnectionId(row.get(0)?),
        bucket: row.get(1)?,
        key: row.get(2)?,
        title: row.get(3)?,
        size: row.get(4)?,
        etag: row.get(5)?,
        checksum: row.get(6)?,
        content_type: row.get(7)?,
        added_by: row.get(8)?,
        added_at: row.get(9)?,
    })
}
