//! Running a transfer's plan from the prompt: conflicts are answered by
//! `--on-conflict`, the job is watched, and its summary printed.

use clap::ValueEnum;
use lectern_core::job::ItemFailure;
use lectern_core::transfer::{self, Answers, Choice, Plan, Renamed, SkipReason, Skipped, Summary};
use lectern_core::{Code, Error};
use serde_json::{Value, json};

use crate::events;
use crate::exit::{Exit, Failure};
use crate::output::{Output, error_json};
use crate::session::Session;
use crate::shown;
use crate::stop::Stop;
use crate::watched::watched;

/// What to do where the name is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnConflict {
    /// Change nothing at all and end with status 1
    Fail,
    /// Put the new one in the old one's place
    Replace,
    /// Give the new one another name
    KeepBoth,
    /// Leave the old one and go on with the rest
    Skip,
    /// Replace what is older than the new one, by their dates; leave the rest
    IfNewer,
    /// Replace what is of another size or content; leave the rest
    IfDifferent,
}

impl OnConflict {
    fn choice(self) -> Option<Choice> {
        match self {
            Self::Fail => None,
            Self::Replace => Some(Choice::Replace),
            Self::KeepBoth => Some(Choice::KeepBoth),
            Self::Skip => Some(Choice::Skip),
            Self::IfNewer => Some(Choice::IfNewer),
            Self::IfDifferent => Some(Choice::IfDifferent),
        }
    }
}

/// How many names a sentence lists before it counts the rest.
const NAMED: usize = 5;

pub async fn run(
    session: &Session,
    output: &mut Output,
    stop: &mut Stop,
    plan: Plan,
    on_conflict: OnConflict,
) -> Result<(), Failure> {
    let after = AfterUpload::default();
    run_and(session, output, stop, plan, on_conflict, after).await
}

/// What becomes of the local files of an upload.
#[derive(Debug, Clone, Copy, Default)]
pub struct AfterUpload {
    /// Each is removed once the store holds the same, proven by a checksum.
    pub remove_local: bool,
}

pub async fn run_and(
    session: &Session,
    output: &mut Output,
    stop: &mut Stop,
    plan: Plan,
    on_conflict: OnConflict,
    after: AfterUpload,
) -> Result<(), Failure> {
    let lectern = &session.lectern;
    let choice = on_conflict.choice();
    if choice.is_none() && !plan.conflicts.is_empty() {
        transfer::discard(lectern, plan.id);
        return Err(taken(&plan).into());
    }
    events::plan(&plan, output);
    let answers = Answers {
        for_all: choice,
        each: Vec::new(),
        remove_local: after.remove_local,
    };
    let job = transfer::start(lectern, plan.id, &answers).await?;
    let finished = transfer::finished(lectern, job.id);
    let mut summary = watched(lectern, output, stop, Some(&job), finished).await?;
    if session.from_env {
        // What only this run's memory knows cannot be asked for later.
        summary.move_id = None;
    }
    report(output, &summary, &plan.renamed)
}

/// Prints a summary, and gives the failure that stands in it.
pub fn report(output: &mut Output, summary: &Summary, renamed: &[Renamed]) -> Result<(), Failure> {
    if output.is_json() {
        output.object(&summary_json(summary, renamed))?;
    } else {
        output.line(&sentence(summary))?;
        for line in remarks(summary, renamed) {
            output.note(&line);
        }
        if let Some(id) = &summary.move_id {
            output.note(&format!("To take it back: lectern-cli undo {id}"));
        }
    }
    let lost = summary
        .skipped
        .iter()
        .any(|left| is_loss(left, summary.done));
    failures(output, &summary.failures, summary.done > 0, lost)
}

/// Says each failure; the exit status tells whether anything else was done.
pub fn failures(
    output: &mut Output,
    failures: &[ItemFailure],
    others_done: bool,
    others_lost: bool,
) -> Result<(), Failure> {
    for failure in failures {
        output.error(Some(&failure.name), &failure.error);
    }
    match (failures.is_empty() && !others_lost, others_done) {
        (true, _) => Ok(()),
        (false, true) => Err(Failure::Said(Exit::SomeFailed)),
        (false, false) => Err(Failure::Said(Exit::Failed)),
    }
}

