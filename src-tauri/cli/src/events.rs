//! What happens during a transfer, as JSON lines with `--json`: each begin and
//! end of an item, how far the job is (at most once a second), and when it
//! stands still. The lines are promised in `docs/command-line.md`: names and
//! meanings stay, new ones may come.

use std::collections::HashMap;
use std::time::Duration;

use lectern_core::Lectern;
use lectern_core::job::{JobId, JobPhase, Pause, Progress};
use lectern_core::transfer::{self, Direction, ItemNews, ItemPhase, JobState, Plan};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::output::{Output, error_json};
use crate::shown;

/// Between two lines about the progress of one job.
const PROGRESS: Duration = Duration::from_secs(1);

/// What was told of each job.
#[derive(Default)]
pub struct Events {
    jobs: HashMap<JobId, Told>,
}

#[derive(Default)]
struct Told {
    progress: Option<(Instant, u64, u32)>,
    pause: Option<Pause>,
}

impl Events {
    /// Tells what is new; `only` is the one job that is meant.
    pub fn tell(&mut self, lectern: &Lectern, only: Option<JobId>, output: &mut Output) {
        if !output.is_json() {
            return;
        }
        let jobs = transfer::jobs(lectern).jobs;
        // The newest is first.
        for job in jobs.iter().rev() {
            if only.is_none_or(|only| only == job.id) {
                self.tell_job(lectern, job, only.is_none(), output);
            }
        }
        output.event_end();
    }

    /// `announces`: nobody has told a plan of this job before.
    fn tell_job(
        &mut self,
        lectern: &Lectern,
        job: &JobState,
        announces: bool,
        output: &mut Output,
    ) {
        if !self.jobs.contains_key(&job.id) && announces && job.direction != Direction::Delete {
            output.event(&announcement(job));
        }
        let told = self.jobs.entry(job.id).or_default();
        // A job that is on the list has news, or none.
        for news in transfer::news(lectern, job.id).unwrap_or_default() {
            output.event(&item(job.id, &news));
        }
        if job.pause != told.pause {
            told.pause = job.pause;
            output.event(&pause(job));
        }
        let progress = &job.progress;
        if progress.phase != JobPhase::Waiting && told.is_due(progress) {
            output.event(&progress_json(job.id, progress));
        }
    }
}

impl Told {
    fn is_due(&mut self, progress: &Progress) -> bool {
        let now = Instant::now();
        let ended = progress.items_done + progress.items_failed + progress.items_skipped;
        let due = self.progress.is_none_or(|(at, bytes, items)| {
            let news = (bytes, items) != (progress.bytes_done, ended);
            news && at.elapsed() >= PROGRESS
        });
        if due {
            self.progress = Some((now, progress.bytes_done, ended));
        }
        due
    }
}

/// What a plan says before it is started.
pub fn plan(plan: &Plan, output: &mut Output) {
    if output.is_json() {
        output.event(&json!({
            "event": "plan",
            "direction": shown::word(&plan.direction),
            "target": plan.target,
            "files": plan.files,
            "bytes": plan.bytes,
            "conflicts": plan.conflicts.len(),
        }));
        output.event_end();
    }
}

fn announcement(job: &JobState) -> Value {
    json!({
        "event": "plan",
        "direction": shown::word(&job.direction),
        "target": job.target,
        "files": job.progress.items_total,
        "bytes": job.progress.bytes_total,
        "conflicts": 0,
    })
}

fn item(job: JobId, news: &ItemNews) -> Value {
    let event = match news.phase {
        ItemPhase::Verified | ItemPhase::Done => "done",
        ItemPhase::Failed => "failed",
        ItemPhase::Skipped => "skipped",
        ItemPhase::Cancelled => "cancelled",
        ItemPhase::Waiting
        | ItemPhase::Running
        | ItemPhase::Checking
        | ItemPhase::Retrying
        | ItemPhase::Paused => "started",
    };
    let mut value = json!({
        "event": event,
        "job": job,
        "name": news.name,
        "key": news.key,
        "bytes": news.bytes,
    });
    if event == "done" {
        value["verified"] = Value::from(news.phase == ItemPhase::Verified);
    }
    if let Some(why) = &news.why {
        value["why"] = Value::from(shown::word(why));
    }
    if let Some(error) = &news.error {
        value["error"] = error_json(error);
    }
    value
}

fn pause(job: &JobState) -> Value {
    match job.pause {
        Some(why) => json!({ "event": "paused", "job": job.id, "why": shown::word(&why) }),
        None => json!({ "event": "resumed", "job": job.id }),
    }
}

fn progress_json(job: JobId, progress: &Progress) -> Value {
    json!({
        "event": "progress",
        "job": job,
        "items_total": progress.items_total,
        "items_done": progress.items_done,
        "items_failed": progress.items_failed,
        "items_skipped": progress.items_skipped,
        "bytes_total": progress.bytes_total,
        "bytes_done": progress.bytes_done,
        "bytes_per_second": progress.bytes_per_second,
        "seconds_left": progress.seconds_left,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lectern_core::{Code, Error};

    fn news(phase: ItemPhase) -> ItemNews {
        ItemNews {
            name: "a".into(),
            key: Some("w/a".into()),
            phase,
            bytes: 7,
            why: None,
            error: None,
        }
    }

    #[test]
    fn an_item_that_is_done_says_whether_it_was_verified() {
        let done = item(JobId(1), &news(ItemPhase::Done));
        let expected = json!({
            "event": "done", "job": 1, "name": "a", "key": "w/a", "bytes": 7, "verified": false
        });
        assert_eq!(done, expected);
        assert_eq!(item(JobId(1), &news(ItemPhase::Verified))["verified"], true);
    }

    #[test]
    fn an_item_that_failed_says_why() {
        let failed = ItemNews {
            error: Some(Error::new(Code::DiskFull, "Full.")),
            ..news(ItemPhase::Failed)
        };
        let failed = item(JobId(1), &failed);

        assert_eq!(failed["event"], "failed");
        assert_eq!(failed["error"]["code"], "disk_full");
    }

    fn progress(bytes_done: u64) -> Progress {
        Progress {
            phase: JobPhase::Running,
            items_total: 1,
            items_done: 0,
            items_failed: 0,
            items_skipped: 0,
            bytes_total: 10,
            bytes_done,
            bytes_per_second: 0,
            seconds_left: None,
        }
    }

    #[test]
    fn progress_is_told_at_most_once_a_second_and_only_when_there_is_some() {
        let mut told = Told::default();
        assert!(told.is_due(&progress(0)));
        assert!(!told.is_due(&progress(1)));

        told.progress = Instant::now().checked_sub(PROGRESS).map(|at| (at, 1, 0));
        assert!(!told.is_due(&progress(1)));
        assert!(told.is_due(&progress(2)));
    }
}
