//! On Windows the wish to stay awake belongs to the thread that utters it, so a
//! thread of its own holds it and waits to be told to let go. macOS does not
//! mind.

use std::sync::mpsc;

use super::{APP, ID, REASON};

/// Holds until released or dropped: then the thread's channel closes.
pub(super) struct Held {
    _hold: mpsc::Sender<()>,
}

impl Held {
    pub(super) fn release(self) -> std::future::Ready<()> {
        drop(self);
        std::future::ready(())
    }
}

pub(super) async fn hold() -> Option<Held> {
    let (hold, let_go) = mpsc::channel::<()>();
    let (held, answer) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let awake = keepawake::Builder::default()
            .idle(true)
            .reason(REASON)
            .app_name(APP)
            .app_reverse_domain(ID)
            .create();
        let _ = held.send(awake.is_ok());
        if awake.is_ok() {
            let _ = let_go.recv();
        }
        drop(awake);
    });
    answer.await.ok()?.then_some(Held { _hold: hold })
}
