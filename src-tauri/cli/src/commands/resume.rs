//! `resume`: go on with what runs that ended early left.

use std::sync::Arc;

use clap::{Args, ValueEnum};
use lectern_core::job::{Job, JobPhase};
use lectern_core::transfer::{self, ChangedSource, IfChanged, Summary, Unfinished};
use lectern_core::{Code, Lectern};
use serde_json::{Value, json};

use crate::bandwidth::Bandwidth;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::session::Session;
use crate::stop::Stop;
use crate::watched::watched;
use crate::{plan, prompt, shown};

/// Names that the question lists.
const NAMED: usize = 10;

/// Go on with transfers that ended early
///
/// After a crash, a kill, a power cut or a sign-in that ended, uploads and downloads go on
/// from the parts that had arrived, checked anew; nothing goes twice but what was under
/// way. Those of the app are taken up as well, unless it runs: what another Lectern works
/// on now stays with it. What was cancelled (Ctrl-C) is not taken up: its parts were
/// removed. Where the file of an upload has changed since, a person is asked; without one,
/// and without --changed, it is left out and named.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli resume
  lectern-cli resume --dry-run
  lectern-cli resume --changed send --limit-rate 2M --json

With --json, a line for each thing as it happens (see docs/command-line.md): first
  {\"event\":\"unfinished\",\"files\":2,\"bytes\":9000000,\"bytes_done\":8388608,
   \"changed\":[],\"elsewhere\":0}
and at the end:
  {\"event\":\"summary\",\"done\":2,\"bytes\":9000000,\"verified\":2,\"skipped\":[],\"renamed\":[],\"failures\":[]}")]
