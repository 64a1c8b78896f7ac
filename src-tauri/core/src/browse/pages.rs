//! The pages of a listing, one after the other, checked as they come.
//!
//! A listing that goes round in circles is ended with an error.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::guard::Guard;
use crate::error::Result;
use crate::store::Store;
use crate::store::list::{Asked, list};

pub(crate) use crate::store::list::{Object, Page, plain};

/// How far below the prefix to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Depth {
    /// One folder: deeper keys are summed up by `/`.
    Folder,
    /// Everything.
    All,
}

pub(crate) struct Pages {
    store: Arc<Store>,
    prefix: String,
    depth: Depth,
    after: Option<String>,
    guard: Guard,
    token: Option<String>,
    done: bool,
}

impl Pages {
    pub(crate) fn of(store: Arc<Store>, prefix: impl Into<String>, depth: Depth) -> Self {
        Self {
            store,
            prefix: prefix.into(),
            depth,
            after: None,
            guard: Guard::default(),
            token: None,
            done: false,
        }
    }

    /// Only keys after this one (which need not be there); empty for all.
    pub(crate) fn after(mut self, key: &str) -> Self {
        self.after = Some(key.to_owned()).filter(|key| !key.is_empty());
        self
    }

    /// The last page has come.
    pub(crate) fn is_done(&self) -> bool {
        self.done
    }

    /// The next page, or `None` after the last.
    ///
    /// # Errors
    /// `NotAllowedToList`, `BucketNotFound`, `NoNetwork`, …; `ServiceFailed` for a
    /// listing that repeats itself.
    pub(crate) async fn next(&mut self) -> Result<Option<Page>> {
        if self.done {
            return Ok(None);
        }
        let asked = Asked {
            prefix: &self.prefix,
            delimited: self.depth == Depth::Folder,
            after: self.after.as_deref(),
            token: self.token.as_deref(),
        };
        let listed = list(&self.store, asked).await?;
        let page = listed.page;
        self.token = listed.token;
        self.done = !listed.truncated;
        self.guard.check(&page, self.token.as_deref(), self.done)?;
        Ok(Some(page))
    }
}
