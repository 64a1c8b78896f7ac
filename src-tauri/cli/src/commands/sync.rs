//! `sync`: make one side like the other, in one direction.

mod told;

use std::path::PathBuf;

use clap::Args;
use lectern_core::bin::{self, DeletionPlan};
use lectern_core::job::ItemFailure;
use lectern_core::transfer::{
    self, Answers, Direction, SyncOptions, SyncPlan, SyncWhat, plan_sync_down, plan_sync_up,
};
use lectern_core::{Code, Error};

use self::told::Outcome;
use super::rm::{how_to_undo, way_back};
use crate::bandwidth::Bandwidth;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::session::{Place, Session};
use crate::stop::Stop;
use crate::watched::watched;
use crate::{plan, prompt};

/// Make a folder in the bucket like one on this computer, or the other way round
///
/// One direction: from FROM to TO, of which one is on this computer and one in the
/// bucket; what is in FROM goes into TO, without a folder of FROM's own name. It says
/// first what would be sent, replaced and deleted, and asks. A file of the same size that
/// is not newer than the one there is taken for the same; --checksum compares contents
/// instead. Nothing is deleted without --delete: in the bucket it goes through versions
/// or the bin, so that it can be undone where the bucket can; on this computer files are
/// deleted for good (only files, only below TO, never through a link), and only after
/// everything has arrived.
///
/// Patterns: without a / they are held against each step of a path (*.tmp, drafts), with a
/// / against the path from the top (week-1/*.pdf); * does not go across a /, ** does. A
/// folder that fits covers all below it, and --exclude goes before --include. What the
/// patterns leave out is touched on neither side; nor is what systems leave behind, nor links.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli sync --dry-run slides/ biology:week-3/
  lectern-cli sync --yes --delete --exclude '*.tmp' slides/ biology:week-3/
  lectern-cli sync --checksum biology:week-3/ ~/Teaching/week-3

With --json, a line for each thing as it happens (see docs/command-line.md): a plan with
what is new, changed, the same and extra; with --dry-run one line a file, such as
  {\"event\":\"would\",\"what\":\"new\",\"name\":\"a.pdf\",\"bytes\":5120}
and at the end:
  {\"event\":\"summary\",\"done\":2,\"bytes\":7168,\"verified\":2,\"same\":40,\"deleted\":0,
   \"deletion_id\":null,\"dry_run\":false,\"skipped\":[],\"renamed\":[],\"failures\":[]}")]
pub struct Sync {
    /// A folder on this computer, or s3://BUCKET/PREFIX or CONNECTION:PREFIX
    from: String,
    /// The same, on the other side
    to: String,
    /// Say what would be done, and do nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// Do not ask; needed where nobody can answer
    #[arg(long, short, conflicts_with = "dry_run")]
    yes: bool,
    /// Delete what is only at TO
    #[arg(long)]
    delete: bool,
    /// With --delete, also when FROM is empty or cannot be read in part
    #[arg(long, requires = "delete")]
    force: bool,
    /// Compare contents, where the store tells a checksum, instead of times
    #[arg(long)]
    checksum: bool,
    /// Only what fits one of these patterns (can be given several times)
    #[arg(long, value_name = "PATTERN")]
    include: Vec<String>,
    /// Not what fits one of these patterns (can be given several times)
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<String>,
    #[command(flatten)]
    bandwidth: Bandwidth,
}

/// The two sides, by direction.
enum Sides {
    Up { from: PathBuf, to: Place },
    Down { from: Place, to: PathBuf },
}

pub async fn run(command: Sync, session: &Session, output: &mut Output) -> Result<(), Failure> {
    let sides = sides(session, &command)?;
    if !command.dry_run && !command.yes && !prompt::can_ask() {
        return Err(Failure::usage(
            "Nobody is there to be asked.",
            "Add --yes to go on without a question, or --dry-run to see what would be done.",
        ));
    }
    let mut stop = Stop::listen()?;
    let plan = stop.or(compare(session, &command, &sides)).await;
    let plan = plan.map_err(told_apart)?;
    let deletion = stop.or(deletion(session, &sides, &plan)).await?;

    told::plan(output, &plan, command.dry_run);
    if command.dry_run {
        transfer::discard(&session.lectern, plan.id);
        told::changes(output, &plan)?;
        return told::summary(output, &plan, &Outcome::dry());
    }
    if let Some(deletion) = &deletion {
        output.note(&way_back(session.from_env, &deletion.undo));
    }
    if plan.changes.is_empty() {
        transfer::discard(&session.lectern, plan.id);
        return told::summary(output, &plan, &Outcome::default());
    }
    if !command.yes && !prompt::confirmed(&mut stop, "Go on?").await? {
        transfer::discard(&session.lectern, plan.id);
        return Err(Error::new(Code::Cancelled, "Nothing was changed.").into());
    }
    command.bandwidth.apply(&session.lectern);
    carry_out(session, output, &mut stop, &sides, &plan, deletion).await
}

