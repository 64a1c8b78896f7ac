//! Long work while somebody may watch: a progress bar on a terminal, and a
//! Ctrl-C that cancels the job in order (parts already sent are aborted)
//! instead of cutting it off.

use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use lectern_core::job::{Job, JobId, Pause, Progress};
use lectern_core::transfer::{self, JobState, Snapshot};
use lectern_core::{Code, Error, Lectern};

use crate::events::Events;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::stop::{Stop, stopped};
use crate::{prompt, shown};

/// Waits for work that runs as a job. `job` is its handle where there is one
/// (then nothing else is cancelled), otherwise the jobs on the list are meant.
pub async fn watched<T>(
    lectern: &Arc<Lectern>,
    output: &mut Output,
    stop: &mut Stop,
    job: Option<&Job>,
    work: impl Future<Output = lectern_core::Result<T>>,
) -> Result<T, Failure> {
    if output.is_json() {
        transfer::listen(lectern);
    }
    let mut jobs = transfer::watch(lectern);
    let mut bar = Bar::new(output.draws_progress());
    let mut events = Events::default();
    let only = job.map(|job| job.id);
    let mut stopping = false;
    tokio::pin!(work);
    loop {
        tokio::select! {
            ended = &mut work => {
                bar.clear();
                events.tell(lectern, only, output);
                if stopping {
                    return Err(stopped(&how_far(&transfer::jobs(lectern))));
                }
                return Ok(ended?);
            }
            Ok(()) = jobs.changed() => {
                let now = jobs.borrow_and_update().clone();
                bar.show(&now);
                events.tell(lectern, only, output);
                if !stopping && waits_for_sign_in(&now, only) {
                    bar.clear();
                    sign_in(lectern, output, stop, only).await?;
                    bar = Bar::new(output.draws_progress());
                }
            }
            () = stop.asked() => {
                if stopping {
                    bar.clear();
                    return Err(stopped("It was cut off half-way."));
                }
                stopping = true;
                bar.stopping();
            }
        }
        if stopping {
            // A job that was just begun comes onto the list with the next change.
            cancel(lectern, &jobs.borrow(), job);
        }
    }
}

fn cancel(lectern: &Lectern, jobs: &Snapshot, job: Option<&Job>) {
    if let Some(job) = job {
        job.cancel.cancel();
        return;
    }
    for job in jobs.jobs.iter().filter(|job| !job.progress.phase.is_over()) {
        // A job that ended meanwhile needs no cancelling.
        let _ = transfer::cancel(lectern, job.id);
    }
}

/// Whether nothing goes on any more before somebody signs in.
fn waits_for_sign_in(jobs: &Snapshot, only: Option<JobId>) -> bool {
    let mut under_way = under_way(jobs, only).peekable();
    under_way.peek().is_some() && under_way.all(|job| job.pause == Some(Pause::SignIn))
}

fn under_way(jobs: &Snapshot, only: Option<JobId>) -> impl Iterator<Item = &JobState> {
    let meant = move |job: &&JobState| only.is_none_or(|only| only == job.id);
    let jobs = jobs.jobs.iter().filter(meant);
    jobs.filter(|job| !job.progress.phase.is_over())
}

/// Lets a person sign in and go on.
///
/// # Errors
/// That a sign-in is needed, when nobody is there or does it now: what is left
/// is for a later run.
async fn sign_in(
    lectern: &Arc<Lectern>,
    output: &mut Output,
    stop: &mut Stop,
    only: Option<JobId>,
) -> Result<(), Failure> {
    const QUESTION: &str = "The service does not take the credentials any more. Sign in (for example with “aws sso login” in another window). Go on now?";
    while !output.is_json() && prompt::can_ask() {
        // Ctrl-C here leaves things as they are, as no does.
        let goes_on = prompt::confirmed(stop, QUESTION).await;
        if !matches!(goes_on, Ok(true)) {
            break;
        }
        match go_on(lectern, only).await {
            Ok(()) => return Ok(()),
            Err(error) => output.error(None, &error),
        }
    }
    Err(sign_in_needed(output.is_recorded()))
}

async fn go_on(lectern: &Arc<Lectern>, only: Option<JobId>) -> lectern_core::Result<()> {
    let jobs = transfer::jobs(lectern);
    for job in under_way(&jobs, only) {
        transfer::resume(lectern, job.id).await?;
    }
    Ok(())
}

fn sign_in_needed(recorded: bool) -> Failure {
    let error = Error::new(
        Code::SignInNeeded,
        "The service does not take the credentials any more. What was done stays; the rest waits.",
    );
    let error = error.next(if recorded {
        "Sign in, then go on from the same place with “lectern-cli resume”."
    } else {
        "Renew the credentials, then run this again: --from-env keeps no record to go on from. “lectern-cli uploads list” shows the parts that stayed."
    });
    Failure::Error(Exit::SignIn, error)
}

fn how_far(jobs: &Snapshot) -> String {
    match jobs.jobs.first() {
        Some(job) => format!(
            "{} of {} done before that; nothing is half-written.",
            job.progress.items_done,
            shown::count(job.progress.items_total, "file was", "files were"),
        ),
        None => "Nothing is half-written.".to_owned(),
    }
}

struct Bar(ProgressBar);

impl Bar {
    fn new(drawn: bool) -> Self {
        if !drawn {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3}%  {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(250));
        Self(bar)
    }

    fn show(&self, jobs: &Snapshot) {
        let Some(job) = jobs.jobs.first() else {
            return;
        };
        let progress = &job.progress;
        if progress.bytes_total > 0 {
            self.0.set_length(progress.bytes_total);
            self.0.set_position(progress.bytes_done);
        } else {
            self.0.set_length(progress.items_total.into());
            self.0.set_position(progress.items_done.into());
        }
        self.0.set_message(match job.pause {
            Some(Pause::Network) => "waiting for the network".to_owned(),
            _ => describe(progress),
        });
    }

    fn stopping(&self) {
        self.0.set_message("Stopping … (Ctrl-C again cuts it off)");
    }

    fn clear(&self) {
        self.0.finish_and_clear();
    }
}

fn describe(progress: &Progress) -> String {
    let mut parts = vec![format!(
        "{}/{}",
        progress.items_done,
        shown::count(progress.items_total, "file", "files"),
    )];
    if progress.bytes_per_second > 0 {
        parts.push(format!("{}/s", shown::size(progress.bytes_per_second)));
    }
    if let Some(seconds) = progress.seconds_left {
        parts.push(format!("{} left", left(seconds)));
    }
    parts.join(", ")
}

fn left(seconds: u32) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours} h {minutes} min")
    } else if minutes > 0 {
        format!("{minutes} min {seconds} s")
    } else {
        format!("{seconds} s")
    }
}
