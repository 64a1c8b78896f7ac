//! A folder as a view shows it, for tests that look at what is in a bucket
//! through the product's own eyes.

use std::sync::Arc;
use std::time::Duration;

use lectern_core::Lectern;
use lectern_core::browse::{self, Depth, ListingEvent, Row, ViewId, ViewState};
use lectern_core::connection::ConnectionId;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// An open view and what it was told.
pub struct Watched {
    pub id: ViewId,
    pub events: UnboundedReceiver<ListingEvent>,
}

/// Opens a view whose events wait to be looked at.
pub async fn watch(lectern: &Arc<Lectern>, connection: &ConnectionId, prefix: &str) -> Watched {
    watch_deep(lectern, connection, prefix, Depth::Folder).await
}

/// The same, of a folder or of everything below it.
pub async fn watch_deep(
    lectern: &Arc<Lectern>,
    connection: &ConnectionId,
    prefix: &str,
    depth: Depth,
) -> Watched {
    let (sender, events) = unbounded_channel();
    let id = browse::open(lectern, connection, prefix, depth, move |event| {
        // The test may have seen enough.
        let _ = sender.send(event);
    })
    .await
    .unwrap();
    Watched { id, events }
}

impl Watched {
    pub async fn next(&mut self) -> ListingEvent {
        tokio::time::timeout(Duration::from_mins(1), self.events.recv())
            .await
            .expect("an event within a minute")
            .expect("an open view")
    }

    /// Waits for the end of a listing that is expected to succeed.
    pub async fn finished(&mut self) -> ViewState {
        loop {
            match self.next().await {
                ListingEvent::Changed { .. } => {}
                ListingEvent::Finished { state } => return state,
                ListingEvent::Failed { error, .. } => panic!("{error:?}"),
            }
        }
    }

    /// Waits for the end of a listing that is expected to fail.
    pub async fn failed(&mut self) -> (ViewState, lectern_core::Error) {
        loop {
            match self.next().await {
                ListingEvent::Changed { .. } => {}
                ListingEvent::Finished { .. } => panic!("the listing finished"),
                ListingEvent::Failed { state, error } => return (state, error),
            }
        }
    }
}

pub async fn rows(lectern: &Lectern, view: ViewId) -> Vec<Row> {
    browse::rows(lectern, view, 0, 512).await.unwrap().rows
}

/// The names in a folder, in order; a folder's with its `/`.
pub async fn names(lectern: &Arc<Lectern>, connection: &ConnectionId, prefix: &str) -> Vec<String> {
    let mut view = watch(lectern, connection, prefix).await;
    view.finished().await;
    let names = rows(lectern, view.id).await.into_iter().map(|row| {
        let end = if row.is_folder { "/" } else { "" };
        row.name + end
    });
    let names = names.collect();
    browse::close(lectern, view.id);
    names
}
