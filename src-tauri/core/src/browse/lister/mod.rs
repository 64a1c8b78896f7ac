//! Everything below a prefix, listed by several requests at once.
//!
//! The key space is a row of ranges ([`range`]), each listed page by page by its
//! continuation tokens. It begins as one. While fewer requests are under way
//! than the store bears ([`width`]), a range is cut in two at a key that is
//! guessed ([`bounds`], [`split`]): a probe asks for what comes after that key,
//! and where something does, that is a range of its own; the range before it
//! ends where the probe's first key stands. So a wrong guess costs a request,
//! never a key.
//!
//! Whether a store does what a probe needs (it lists in the order of keys, and
//! begins after the key it is told) is looked at with every answer. Where it
//! does not, one chain of tokens goes on alone; a store with an order of its own
//! is listed that way too ([`loose`]).

mod bounds;
mod loose;
mod range;
mod split;
#[cfg(test)]
mod tests;
mod width;

use std::collections::VecDeque;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::task::JoinSet;

use super::guard::Fault;
use super::pages::{Depth, Page};
use crate::error::{Code, Error, Result};
use crate::store::Store;
use crate::store::list::{Asked, Listed, list};
use bounds::Alphabet;
use loose::Seen;
use range::{Range, Stage};
use split::Tally;
use width::Width;

/// Pages that one range, and all together, may have waiting for their turn.
const MOST_WAITING: usize = 24;
const MOST_WAITING_IN_ALL: usize = 160;
/// Pages of a lonely chain whose names are remembered, should it leave the order.
const REMEMBERED: u32 = 100;
/// Times that chains which could not be believed are begun anew.
const MOST_ANEW: u32 = 100;
/// Times in a row that a listing goes on after requests failed.
const SETBACKS: u32 = 2;
/// Every so many names of a page one is learnt from.
const LEARNT: usize = 64;

/// Asks for the page that begins after a name, and at a token where there is one.
type Ask =
    dyn Fn(Option<String>, Option<String>) -> BoxFuture<'static, Result<Listed>> + Send + Sync;

/// Where pages come from.
#[derive(Clone)]
struct Source {
    page: Arc<Ask>,
    /// How often the store refused until now.
    refusals: Arc<dyn Fn() -> u64 + Send + Sync>,
}

/// A listing under way; dropping it ends it.
pub(crate) struct Lister {
    source: Source,
    prefix: String,
    /// Pages come in the order of the keys.
    in_order: bool,
    /// In the order of the keys.
    ranges: Vec<Range>,
    next_id: u64,
    under_way: JoinSet<(u64, Result<Listed>)>,
    /// Pages to be handed over, where no order is asked for.
    ready: VecDeque<Page>,
    width: Width,
    alphabet: Alphabet,
    tally: Tally,
    /// The store does what probes need, as far as is known.
    may_split: bool,
    /// What came, while it is all of one chain.
    seen: Option<Seen>,
    /// The store lists in an order of its own.
    is_loose: bool,
    /// What came of ranges that are not kept any more reaches up to here.
    passed: Option<String>,
    requests: u64,
    begun_anew: u32,
    setbacks: u32,
    /// Requests made before this one were too many at once.
    set_back_at: u64,
    failed: Option<Error>,
}

impl Lister {
    /// Pages in the order of the keys (of a store that has another order: in that).
    pub(crate) fn of(store: Arc<Store>, prefix: impl Into<String>, depth: Depth) -> Self {
        let prefix = prefix.into();
        let (counted, below) = (Arc::clone(&store), prefix.clone());
        let source = Source {
            page: Arc::new(move |after, token| {
                let (store, prefix) = (Arc::clone(&store), below.clone());
                async move {
                    let asked = Asked {
                        prefix: &prefix,
                        delimited: depth == Depth::Folder,
                        after: after.as_deref(),
                        token: token.as_deref(),
                    };
                    list(&store, asked).await
                }
                .boxed()
            }),
            refusals: Arc::new(move || counted.refusals()),
        };
        Self::new(source, prefix, depth)
    }

    fn new(source: Source, prefix: String, depth: Depth) -> Self {
        Self {
            width: Width::new((source.refusals)()),
            source,
            prefix,
            in_order: true,
            ranges: vec![Range::new(0, None)],
            next_id: 1,
            under_way: JoinSet::new(),
            ready: VecDeque::new(),
            alphabet: Alphabet::new(depth == Depth::Folder),
            tally: Tally::default(),
            may_split: true,
            seen: Some(Seen::default()),
            is_loose: false,
            passed: None,
            requests: 0,
            begun_anew: 0,
            setbacks: 0,
            set_back_at: 0,
            failed: None,
        }
    }

