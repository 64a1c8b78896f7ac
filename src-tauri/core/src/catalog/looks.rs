//! Table `folder_looks`: how a person looks at a folder, as JSON.

use rusqlite::OptionalExtension;

use super::Catalog;
use crate::browse::Look;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Error, Result};

/// Looks that are kept; of more, those changed longest ago go.
const MOST: u32 = 2_000;

impl Catalog {
    /// How a folder is looked at; `None` where nothing was chosen, or what was
    /// chosen cannot be read.
    pub fn look(&self, connection: &ConnectionId, prefix: &str) -> Result<Option<Look>> {
        let kept: Option<String> = self
            .db()
            .prepare_cached(
                "SELECT look FROM folder_looks WHERE connection_id = ?1 AND prefix = ?2",
            )?
            .query_row((&connection.0, prefix), |row| row.get(0))
            .optional()?;
        Ok(kept.and_then(|look| serde_json::from_str(&look).ok()))
    }

    pub fn put_look(
        &self,
        connection: &ConnectionId,
        prefix: &str,
        look: &Look,
        at: UnixMillis,
    ) -> Result<()> {
        let look =
            serde_json::to_string(look).map_err(|error| Error::internal(error.to_string()))?;
        let mut db = self.db();
        let step = db.transaction()?;
        step.prepare_cached(
            "INSERT INTO folder_looks (connection_id, prefix, look, changed_at)
             VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (connection_id, prefix)
             DO UPDATE SET look = excluded.look, changed_at = excluded.changed_at",
        )?
        .execute((&connection.0, prefix, look, at))?;
        step.prepare_cached(
            "DELETE FROM folder_looks WHERE (connection_id, prefix) IN
               (SELECT connection_id, prefix FROM folder_looks
                ORDER BY changed_at DESC LIMIT -1 OFFSET ?1)",
        )?
        .execute([MOST])?;
        Ok(step.commit()?)
    }

    pub fn remove_look(&self, connection: &ConnectionId, prefix: &str) -> Result<()> {
        self.db().execute(
            "DELETE FROM folder_looks WHERE connection_id = ?1 AND prefix = ?2",
            (&connection.0, prefix),
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::catalog::testing::connection;

    #[test]
    fn a_look_that_cannot_be_read_is_none() {
        let catalog = Catalog::in_memory().unwrap();
        let id = connection(&catalog);
        catalog.put_look(&id, "w/", &Look::default(), 1).unwrap();
        for damaged in ["", "{", "[]", r#"{"layout":"cloud"}"#] {
            catalog
                .db()
                .execute("UPDATE folder_looks SET look = ?1", [damaged])
                .unwrap();

            assert_eq!(catalog.look(&id, "w/").unwrap(), None, "{damaged}");
        }
    }

    #[test]
    fn only_the_looks_changed_last_are_kept() {
        let catalog = Catalog::in_memory().unwrap();
        let id = connection(&catalog);
        for at in 0..=i64::from(MOST) {
            let prefix = format!("{at}/");
            catalog
                .put_look(&id, &prefix, &Look::default(), at)
                .unwrap();
        }

        assert_eq!(catalog.look(&id, "0/").unwrap(), None);
        assert_eq!(catalog.look(&id, "1/").unwrap(), Some(Look::default()));
    }
}