pub struct Resume {
    /// Say what there is to go on with, and do nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// What to do with uploads whose file has changed; without it, a person is asked
    #[arg(long, value_enum, value_name = "WHAT")]
    changed: Option<Changed>,
    #[command(flatten)]
    bandwidth: Bandwidth,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Changed {
    /// Send the file as it is now, from its beginning
    Send,
    /// Leave it out, for good; the others go on
    Skip,
}

pub async fn run(command: Resume, session: &Session, output: &mut Output) -> Result<(), Failure> {
    if session.from_env {
        return Err(Failure::usage(
            "With --from-env nothing is recorded, so nothing can be gone on with.",
            "Transfer through a saved connection to be able to.",
        ));
    }
    let mut stop = Stop::listen()?;
    let lectern = &session.lectern;
    let left = stop.or(transfer::unfinished(lectern)).await?;
    tell(output, &left);
    if command.dry_run || left.files == 0 {
        return nothing_done(output, &left);
    }
    let changed = match command.changed {
        Some(Changed::Send) => IfChanged::SendAsItIs,
        Some(Changed::Skip) => IfChanged::LeaveOut,
        None => ask(&mut stop, &left.changed).await?,
    };
    command.bandwidth.apply(lectern);
    let jobs = stop.or(transfer::take_up(lectern, changed)).await;
    let jobs = jobs.map_err(or_sign_in)?;
    let done = watched(lectern, output, &mut stop, None, all(lectern, jobs)).await?;
    let left_out: &[ChangedSource] = match changed {
        IfChanged::LeaveOut => &left.changed,
        IfChanged::SendAsItIs | IfChanged::NotYet => &[],
    };
    summary(output, &done, left_out)
}

/// Sending something else than was meant is for a person to allow.
async fn ask(stop: &mut Stop, changed: &[ChangedSource]) -> Result<IfChanged, Failure> {
    if changed.is_empty() || !prompt::can_ask() {
        return Ok(IfChanged::LeaveOut);
    }
    let question = "Send them as they are now, from their beginning? Otherwise they are left out.";
    if prompt::confirmed(stop, question).await? {
        Ok(IfChanged::SendAsItIs)
    } else {
        Ok(IfChanged::LeaveOut)
    }
}

async fn all(lectern: &Arc<Lectern>, jobs: Vec<Job>) -> lectern_core::Result<Summary> {
    let mut together = ended();
    for job in jobs {
        let summary = transfer::finished(lectern, job.id).await?;
        together.done += summary.done;
        together.bytes += summary.bytes;
        together.verified += summary.verified;
        together.skipped.extend(summary.skipped);
        together.failures.extend(summary.failures);
        together.kept_local.extend(summary.kept_local);
    }
    Ok(together)
}

/// The summary of nothing.
fn ended() -> Summary {
    Summary {
        phase: JobPhase::Done,
        done: 0,
        bytes: 0,
        verified: 0,
        skipped: Vec::new(),
        failures: Vec::new(),
        kept_local: Vec::new(),
        move_id: None,
    }
}

/// The same as when it is noticed under way.
fn or_sign_in(failure: Failure) -> Failure {
    match failure {
        Failure::Error(Exit::Failed, error)
            if matches!(error.code, Code::SignInNeeded | Code::CredentialsExpired) =>
        {
            Failure::Error(Exit::SignIn, error)
        }
        other => other,
    }
}

fn tell(output: &mut Output, left: &Unfinished) {
    if output.is_json() {
        output.event(&json!({
            "event": "unfinished",
            "files": left.files,
            "bytes": left.bytes,
            "bytes_done": left.bytes_done,
            "changed": left.changed.iter().map(changed_json).collect::<Vec<_>>(),
            "elsewhere": left.elsewhere,
        }));
        output.event_end();
        return;
    }
    if left.files > 0 {
        output.note(&format!(
            "{} unfinished ({}), {} of it need not go again.",
            shown::count(left.files, "file is", "files are"),
            shown::size(left.bytes),
            shown::size(left.bytes_done),
        ));
    }
    if left.elsewhere > 0 {
        output.note(&format!(
            "{} in the hands of another Lectern that runs now, and stay there.",
            shown::count(left.elsewhere, "transfer is", "transfers are"),
        ));
    }
    if !left.changed.is_empty() {
        output.note("Changed since their upload was begun:");
        for changed in left.changed.iter().take(NAMED) {
            output.note(&format!("  {}", changed_text(changed)));
        }
        let more = left.changed.len().saturating_sub(NAMED);
        if more > 0 {
            output.note(&format!("  and {more} more"));
        }
    }
}

fn changed_text(changed: &ChangedSource) -> String {
    let now = match changed.new_size {
        Some(size) => format!("now {}", shown::size(size)),
        None => "not there any more".to_owned(),
    };
    let (name, was) = (shown::name(&changed.name), shown::size(changed.old_size));
    format!("{name} (was {was}, {now})")
}

fn changed_json(changed: &ChangedSource) -> Value {
    json!({
        "name": changed.name,
        "old_size": changed.old_size,
        "old_modified_at": changed.old_modified_at.map(shown::rfc3339),
        "new_size": changed.new_size,
        "new_modified_at": changed.new_modified_at.map(shown::rfc3339),
    })
}

fn nothing_done(output: &mut Output, left: &Unfinished) -> Result<(), Failure> {
    if output.is_json() {
        return summary(output, &ended(), &[]);
    }
    if left.files == 0 {
        output.line("nothing is unfinished")?;
    }
    Ok(())
}

fn summary(output: &mut Output, done: &Summary, left_out: &[ChangedSource]) -> Result<(), Failure> {
    if output.is_json() {
        let mut value = plan::summary_json(done, &[]);
        if let Some(skipped) = value["skipped"].as_array_mut() {
            let changed = left_out
                .iter()
                .map(|changed| json!({ "name": changed.name, "why": "changed" }));
            skipped.extend(changed);
        }
        output.object(&value)?;
    } else {
        output.line(&plan::sentence(done))?;
        for remark in plan::remarks(done, &[]) {
            output.note(&remark);
        }
    }
    for changed in left_out {
        let name = shown::name(&changed.name);
        output.note(&format!("left out, because it changed: {name}"));
    }
    plan::failures(output, &done.failures, done.done > 0, !left_out.is_empty())
}