    /// Pages in whichever order they come: quicker, for who needs no order.
    /// Within a page the keys are in order all the same, and none comes twice.
    pub(crate) fn unordered(mut self) -> Self {
        self.in_order = false;
        self
    }

    /// The next page, or `None` after the last. The first is handed over as soon
    /// as it is there. Can be dropped and called again at any moment.
    ///
    /// # Errors
    /// `NotAllowedToList`, `BucketNotFound`, `NoNetwork`, …; `ServiceFailed` for a
    /// listing that repeats itself.
    pub(crate) async fn next(&mut self) -> Result<Option<Page>> {
        loop {
            if let Some(error) = &self.failed {
                return Err(error.clone());
            }
            self.ask();
            if let Some(page) = self.hand_over() {
                return Ok(Some(page));
            }
            let Some(answer) = self.under_way.join_next().await else {
                return Ok(None);
            };
            let taken = match answer {
                Ok((id, answer)) => self.take_in(id, answer),
                Err(error) => Err(Error::internal(error.to_string())),
            };
            if let Err(error) = taken {
                self.under_way.abort_all();
                self.failed = Some(error);
            }
        }
    }

    /// Sends as many requests as may be under way.
    fn ask(&mut self) {
        while self.under_way.len() < self.width.get() {
            let waiting = self.waiting_range().or_else(|| self.split());
            let Some(range) = waiting.and_then(|at| self.ranges.get_mut(at)) else {
                return;
            };
            range.stage = Stage::Asked;
            range.request = self.requests;
            self.requests += 1;
            let id = range.id;
            let page = (self.source.page)(range.after.clone(), range.token.clone());
            self.under_way.spawn(async move { (id, page.await) });
        }
    }

    /// The first that may ask for a page. What waits for its turn is bounded,
    /// and the range whose turn it is goes on always.
    fn waiting_range(&self) -> Option<usize> {
        let held: usize = self.ranges.iter().map(|range| range.queue.len()).sum();
        let mut ranges = self.ranges.iter().enumerate();
        ranges.find_map(|(at, range)| {
            let may = at == 0 || (range.queue.len() < MOST_WAITING && held < MOST_WAITING_IN_ALL);
            (may && range.stage == Stage::Waiting).then_some(at)
        })
    }

    fn hand_over(&mut self) -> Option<Page> {
        if !self.in_order {
            return self.ready.pop_front();
        }
        loop {
            let first = self.ranges.first_mut()?;
            if let Some(page) = first.queue.pop_front() {
                return Some(page);
            }
            if !first.is_done() || self.ranges.len() == 1 {
                return None;
            }
            self.passed = self.ranges.remove(0).last;
        }
    }

    fn take_in(&mut self, id: u64, answer: Result<Listed>) -> Result<()> {
        self.tally.answers += 1;
        self.width.answered((self.source.refusals)());
        let Some(at) = self.ranges.iter().position(|range| range.id == id) else {
            return Ok(());
        };
        match answer {
            Ok(listed) => {
                if self.ranges[at].request >= self.set_back_at {
                    self.setbacks = 0;
                }
                self.take_in_page(at, listed)
            }
            Err(error) => self.set_back(at, error),
        }
    }

    fn take_in_page(&mut self, at: usize, mut listed: Listed) -> Result<()> {
        let done = !listed.truncated;
        if let Err(fault) = self.check(at, &mut listed) {
            return self.distrust(at, fault);
        }
        let next = self.ranges.get(at + 1..).unwrap_or_default();
        let next = next.iter().find_map(|range| range.first.as_deref());
        let met = next.is_some_and(|next| listed.page.cut_from(next));
        let was_probe = self.ranges[at].is_probe();
        if was_probe {
            if let Some(last) = self.reached(at) {
                listed.page.cut_through(last);
            }
            if listed.page.is_empty() && (met || done || self.is_passed(at)) {
                self.found_nothing(at);
                return Ok(());
            }
        }
        let range = &mut self.ranges[at];
        range.token = listed.token;
        range.stage = if met || done {
            Stage::Done
        } else {
            Stage::Waiting
        };
        range.indivisible = false;
        if let (Some(first), Some(last)) = (listed.page.first(), listed.page.last()) {
            range.first.get_or_insert_with(|| first.to_owned());
            range.last = Some(last.to_owned());
            range.pages += 1;
            self.tally.came(listed.page.len(), met || done);
            if was_probe {
                self.found(at);
            }
            self.learn(&listed.page);
            self.keep(at, listed.page);
        }
        self.join_done();
        Ok(())
    }

