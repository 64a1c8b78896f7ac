//! `mv`: rename and move inside a bucket, by server-side copy.

use clap::Args;
use lectern_core::browse::Item;
use lectern_core::transfer;

use crate::exit::Failure;
use crate::output::Output;
use crate::session::{Place, Session};
use crate::stop::Stop;
use crate::watched::watched;
use crate::{paths, plan};

/// Rename or move an object or a folder inside its bucket
///
/// The bytes do not travel through this computer. Nothing is ever replaced: a name
/// that is taken is an error, and the original stays.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli mv biology:draft.pdf biology:slides.pdf
  lectern-cli mv biology:slides.pdf biology:week-3/
  lectern-cli --from-env mv s3://course-materials/old/ s3://course-materials/archive/

With --json, a line for each thing as it happens (plan, started, progress, done, failed;
see docs/command-line.md), and at the end:
  {\"event\":\"summary\",\"done\":1,\"bytes\":5120,\"verified\":0,\"skipped\":[],\"renamed\":[],\"failures\":[]}")]
pub struct Mv {
    /// What: s3://BUCKET/KEY or CONNECTION:KEY
    from: String,
    /// Where to: a folder to move it into (ending in /), or its new key
    to: String,
}

pub async fn run(command: Mv, session: &Session, output: &mut Output) -> Result<(), Failure> {
    let from = session.place(&command.from)?;
    let to = session.place(&command.to)?;
    if from.connection.id != to.connection.id {
        return Err(Failure::usage(
            "These paths lie in different buckets.",
            "Use “get” and “put” to take something from one bucket to another.",
        ));
    }
    if from.key.is_empty() {
        return Err(Failure::usage(
            "A whole bucket cannot be moved.",
            "Name an object or a folder in it.",
        ));
    }
    let mut stop = Stop::listen()?;
    let item = stop.or(session.item(&from)).await?;
    if !to.is_folder() {
        session.refuse_folder(&to).await?;
    }
    let work = relocate(session, item, &to);
    let summary = watched(&session.lectern, output, &mut stop, None, work).await?;
    plan::report(output, &summary, &[])
}

async fn relocate(
    session: &Session,
    item: Item,
    to: &Place,
) -> lectern_core::Result<transfer::Summary> {
    let (lectern, id) = (&session.lectern, &to.connection.id);
    if to.is_folder() {
        return transfer::move_to(lectern, id, vec![item], id, &to.key).await;
    }
    let (folder, name) = paths::split(&to.key);
    transfer::relocate(lectern, id, item, folder, name).await
}
