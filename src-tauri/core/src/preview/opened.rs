//! The objects that are held for reading, by their ids.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{ArchiveFormat, PreviewId};
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};

/// The overlay, the inspector and what is just being closed: more are leaks of
/// the window's, and the oldest of them goes.
const MOST_OPEN: usize = 8;

/// Pieces read at a time, all previews together: bounds the memory.
const AT_A_TIME: usize = 4;

/// One object in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub connection: ConnectionId,
    pub key: String,
    /// `None` where the store tells none.
    pub etag: Option<String>,
    /// Bytes.
    pub size: u64,
    /// Our own decision, from the contents; never what the store says.
    pub mime: String,
    pub(super) archive: Option<ArchiveFormat>,
}

/// The previews that are open.
pub struct Previews {
    open: Mutex<VecDeque<(PreviewId, Arc<Opened>)>>,
    pub(super) reading: Semaphore,
}

impl Default for Previews {
    fn default() -> Self {
        Self {
            open: Mutex::default(),
            reading: Semaphore::new(AT_A_TIME),
        }
    }
}

impl Previews {
    pub(super) fn hold(&self, opened: Opened) -> PreviewId {
        let id = PreviewId(Uuid::new_v4().simple().to_string());
        let mut open = self.lock();
        while open.len() >= MOST_OPEN {
            open.pop_front();
        }
        open.push_back((id.clone(), Arc::new(opened)));
        id
    }

    /// # Errors
    /// `NotFound` for an id that was never given out or was closed.
    pub fn get(&self, id: &PreviewId) -> Result<Arc<Opened>> {
        let open = self.lock();
        let found = open.iter().find(|(known, _)| known == id);
        found.map(|(_, opened)| Arc::clone(opened)).ok_or_else(|| {
            Error::new(Code::NotFound, "This preview was closed.").next("Open it again.")
        })
    }

    pub(super) fn forget(&self, id: &PreviewId) {
        self.lock().retain(|(known, _)| known != id);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(PreviewId, Arc<Opened>)>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(key: &str) -> Opened {
        Opened {
            connection: ConnectionId("c".into()),
            key: key.into(),
            etag: None,
            size: 1,
            mime: "text/plain".into(),
            archive: None,
        }
    }

    #[test]
    fn an_id_stands_for_its_object_until_it_is_closed() {
        let previews = Previews::default();
        let (a, b) = (previews.hold(opened("a")), previews.hold(opened("b")));

        assert_ne!(a, b);
        assert_eq!(previews.get(&a).map(|it| it.key.clone()), Ok("a".into()));
        previews.forget(&a);
        assert_eq!(previews.get(&a).map_err(|it| it.code), Err(Code::NotFound));
        assert!(previews.get(&b).is_ok());
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many() {
        let previews = Previews::default();
        let first = previews.hold(opened("first"));
        let later: Vec<_> = (0..MOST_OPEN).map(|_| previews.hold(opened("x"))).collect();

        assert!(previews.get(&first).is_err());
        assert!(later.iter().all(|id| previews.get(id).is_ok()));
    }
}
