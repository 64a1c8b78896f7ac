//! Moves among the tables `transfers` and `transfer_batches`: what was moved
//! where, so that it can be taken back. They are kept as long as other history.

use super::Catalog;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::Result;

/// One user action that moved something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveRow {
    pub id: String,
    pub connection_id: ConnectionId,
    /// Where to, as the person knows it.
    pub target: String,
    /// Of the first object, relative to where it was chosen.
    pub name: String,
    pub objects: u32,
    pub bytes: u64,
    pub moved_at: UnixMillis,
    /// Objects that are back where they were.
    pub taken_back: u32,
    /// Objects of it are still on their way.
    pub runs: bool,
}

/// One object that was moved and is not back yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedRow {
    pub id: String,
    /// Where it is now.
    pub key: String,
    /// All it took to move it, as JSON.
    pub item: String,
    /// Of the object at its new place, where the store told it.
    pub stored_etag: Option<String>,
}

/// Undone moves are moves too, and no history of their own.
const IS_MOVE: &str = "transfers.direction = 'copy'
    AND json_extract(item, '$.delete_original') = 1
    AND json_extract(item, '$.takes_back') IS NULL";

impl Catalog {
    /// The moves that are remembered, newest first.
    pub fn moves(&self) -> Result<Vec<MoveRow>> {
        let db = self.db();
        let mut statement = db.prepare_cached(&format!(
            "SELECT batch.id, batch.connection_id, batch.target,
                    MIN(json_extract(item, '$.name')) FILTER (WHERE state = 'done'),
                    COUNT(*) FILTER (WHERE state = 'done'),
                    COALESCE(SUM(size) FILTER (WHERE state = 'done'), 0), batch.created_at,
                    COUNT(taken_back_at), MAX(state IN ('waiting', 'running'))
             FROM transfers JOIN transfer_batches AS batch ON batch.id = transfers.batch
             WHERE {IS_MOVE}
             GROUP BY batch.id HAVING COUNT(*) FILTER (WHERE state = 'done') > 0
             ORDER BY batch.created_at DESC, batch.rowid DESC"
        ))?;
        let rows = statement.query_map([], |row| {
            Ok(MoveRow {
                id: row.get(0)?,
                connection_id: ConnectionId(row.get(1)?),
                target: row.get(2)?,
                name: row.get(3)?,
                objects: row.get(4)?,
                bytes: row.get(5)?,
                moved_at: row.get(6)?,
                taken_back: row.get(7)?,
                runs: row.get(8)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The objects of a move that are not back yet, in its order.
    pub fn moved(&self, id: &str) -> Result<Vec<MovedRow>> {
        let db = self.db();
        let mut statement = db.prepare_cached(&format!(
            "SELECT id, key, item, stored_etag FROM transfers
             WHERE batch = ?1 AND state = 'done' AND taken_back_at IS NULL AND {IS_MOVE}
             ORDER BY position"
        ))?;
        let rows = statement.query_map([id], |row| {
            Ok(MovedRow {
                id: row.get(0)?,
                key: row.get(1)?,
                item: row.get(2)?,
                stored_etag: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
