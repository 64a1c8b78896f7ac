//! The store a job works on. After a sign-in it is another one, opened with the
//! new credentials, and the job's work goes on with that.

use std::sync::{Arc, PoisonError, RwLock};

use crate::store::Store;

#[derive(Clone)]
pub(super) struct CurrentStore(Arc<RwLock<Arc<Store>>>);

impl CurrentStore {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self(Arc::new(RwLock::new(store)))
    }

    /// For one request: the next one asks again.
    pub(super) fn now(&self) -> Arc<Store> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn replace(&self, store: Arc<Store>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = store;
    }
}
