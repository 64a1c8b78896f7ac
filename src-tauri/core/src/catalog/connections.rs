//! Table `connections`: each as JSON, without secrets, in the person's order.

use rusqlite::{OptionalExtension, Row};

use super::Catalog;
use crate::clock::UnixMillis;
use crate::connection::{Connection, ConnectionDraft, ConnectionId};
use crate::error::{Code, Error, Result};

impl Catalog {
    pub fn connections(&self) -> Result<Vec<Connection>> {
        let db = self.db();
        let mut statement =
            db.prepare_cached("SELECT id, definition FROM connections ORDER BY position")?;
        let rows = statement
            .query_map([], raw)?
            .collect::<Result<Vec<_>, _>>()?;
        rows.into_iter().map(parse).collect()
    }

    /// # Errors
    /// `NotFound` when there is none of that id.
    pub fn connection(&self, id: &ConnectionId) -> Result<Connection> {
        let row = self
            .db()
            .query_row(
                "SELECT id, definition FROM connections WHERE id = ?1",
                [&id.0],
                raw,
            )
            .optional()?;
        parse(row.ok_or_else(|| not_found(id))?)
    }

    /// Adds it below the others.
    pub fn insert_connection(&self, connection: &Connection, at: UnixMillis) -> Result<()> {
        self.db().execute(
            "INSERT INTO connections (id, position, definition, created_at)
             VALUES (?1, (SELECT COALESCE(MAX(position), 0) + 1 FROM connections), ?2, ?3)",
            (&connection.id.0, definition(&connection.draft)?, at),
        )?;
        Ok(())
    }

    pub fn update_connection(&self, connection: &Connection) -> Result<()> {
        let changed = self.db().execute(
            "UPDATE connections SET definition = ?2 WHERE id = ?1",
            (&connection.id.0, definition(&connection.draft)?),
        )?;
        if changed == 0 {
            return Err(not_found(&connection.id));
        }
        Ok(())
    }

    /// Removes it with its courses, materials, links, transfers and bin records.
    pub fn remove_connection(&self, id: &ConnectionId) -> Result<()> {
        self.db()
            .execute("DELETE FROM connections WHERE id = ?1", [&id.0])?;
        Ok(())
    }
}

fn raw(row: &Row<'_>) -> rusqlite::Result<(String, String)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn parse((id, definition): (String, String)) -> Result<Connection> {
    let draft = serde_json::from_str(&definition).map_err(|error| {
        Error::new(
            Code::Catalogue,
            "A connection in the catalogue cannot be read.",
        )
        .detail(error.to_string())
    })?;
    Ok(Connection {
        id: ConnectionId(id),
        draft,
    })
}

fn definition(draft: &ConnectionDraft) -> Result<String> {
    serde_json::to_string(draft).map_err(|error| Error::internal(error.to_string()))
}

fn not_found(id: &ConnectionId) -> Error {
    Error::new(Code::NotFound, "This connection is not there any more.").about(id.to_string())
}
