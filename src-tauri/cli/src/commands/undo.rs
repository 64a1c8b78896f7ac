//! `undo`: bring back what a deletion removed, or list what can be brought back.

use clap::Args;
use lectern_core::bin::{self, Deletion, Restored};
use serde_json::json;

use crate::exit::Failure;
use crate::output::Output;
use crate::plan::{failures, failures_json};
use crate::session::Session;
use crate::shown;
use crate::stop::Stop;
use crate::watched::watched;

/// Bring back what a deletion removed, or list the deletions
///
/// Deletions made in the app and at the prompt are the same list.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli undo
  lectern-cli undo 0197f6a2-…")]
pub struct Undo {
    /// The deletion's id; without it, the deletions are listed, newest first
    deletion: Option<String>,
}

pub async fn run(command: Undo, session: &Session, output: &mut Output) -> Result<(), Failure> {
    if session.from_env {
        return Err(Failure::usage(
            "With --from-env nothing is recorded, so nothing can be brought back.",
            "Delete through a saved connection to have an undo.",
        ));
    }
    let Some(id) = command.deletion else {
        return list(session, output);
    };
    let mut stop = Stop::listen()?;
    let lectern = &session.lectern;
    let undoing = bin::undo(lectern, &id);
    let restored = watched(lectern, output, &mut stop, None, undoing).await?;
    report(output, &restored)
}

fn report(output: &mut Output, restored: &Restored) -> Result<(), Failure> {
    if output.is_json() {
        output.object(&json!({
            "event": "summary",
            "done": restored.files,
            "failures": failures_json(&restored.failures),
        }))?;
    } else {
        let files = shown::count(restored.files, "file is", "files are");
        output.line(&format!("{files} back"))?;
    }
    failures(output, &restored.failures, restored.files > 0, false)
}

fn list(session: &Session, output: &mut Output) -> Result<(), Failure> {
    let deletions = bin::list(&session.lectern)?;
    for deletion in &deletions {
        print(deletion, output)?;
    }
    if deletions.is_empty() {
        output.note("Nothing was deleted with Lectern yet.");
    }
    Ok(())
}

fn print(deletion: &Deletion, output: &mut Output) -> Result<(), Failure> {
    if output.is_json() {
        output.object(&json!({
            "deletion_id": deletion.id,
            "bucket": deletion.bucket,
            "title": deletion.title,
            "files": deletion.files,
            "bytes": deletion.bytes,
            "deleted_by": deletion.deleted_by,
            "deleted_at": shown::rfc3339(deletion.deleted_at),
            "undone_at": deletion.undone_at.map(shown::rfc3339),
            "can_undo": deletion.can_undo,
        }))?;
        return Ok(());
    }
    let state = match (deletion.undone_at.is_some(), deletion.can_undo) {
        (true, _) => "brought back",
        (false, true) => "can be undone",
        (false, false) => "cannot be undone",
    };
    output.line(&format!(
        "{}  {}  {:16}  {} ({}, {}) in {}",
        deletion.id,
        shown::local(deletion.deleted_at),
        state,
        shown::name(&deletion.title),
        shown::count(deletion.files, "file", "files"),
        shown::size(deletion.bytes),
        shown::name(&deletion.bucket),
    ))?;
    Ok(())
}
