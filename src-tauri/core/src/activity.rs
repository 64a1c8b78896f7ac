//! What was done with Lectern: append-only, each entry carrying the hash of
//! the one before, so that a change shows.

use crate::catalog::ActivityEntry;
use crate::error::Result;
use crate::lectern::Lectern;
use crate::store::Store;

/// Records one change made through Lectern. `subject` is a key, prefix or name;
/// `detail` is JSON without secrets.
pub fn record(
    lectern: &Lectern,
    store: &Store,
    action: &'static str,
    subject: &str,
    detail: Option<&serde_json::Value>,
) -> Result<()> {
    lectern
        .catalog
        .append_activity(&entry(lectern, store, action, subject, detail))
}

/// The same, to be recorded together with what it is about.
pub(crate) fn entry(
    lectern: &Lectern,
    store: &Store,
    action: &'static str,
    subject: &str,
    detail: Option<&serde_json::Value>,
) -> ActivityEntry {
    let connection = store.connection();
    ActivityEntry {
        at: lectern.clock.now_ms(),
        actor: lectern.actor.clone(),
        connection_id: connection.id.clone(),
        connection_name: connection.name.clone(),
        bucket: connection.bucket.clone(),
        action,
        subject: subject.to_owned(),
        detail: detail.map(ToString::to_string),
    }
}
