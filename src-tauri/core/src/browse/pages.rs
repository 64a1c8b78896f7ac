//! The pages of a listing, one after the other, checked as they come.
//!
//! Keys are asked for percent-encoded, because XML cannot carry every character
//! that a key can. A listing that goes round in circles is ended with an error.
//! Source: Amazon S3 API reference, ListObjectsV2.

use std::sync::Arc;

use aws_sdk_s3::types::EncodingType;
use percent_encoding::percent_decode;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::clock::UnixMillis;
use crate::error::{Code, Error, Result};
use crate::store::{Operation, Store, classify};

/// Pages without a single key that a service may send before we stop believing it.
const MOST_EMPTY_PAGES: u32 = 1_000;

/// How far below the prefix to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Depth {
    /// One folder: deeper keys are summed up by `/`.
    Folder,
    /// Everything.
    All,
}

pub(crate) struct Object {
    pub(crate) key: String,
    /// Bytes.
    pub(crate) size: u64,
    pub(crate) modified: Option<UnixMillis>,
    pub(crate) etag: Option<String>,
    /// As the service names it; `None` where it names none.
    pub(crate) storage_class: Option<String>,
}

#[derive(Default)]
pub(crate) struct Page {
    pub(crate) objects: Vec<Object>,
    /// Whole prefixes, ending with `/`.
    pub(crate) folders: Vec<String>,
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
        let answer = self
            .store
            .client()
            .list_objects_v2()
            .bucket(self.store.bucket())
            .prefix(&self.prefix)
            .set_delimiter((self.depth == Depth::Folder).then(|| "/".to_owned()))
            .encoding_type(EncodingType::Url)
            // Repeated with every token, as some stores ask for.
            .set_start_after(self.after.clone())
            .set_continuation_token(self.token.take())
            .send()
            .await
            .map_err(|error| classify(Operation::List, &self.prefix, error))?;
        let encoded = answer.encoding_type() == Some(&EncodingType::Url);
        let page = Page {
            objects: answer
                .contents
                .unwrap_or_default()
                .into_iter()
                .map(|listed| object(listed, encoded))
                .collect(),
            folders: answer
                .common_prefixes
                .unwrap_or_default()
                .iter()
                .map(|folder| plain(folder.prefix().unwrap_or_default(), encoded))
                .collect(),
        };
        self.token = answer.next_continuation_token;
        self.done = !answer.is_truncated.unwrap_or(false);
        self.guard.check(&page, self.token.as_deref(), self.done)?;
        Ok(Some(page))
    }
}

fn object(listed: aws_sdk_s3::types::Object, encoded: bool) -> Object {
    Object {
        key: plain(listed.key.as_deref().unwrap_or_default(), encoded),
        size: listed
            .size
            .and_then(|size| u64::try_from(size).ok())
            .unwrap_or(0),
        modified: listed.last_modified.and_then(|at| at.to_millis().ok()),
        etag: listed.e_tag,
        storage_class: listed.storage_class.map(|class| class.as_str().to_owned()),
    }
}

/// A key as it is, from one of an answer with `EncodingType` `url`. Amazon S3
/// encodes as in a form: a space is `+`, a plus is `%2B`.
pub(crate) fn plain(key: &str, encoded: bool) -> String {
    if !encoded {
        return key.to_owned();
    }
    let spaced = key.replace('+', " ");
    percent_decode(spaced.as_bytes())
        .decode_utf8_lossy()
        .into_owned()
}

/// Notices a listing that would never end.
#[derive(Default)]
struct Guard {
    last_object: Option<String>,
    last_folder: Option<String>,
    last_token: Option<String>,
    empty_pages: u32,
}

impl Guard {
    fn check(&mut self, page: &Page, token: Option<&str>, done: bool) -> Result<()> {
        let objects = page.objects.iter().map(|object| object.key.as_str());
        if !increases(&mut self.last_object, objects) {
            return Err(circles("its keys are not in ascending order"));
        }
        if !increases(
            &mut self.last_folder,
            page.folders.iter().map(String::as_str),
        ) {
            return Err(circles("its prefixes are not in ascending order"));
        }
        if done {
            return Ok(());
        }
        let Some(token) = token else {
            return Err(circles("more is announced, without a continuation token"));
        };
        if self.last_token.as_deref() == Some(token) {
            return Err(circles("a continuation token came twice"));
        }
        self.last_token = Some(token.to_owned());
        if page.objects.is_empty() && page.folders.is_empty() {
            self.empty_pages += 1;
        } else {
            self.empty_pages = 0;
        }
        if self.empty_pages > MOST_EMPTY_PAGES {
            return Err(circles("only empty pages came"));
        }
        Ok(())
    }
}

/// Whether every one is greater than the one before it; keeps the last.
fn increases<'a>(last: &mut Option<String>, keys: impl Iterator<Item = &'a str>) -> bool {
    let mut before: Option<&str> = None;
    for key in keys {
        if before
            .or(last.as_deref())
            .is_some_and(|before| key <= before)
        {
            return false;
        }
        before = Some(key);
    }
    if let Some(key) = before {
        *last = Some(key.to_owned());
    }
    true
}

fn circles(detail: &str) -> Error {
    Error::new(
        Code::ServiceFailed,
        "This folder could not be listed to its end: the service repeats itself.",
    )
    .next("Refresh to try again. What had arrived is shown.")
    .detail(detail)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn page(keys: &[&str]) -> Page {
        Page {
            objects: keys
                .iter()
                .map(|key| Object {
                    key: (*key).to_owned(),
                    size: 0,
                    modified: None,
                    etag: None,
                    storage_class: None,
                })
                .collect(),
            folders: Vec::new(),
        }
    }

    #[test]
    fn keys_come_back_from_the_form_encoding() {
        assert_eq!(plain("a+b%2Bc%0D%C3%BC", true), "a b+c\r\u{fc}");
        assert_eq!(plain("a+b%2B", false), "a+b%2B");
    }

    #[test]
    fn a_continuation_token_that_comes_twice_ends_the_listing() {
        let mut guard = Guard::default();
        guard.check(&page(&["a"]), Some("t"), false).unwrap();

        let error = guard.check(&page(&["b"]), Some("t"), false).unwrap_err();

        assert_eq!(error.code, Code::ServiceFailed);
    }

    #[test]
    fn keys_that_do_not_grow_end_the_listing() {
        let mut guard = Guard::default();
        guard.check(&page(&["a", "b"]), Some("1"), false).unwrap();

        assert!(guard.check(&page(&["b"]), Some("2"), false).is_err());
        assert!(
            Guard::default()
                .check(&page(&["b", "a"]), None, true)
                .is_err()
        );
    }

    #[test]
    fn a_listing_that_announces_more_without_a_way_on_is_ended() {
        assert!(Guard::default().check(&page(&["a"]), None, false).is_err());
    }

    #[test]
    fn endless_empty_pages_end_the_listing() {
        let mut guard = Guard::default();
        let ended = (0..=MOST_EMPTY_PAGES)
            .map(|n| guard.check(&page(&[]), Some(&n.to_string()), false))
            .any(|verdict| verdict.is_err());

        assert!(ended);
    }
}
