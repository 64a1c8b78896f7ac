//! `uploads abort`.

use clap::Args;
use lectern_core::transfer::{self, LeftoverUpload, UploadRef, Whose};
use lectern_core::{Code, Error};
use serde_json::json;

use super::list::print;
use super::summed_up;
use crate::exit::Failure;
use crate::output::Output;
use crate::plan::{failures, failures_json};
use crate::session::Session;
use crate::stop::Stop;
use crate::{duration, prompt, shown};

/// Somebody else's upload that is younger may well be running.
const FOREIGN_AGE: u32 = 24 * 60 * 60;

/// Abort unfinished uploads, which removes their parts
///
/// Without --all only those that Lectern began on this computer. Others' uploads may be
/// running elsewhere: with --all those that are older than a day go, or than --older-than.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli uploads abort biology:
  lectern-cli uploads abort --all --older-than 7d --dry-run biology:
  lectern-cli --from-env uploads abort --all --older-than 7d --yes s3://course-materials/

With --json, one line at the end:
  {\"event\":\"summary\",\"aborted\":2,\"bytes\":73400320,\"dry_run\":false,\"failures\":[]}")]
pub struct Abort {
    /// Where: s3://BUCKET/PREFIX or CONNECTION:PREFIX
    path: String,
    /// Also those of other programs and computers
    #[arg(long)]
    all: bool,
    /// Only those begun longer ago, like 12h or 7d
    #[arg(long, value_parser = duration::seconds, value_name = "AGE")]
    older_than: Option<u32>,
    /// Say what would be aborted, and abort nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask; needed where nobody can answer
    #[arg(long, short)]
    yes: bool,
}

pub async fn run(command: Abort, session: &Session, output: &mut Output) -> Result<(), Failure> {
    if !command.yes && !command.dry_run && !prompt::can_ask() {
        return Err(Failure::usage(
            "Nobody is there to be asked.",
            "Add --yes to abort without a question, or --dry-run to see what would go.",
        ));
    }
    if session.from_env && !command.all {
        return Err(Failure::usage(
            "With --from-env nothing is recorded, so no upload is known to be Lectern's.",
            "Add --all, with --older-than for safety.",
        ));
    }
    let place = session.place(&command.path)?;
    let mut stop = Stop::listen()?;
    let (lectern, id) = (&session.lectern, &place.connection.id);
    let prefix = place.prefix_or_root();
    let listing = transfer::leftover_uploads(lectern, id, &prefix);
    let mut uploads = stop.or(listing).await?;
    let now = lectern.clock.now_ms();
    uploads.retain(|upload| command.means(upload, now));
    if !output.is_json() {
        for upload in &uploads {
            print(upload, output)?;
        }
    }
    let bytes: u64 = uploads.iter().filter_map(|upload| upload.bytes).sum();
    if command.dry_run || uploads.is_empty() {
        return would_go(&command, output, &uploads, bytes);
    }
    output.note(&format!("Aborting {}.", summed_up(&uploads)));
    if !command.yes && !confirmed(&mut stop).await? {
        return Err(Error::new(Code::Cancelled, "Nothing was aborted.").into());
    }
    let which = uploads.into_iter().map(|upload| UploadRef {
        key: upload.key,
        upload_id: upload.upload_id,
    });
    let aborting = transfer::abort_uploads(lectern, id, which.collect());
    let aborted = stop.or(aborting).await?;
    if output.is_json() {
        output.object(&json!({
            "event": "summary",
            "aborted": aborted.aborted,
            "bytes": bytes,
            "dry_run": false,
            "failures": failures_json(&aborted.failures),
        }))?;
    } else {
        let count = shown::count(aborted.aborted, "upload", "uploads");
        output.line(&format!("{count} aborted"))?;
    }
    failures(output, &aborted.failures, aborted.aborted > 0, false)
}

impl Abort {
    fn means(&self, upload: &LeftoverUpload, now: i64) -> bool {
        let least_age = match upload.whose {
            Whose::InUse => return false,
            Whose::Foreign if !self.all => return false,
            Whose::Foreign => self.older_than.unwrap_or(FOREIGN_AGE),
            Whose::Ours => self.older_than.unwrap_or(0),
        };
        let age = upload.started_at.map(|at| now.saturating_sub(at));
        // One that does not say its age is old only where age does not matter.
        least_age == 0 || age.is_some_and(|age| age >= i64::from(least_age) * 1_000)
    }
}

fn would_go(
    command: &Abort,
    output: &mut Output,
    uploads: &[LeftoverUpload],
    bytes: u64,
) -> Result<(), Failure> {
    if output.is_json() {
        output.object(&json!({
            "event": "summary",
            "aborted": 0,
            "would_abort": uploads.len(),
            "bytes": bytes,
            "dry_run": command.dry_run,
            "failures": [],
        }))?;
        return Ok(());
    }
    if uploads.is_empty() {
        output.note("There is nothing to abort.");
        return Ok(());
    }
    output.line(&format!("Would abort {}.", summed_up(uploads)))?;
    output.note("Nothing was aborted. Leave --dry-run out to do it.");
    Ok(())
}

/// The terminal is read on a thread of its own, so that Ctrl-C still works.
async fn confirmed(stop: &mut Stop) -> Result<bool, Failure> {
    let asking = tokio::task::spawn_blocking(|| prompt::confirm("Abort?"));
    let answer = async {
        asking
            .await
            .map_err(|error| Error::internal(error.to_string()))
    };
    stop.or(answer).await?
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 60 * 60 * 1_000;

    fn upload(whose: Whose, started_at: i64) -> LeftoverUpload {
        LeftoverUpload {
            key: "a".to_owned(),
            upload_id: "id".to_owned(),
            started_at: Some(started_at),
            bytes: Some(1),
            parts: Some(1),
            storage_class: None,
            cost_a_month: None,
            whose,
        }
    }

    fn abort(all: bool, older_than: Option<u32>) -> Abort {
        Abort {
            path: String::new(),
            all,
            older_than,
            dry_run: false,
            yes: true,
        }
    }

    #[test]
    fn what_a_transfer_needs_is_never_meant() {
        assert!(!abort(true, None).means(&upload(Whose::InUse, 0), 1_000 * HOUR));
    }

    #[test]
    fn others_uploads_are_meant_when_all_are_and_they_are_old() {
        let now = 1_000 * HOUR;
        let young = upload(Whose::Foreign, now - HOUR);
        let old = upload(Whose::Foreign, now - 25 * HOUR);

        assert!(!abort(false, None).means(&old, now));
        assert!(abort(true, None).means(&old, now));
        assert!(!abort(true, None).means(&young, now));
        assert!(abort(true, Some(60)).means(&young, now));
    }

    #[test]
    fn our_own_are_meant_at_any_age_unless_one_is_given() {
        let now = 1_000 * HOUR;
        let young = upload(Whose::Ours, now - HOUR);

        assert!(abort(false, None).means(&young, now));
        assert!(!abort(false, Some(7_200)).means(&young, now));
    }
}
