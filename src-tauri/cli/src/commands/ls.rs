//! `ls`: what is in a folder, page by page as it comes.

use clap::Args;
use lectern_core::browse::{self, Depth, Listed};
use lectern_core::properties;
use lectern_core::{Code, Error};
use serde_json::json;

use crate::exit::Failure;
use crate::output::Output;
use crate::session::{Place, Session};
use crate::shown;

/// List a folder
///
/// Prints as the service answers, in the order of the keys. With --json each entry
/// is an object on a line of its own:
///   {"kind":"object","key":"week-3/a.pdf","name":"a.pdf","size":5120,
///    "modified_at":"2026-03-01T09:30:00Z"}
///   {"kind":"folder","key":"week-3/figures/","name":"figures/","size":null,
///    "modified_at":null}
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Examples:
  lectern-cli ls biology:
  lectern-cli ls --recursive biology:week-3/
  lectern-cli --from-env ls --recursive --json s3://course-materials/ | jq -s 'map(.size) | add'"
)]
pub struct Ls {
    /// The folder (or one object): s3://BUCKET/KEY or CONNECTION:KEY
    path: String,
    /// Everything below it, not only the folder itself
    #[arg(long, short)]
    recursive: bool,
    /// Sizes in bytes instead of KiB, MiB, …
    #[arg(long, short)]
    bytes: bool,
}

pub async fn run(command: Ls, session: &Session, output: &mut Output) -> Result<(), Failure> {
    let place = session.place(&command.path)?;
    let prefix = place.prefix();
    let found = print_folder(&command, session, &place, &prefix, output).await?;
    if found > 0 || place.is_folder() {
        return Ok(());
    }
    print_object(&command, session, &place, output).await
}

/// How many entries there are.
async fn print_folder(
    command: &Ls,
    session: &Session,
    place: &Place,
    prefix: &str,
    output: &mut Output,
) -> Result<u64, Failure> {
    let depth = if command.recursive {
        Depth::All
    } else {
        Depth::Folder
    };
    let id = &place.connection.id;
    let mut walk = browse::walk(&session.lectern, id, prefix, depth).await?;
    let mut found = 0;
    while let Some(page) = walk.next().await? {
        for entry in &page {
            found += 1;
            let name = entry.key().strip_prefix(prefix).unwrap_or(entry.key());
            // A folder does not list its own marker.
            if !name.is_empty() {
                print(command, entry, name, output)?;
            }
        }
        output.flush()?;
    }
    Ok(found)
}

async fn print_object(
    command: &Ls,
    session: &Session,
    place: &Place,
    output: &mut Output,
) -> Result<(), Failure> {
    let id = &place.connection.id;
    let glance = match properties::glance(&session.lectern, id, &place.key).await {
        Err(error) if error.code == Code::NotFound => return Err(nothing_at(&place.key).into()),
        glance => glance?,
    };
    let entry = Listed::Object {
        key: glance.key,
        size: glance.size,
        modified_at: glance.modified_at,
    };
    print(command, &entry, &glance.name, output)
}

fn print(command: &Ls, entry: &Listed, name: &str, output: &mut Output) -> Result<(), Failure> {
    let (kind, size, modified_at) = match entry {
        Listed::Folder { .. } => ("folder", None, None),
        Listed::Object {
            size, modified_at, ..
        } => ("object", Some(*size), *modified_at),
    };
    if output.is_json() {
        output.object(&json!({
            "kind": kind,
            "key": entry.key(),
            "name": name,
            "size": size,
            "modified_at": modified_at.map(shown::rfc3339),
        }))?;
        return Ok(());
    }
    let size = match size {
        Some(size) if command.bytes => size.to_string(),
        Some(size) => shown::size(size),
        None => "-".to_owned(),
    };
    let modified = modified_at.map(shown::local).unwrap_or_default();
    output.line(&format!("{modified:16}  {size:>12}  {}", shown::name(name)))?;
    Ok(())
}

fn nothing_at(key: &str) -> Error {
    Error::new(
        Code::NotFound,
        format!("There is no object and no folder “{}”.", shown::name(key)),
    )
    .about(key)
    .next("List the folder above it to see what there is.")
}
