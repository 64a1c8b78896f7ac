//! Listing a folder into a view: pages are fetched ahead by one, the window is
//! told of the first at once and of growth at most ten times a second. The task
//! ends when the listing does, or when its view is closed.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::pages::{Depth, Page, Pages};
use super::place;
use super::view::{NewRow, View};
use super::{ListingEvent, ViewState};
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::store::Store;

/// Between two reports of growth.
const TICK: Duration = Duration::from_millis(100);

/// Rows from which putting them in order is no work for an async thread.
const MANY_ROWS: u32 = 20_000;

/// A view with what is needed to fill it.
pub(super) struct OpenView {
    pub(super) connection: ConnectionId,
    pub(super) prefix: String,
    view: Mutex<View>,
    on_event: Box<dyn Fn(ListingEvent) + Send + Sync>,
    /// Cancelled when the view is closed.
    closed: CancellationToken,
    /// The running listing's; a refresh takes over from the one before.
    running: Mutex<CancellationToken>,
    /// Numbers the listings, so that one that was overtaken changes nothing more.
    listing: AtomicU32,
}

impl OpenView {
    pub(super) fn new(
        connection: ConnectionId,
        view: View,
        on_event: impl Fn(ListingEvent) + Send + Sync + 'static,
    ) -> Self {
        Self {
            connection,
            prefix: view.prefix().to_owned(),
            view: Mutex::new(view),
            on_event: Box::new(on_event),
            closed: CancellationToken::new(),
            running: Mutex::default(),
            listing: AtomicU32::new(0),
        }
    }

    pub(super) fn view(&self) -> MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn close(&self) {
        self.closed.cancel();
    }

    pub(super) fn tell_growth(&self) {
        let state = self.view().state();
        (self.on_event)(ListingEvent::Grew { state });
    }

    /// Begins the view's first listing, straight into what is on show.
    pub(super) fn begin(self: &Arc<Self>, store: Arc<Store>) {
        let (number, cancel) = self.next_listing();
        let listing = Listing {
            open: Arc::clone(self),
            store,
            number,
            into: None,
        };
        tokio::spawn(async move { cancel.run_until_cancelled(listing.run()).await });
    }

    /// Lists again beside what is on show, which is replaced at the end.
    pub(super) fn refresh(self: &Arc<Self>, store: Arc<Store>, fresh: View) {
        let (number, cancel) = self.next_listing();
        let listing = Listing {
            open: Arc::clone(self),
            store,
            number,
            into: Some(fresh),
        };
        tokio::spawn(async move { cancel.run_until_cancelled(listing.run()).await });
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
    open: Arc<OpenView>,
    store: Arc<Store>,
    number: u32,
    /// The rows of a refresh, until they are all there.
    into: Option<View>,
}

impl Listing {
    async fn run(mut self) {
        match self.fill().await {
            Ok(()) => self.finish(),
            Err(error) => self.fail(error),
        }
    }

    /// Fetches and takes in page after page.
    async fn fill(&mut self) -> Result<()> {
        let mut pages = fetched_ahead(Arc::clone(&self.store), self.open.prefix.clone());
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

    /// The rows of a page, without the folder's own marker and Lectern's keys.
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
            if let Some(name) = name.filter(|name| !name.is_empty() && shown(&object.key)) {
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
            let (fresh, outcome) = off_thread(fresh.row_count() > MANY_ROWS, move || {
                let outcome = fresh.take_in(rows);
                (fresh, outcome)
            })
            .await?;
            self.into = Some(fresh);
            outcome
        } else {
            let (open, number) = (Arc::clone(&self.open), self.number);
            let many = open.view().row_count() > MANY_ROWS;
            let (outcome, state) = off_thread(many, move || {
                let mut view = open.view();
                if open.listing.load(Ordering::SeqCst) != number {
                    return (Ok(()), None);
                }
                let outcome = view.take_in(rows);
                (outcome, Some(view.state()))
            })
            .await?;
            if let Some(state) = state {
                (self.open.on_event)(ListingEvent::Grew { state });
            }
            outcome
        };
        outcome.map_err(|_| too_many())?;
        // A table that takes long to put in order is put in order less often.
        Ok(Instant::now() + TICK.max(begun.elapsed() * 4))
    }

    fn finish(mut self) {
        let state = {
            let mut view = self.open.view();
            if self.overtaken() {
                return;
            }
            if let Some(mut fresh) = self.into.take() {
                fresh.succeed(&view);
                *view = fresh;
            }
            view.complete(true);
            view.state()
        };
        (self.open.on_event)(ListingEvent::Finished { state });
    }

    fn fail(self, error: Error) {
        let state: ViewState = {
            let mut view = self.open.view();
            if self.overtaken() {
                return;
            }
            view.complete(false);
            view.state()
        };
        (self.open.on_event)(ListingEvent::Failed { state, error });
    }

    fn overtaken(&self) -> bool {
        self.open.listing.load(Ordering::SeqCst) != self.number
    }
}

/// The next page is under way while one is being taken in. Ends when the
/// receiver is dropped.
fn fetched_ahead(store: Arc<Store>, prefix: String) -> mpsc::Receiver<Result<Page>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let mut pages = Pages::of(store, prefix, Depth::Folder);
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

/// Runs work that may take long on a thread where it may.
async fn off_thread<T: Send + 'static>(
    long: bool,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    if !long {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::internal(error.to_string()))
}

fn too_many() -> Error {
    Error::new(
        Code::Unsupported,
        "This folder holds more than can be shown at once.",
    )
    .next("Open a folder further down, or type the beginning of a name into the path.")
}
