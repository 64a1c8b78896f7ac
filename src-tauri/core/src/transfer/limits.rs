//! How much goes on at once, for all jobs together: files, requests and bytes
//! held in memory. Waiting is first come, first served, so that a small job
//! started beside a large one gets its turn.
//!
//! Nobody knows beforehand how many requests a link and a store bear, so that
//! is found out ([`Pace`]). Large requests fill the link, and few of them do;
//! small ones wait for the round trip, and it takes many to hide it: each kind
//! has a window of its own.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::buffers::Buffers;
use super::pace::{Growth, Pace};
use super::part_size::MIB;
use super::rate::Rate;
use super::window::{Place, Window};
use crate::store::Store;

/// Requests for one file, so that a large one leaves room for others.
pub(super) const REQUESTS_A_FILE: usize = 16;
/// Bytes of parts in memory.
const MEMORY: u64 = 64 * MIB;
/// A part that is larger is read while it is sent, and counts this much.
const BUFFERED_PART: u64 = 16 * MIB;
/// Semaphores count in 32 bits.
const UNIT: u64 = 1_024;

/// A request with at most so many bytes is bound by its round trip.
const SMALL: u64 = MIB;
/// Small requests at once; the last holds where round trips take longer than [`FAR`].
const SMALL_FIRST: usize = 32;
const SMALL_MOST: usize = 64;
const SMALL_MOST_FAR: usize = 256;
const FAR: Duration = Duration::from_millis(30);
const SMALL_INTERVAL: Duration = Duration::from_millis(100);
/// Large requests at once.
const LARGE_FIRST: usize = 8;
const LARGE_MOST: usize = 32;
const LARGE_STEP: usize = 4;
const LARGE_INTERVAL: Duration = Duration::from_millis(500);
/// Files that are made ready while others are sent.
const AHEAD: usize = 4;

pub(super) struct Limits {
    pub(super) rate: Arc<Rate>,
    pub(super) buffers: Arc<Buffers>,
    files: Window,
    memory: Arc<Semaphore>,
    buffered_part: u64,
    shared: Arc<Shared>,
}

/// What a slot needs to know when it is given back.
struct Shared {
    rate: Arc<Rate>,
    buffers: Arc<Buffers>,
    small: Kind,
    large: Kind,
    open_files: usize,
}

/// Requests of one kind.
struct Kind {
    window: Window,
    pace: Mutex<Pace>,
    under_way: AtomicUsize,
    done: AtomicU64,
    /// The shortest that one took since the last look.
    shortest: Mutex<Option<Duration>>,
}

/// The right to have one request under way; given back when dropped.
pub(super) struct Slot {
    _memory: Option<OwnedSemaphorePermit>,
    _place: Place,
    since: Instant,
    is_small: bool,
    shared: Arc<Shared>,
}

impl Default for Limits {
    fn default() -> Self {
        Self::with_open_files(open_files())
    }
}

impl Limits {
    fn with_open_files(open_files: usize) -> Self {
        let rate = Arc::<Rate>::default();
        let buffers = Arc::<Buffers>::default();
        // A file and a connection each.
        let most = open_files / 2;
        let small = Pace::new(
            SMALL_FIRST,
            SMALL_MOST.min(most),
            Growth::Double,
            SMALL_INTERVAL,
        );
        let large = Pace::new(
            LARGE_FIRST,
            LARGE_MOST.min(most),
            Growth::By(LARGE_STEP),
            LARGE_INTERVAL,
        );
        Self {
            rate: Arc::clone(&rate),
            buffers: Arc::clone(&buffers),
            files: Window::of(LARGE_FIRST + AHEAD),
            memory: Arc::new(Semaphore::new(units(MEMORY) as usize)),
            buffered_part: BUFFERED_PART,
            shared: Arc::new(Shared {
                rate,
                buffers,
                small: Kind::at(small),
                large: Kind::at(large),
                open_files: most,
            }),
        }
    }

    /// The right to work on one more file.
    pub(super) async fn file(&self) -> Option<Place> {
        Some(self.files.enter().await)
    }

