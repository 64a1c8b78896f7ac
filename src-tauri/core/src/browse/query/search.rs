//! What a query found in a table: a rank for every row. It grows with the table,
//! and when the next letter is typed only what was found before is looked at.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread;

use super::Query;
use super::fuzzy::{Fuzzy, Hand};
use super::rank::{self, Rank};
use super::substring::Substring;
use crate::browse::table::{RowId, Table};

/// Rows between two looks at whether anybody still wants to know.
const CHUNK: usize = 8_192;

/// Rows that are worth another thread.
const SHARE: usize = 65_536;

/// Threads for one search: a listing and the window want to go on.
const MOST_THREADS: usize = 4;

/// Asked while searching: whether it has become pointless.
pub(in crate::browse) type Stop<'a> = &'a (dyn Fn() -> bool + Sync);

pub(in crate::browse) struct Search {
    query: Query,
    text: Text,
    paths: bool,
    /// A rank for each row that was looked at; zero for those that do not fit.
    ranks: Vec<Rank>,
}

enum Text {
    Any,
    Substring(Substring),
    Fuzzy(Fuzzy),
}

impl Search {
    /// Looks at all rows, or at those which a wider query found. In `paths`, what the
    /// table has as names are paths, and the name comes after the last `/`. `None`
    /// when it was stopped.
    pub(in crate::browse) fn run(
        table: &Table,
        query: &Query,
        paths: bool,
        wider: Option<&Self>,
        stop: Stop<'_>,
    ) -> Option<Self> {
        let text = match query.fuzzy {
            _ if query.text.is_empty() => None,
            true => Fuzzy::of(&query.text, paths).map(Text::Fuzzy),
            false => Substring::of(&query.text, table).map(Text::Substring),
        };
        let mut search = Self {
            query: query.clone(),
            text: text.unwrap_or(Text::Any),
            paths,
            ranks: Vec::new(),
        };
        let candidates = wider
            .filter(|wider| wider.paths == paths && wider.query.is_widening_of(query))
            .map_or(&[][..], |wider| &wider.ranks);
        search
            .look_at_more(table, candidates, stop)
            .then_some(search)
    }

    /// Looks at the rows that came since.
    pub(in crate::browse) fn catch_up(&mut self, table: &Table) {
        self.look_at_more(table, &[], &|| false);
    }

    /// Those of `order` that fit, in the same order.
    pub(in crate::browse) fn passing(&self, order: &[RowId]) -> Vec<RowId> {
        let found = self.ranks.iter().filter(|rank| **rank > 0).count();
        let mut passing = Vec::with_capacity(found);
        passing.extend(order.iter().copied().filter(|id| self.rank(*id) > 0));
        passing
    }

    /// Those of `by_name` that fit, the best first; equally good ones by name.
    pub(in crate::browse) fn by_relevance(&self, by_name: &[RowId]) -> Vec<RowId> {
        let passing = self.passing(by_name);
        if matches!(self.text, Text::Any) {
            return passing;
        }
        // Counted into place: best ranks first.
        let mut places = vec![0_u32; 1 << Rank::BITS];
        let bucket = |id: RowId| usize::from(Rank::MAX - self.rank(id));
        for id in &passing {
            places[bucket(*id)] += 1;
        }
        let mut before = 0;
        for place in &mut places {
            before += std::mem::replace(place, before);
        }
        let mut order = vec![0; passing.len()];
        for id in passing {
            let place = &mut places[bucket(id)];
            order[*place as usize] = id;
            *place += 1;
        }
        order
    }

    fn rank(&self, id: RowId) -> Rank {
        self.ranks.get(id as usize).copied().unwrap_or(0)
    }

    /// `candidates`: ranks of a wider search, for as many rows as it looked at.
    fn look_at_more(&mut self, table: &Table, candidates: &[Rank], stop: Stop<'_>) -> bool {
        let from = self.ranks.len();
        let mut ranks = std::mem::take(&mut self.ranks);
        ranks.resize(table.len() as usize, 0);
        let complete = self.look_in_parallel(table, from, &mut ranks[from..], candidates, stop);
        self.ranks = ranks;
        complete
    }

    fn look_in_parallel(
        &self,
        table: &Table,
        from: usize,
        ranks: &mut [Rank],
        candidates: &[Rank],
        stop: Stop<'_>,
    ) -> bool {
        let processors = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = (ranks.len() / SHARE + 1).min(processors).min(MOST_THREADS);
        let share = ranks.len().div_ceil(threads).max(1);
        let look = |at: usize, part: &mut [Rank]| {
            self.look(table, from + at * share, part, candidates, stop)
        };
        thread::scope(|scope| {
            let mut parts = ranks.chunks_mut(share).enumerate();
            let mine = parts.next();
            let others: Vec<_> = parts
                .map(|(at, part)| scope.spawn(move || look(at, part)))
                .collect();
            let mut complete = mine.is_none_or(|(at, part)| look(at, part));
            for other in others {
                // A thread that panicked found nothing.
                complete &= other.join().unwrap_or(false);
            }
            complete
        })
    }

    /// Ranks the rows from `from` on.
    fn look(
        &self,
        table: &Table,
        from: usize,
        ranks: &mut [Rank],
        candidates: &[Rank],
        stop: Stop<'_>,
    ) -> bool {
        let mut hand = Hand::default();
        for (at, part) in ranks.chunks_mut(CHUNK).enumerate() {
            if stop() {
                return false;
            }
            let from = from + at * CHUNK;
            let rows = row(from)..row(from + part.len());
            self.look_for_text(table, rows.clone(), part, candidates, &mut hand);
            if self.query.asks_for_properties() {
                for (id, rank) in rows.zip(part) {
                    if *rank > 0 && !self.query.fits(table, id) {
                        *rank = 0;
                    }
                }
            }
        }
        true
    }

    fn look_for_text(
        &self,
        table: &Table,
        rows: Range<RowId>,
        ranks: &mut [Rank],
        candidates: &[Rank],
        hand: &mut Hand,
    ) {
        let candidate = |id: RowId| candidates.get(id as usize).is_none_or(|rank| *rank > 0);
        match &self.text {
            Text::Any => {
                for (id, rank) in rows.zip(ranks) {
                    *rank = Rank::from(candidate(id));
                }
            }
            Text::Fuzzy(fuzzy) => {
                for (id, rank) in rows.zip(ranks) {
                    if candidate(id) {
                        *rank = fuzzy.rank(table, id, hand);
                    }
                }
            }
            Text::Substring(substring) => {
                let rank_of = |path: &[u8], first: usize| {
                    rank::of_substring(path, substring.needle(), first, self.paths)
                };
                // Few names are looked at one by one, many in one pass.
                let few = rows.clone().filter(|id| candidate(*id)).count() < ranks.len() / 8;
                if few {
                    for (id, rank) in rows.zip(ranks).filter(|(id, _)| candidate(*id)) {
                        let found = substring.in_row(table, id);
                        *rank = found.map_or(0, |(path, first)| rank_of(path, first));
                    }
                } else {
                    let from = rows.start;
                    substring.each(table, rows, |id, path, first| {
                        ranks[(id - from) as usize] = rank_of(path, first);
                    });
                }
            }
        }
    }
}

fn row(at: usize) -> RowId {
    // The table numbers its rows in a `u32`.
    RowId::try_from(at).unwrap_or(RowId::MAX)
}
