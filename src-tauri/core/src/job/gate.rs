//! Where a job's work stops while the job is paused: whoever begins something
//! new passes the gate first.

use tokio::sync::watch;

use super::Pause;

pub(crate) struct Gate(watch::Sender<Option<Pause>>);

impl Default for Gate {
    fn default() -> Self {
        Self(watch::channel(None).0)
    }
}

impl Gate {
    /// Closed already, it stays closed for the reason it was: a person's pause
    /// ends only when a person says so.
    pub(crate) fn close(&self, why: Pause) {
        self.0.send_if_modified(|now| {
            let news = now.is_none();
            if news {
                *now = Some(why);
            }
            news
        });
    }

    /// A person's word goes before any other reason.
    pub(crate) fn close_for_person(&self) {
        self.0.send_replace(Some(Pause::Person));
    }

    pub(crate) fn open(&self) {
        self.0.send_replace(None);
    }

    /// Opens it if this is why it is closed.
    pub(crate) fn open_if(&self, why: Pause) {
        self.0.send_if_modified(|now| {
            let news = *now == Some(why);
            if news {
                *now = None;
            }
            news
        });
    }

    pub(crate) fn closed(&self) -> Option<Pause> {
        *self.0.borrow()
    }

    /// Waits until it is open.
    pub(crate) async fn pass(&self) {
        // An error would mean that the gate is gone, and we hold it.
        let _ = self.0.subscribe().wait_for(Option::is_none).await;
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn nobody_passes_a_closed_gate() {
        let gate = Gate::default();
        assert!(gate.pass().now_or_never().is_some());

        gate.close(Pause::SignIn);
        assert!(gate.pass().now_or_never().is_none());

        gate.open();
        assert!(gate.pass().now_or_never().is_some());
    }

    #[test]
    fn a_pause_of_a_person_outlasts_the_network() {
        let gate = Gate::default();
        gate.close_for_person();
        gate.close(Pause::Network);
        gate.open_if(Pause::Network);

        assert_eq!(gate.closed(), Some(Pause::Person));
    }
}