    /// Whether a part of this size is held in memory while it is sent.
    pub(super) fn buffers(&self, bytes: u64) -> bool {
        bytes <= self.buffered_part
    }

    /// The right to send one request that holds so many bytes in memory.
    /// Memory first: whoever has a request under way has what it needs to end.
    pub(super) async fn slot(&self, bytes: u64) -> Slot {
        let held = units(bytes.min(self.buffered_part));
        let memory = Arc::clone(&self.memory).acquire_many_owned(held).await;
        let is_small = bytes <= SMALL;
        let shared = &self.shared;
        let kind = shared.kind(is_small);
        if kind.under_way.fetch_add(1, Ordering::Relaxed) == 0 {
            let amount = shared.amount(is_small);
            kind.pace().begin(Instant::now(), amount);
        }
        let mut leaving = Leaving(Some(kind));
        shared.look(is_small);
        self.make_room_for_files();
        let place = kind.window.enter().await;
        leaving.0 = None;
        Slot {
            _memory: memory.ok(),
            _place: place,
            since: Instant::now(),
            is_small,
            shared: Arc::clone(shared),
        }
    }

    /// Sends, and asks less of the store from then on if it refused meanwhile
    /// for being asked too much.
    pub(super) async fn heeding<T>(&self, store: &Store, request: impl Future<Output = T>) -> T {
        let before = store.refusals();
        let answer = request.await;
        if store.refusals() != before {
            self.slow_down();
        }
        answer
    }

    /// The store refused because it was asked too much at once, or did not
    /// answer in time.
    pub(super) fn slow_down(&self) {
        let now = Instant::now();
        for kind in [&self.shared.small, &self.shared.large] {
            let mut pace = kind.pace();
            pace.slow_down(now);
            kind.window.resize(pace.size());
        }
    }

    /// As many files as requests of the kinds that are under way.
    fn make_room_for_files(&self) {
        let kinds = [&self.shared.small, &self.shared.large];
        let busy = kinds
            .into_iter()
            .filter(|kind| kind.under_way.load(Ordering::Relaxed) > 0);
        let most = busy.map(|kind| kind.pace().size()).max();
        self.files.resize(most.unwrap_or(LARGE_FIRST) + AHEAD);
    }
}

