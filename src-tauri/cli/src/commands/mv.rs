//! `mv`: rename and move, by a copy on the service's side.

use clap::Args;

use super::cp::{Original, transport};
use crate::exit::Failure;
use crate::output::Output;
use crate::plan::OnConflict;
use crate::session::Session;

/// Rename or move an object or a folder, also into another bucket
///
/// The bytes do not travel through this computer. The original is removed once its
/// copy stands. A name that is taken is an error, and the original stays, unless
/// --on-conflict says otherwise. Between two connections both must be at the same
/// service, and the credentials of the target must be allowed to read the source.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli mv biology:draft.pdf biology:slides.pdf
  lectern-cli mv biology:slides.pdf biology:week-3/
  lectern-cli mv biology:old/ archive:2026/
  lectern-cli --from-env mv s3://course-materials/old/ s3://course-materials/archive/

With --json, a line for each thing as it happens (plan, started, progress, done, failed;
see docs/command-line.md), and at the end:
  {\"event\":\"summary\",\"done\":1,\"bytes\":5120,\"verified\":0,\"skipped\":[],\"renamed\":[],\"failures\":[]}")]
pub struct Mv {
    /// What: s3://BUCKET/KEY or CONNECTION:KEY
    from: String,
    /// Where to: a folder to move it into (ending in /), or its new key
    to: String,
    /// What to do where the name is taken
    #[arg(long, value_enum, default_value_t = OnConflict::Fail, value_name = "WHAT")]
    on_conflict: OnConflict,
}

pub async fn run(command: Mv, session: &Session, output: &mut Output) -> Result<(), Failure> {
    let places = (&*command.from, &*command.to);
    transport(session, output, places, command.on_conflict, Original::Goes).await
}
