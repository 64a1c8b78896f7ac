//! The stores in use: one [`Store`] a connection, built on first use.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{Mutex, OnceCell};

use super::practice::Servers;
use super::{Connection, ConnectionId, source};
use crate::error::Result;
use crate::lectern::Lectern;
use crate::store::Store;

#[derive(Default)]
pub struct Stores {
    // A cell for each, so that one that waits for a sign-in holds up no other.
    open: Mutex<HashMap<ConnectionId, Arc<OnceCell<Arc<Store>>>>>,
    pub(super) practice: Servers,
}

impl Stores {
    /// The store of a connection, building it (and starting the practice
    /// server, or signing in) where it is not in use yet. A region that the
    /// service names is kept in the catalogue.
    pub async fn of(&self, lectern: &Lectern, id: &ConnectionId) -> Result<Arc<Store>> {
        let cell = self
            .open
            .lock()
            .await
            .entry(id.clone())
            .or_default()
            .clone();
        cell.get_or_try_init(|| build(lectern, id)).await.cloned()
    }

    /// Puts a store in by hand: for tests.
    pub async fn put(&self, store: Arc<Store>) {
        let id = store.connection().id.clone();
        let cell = Arc::new(OnceCell::new_with(Some(store)));
        self.open.lock().await.insert(id, cell);
    }

    /// Forgets the store, so that the next use builds it anew.
    pub async fn forget(&self, id: &ConnectionId) {
        self.open.lock().await.remove(id);
    }
}

async fn build(lectern: &Lectern, id: &ConnectionId) -> Result<Arc<Store>> {
    let connection = lectern.catalog.connection(id)?;
    let access = source::access(lectern, &connection, None).await?;
    let store = Store::open(connection.clone(), access).await?;
    keep_region(lectern, &connection, &store)?;
    Ok(Arc::new(store))
}

fn keep_region(lectern: &Lectern, before: &Connection, store: &Store) -> Result<()> {
    if store.connection().region == before.region {
        return Ok(());
    }
    lectern.catalog.update_connection(store.connection())
}
