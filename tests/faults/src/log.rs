//! What passed.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::request::{Operation, Request};

/// One request and what became of it.
#[derive(Debug, Clone)]
pub struct Passed {
    pub request: Request,
    pub began: Instant,
    /// `None` while it is under way.
    pub ended: Option<Instant>,
    /// Bytes of the request's body that reached the store.
    pub delivered: u64,
    /// The store's status, or the proxy's where it answered itself.
    pub status: Option<u16>,
    /// Bytes of the answer's body that were passed on.
    pub received: u64,
    /// All of the answer was passed on.
    pub answered: bool,
    /// The store never saw it.
    pub refused_here: bool,
    /// What was done to it.
    pub faults: Vec<&'static str>,
}

impl Passed {
    /// The whole request reached the store, and the store did what was asked.
    pub fn is_done(&self) -> bool {
        let good = self.status.is_some_and(|status| status < 300);
        good && !self.refused_here && self.delivered == self.request.length
    }

    /// Done, and the client was told so, wholly and rightly.
    pub fn is_complete(&self) -> bool {
        self.is_done() && self.answered
    }

    /// Under way at some moment of a kill, or ended so shortly before that the
    /// client cannot be expected to have made a note of it.
    pub fn is_in_flight_at(&self, kill: &Kill, margin: Duration) -> bool {
        self.began <= kill.after && self.ended.is_none_or(|ended| ended + margin >= kill.before)
    }
}

/// The client was killed at some moment between the two.
#[derive(Debug, Clone, Copy)]
pub struct Kill {
    pub before: Instant,
    pub after: Instant,
}

/// Everything that passed so far, in the order in which it began.
#[derive(Debug, Clone, Default)]
pub struct Log {
    pub passed: Vec<Passed>,
}

impl Log {
    pub fn of(&self, operation: Operation) -> impl Iterator<Item = &Passed> {
        self.passed
            .iter()
            .filter(move |passed| passed.request.operation == operation)
    }

    /// Requests of an operation that the client knows to be done.
    pub fn completed(&self, operation: Operation) -> Vec<&Passed> {
        self.of(operation)
            .filter(|passed| passed.is_complete())
            .collect()
    }

    /// Parts that went to the store as a whole more than once, without the first
    /// time having been in flight at a kill: `(upload id, part)` with the count.
    pub fn sent_twice(&self, kills: &[Kill], margin: Duration) -> Vec<(String, u32, usize)> {
        let mut times: HashMap<(String, u32), Vec<&Passed>> = HashMap::new();
        for passed in self.of(Operation::UploadPart).filter(|part| part.is_done()) {
            let upload = passed.request.upload_id.clone().unwrap_or_default();
            let part = passed.request.part.unwrap_or_default();
            times.entry((upload, part)).or_default().push(passed);
        }
        let mut twice: Vec<_> = times
            .into_iter()
            .filter(|(_, sent)| {
                let (_last, earlier) = sent.split_last().unwrap_or((&sent[0], &[]));
                earlier.iter().any(|passed| !excused(passed, kills, margin))
            })
            .map(|((upload, part), sent)| (upload, part, sent.len()))
            .collect();
        twice.sort();
        twice
    }

    /// Bytes that arrived as a whole range more than once, without the first
    /// time having been in flight at a kill.
    pub fn fetched_twice(&self, kills: &[Kill], margin: Duration) -> Vec<(u64, u64)> {
        let mut settled: Vec<(u64, u64)> = Vec::new();
        let mut twice = Vec::new();
        for passed in self.completed(Operation::GetObject) {
            let Some((first, last)) = passed.request.range else {
                continue;
            };
            if settled.iter().any(|(a, b)| first <= *b && *a <= last) {
                twice.push((first, last));
            }
            if !excused(passed, kills, margin) {
                settled.push((first, last));
            }
        }
        twice
    }
}

fn excused(passed: &Passed, kills: &[Kill], margin: Duration) -> bool {
    kills
        .iter()
        .any(|kill| passed.is_in_flight_at(kill, margin))
}