/// Takes back the count of one that stopped waiting.
struct Leaving<'a>(Option<&'a Kind>);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if let Some(kind) = self.0 {
            kind.under_way.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Shared {
    fn kind(&self, is_small: bool) -> &Kind {
        if is_small { &self.small } else { &self.large }
    }

    fn is_idle(&self) -> bool {
        let under_way = |kind: &Kind| kind.under_way.load(Ordering::Relaxed);
        under_way(&self.small) + under_way(&self.large) == 0
    }

    /// What is to grow: small requests, or bytes.
    fn amount(&self, is_small: bool) -> u64 {
        if is_small {
            self.small.done.load(Ordering::Relaxed)
        } else {
            self.rate.passed()
        }
    }

    fn look(&self, is_small: bool) {
        let kind = self.kind(is_small);
        let amount = self.amount(is_small);
        let mut pace = kind.pace();
        let size = pace.size();
        let mut shortest = kind.shortest.lock().unwrap_or_else(PoisonError::into_inner);
        if is_small && let Some(shortest) = *shortest {
            // Not back and forth where it takes about that long.
            let was_far = pace.most() > SMALL_MOST && shortest > FAR / 2;
            let most = if shortest > FAR || was_far {
                SMALL_MOST_FAR
            } else {
                SMALL_MOST
            };
            pace.at_most(most.min(self.open_files));
        }
        // Nothing is known of a new size before its requests have come back.
        let at_least = shortest.unwrap_or_default() * 2;
        let wanted = kind.under_way.load(Ordering::Relaxed) > size;
        if pace.look(Instant::now(), amount, wanted, at_least) {
            *shortest = None;
        }
        if pace.size() != size {
            kind.window.resize(pace.size());
        }
    }
}

impl Kind {
    fn at(pace: Pace) -> Self {
        Self {
            window: Window::of(pace.size()),
            pace: Mutex::new(pace),
            under_way: AtomicUsize::new(0),
            done: AtomicU64::new(0),
            shortest: Mutex::default(),
        }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let kind = self.shared.kind(self.is_small);
        kind.under_way.fetch_sub(1, Ordering::Relaxed);
        if self.shared.is_idle() {
            self.shared.buffers.clear();
        }
        kind.done.fetch_add(1, Ordering::Relaxed);
        if self.is_small {
            let took = self.since.elapsed();
            let mut shortest = kind.shortest.lock().unwrap_or_else(PoisonError::into_inner);
            *shortest = Some(shortest.map_or(took, |shortest| shortest.min(took)));
        }
        self.shared.look(self.is_small);
    }
}

#[cfg(test)]
impl Limits {
    /// With another bound for what is held in memory.
    pub(super) fn buffering(buffered_part: u64) -> Self {
        Self {
            buffered_part,
            ..Self::default()
        }
    }
}

fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

/// How many files this process may have open.
#[cfg(unix)]
fn open_files() -> usize {
    use rustix::process::{Resource, getrlimit};
    let most = getrlimit(Resource::Nofile).current;
    most.map_or(usize::MAX, |most| {
        usize::try_from(most).unwrap_or(usize::MAX)
    })
}

/// How many files this process may have open: no bound that matters here.
#[cfg(not(unix))]
fn open_files() -> usize {
    usize::MAX
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn slots(limits: &Limits, bytes: u64) -> Vec<Slot> {
        std::iter::from_fn(|| limits.slot(bytes).now_or_never()).collect()
    }

    #[tokio::test]
    async fn memory_bounds_what_is_under_way() {
        let limits = Limits::default();
        let mut held = slots(&limits, 16 * MIB);
        assert_eq!(held.len() as u64, MEMORY / (16 * MIB));

        held.pop();
        assert!(limits.slot(16 * MIB).now_or_never().is_some());
    }

    #[tokio::test]
    async fn the_largest_part_gets_a_slot() {
        assert!(Limits::default().slot(5 << 30).now_or_never().is_some());
    }

    #[tokio::test]
    async fn small_requests_go_beside_large_ones() {
        let limits = Limits::default();
        let large = slots(&limits, 2 * MIB);
        let small = slots(&limits, 4_096);

        assert_eq!((large.len(), small.len()), (LARGE_FIRST, SMALL_FIRST));
    }

    #[tokio::test]
    async fn a_store_that_is_asked_too_much_is_asked_half_as_much() {
        let limits = Limits::default();
        let held = slots(&limits, 4_096);
        limits.slow_down();
        limits.slow_down();
        drop(held);

        assert_eq!(slots(&limits, 4_096).len(), SMALL_FIRST / 2);
        assert_eq!(slots(&limits, 2 * MIB).len(), LARGE_FIRST / 2);
    }

    #[tokio::test]
    async fn requests_never_take_more_than_half_of_the_files_that_may_be_open() {
        let limits = Limits::with_open_files(20);

        assert_eq!(slots(&limits, 4_096).len(), 10);
    }

    #[tokio::test]
    async fn as_many_files_are_begun_as_requests_may_be_under_way() {
        let limits = Limits::default();
        let files = || std::iter::from_fn(|| limits.file().now_or_never()).collect::<Vec<_>>();
        let begun = files();
        assert_eq!(begun.len(), LARGE_FIRST + AHEAD);

        let _slot = limits.slot(4_096).await;
        assert_eq!(files().len(), SMALL_FIRST - LARGE_FIRST);
    }

    #[tokio::test]
    async fn whoever_stops_waiting_is_not_counted() {
        let limits = Limits::default();
        let held = slots(&limits, 2 * MIB);
        drop(held);

        assert_eq!(limits.shared.large.under_way.load(Ordering::Relaxed), 0);
    }
}
