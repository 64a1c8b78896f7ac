//! Notices a listing that would never end, or that leaves the order of the keys.

use super::pages::Page;
use crate::error::{Code, Error};

/// Pages without a single key that a service may send before we stop believing it.
const MOST_EMPTY_PAGES: u32 = 1_000;

/// What is wrong with a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Names do not grow. There are stores that list in an order of their own.
    Order(&'static str),
    /// It would go on for ever.
    Circles(&'static str),
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        let (Fault::Order(detail) | Fault::Circles(detail)) = fault;
        Self::new(
            Code::ServiceFailed,
            "This folder could not be listed to its end: the service repeats itself.",
        )
        .next("Refresh to try again. What had arrived is shown.")
        .detail(detail)
    }
}

/// What is remembered of the pages so far.
#[derive(Default)]
pub(super) struct Guard {
    last_object: Option<String>,
    last_folder: Option<String>,
    last_token: Option<String>,
    empty_pages: u32,
}

impl Guard {
    /// `done`: no page comes after this one.
    pub(super) fn check(
        &mut self,
        page: &Page,
        token: Option<&str>,
        done: bool,
    ) -> Result<(), Fault> {
        let objects = page.objects.iter().map(|object| object.key.as_str());
        if !increases(&mut self.last_object, objects) {
            return Err(Fault::Order("its keys are not in ascending order"));
        }
        if !increases(
            &mut self.last_folder,
            page.folders.iter().map(String::as_str),
        ) {
            return Err(Fault::Order("its prefixes are not in ascending order"));
        }
        if done {
            return Ok(());
        }
        let Some(token) = token else {
            return Err(Fault::Circles(
                "more is announced, without a continuation token",
            ));
        };
        if self.last_token.as_deref() == Some(token) {
            return Err(Fault::Circles("a continuation token came twice"));
        }
        self.last_token = Some(token.to_owned());
        if page.objects.is_empty() && page.folders.is_empty() {
            self.empty_pages += 1;
        } else {
            self.empty_pages = 0;
        }
        if self.empty_pages > MOST_EMPTY_PAGES {
            return Err(Fault::Circles("only empty pages came"));
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::browse::pages::Object;

    fn page(keys: &[&str]) -> Page {
        Page {
            objects: keys
                .iter()
                .map(|key| Object {
                    key: (*key).to_owned(),
                    ..Object::default()
                })
                .collect(),
            folders: Vec::new(),
        }
    }

    #[test]
    fn a_continuation_token_that_comes_twice_ends_the_listing() {
        let mut guard = Guard::default();
        guard.check(&page(&["a"]), Some("t"), false).unwrap();

        let error = guard.check(&page(&["b"]), Some("t"), false).unwrap_err();

        assert_eq!(Error::from(error).code, Code::ServiceFailed);
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
