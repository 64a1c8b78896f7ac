//! Table `recent`: folders that were opened, for the way back to them.

use super::Catalog;
use crate::browse::RecentPlace;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::Result;

impl Catalog {
    /// The folders visited last, newest first.
    pub fn recent(&self) -> Result<Vec<RecentPlace>> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT connection_id, prefix, visited_at FROM recent
             ORDER BY visited_at DESC, prefix",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(RecentPlace {
                connection_id: ConnectionId(row.get(0)?),
                prefix: row.get(1)?,
                visited_at: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Enters a visit; of more than `most` folders those visited longest ago go.
    pub fn put_recent(
        &self,
        connection: &ConnectionId,
        prefix: &str,
        at: UnixMillis,
        most: u32,
    ) -> Result<()> {
        let mut db = self.db();
        let step = db.transaction()?;
        step.prepare_cached(
            "INSERT INTO recent (connection_id, prefix, visited_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (connection_id, prefix) DO UPDATE SET visited_at = excluded.visited_at",
        )?
        .execute((&connection.0, prefix, at))?;
        step.prepare_cached(
            "DELETE FROM recent WHERE (connection_id, prefix) IN
               (SELECT connection_id, prefix FROM recent
                ORDER BY visited_at DESC, prefix LIMIT -1 OFFSET ?1)",
        )?
        .execute([most])?;
        Ok(step.commit()?)
    }

    pub fn remove_recent(&self, connection: &ConnectionId, prefix: &str) -> Result<()> {
        self.db().execute(
            "DELETE FROM recent WHERE connection_id = ?1 AND prefix = ?2",
            (&connection.0, prefix),
        )?;
        Ok(())
    }

    pub fn remove_all_recent(&self) -> Result<()> {
        self.db().execute("DELETE FROM recent", [])?;
        Ok(())
    }
}
