//! The views that are open, by number.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::listing::OpenView;
use super::{Depth, ListingEvent, ViewId};
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};

/// The views that are open. Their listings end when they are dropped.
#[derive(Default)]
pub struct Views {
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    last: u32,
    views: HashMap<ViewId, Arc<OpenView>>,
}

impl Views {
    pub(super) fn put(&self, view: Arc<OpenView>) -> ViewId {
        let mut open = self.lock();
        open.last = open.last.wrapping_add(1);
        let id = ViewId(open.last);
        open.views.insert(id, view);
        id
    }

    /// # Errors
    /// `NotFound` when it was closed.
    pub(super) fn get(&self, id: ViewId) -> Result<Arc<OpenView>> {
        self.lock().views.get(&id).cloned().ok_or_else(|| {
            Error::new(Code::NotFound, "This view was closed.").next("Open the folder again.")
        })
    }

    pub(super) fn close(&self, id: ViewId) {
        if let Some(view) = self.lock().views.remove(&id) {
            view.close();
        }
    }

    /// A link was made: the views that show the file say so from now on.
    pub(crate) fn shared(&self, connection: &ConnectionId, key: &str, until: UnixMillis) {
        let views: Vec<_> = self.lock().views.values().cloned().collect();
        for view in views {
            let name = key
                .strip_prefix(view.prefix.as_str())
                .filter(|_| view.connection == *connection);
            let deep = view.depth == Depth::All;
            let Some(name) = name.filter(|name| deep || !name.contains('/')) else {
                continue;
            };
            let (name, on_event) = (name.to_owned(), Arc::clone(&view.on_event));
            view.actor.tell(move |view| {
                if view.share(&name, until) {
                    let state = view.state();
                    on_event(ListingEvent::Changed { state });
                }
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Views {
    fn drop(&mut self) {
        for view in self.lock().views.values() {
            view.close();
        }
    }
}
