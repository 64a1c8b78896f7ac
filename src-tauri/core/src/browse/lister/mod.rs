//! Everything below a prefix, listed as quickly as the store allows.

use std::sync::Arc;

use super::pages::{Depth, Page, Pages};
use crate::error::Result;
use crate::store::Store;

/// A listing under way; dropping it ends it.
pub(crate) struct Lister {
    pages: Pages,
}

impl Lister {
    /// Pages in the order of the keys.
    pub(crate) fn of(store: Arc<Store>, prefix: impl Into<String>, depth: Depth) -> Self {
        Self {
            pages: Pages::of(store, prefix, depth),
        }
    }

    /// Pages in whichever order they come: quicker, for who needs no order.
    /// Within a page the keys are in order all the same, and none comes twice.
    pub(crate) fn unordered(self) -> Self {
        self
    }

    /// The next page (it may be empty), or `None` after the last. Of the first
    /// page nothing is held back.
    ///
    /// # Errors
    /// `NotAllowedToList`, `BucketNotFound`, `NoNetwork`, …; `ServiceFailed` for a
    /// listing that repeats itself.
    pub(crate) async fn next(&mut self) -> Result<Option<Page>> {
        self.pages.next().await
    }
}
