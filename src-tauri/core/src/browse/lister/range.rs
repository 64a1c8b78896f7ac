//! A stretch of the key space that is listed from its beginning by one chain of
//! pages.

use std::collections::VecDeque;

use super::bounds::{Alphabet, Stretch};
use crate::browse::guard::Guard;
use crate::browse::pages::Page;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its next page is not asked for.
    Waiting,
    Asked,
    /// It came to its end, or to the beginning of the next one.
    Done,
}

pub(super) struct Range {
    pub(super) id: u64,
    pub(super) stage: Stage,
    /// The number of its last request.
    pub(super) request: u64,
    /// Where its chain of pages begins; `None`: at the very beginning.
    pub(super) after: Option<String>,
    pub(super) token: Option<String>,
    /// The least and the greatest name that came.
    pub(super) first: Option<String>,
    pub(super) last: Option<String>,
    /// That had something in them.
    pub(super) pages: u32,
    /// From here to the next range nothing was found.
    pub(super) ceiling: Option<String>,
    /// Probes of it that found nothing, since one did.
    pub(super) misses: i32,
    /// No key could be made up that would cut it.
    pub(super) indivisible: bool,
    /// Where its chain was begun anew.
    pub(super) resumed: Option<String>,
    pub(super) guard: Guard,
    /// Pages that wait for their turn.
    pub(super) queue: VecDeque<Page>,
}

impl Range {
    /// What comes after `after`.
    pub(super) fn new(id: u64, after: Option<String>) -> Self {
        Self {
            id,
            stage: Stage::Waiting,
            request: 0,
            after,
            token: None,
            first: None,
            last: None,
            pages: 0,
            ceiling: None,
            misses: 0,
            indivisible: false,
            resumed: None,
            guard: Guard::default(),
            queue: VecDeque::new(),
        }
    }

    /// Nobody knows yet whether there is anything in it.
    pub(super) fn is_probe(&self) -> bool {
        self.first.is_none() && self.after.is_some()
    }

    pub(super) fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// The answer that comes is the first after a key that was named.
    pub(super) fn begins(&self) -> bool {
        self.after.is_some() && self.token.is_none()
    }

    /// Goes on after the last name that came, whatever the chain said.
    pub(super) fn resume(&mut self) {
        self.after.clone_from(&self.last);
        self.resumed.clone_from(&self.last);
        self.token = None;
        self.guard = Guard::default();
        self.stage = Stage::Waiting;
    }

    /// Takes over a range that it came up to.
    pub(super) fn join(&mut self, next: Self) {
        self.last = next.last.or(self.last.take());
        self.ceiling = next.ceiling;
        self.queue.extend(next.queue);
    }

    /// What is still to come of it, for a guess; `None` before anything came.
    pub(super) fn stretch<'a>(
        &'a self,
        prefix: &'a str,
        next: Option<&'a Self>,
    ) -> Option<Stretch<'a>> {
        let next = next.and_then(|next| next.first.as_deref().or(next.after.as_deref()));
        Some(Stretch {
            prefix,
            first: self.first.as_deref()?,
            last: self.last.as_deref()?,
            pages: self.pages,
            end: self.ceiling.as_deref().or(next),
        })
    }

    pub(super) fn remaining(&self, prefix: &str, next: Option<&Self>, alphabet: &Alphabet) -> f64 {
        let stretch = self.stretch(prefix, next);
        stretch.map_or(f64::INFINITY, |stretch| stretch.remaining(alphabet))
    }
}
