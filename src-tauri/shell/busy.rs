//! What the system learns of the transfers: how far they are, and that it must
//! not fall asleep while anything moves.

use lectern_core::job::{JobId, JobPhase, Progress};
use lectern_core::settings::Settings;
use lectern_core::transfer::{self, Snapshot};
use tauri::{AppHandle, Manager};
use tokio::sync::watch;

use super::App;
use super::awake::Awake;
use super::taskbar::{Shown, Taskbar};

/// Whether the person wants the computer kept awake; changes count at once.
pub struct KeepAwake(watch::Sender<bool>);

impl Default for KeepAwake {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl KeepAwake {
    pub fn follow(&self, settings: &Settings) {
        self.0.send_replace(settings.keep_awake);
    }
}

/// Follows the transfers while the app runs.
pub(super) async fn follow(app: AppHandle) {
    let state = app.state::<App>();
    let Ok(lectern) = state.lectern() else {
        return;
    };
    let mut snapshots = transfer::watch(lectern);
    let mut wanted = state.keep_awake.0.subscribe();
    let (mut awake, mut taskbar) = (Awake::default(), Taskbar::default());
    let mut period = Period::default();
    loop {
        let (moving, shown) = period.look(&snapshots.borrow_and_update());
        let keep = *wanted.borrow_and_update();
        awake.set(moving && keep).await;
        taskbar.show(&app, shown).await;
        let told = tokio::select! {
            told = snapshots.changed() => told,
            told = wanted.changed() => told,
        };
        if told.is_err() {
            return;
        }
    }
}

/// From the moment when something began until nothing is left: jobs that end
/// meanwhile still count, so that the bar does not run backwards.
#[derive(Default)]
struct Period {
    first: Option<JobId>,
}

impl Period {
    /// Whether anything moves, and what the icon shows.
    fn look(&mut self, snapshot: &Snapshot) -> (bool, Shown) {
        let open = snapshot
            .jobs
            .iter()
            .filter(|job| !job.progress.phase.is_over());
        let moving = open
            .clone()
            .any(|job| job.progress.phase != JobPhase::Paused);
        let Some(oldest) = open.map(|job| job.id).min() else {
            self.first = None;
            return (false, Shown::Nothing);
        };
        let first = *self.first.get_or_insert(oldest);
        let counted = snapshot.jobs.iter().filter(|job| job.id >= first);
        let percent = percent(counted.map(|job| &job.progress));
        let shown = if moving {
            Shown::Running(percent)
        } else {
            Shown::Paused(percent)
        };
        (moving, shown)
    }
}

/// By bytes where there are any, else by items.
fn percent<'a>(jobs: impl Iterator<Item = &'a Progress> + Clone) -> u8 {
    let bytes = jobs.clone().fold((0, 0), |(done, total), job| {
        (done + job.bytes_done, total + job.bytes_total)
    });
    let (done, total) = if bytes.1 > 0 {
        bytes
    } else {
        jobs.fold((0, 0), |(done, total), job| {
            let ended = job.items_done + job.items_failed + job.items_skipped;
            (done + u64::from(ended), total + u64::from(job.items_total))
        })
    };
    let percent = done.saturating_mul(100).checked_div(total).unwrap_or(0);
    u8::try_from(percent.min(100)).unwrap_or(100)
}
