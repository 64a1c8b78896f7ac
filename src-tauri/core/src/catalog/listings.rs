//! Table `listings`: the last complete listing of a folder. A cache: what does not
//! fit goes, those first that were not opened for the longest time.

use rusqlite::OptionalExtension;

use super::Catalog;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::Result;

/// A listing as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptListing {
    pub listed_at: UnixMillis,
    /// In the form of the `browse` capability.
    pub rows: Vec<u8>,
}

impl Catalog {
    /// The kept listing of a folder, noting that it was opened.
    pub fn open_listing(
        &self,
        connection: &ConnectionId,
        bucket: &str,
        prefix: &str,
        now: UnixMillis,
    ) -> Result<Option<KeptListing>> {
        Ok(self
            .db()
            .prepare_cached(
                "UPDATE listings SET opened_at = ?4
                 WHERE connection_id = ?1 AND bucket = ?2 AND prefix = ?3
                 RETURNING listed_at, rows",
            )?
            .query_row((&connection.0, bucket, prefix, now), |row| {
                Ok(KeptListing {
                    listed_at: row.get(0)?,
                    rows: row.get(1)?,
                })
            })
            .optional()?)
    }

    /// Keeps a listing in place of the one before, within `limit` bytes for all of them.
    pub fn keep_listing(
        &self,
        connection: &ConnectionId,
        bucket: &str,
        prefix: &str,
        listing: &KeptListing,
        limit: u64,
    ) -> Result<()> {
        let mut db = self.db();
        let transaction = db.transaction()?;
        transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO listings
                   (connection_id, bucket, prefix, listed_at, opened_at, bytes, rows)
                 VALUES (?1, ?2, ?3, ?4, ?4, length(?5), ?5)",
            )?
            .execute((
                &connection.0,
                bucket,
                prefix,
                listing.listed_at,
                &listing.rows,
            ))?;
        transaction
            .prepare_cached(
                "DELETE FROM listings WHERE rowid IN (
                   SELECT rowid FROM (
                     SELECT rowid, SUM(bytes) OVER (ORDER BY opened_at DESC, rowid DESC) AS so_far
                     FROM listings)
                   WHERE so_far > ?1)",
            )?
            .execute([limit])?;
        transaction.commit()?;
        Ok(())
    }

    /// Forgets a listing, if one is kept.
    pub fn drop_listing(
        &self,
        connection: &ConnectionId,
        bucket: &str,
        prefix: &str,
    ) -> Result<()> {
        self.db().execute(
            "DELETE FROM listings WHERE connection_id = ?1 AND bucket = ?2 AND prefix = ?3",
            (&connection.0, bucket, prefix),
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::catalog::testing::connection;

    fn with_connection() -> (Catalog, ConnectionId) {
        let catalog = Catalog::in_memory().unwrap();
        let id = connection(&catalog);
        (catalog, id)
    }

    fn listing(listed_at: UnixMillis, bytes: usize) -> KeptListing {
        KeptListing {
            listed_at,
            rows: vec![7; bytes],
        }
    }

    #[test]
    fn the_last_listing_of_a_folder_is_kept() {
        let (catalog, id) = with_connection();
        catalog
            .keep_listing(&id, "b", "w/", &listing(1, 10), 100)
            .unwrap();
        catalog
            .keep_listing(&id, "b", "w/", &listing(2, 20), 100)
            .unwrap();

        let kept = catalog.open_listing(&id, "b", "w/", 3).unwrap();
        assert_eq!(kept, Some(listing(2, 20)));
        assert_eq!(catalog.open_listing(&id, "b", "x/", 3).unwrap(), None);
    }

    #[test]
    fn what_was_not_opened_for_longest_goes_first() {
        let (catalog, id) = with_connection();
        for (at, prefix) in [(1, "a/"), (2, "b/"), (3, "c/")] {
            catalog
                .keep_listing(&id, "b", prefix, &listing(at, 40), 130)
                .unwrap();
        }
        catalog.open_listing(&id, "b", "a/", 4).unwrap();

        catalog
            .keep_listing(&id, "b", "d/", &listing(5, 40), 130)
            .unwrap();

        let kept = |prefix| {
            let row = catalog.open_listing(&id, "b", prefix, 6).unwrap();
            row.is_some()
        };
        assert_eq!(
            ["a/", "b/", "c/", "d/"].map(kept),
            [true, false, true, true]
        );
    }

    #[test]
    fn a_listing_larger_than_the_limit_is_not_kept() {
        let (catalog, id) = with_connection();

        catalog
            .keep_listing(&id, "b", "w/", &listing(1, 200), 100)
            .unwrap();

        assert_eq!(catalog.open_listing(&id, "b", "w/", 2).unwrap(), None);
    }
}
