//! `put`: files and folders into the bucket.

use std::path::{Path, PathBuf};

use clap::Args;
use lectern_core::transfer;

use crate::bandwidth::Bandwidth;
use crate::exit::Failure;
use crate::output::Output;
use crate::plan::{self, AfterUpload, OnConflict};
use crate::session::Session;
use crate::stop::Stop;

/// Upload files and folders
///
/// A folder goes up under its own name, with everything below it; what systems leave
/// behind (.DS_Store, Thumbs.db, ~$…) is skipped and named. One file can be given a
/// new name: then the destination does not end in /. What arrived is compared with
/// what was sent. Nothing is written before every conflict has its answer.
///
/// Ctrl-C (or SIGTERM) cancels in order: parts that were sent are removed, and what is
/// complete stays. Where the run ends otherwise, “lectern-cli resume” goes on.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli put slides.pdf biology:week-3/
  lectern-cli put slides.pdf biology:week-3/introduction.pdf
  lectern-cli put --on-conflict replace slides.pdf handouts/ s3://course-materials/week-3/
  lectern-cli put --limit-rate 2M slides.pdf handouts/ s3://course-materials/week-3/

With --json, a line for each thing as it happens (plan, started, progress, done, failed,
skipped, cancelled, paused, resumed; see docs/command-line.md), and at the end:
  {\"event\":\"summary\",\"done\":2,\"bytes\":7168,\"verified\":2,\"skipped\":[],\"renamed\":[],\"failures\":[]}")]
pub struct Put {
    /// Files and folders on this computer
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where to: a folder (ending in /), or the new key of one file
    to: String,
    /// What to do where the name is taken
    #[arg(long, value_enum, default_value_t = OnConflict::Fail, value_name = "WHAT")]
    on_conflict: OnConflict,
    /// Remove each local file after its upload, once it is verified
    ///
    /// A file goes only when the store's checksum proves that it holds the same, and when
    /// it was not changed meanwhile. What is kept is named.
    #[arg(long)]
    remove_local: bool,
    #[command(flatten)]
    bandwidth: Bandwidth,
}

pub async fn run(command: Put, session: &Session, output: &mut Output) -> Result<(), Failure> {
    let place = session.place(&command.to)?;
    let mut stop = Stop::listen()?;
    let (lectern, id) = (&session.lectern, &place.connection.id);
    let plan = match one_file(&command.files) {
        Some(file) if !place.is_folder() => {
            session.refuse_folder(&place).await?;
            let planning = transfer::plan_upload_as(lectern, id, &place.key, file);
            stop.or(planning).await?
        }
        _ => {
            let prefix = place.prefix();
            let planning = transfer::plan_upload(lectern, id, &prefix, command.files);
            stop.or(planning).await?
        }
    };
    command.bandwidth.apply(lectern);
    let after = AfterUpload {
        remove_local: command.remove_local,
    };
    plan::run_and(session, output, &mut stop, plan, command.on_conflict, after).await
}

fn one_file(files: &[PathBuf]) -> Option<&Path> {
    match files {
        [file] if !file.is_dir() => Some(file),
        _ => None,
    }
}
