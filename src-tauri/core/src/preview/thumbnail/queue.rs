//! Turns: few thumbnails are made at once, and the one asked for last comes
//! first, since it is the one on screen. Whoever waits and is dropped loses its
//! place without costing anybody a turn.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

#[derive(Clone)]
pub(super) struct Queue {
    state: Arc<Mutex<State>>,
}

struct State {
    free: usize,
    /// The last one in is the first one out.
    waiting: Vec<oneshot::Sender<Turn>>,
}

/// The right to make one thumbnail, until it is dropped.
pub(super) struct Turn {
    queue: Queue,
}

impl Queue {
    pub(super) fn new(at_once: usize) -> Self {
        Self {
            state: Arc::new(Mutex::new(State {
                free: at_once,
                waiting: Vec::new(),
            })),
        }
    }

    pub(super) async fn turn(&self) -> Turn {
        let called = {
            let mut state = self.lock();
            if state.free > 0 {
                state.free -= 1;
                return self.one();
            }
            state.waiting.retain(|waiting| !waiting.is_closed());
            let (call, called) = oneshot::channel();
            state.waiting.push(call);
            called
        };
        // The queue holds the other end for as long as anybody can wait.
        called.await.unwrap_or_else(|_| self.one())
    }

    fn one(&self) -> Turn {
        Turn {
            queue: self.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let next = {
            let mut state = self.queue.lock();
            state.waiting.retain(|waiting| !waiting.is_closed());
            let next = state.waiting.pop();
            if next.is_none() {
                state.free += 1;
            }
            next
        };
        // One that gave up just now drops its turn, which comes back here.
        if let Some(next) = next {
            let _ = next.send(self.queue.one());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[tokio::test]
    async fn the_last_to_ask_is_the_first_to_be_served() {
        let queue = Queue::new(1);
        let first = queue.turn().await;
        let served = Mutex::new(Vec::new());
        let ask = |name: &'static str| {
            let (queue, served) = (&queue, &served);
            async move {
                let _turn = queue.turn().await;
                served.lock().map(|mut served| served.push(name)).ok();
            }
        };

        let free = async { drop(first) };
        // Polled in this order: three wait before the turn is free.
        futures::future::join4(ask("old"), ask("newer"), ask("newest"), free).await;

        assert_eq!(
            served.into_inner().ok(),
            Some(vec!["newest", "newer", "old"])
        );
    }

    #[tokio::test]
    async fn whoever_gives_up_costs_nobody_a_turn() {
        let queue = Queue::new(1);
        let first = queue.turn().await;
        let waiting = Box::pin(queue.turn());
        let mut gives_up = Box::pin(queue.turn());
        assert!(futures::poll!(&mut gives_up).is_pending());
        let mut waiting = waiting;
        assert!(futures::poll!(&mut waiting).is_pending());

        drop(first);
        // It was called, and goes without having looked.
        drop(waiting);

        let turn = gives_up.await;
        assert!(
            futures::poll!(Box::pin(queue.turn())).is_pending(),
            "one at a time"
        );
        drop(turn);
        queue.turn().await;
    }
}
