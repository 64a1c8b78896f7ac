//! What must hold at a key for it to be written: nobody else's object is lost,
//! neither one that was there before nor one that came since it was looked at.

use serde::{Deserialize, Serialize};

use super::head::{Head, head};
use crate::error::{Code, Error, Result};
use crate::store::Store;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub(super) enum Condition {
    /// There is no object: `If-None-Match: *`.
    Absent,
    /// The object that was seen when the question was asked: `If-Match`.
    Unchanged { etag: String },
    /// Where the store reports no ETag there is nothing to compare with.
    Any,
}

impl Condition {
    pub(super) fn unchanged(etag: Option<String>) -> Self {
        etag.map_or(Self::Any, |etag| Self::Unchanged { etag })
    }

    pub(super) fn if_none_match(&self) -> Option<String> {
        (*self == Self::Absent).then(|| "*".to_owned())
    }

    pub(super) fn if_match(&self) -> Option<String> {
        match self {
            Self::Unchanged { etag } => Some(etag.clone()),
            Self::Absent | Self::Any => None,
        }
    }

    /// Looks whether it holds now, for stores that refuse the headers. Somebody
    /// may write between this look and our write: the most such a store allows.
    pub(super) async fn look(&self, store: &Store, key: &str) -> Result<()> {
        if *self == Self::Any {
            return Ok(());
        }
        match (self, head(store, key).await?) {
            (Self::Absent, None) => Ok(()),
            (Self::Absent, Some(_)) => Err(taken(key)),
            (
                Self::Unchanged { etag },
                Some(Head {
                    etag: Some(now), ..
                }),
            ) if now == *etag => Ok(()),
            _ => Err(changed(key)),
        }
    }

    /// The store's refusal in the words of what was asked for.
    pub(super) fn explain(&self, key: &str, error: Error) -> Error {
        let technical = error.technical.clone();
        let told = match (self, error.code) {
            (Self::Absent, Code::AlreadyExists) => taken(key),
            (Self::Unchanged { .. }, Code::AlreadyExists | Code::NotFound | Code::Changed) => {
                changed(key)
            }
            _ => return error,
        };
        Error { technical, ..told }
    }
}

pub(super) fn taken(key: &str) -> Error {
    Error::new(
        Code::AlreadyExists,
        "There is something of this name in the bucket already.",
    )
    .about(key)
    .next("Add it again and choose what to do with the one that is there.")
}

fn changed(key: &str) -> Error {
    Error::new(
        Code::Changed,
        "Somebody else changed or removed this in the bucket since you were asked. Nothing was replaced.",
    )
    .about(key)
    .next("Look at what is there now, then add the file again.")
}
