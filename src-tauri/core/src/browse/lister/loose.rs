//! A store that lists in an order of its own: nothing can be said about what
//! comes next, but what came already can be told.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use crate::browse::guard::Fault;
use crate::browse::pages::Page;

/// Pages in a row that may bring nothing new.
const MOST_STALE_PAGES: u32 = 3;

/// The names and tokens that came, by their hashes.
#[derive(Default)]
pub(super) struct Seen {
    hasher: RandomState,
    names: HashSet<u64>,
    tokens: HashSet<u64>,
    stale: u32,
}

impl Seen {
    /// Remembers a page that was in order.
    pub(super) fn note(&mut self, page: &Page, token: Option<&str>) {
        let objects = page.objects.iter().map(|object| object.key.as_str());
        for name in objects.chain(page.folders.iter().map(String::as_str)) {
            self.names.insert(self.hasher.hash_one(name));
        }
        let token = token.map(|token| self.hasher.hash_one(token));
        self.tokens.extend(token);
    }

    /// Leaves of a page what is new, in order.
    pub(super) fn admit(
        &mut self,
        page: &mut Page,
        token: Option<&str>,
        done: bool,
    ) -> Result<(), Fault> {
        let (names, hasher) = (&mut self.names, &self.hasher);
        let mut is_new = |name: &str| names.insert(hasher.hash_one(name));
        page.objects.retain(|object| is_new(&object.key));
        page.folders.retain(|folder| is_new(folder));
        page.objects.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        page.folders.sort_unstable();
        if done {
            return Ok(());
        }
        let Some(token) = token else {
            return Err(Fault::Circles(
                "more is announced, without a continuation token",
            ));
        };
        if !self.tokens.insert(self.hasher.hash_one(token)) {
            return Err(Fault::Circles("a continuation token came twice"));
        }
        self.stale = if page.is_empty() { self.stale + 1 } else { 0 };
        if self.stale > MOST_STALE_PAGES {
            return Err(Fault::Circles("only known keys came"));
        }
        Ok(())
    }
}