    /// Whether an answer fits to what came before it.
    fn check(&mut self, at: usize, listed: &mut Listed) -> Result<(), Fault> {
        let range = &mut self.ranges[at];
        let (page, token) = (&mut listed.page, listed.token.as_deref());
        let done = !listed.truncated;
        if self.is_loose {
            return self
                .seen
                .as_mut()
                .map_or(Ok(()), |seen| seen.admit(page, token, done));
        }
        let before = if range.begins() {
            &range.after
        } else {
            &range.last
        };
        let goes_on = match (page.first(), before) {
            (Some(first), Some(before)) => first > before.as_str(),
            _ => true,
        };
        let checked = match range.guard.check(page, token, done) {
            Ok(()) if !goes_on => Err(Fault::Order("it does not go on after what came")),
            checked => checked,
        };
        let Some(seen) = &mut self.seen else {
            return checked;
        };
        match checked {
            Ok(()) if range.pages < REMEMBERED => seen.note(page, token),
            Ok(()) => self.seen = None,
            Err(Fault::Order(_)) if !range.begins() && self.ranges.len() == 1 => {
                self.is_loose = true;
                self.may_split = false;
                return seen.admit(page, token, done);
            }
            Err(_) => {}
        }
        checked
    }

    /// A chain that cannot be believed: a probe is given up, any other is begun
    /// anew after the last name that came, once for a name and not for ever.
    fn distrust(&mut self, at: usize, fault: Fault) -> Result<()> {
        self.may_split = false;
        let range = &mut self.ranges[at];
        if range.is_probe() {
            self.ranges.remove(at);
            return Ok(());
        }
        let in_vain = range.last.is_none() || range.resumed == range.last;
        if self.is_loose || in_vain || self.begun_anew == MOST_ANEW {
            return Err(fault.into());
        }
        self.begun_anew += 1;
        range.resume();
        Ok(())
    }

    /// A request failed, after the SDK had tried it again.
    fn set_back(&mut self, at: usize, error: Error) -> Result<()> {
        let busy = matches!(
            error.code,
            Code::Throttled | Code::Timeout | Code::ServiceFailed | Code::NoNetwork
        );
        if self.ranges[at].is_probe() {
            // Not every store takes every key to begin after.
            self.may_split &= busy;
            self.ranges.remove(at);
            self.width.fewer();
            return Ok(());
        }
        if self.ranges[at].request >= self.set_back_at {
            if !busy || self.requests == 1 || self.setbacks == SETBACKS {
                return Err(error);
            }
            self.setbacks += 1;
            self.set_back_at = self.requests;
            self.width.one();
        }
        self.ranges[at].stage = Stage::Waiting;
        Ok(())
    }

    /// The range before a probe came to where the probe begins.
    fn is_passed(&self, at: usize) -> bool {
        let reached = self.reached(at);
        reached.is_some() && reached >= self.ranges[at].after.as_deref()
    }

    /// The last name that came of what lies before a range.
    fn reached(&self, at: usize) -> Option<&str> {
        let mut before = self.ranges[..at].iter().rev();
        let last = before.find_map(|range| range.last.as_deref());
        last.or(self.passed.as_deref())
    }

    fn found_nothing(&mut self, at: usize) {
        let passed = self.is_passed(at);
        let probe = self.ranges.remove(at);
        if !passed && let Some(before) = at.checked_sub(1) {
            self.ranges[before].ceiling = probe.after;
            self.ranges[before].misses += 1;
        }
    }

    /// A probe is a range now.
    fn found(&mut self, at: usize) {
        self.seen = None;
        let Some(before) = at.checked_sub(1) else {
            return;
        };
        self.ranges[before].misses = 0;
        self.ranges[at].ceiling = self.ranges[before].ceiling.take();
        if !self.is_passed(at) {
            let from = self.ranges[at].after.clone();
            self.ranges[before].ceiling = from;
        }
    }

    fn learn(&mut self, page: &Page) {
        if !self.may_split {
            return;
        }
        let objects = page.objects.iter().map(|object| object.key.as_str());
        let names = objects.chain(page.folders.iter().map(String::as_str));
        for name in names.step_by(LEARNT).chain(page.last()) {
            if let Some(name) = name.strip_prefix(&self.prefix) {
                self.alphabet.learn(name);
            }
        }
    }

    fn keep(&mut self, at: usize, page: Page) {
        if self.in_order {
            self.ranges[at].queue.push_back(page);
        } else {
            self.ready.push_back(page);
        }
    }

    /// Ranges that came up to the next one are one with it when that is done too.
    fn join_done(&mut self) {
        let mut at = 0;
        while at + 1 < self.ranges.len() {
            if self.ranges[at].is_done() && self.ranges[at + 1].is_done() {
                let next = self.ranges.remove(at + 1);
                self.ranges[at].join(next);
            } else {
                at += 1;
            }
        }
    }
}
