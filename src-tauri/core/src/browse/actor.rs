//! A view at work: a thread of its own does what is asked of the view in the
//! order it was asked for, so that a click made before "delete" is seen by it, and
//! nobody who may not wait (the window's thread, the async ones) waits for a sort.

use std::sync::mpsc::{Sender, channel};

use tokio::sync::oneshot;

use super::view::View;
use crate::error::{Error, Result};

type Work = Box<dyn FnOnce(&mut View) + Send>;

/// Ends its thread, after what is queued, when it is dropped.
pub(super) struct Actor {
    queue: Sender<Work>,
}

impl Actor {
    pub(super) fn over(mut view: View) -> Result<Self> {
        let (queue, work) = channel::<Work>();
        std::thread::Builder::new()
            .name("view".into())
            .spawn(move || work.iter().for_each(|work| work(&mut view)))
            .map_err(|error| Error::internal(error.to_string()))?;
        Ok(Self { queue })
    }

    /// Queues work; nobody waits for it.
    pub(super) fn tell(&self, work: impl FnOnce(&mut View) + Send + 'static) {
        // A thread that ended has nobody left to show anything to.
        let _ = self.queue.send(Box::new(work));
    }

    /// Queues a question and waits for the answer.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut View) -> T + Send + 'static,
    ) -> Result<T> {
        let (sender, answer) = oneshot::channel();
        self.tell(move |view| {
            // Whoever asked may have gone.
            let _ = sender.send(work(view));
        });
        answer
            .await
            .map_err(|_| Error::internal("the view's thread ended"))
    }
}
