//! `get`: an object or a folder onto this computer.

use std::path::{Path, PathBuf};

use clap::Args;
use lectern_core::browse::Item;
use lectern_core::transfer;

use crate::bandwidth::Bandwidth;
use crate::exit::Failure;
use crate::output::Output;
use crate::plan::{self, OnConflict};
use crate::session::{Session, folder_of};
use crate::stop::Stop;

/// Download an object or a folder
///
/// A folder comes under its own name, with everything below it. A file is written
/// beside its place, checked, and only then renamed, so that no half of it is ever
/// seen under its name. Names that this computer cannot hold are changed and said.
///
/// Ctrl-C (or SIGTERM) cancels in order: nothing half-written stays. Where the run ends
/// otherwise, “lectern-cli resume” goes on.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli get biology:week-3/slides.pdf
  lectern-cli get biology:week-3/slides.pdf ~/Desktop/introduction.pdf
  lectern-cli get --on-conflict keep-both biology:week-3/ ~/Desktop
  lectern-cli get --limit-rate 2M biology:week-3/ ~/Desktop

With --json, a line for each thing as it happens (plan, started, progress, done, failed,
skipped, cancelled, paused, resumed; see docs/command-line.md), and at the end:
  {\"event\":\"summary\",\"done\":2,\"bytes\":7168,\"verified\":2,\"skipped\":[],\"renamed\":[],\"failures\":[]}")]
pub struct Get {
    /// What: s3://BUCKET/KEY or CONNECTION:KEY
    path: String,
    /// Where to: a folder, or the new name of one file
    #[arg(default_value = ".")]
    to: PathBuf,
    /// What to do where the name is taken
    #[arg(long, value_enum, default_value_t = OnConflict::Fail, value_name = "WHAT")]
    on_conflict: OnConflict,
    #[command(flatten)]
    bandwidth: Bandwidth,
}

pub async fn run(command: Get, session: &Session, output: &mut Output) -> Result<(), Failure> {
    let place = session.place(&command.path)?;
    let mut stop = Stop::listen()?;
    let (lectern, id) = (&session.lectern, &place.connection.id);
    let item = stop.or(session.item(&place)).await?;
    let plan = match item {
        Item::Object { ref key, size } if is_new_name(&command.to) => {
            let planning = transfer::plan_download_as(lectern, id, key, size, &command.to);
            stop.or(planning).await?
        }
        item => {
            let folder = folder_of(&item).to_owned();
            let planning = transfer::plan_download(lectern, id, &folder, vec![item], &command.to);
            stop.or(planning).await?
        }
    };
    command.bandwidth.apply(lectern);
    plan::run(session, output, &mut stop, plan, command.on_conflict).await
}

/// Not a folder, and not written as one (`out/`).
fn is_new_name(to: &Path) -> bool {
    let ends_with_separator = to
        .as_os_str()
        .as_encoded_bytes()
        .last()
        .is_some_and(|last| std::path::is_separator(char::from(*last)));
    !to.is_dir() && !ends_with_separator
}