fn taken(plan: &Plan) -> Error {
    let names: Vec<_> = plan
        .conflicts
        .iter()
        .take(NAMED)
        .map(|conflict| format!("“{}”", shown::name(&conflict.name)))
        .collect();
    let more = plan.conflicts.len().saturating_sub(NAMED);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    Error::new(
        Code::AlreadyExists,
        format!(
            "These names are taken: {}{more}. Nothing was written.",
            names.join(", ")
        ),
    )
    .about(plan.conflicts[0].name.clone())
    .next("Say what to do with --on-conflict replace, keep-both, skip, if-newer or if-different.")
}

pub fn summary_json(summary: &Summary, renamed: &[Renamed]) -> Value {
    let skipped = summary
        .skipped
        .iter()
        .map(|skipped| json!({ "name": skipped.name, "why": shown::word(&skipped.why) }));
    let renamed = renamed
        .iter()
        .map(|renamed| json!({ "name": renamed.name, "becomes": renamed.becomes }));
    let mut line = json!({
        "event": "summary",
        "done": summary.done,
        "bytes": summary.bytes,
        "verified": summary.verified,
        "skipped": skipped.collect::<Vec<_>>(),
        "renamed": renamed.collect::<Vec<_>>(),
        "failures": failures_json(&summary.failures),
        "kept_local": summary.kept_local,
    });
    if let Some(id) = &summary.move_id {
        line["move_id"] = json!(id);
    }
    line
}

pub fn failures_json(failures: &[ItemFailure]) -> Vec<Value> {
    failures
        .iter()
        .map(|failure| json!({ "name": failure.name, "error": error_json(&failure.error) }))
        .collect()
}

pub fn sentence(summary: &Summary) -> String {
    let mut text = format!(
        "{} ({})",
        shown::count(summary.done, "file", "files"),
        shown::size(summary.bytes),
    );
    if summary.done > 0 && summary.verified == summary.done {
        text.push_str(", verified");
    } else if summary.verified > 0 {
        text.push_str(&format!(", {} of them verified", summary.verified));
    }
    if !summary.skipped.is_empty() {
        text.push_str(&format!(", {} skipped", summary.skipped.len()));
    }
    if !summary.failures.is_empty() {
        text.push_str(&format!(", {} failed", summary.failures.len()));
    }
    text
}

pub fn remarks(summary: &Summary, renamed: &[Renamed]) -> Vec<String> {
    let skipped = summary.skipped.iter().map(|skipped| {
        format!(
            "skipped {}: {}",
            shown::name(&skipped.name),
            why(skipped.why)
        )
    });
    let renamed = renamed.iter().map(|renamed| {
        format!(
            "{} was named {} here",
            shown::name(&renamed.name),
            shown::name(&renamed.becomes)
        )
    });
    let kept = summary
        .kept_local
        .iter()
        .map(|name| format!("{} was sent and is still here too", shown::name(name)));
    skipped.chain(renamed).chain(kept).collect()
}

fn why(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::Junk => "left behind by the system, not a course material",
        SkipReason::NotAFile => "a link or a device, not a file",
        SkipReason::Unreadable => "it cannot be read",
        SkipReason::Name => "its name cannot be used there",
        SkipReason::Chosen => "the name is taken",
        SkipReason::NotNewer => "it is not newer than the one there",
        SkipReason::Same => "it is the same as the one there",
    }
}

/// Left out although it was asked for. What systems leave behind is missed by
/// nobody, unless it is all there was.
pub fn is_loss(skipped: &Skipped, done: u32) -> bool {
    match skipped.why {
        SkipReason::Unreadable | SkipReason::Name => true,
        SkipReason::NotAFile | SkipReason::Junk => done == 0,
        SkipReason::Chosen | SkipReason::NotNewer | SkipReason::Same => false,
    }
}
