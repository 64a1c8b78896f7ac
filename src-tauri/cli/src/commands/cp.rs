//! `cp`: copies on the service's side, and what `mv` shares with it.

use clap::Args;
use lectern_core::browse::Item;
use lectern_core::transfer::{self, Plan};

use crate::exit::Failure;
use crate::output::Output;
use crate::plan::{self, OnConflict};
use crate::session::{Place, Session};
use crate::stop::Stop;

/// Copy an object or a folder, also into another bucket
///
/// The bytes do not travel through this computer: the service copies them, with
/// metadata, tags and storage class. Between two connections the credentials of the
/// target do the copy and must be allowed to read the source; both must be at the same
/// service (otherwise use “get” and “put”). A folder goes with everything below it.
/// Nothing is written before every conflict has its answer.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli cp biology:week-3/slides.pdf biology:week-4/
  lectern-cli cp biology:week-3/ archive:2026/
  lectern-cli --from-env cp --on-conflict skip s3://course-materials/week-3/ s3://archive/

With --json, a line for each thing as it happens (plan, started, progress, done, failed;
see docs/command-line.md), and at the end:
  {\"event\":\"summary\",\"done\":1,\"bytes\":5120,\"verified\":0,\"skipped\":[],\"renamed\":[],\"failures\":[]}")]
pub struct Cp {
    /// What: s3://BUCKET/KEY or CONNECTION:KEY
    from: String,
    /// Where to: a folder to copy it into (ending in /), or the copy's key
    to: String,
    /// What to do where the name is taken
    #[arg(long, value_enum, default_value_t = OnConflict::Fail, value_name = "WHAT")]
    on_conflict: OnConflict,
}

/// Whether the original stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Original {
    Stays,
    Goes,
}

pub async fn run(command: Cp, session: &Session, output: &mut Output) -> Result<(), Failure> {
    let places = (&*command.from, &*command.to);
    transport(
        session,
        output,
        places,
        command.on_conflict,
        Original::Stays,
    )
    .await
}

/// Copies or moves what is at the first path to the second.
pub async fn transport(
    session: &Session,
    output: &mut Output,
    (from, to): (&str, &str),
    on_conflict: OnConflict,
    original: Original,
) -> Result<(), Failure> {
    let from = session.place(from)?;
    let to = session.place(to)?;
    if from.key.is_empty() {
        let what = match original {
            Original::Stays => "A whole bucket cannot be copied.",
            Original::Goes => "A whole bucket cannot be moved.",
        };
        return Err(Failure::usage(what, "Name an object or a folder in it."));
    }
    let mut stop = Stop::listen()?;
    let item = stop.or(session.item(&from)).await?;
    if !to.is_folder() {
        session.refuse_folder(&to).await?;
    }
    let planning = planned(session, &from, item, &to, original);
    let plan = stop.or(planning).await?;
    plan::run(session, output, &mut stop, plan, on_conflict).await
}

async fn planned(
    session: &Session,
    from: &Place,
    item: Item,
    to: &Place,
    original: Original,
) -> lectern_core::Result<Plan> {
    let lectern = &session.lectern;
    let (source, target, key) = (&from.connection.id, &to.connection.id, &to.key);
    match (original, to.is_folder()) {
        (Original::Stays, true) => {
            transfer::plan_copy(lectern, source, vec![item], target, key).await
        }
        (Original::Stays, false) => {
            transfer::plan_copy_as(lectern, source, item, target, key).await
        }
        (Original::Goes, true) => {
            transfer::plan_move(lectern, source, vec![item], target, key).await
        }
        (Original::Goes, false) => transfer::plan_move_as(lectern, source, item, target, key).await,
    }
}