/// Which of the two is in the bucket: the one that is written so, or begins with
/// the name of a connection.
fn sides(session: &Session, command: &Sync) -> Result<Sides, Failure> {
    let (from, to) = (&command.from, &command.to);
    match (session.is_remote(from)?, session.is_remote(to)?) {
        (false, true) => Ok(Sides::Up {
            from: PathBuf::from(from),
            to: session.place(to)?,
        }),
        (true, false) => Ok(Sides::Down {
            from: session.place(from)?,
            to: PathBuf::from(to),
        }),
        (true, true) => Err(Failure::usage(
            "Both are in a bucket.",
            "One of them must be a folder on this computer; “cp” and “mv” go from bucket to bucket.",
        )),
        (false, false) => Err(Failure::usage(
            format!("Neither “{from}” nor “{to}” is in a bucket."),
            "Write one of them like s3://bucket/folder/ or connection:folder/.",
        )),
    }
}

async fn compare(
    session: &Session,
    command: &Sync,
    sides: &Sides,
) -> lectern_core::Result<SyncPlan> {
    let options = SyncOptions {
        include: command.include.clone(),
        exclude: command.exclude.clone(),
        checksum: command.checksum,
        delete: command.delete,
        force: command.force,
    };
    let lectern = &session.lectern;
    match sides {
        Sides::Up { from, to } => {
            plan_sync_up(lectern, &to.connection.id, from, &to.prefix(), &options).await
        }
        Sides::Down { from, to } => {
            plan_sync_down(lectern, &from.connection.id, &from.prefix(), to, &options).await
        }
    }
}

/// What the core says of our own options is a matter of the command line.
fn told_apart(failure: Failure) -> Failure {
    match failure {
        Failure::Error(Exit::Failed, error) if error.code == Code::InvalidInput => {
            match error.subject.as_deref() {
                Some("include" | "exclude") => Failure::Error(Exit::Usage, error),
                Some("source") => error
                    .next("Check FROM. To go on all the same, add --force.")
                    .into(),
                _ => error.into(),
            }
        }
        other => other,
    }
}

/// What is to be deleted in the bucket, and how it can be undone.
async fn deletion(
    session: &Session,
    sides: &Sides,
    plan: &SyncPlan,
) -> lectern_core::Result<Option<DeletionPlan>> {
    let Sides::Up { to, .. } = sides else {
        return Ok(None);
    };
    let items = plan.extra_objects();
    if items.is_empty() {
        return Ok(None);
    }
    let planned = bin::plan(&session.lectern, &to.connection.id, items).await?;
    Ok(Some(planned))
}

/// First everything arrives, then what is extra goes.
async fn carry_out(
    session: &Session,
    output: &mut Output,
    stop: &mut Stop,
    sides: &Sides,
    plan: &SyncPlan,
    deletion: Option<DeletionPlan>,
) -> Result<(), Failure> {
    let mut outcome = Outcome::default();
    if let Sides::Down { to, .. } = sides {
        make_folder(to)?;
    }
    let lectern = &session.lectern;
    if plan
        .changes
        .iter()
        .any(|change| change.what != SyncWhat::Extra)
    {
        let answers = Answers {
            for_all: None,
            each: Vec::new(),
            remove_local: false,
        };
        let job = transfer::start(lectern, plan.id, &answers).await?;
        let finished = transfer::finished(lectern, job.id);
        outcome.sent = Some(watched(lectern, output, stop, Some(&job), finished).await?);
    }
    let to_delete = deletion.is_some() || plan.extra_files() > 0;
    if to_delete && outcome.is_short() {
        output.note("Nothing was deleted, because not everything has arrived.");
        return told::summary(output, plan, &outcome);
    }
    if let Some(deletion) = deletion {
        let deleting = bin::delete(lectern, deletion.id);
        let deleted = watched(lectern, output, stop, None, deleting).await?;
        if let Some(id) = &deleted.deletion_id {
            output.note(&how_to_undo(session.from_env, &deletion.undo, id));
        }
        outcome.deletion_id = deleted.deletion_id.filter(|_| !session.from_env);
        outcome.deleted(deleted.files, deleted.failures);
    } else if plan.direction == Direction::Download {
        let removed = transfer::remove_extra(plan).await?;
        outcome.deleted(removed.files, removed.failures);
    }
    told::summary(output, plan, &outcome)
}

fn make_folder(folder: &std::path::Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| {
        Error::new(Code::LocalFile, "The folder cannot be made.")
            .about(folder.display().to_string())
            .next("Choose a folder that you may write to.")
            .detail(error.to_string())
            .into()
    })
}

impl Outcome {
    fn deleted(&mut self, files: u32, failures: Vec<ItemFailure>) {
        self.deleted = files;
        self.failures = failures;
    }

    /// Whether something that was to arrive did not.
    fn is_short(&self) -> bool {
        self.sent
            .as_ref()
            .is_some_and(|sent| !sent.failures.is_empty())
    }
}

/// The summary of a transfer that was not needed.
fn nothing_sent(plan: &SyncPlan) -> transfer::Summary {
    transfer::Summary {
        phase: lectern_core::job::JobPhase::Done,
        done: 0,
        bytes: 0,
        verified: 0,
        skipped: plan.skipped.clone(),
        failures: Vec::new(),
        kept_local: Vec::new(),
        move_id: None,
    }
}

/// Whether this run left something out that was asked for.
fn lost(plan: &SyncPlan, done: u32) -> bool {
    let there = done.saturating_add(plan.same.files);
    plan.skipped.iter().any(|left| plan::is_loss(left, there))
}
