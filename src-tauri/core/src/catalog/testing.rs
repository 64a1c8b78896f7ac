//! What the tests of several tables need.

use super::Catalog;
use crate::connection::{Addressing, Connection, ConnectionDraft, ConnectionId, CredentialSource};

/// Enters a connection, for records to belong to.
pub(crate) fn connection(catalog: &Catalog) -> ConnectionId {
    let connection = Connection {
        id: ConnectionId::fresh(),
        draft: ConnectionDraft {
            name: "Materials".into(),
            bucket: "materials".into(),
            prefix: String::new(),
            region: None,
            endpoint: None,
            addressing: Addressing::Auto,
            source: CredentialSource::Anonymous,
        },
    };
    let entered = catalog.insert_connection(&connection, 0);
    assert_eq!(entered, Ok(()));
    connection.id
}
