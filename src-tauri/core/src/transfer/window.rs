//! A semaphore whose size can be changed while it is in use. Made smaller, it
//! lets those inside finish and admits none until enough have left.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub(super) struct Window {
    free: Arc<Semaphore>,
    size: Mutex<usize>,
    /// Places that go when they are left.
    owed: Arc<AtomicUsize>,
}

/// A place inside; left when dropped.
pub(super) struct Place {
    /// None only if the semaphore were closed, which nobody does.
    permit: Option<OwnedSemaphorePermit>,
    owed: Arc<AtomicUsize>,
}

impl Window {
    pub(super) fn of(size: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(size)),
            size: Mutex::new(size),
            owed: Arc::default(),
        }
    }

    /// First come, first served.
    pub(super) async fn enter(&self) -> Place {
        Place {
            permit: Arc::clone(&self.free).acquire_owned().await.ok(),
            owed: Arc::clone(&self.owed),
        }
    }

    pub(super) fn resize(&self, to: usize) {
        let mut size = self.size.lock().unwrap_or_else(PoisonError::into_inner);
        if to < *size {
            let fewer = *size - to;
            let gone = self.free.forget_permits(fewer);
            self.owed.fetch_add(fewer - gone, Ordering::Relaxed);
        } else {
            for _ in *size..to {
                if !take_one(&self.owed) {
                    self.free.add_permits(1);
                }
            }
        }
        *size = to;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(permit) = self.permit.take()
            && take_one(&self.owed)
        {
            permit.forget();
        }
    }
}

fn take_one(owed: &AtomicUsize) -> bool {
    let less = |owed: usize| owed.checked_sub(1);
    owed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn fill(window: &Window) -> Vec<Place> {
        std::iter::from_fn(|| window.enter().now_or_never()).collect()
    }

    #[test]
    fn a_window_admits_as_many_as_it_was_made_for() {
        let window = Window::of(2);
        let mut inside = fill(&window);
        assert_eq!(inside.len(), 2);

        inside.pop();
        assert_eq!(fill(&window).len(), 1);
        window.resize(5);
        assert_eq!(fill(&window).len(), 3 + 1);
    }

    #[test]
    fn a_smaller_window_waits_for_those_inside() {
        let window = Window::of(4);
        let mut inside = fill(&window);
        window.resize(1);

        for _ in 0..3 {
            inside.pop();
            assert_eq!(fill(&window).len(), 0);
        }
        inside.pop();
        assert_eq!(fill(&window).len(), 1);
    }

    #[test]
    fn a_window_that_grows_again_forgives_what_was_owed() {
        let window = Window::of(4);
        let inside = fill(&window);
        window.resize(1);
        window.resize(3);
        drop(inside);

        assert_eq!(fill(&window).len(), 3);
    }
}
