//! `uploads list`.

use clap::Args;
use lectern_core::transfer::{self, LeftoverUpload};
use serde_json::json;

use super::{money, summed_up, whose};
use crate::exit::Failure;
use crate::output::Output;
use crate::session::Session;
use crate::shown;
use crate::stop::Stop;

/// List the unfinished uploads below a path, with size and cost
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli uploads list biology:
  lectern-cli --from-env uploads list --json s3://course-materials/

With --json, one line an upload; \"whose\" is ours, in_use or foreign, and null is unknown:
  {\"key\":\"film.mp4\",\"upload_id\":\"…\",\"started_at\":\"2026-03-01T09:00:00Z\",\"bytes\":73400320,
   \"parts\":9,\"storage_class\":\"STANDARD\",\"cost_a_month_usd\":0.0016,\"whose\":\"foreign\"}")]
pub struct List {
    /// Where: s3://BUCKET/PREFIX or CONNECTION:PREFIX
    path: String,
}

pub async fn run(command: List, session: &Session, output: &mut Output) -> Result<(), Failure> {
    let place = session.place(&command.path)?;
    let mut stop = Stop::listen()?;
    let (id, prefix) = (&place.connection.id, place.prefix_or_root());
    let listing = transfer::leftover_uploads(&session.lectern, id, &prefix);
    let uploads = stop.or(listing).await?;
    for upload in &uploads {
        print(upload, output)?;
    }
    if !output.is_json() {
        output.note(&summed_up(&uploads));
    }
    Ok(())
}

pub fn print(upload: &LeftoverUpload, output: &mut Output) -> Result<(), Failure> {
    if output.is_json() {
        output.object(&json!({
            "key": upload.key,
            "upload_id": upload.upload_id,
            "started_at": upload.started_at.map(shown::rfc3339),
            "bytes": upload.bytes,
            "parts": upload.parts,
            "storage_class": upload.storage_class,
            "cost_a_month_usd": upload.cost_a_month,
            "whose": shown::word(&upload.whose),
        }))?;
        return Ok(());
    }
    let started = upload.started_at.map(shown::local).unwrap_or_default();
    let size = upload.bytes.map_or("?".to_owned(), shown::size);
    let cost = upload.cost_a_month.map(money).unwrap_or_default();
    output.line(&format!(
        "{started:16}  {size:>12}  {cost:24}  {:10}  {}",
        whose(upload),
        shown::name(&upload.key),
    ))?;
    Ok(())
}
