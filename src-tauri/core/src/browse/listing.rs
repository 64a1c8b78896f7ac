//! Listing a folder into a view: pages are fetched ahead by one, the window is
//! told of the first at once and of growth at most ten times a second. The task
//! ends when the listing does, or when its view is closed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::actor::Actor;
use super::arrangement::{Arrangement, Arrangements};
use super::lister::Lister;
use super::pages::{Depth, Page};
use super::view::{NewRow, View};
use super::{ListingEvent, Measured, kept, place};
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::store::Store;

/// Between two reports of growth.
const TICK: Duration = Duration::from_millis(100);

/// A view with what is needed to fill it.
pub(super) struct OpenView {
    pub(super) connection: ConnectionId,
    pub(super) prefix: String,
    pub(super) depth: Depth,
    pub(super) actor: Actor,
    pub(super) on_event: Arc<dyn Fn(ListingEvent) + Send + Sync>,
    arrangements: Arrangements,
    /// Cancelled when the view is closed.
    closed: CancellationToken,
    /// The running listing's; a refresh takes over from the one before.
    running: Mutex<CancellationToken>,
    /// Of the folders that are being counted.
    measuring: Mutex<CancellationToken>,
    /// Numbers the listings, so that one that was overtaken changes nothing more.
    listing: Arc<AtomicU32>,
}

impl OpenView {
    pub(super) fn new(
        connection: ConnectionId,
        view: View,
        on_event: impl Fn(ListingEvent) + Send + Sync + 'static,
    ) -> Result<Self> {
        Ok(Self {
            connection,
            prefix: view.prefix().to_owned(),
            depth: view.depth(),
            actor: Actor::over(view)?,
            on_event: Arc::new(on_event),
            arrangements: Arrangements::default(),
            closed: CancellationToken::new(),
            running: Mutex::default(),
            measuring: Mutex::default(),
            listing: Arc::default(),
        })
    }

    pub(super) fn close(&self) {
        self.closed.cancel();
        // A sort or a search under way is for nobody.
        self.arrangement();
    }

    pub(super) fn arrangement(&self) -> Arrangement {
        self.arrangements.next()
    }

    /// Begins the view's first listing, straight into what is on show.
    pub(super) fn begin(self: &Arc<Self>, lectern: &Arc<Lectern>, store: Arc<Store>) {
        self.list(lectern, store, None);
    }

    /// Lists again beside what is on show, which is replaced at the end.
    pub(super) fn refresh(
        self: &Arc<Self>,
        lectern: &Arc<Lectern>,
        store: Arc<Store>,
        fresh: View,
    ) {
        self.list(lectern, store, Some(fresh));
    }

    fn list(self: &Arc<Self>, lectern: &Arc<Lectern>, store: Arc<Store>, into: Option<View>) {
        let (number, cancel) = self.next_listing();
        let listing = Listing {
            lectern: Arc::downgrade(lectern),
            open: Arc::clone(self),
            store,
            number,
            into,
        };
        tokio::spawn(async move { cancel.run_until_cancelled(listing.run()).await });
    }

    /// Ends the measuring under way, and gives the next one's token.
    pub(super) fn begin_measuring(&self) -> CancellationToken {
        let cancel = self.closed.child_token();
        let mut measuring = self
            .measuring
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *measuring, cancel.clone()).cancel();
        cancel
    }

    /// What was counted below folders becomes part of their rows.
    pub(super) fn measured(&self, sums: HashMap<String, Measured>) {
        let on_event = Arc::clone(&self.on_event);
        self.actor.tell(move |view| {
            view.measured(sums);
            let state = view.state();
            on_event(ListingEvent::Changed { state });
        });
    }

    fn next_listing(&self) -> (u32, CancellationToken) {
        let number = self.listing.fetch_add(1, Ordering::SeqCst) + 1;
        let cancel = self.closed.child_token();
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *running, cancel.clone()).cancel();
        (number, cancel)
    }
}

struct Listing {
    /// A listing keeps no core alive.
    lectern: Weak<Lectern>,
    open: Arc<OpenView>,
    store: Arc<Store>,
    number: u32,
    /// The rows of a refresh, until they are all there.
    into: Option<View>,
}

impl Listing {
    async fn run(mut self) {
        let outcome = match self.fill().await {
            Ok(()) => self.finish().await,
            Err(error) => self.fail(error).await,
        };
        if let Err(error) = outcome {
            tracing::warn!(%error, "a view ended under its listing");
        }
    }

