//! Upload ids of table `transfers`: which multipart uploads of a bucket are this
//! app's own, and which of them a transfer still needs.

use std::collections::HashMap;

use super::Catalog;
use crate::error::Result;

/// Why an upload id is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadClaim {
    /// A transfer runs, waits or can be taken up that goes on with its parts.
    Needed,
    /// Its transfer has ended, and the parts were not removed.
    LeftOver,
}

impl Catalog {
    /// Every multipart upload that this app began and does not know to be gone.
    pub fn upload_claims(&self) -> Result<HashMap<String, UploadClaim>> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT upload_id, MAX(state IN ('waiting', 'running')) FROM transfers
             WHERE upload_id IS NOT NULL GROUP BY upload_id",
        )?;
        let rows = statement.query_map([], |row| {
            let claim = match row.get(1)? {
                true => UploadClaim::Needed,
                false => UploadClaim::LeftOver,
            };
            Ok((row.get(0)?, claim))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// These multipart uploads are gone from the store, and their parts with them.
    pub fn forget_uploads(&self, upload_ids: &[&str]) -> Result<()> {
        let mut db = self.db();
        let transaction = db.transaction()?;
        {
            let mut parts = transaction.prepare_cached(
                "DELETE FROM transfer_parts WHERE transfer_id IN
                     (SELECT id FROM transfers WHERE upload_id = ?1)",
            )?;
            let mut rows = transaction.prepare_cached(
                "UPDATE transfers SET upload_id = NULL, part_size = NULL WHERE upload_id = ?1",
            )?;
            for upload_id in upload_ids {
                parts.execute([upload_id])?;
                rows.execute([upload_id])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}
