//! What was done with Lectern: append-only, each entry carrying the hash of
//! the one before, so that a change shows.

use crate::error::Result;
use crate::lectern::Lectern;
use crate::store::Store;

/// Records one change made through Lectern. `subject` is a key, prefix or name;
/// `detail` is JSON without secrets.
pub fn record(
    lectern: &Lectern,
    store: &Store,
    action: &str,
    subject: &str,
    detail: Option<&serde_json::Value>,
) -> Result<()> {
    lectern.catalog.append_activity(
        lectern.clock.now_ms(),
        &lectern.actor,
        store.connection(),
        action,
        subject,
        detail,
    )
}