    /// Fetches and takes in page after page.
    async fn fill(&mut self) -> Result<()> {
        let open = &self.open;
        let mut pages = fetched_ahead(Arc::clone(&self.store), open.prefix.clone(), open.depth);
        let mut waiting: Vec<NewRow> = Vec::new();
        let mut next_tick = Instant::now();
        loop {
            let page = tokio::select! {
                page = pages.recv() => page,
                () = tokio::time::sleep_until(next_tick), if !waiting.is_empty() => {
                    next_tick = self.take_in(&mut waiting).await?;
                    continue;
                }
            };
            match page {
                Some(Ok(page)) => self.collect(page, &mut waiting),
                end => {
                    self.take_in(&mut waiting).await?;
                    return end.map_or(Ok(()), |page| page.map(|_| ()));
                }
            }
            if Instant::now() >= next_tick {
                next_tick = self.take_in(&mut waiting).await?;
            }
        }
    }

    /// The rows of a page, without folders' own markers and Lectern's keys.
    fn collect(&self, page: Page, rows: &mut Vec<NewRow>) {
        let connection = self.store.connection();
        let prefix = self.open.prefix.as_str();
        let shown = |key: &str| !place::is_ours(connection, key);
        for folder in page.folders {
            let name = folder
                .strip_prefix(prefix)
                .and_then(|name| name.strip_suffix('/'));
            if let Some(name) = name.filter(|_| shown(&folder)) {
                let name = name.to_owned();
                rows.push(NewRow::Folder { name });
            }
        }
        for object in page.objects {
            let name = object.key.strip_prefix(prefix);
            let marker = |name: &str| name.is_empty() || (name.ends_with('/') && object.size == 0);
            if let Some(name) = name.filter(|name| !marker(name) && shown(&object.key)) {
                rows.push(NewRow::File {
                    name: name.to_owned(),
                    size: object.size,
                    modified: object.modified,
                    storage_class: object.storage_class,
                });
            }
        }
    }

    /// Puts the waiting rows in their places, tells of it, and says when to do so again.
    async fn take_in(&mut self, waiting: &mut Vec<NewRow>) -> Result<Instant> {
        if waiting.is_empty() {
            return Ok(Instant::now());
        }
        let rows = std::mem::take(waiting);
        let begun = Instant::now();
        let outcome = if let Some(mut fresh) = self.into.take() {
            let (fresh, outcome) = tokio::task::spawn_blocking(move || {
                let outcome = fresh.take_in(rows);
                (fresh, outcome)
            })
            .await
            .map_err(|error| Error::internal(error.to_string()))?;
            self.into = Some(fresh);
            outcome
        } else {
            let on_event = Arc::clone(&self.open.on_event);
            let overtaken = self.overtaken();
            let work = move |view: &mut View| {
                if overtaken() {
                    return Ok(());
                }
                let outcome = view.take_in(rows);
                on_event(ListingEvent::Changed {
                    state: view.state(),
                });
                outcome
            };
            self.open.actor.ask(work).await?
        };
        outcome.map_err(|_| too_many())?;
        // A table that takes long to put in order is put in order less often.
        Ok(Instant::now() + TICK.max(begun.elapsed() * 4))
    }

    async fn finish(mut self) -> Result<()> {
        let on_event = Arc::clone(&self.open.on_event);
        let overtaken = self.overtaken();
        let into = self.into.take();
        let work = move |view: &mut View| {
            if overtaken() {
                return None;
            }
            if let Some(mut fresh) = into {
                fresh.succeed(view);
                *view = fresh;
            }
            view.complete(true);
            on_event(ListingEvent::Finished {
                state: view.state(),
            });
            kept::rows_of(view)
        };
        let rows = self.open.actor.ask(work).await?;
        if let (Some(rows), Some(lectern)) = (rows, self.lectern.upgrade()) {
            kept::keep(lectern, &self.store, self.open.prefix.clone(), rows).await;
        }
        Ok(())
    }

    async fn fail(self, error: Error) -> Result<()> {
        let on_event = Arc::clone(&self.open.on_event);
        let overtaken = self.overtaken();
        let work = move |view: &mut View| {
            if overtaken() {
                return;
            }
            view.complete(false);
            let state = view.state();
            on_event(ListingEvent::Failed { state, error });
        };
        self.open.actor.ask(work).await
    }

    /// Whether another listing has begun since; for the view's thread to ask.
    fn overtaken(&self) -> impl Fn() -> bool + Send + 'static {
        let (latest, number) = (Arc::clone(&self.open.listing), self.number);
        move || latest.load(Ordering::SeqCst) != number
    }
}

/// The next page is under way while one is being taken in. Ends when the
/// receiver is dropped.
fn fetched_ahead(store: Arc<Store>, prefix: String, depth: Depth) -> mpsc::Receiver<Result<Page>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let mut pages = Lister::of(store, prefix, depth).unordered();
        loop {
            let page = tokio::select! {
                page = pages.next() => page,
                () = sender.closed() => return,
            };
            let Some(page) = page.transpose() else {
                return;
            };
            let last = page.is_err();
            if sender.send(page).await.is_err() || last {
                return;
            }
        }
    });
    receiver
}

fn too_many() -> Error {
    Error::new(
        Code::Unsupported,
        "This folder holds more than can be shown at once.",
    )
    .next("Open a folder further down, or type the beginning of a name into the path.")
}
