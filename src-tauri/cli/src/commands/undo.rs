//! `undo`: take back a deletion or a move, or list what can be taken back.

use clap::Args;
use lectern_core::bin::{self, Deletion, Restored};
use lectern_core::transfer::{self, Move};
use serde_json::json;

use crate::exit::Failure;
use crate::output::Output;
use crate::plan::{self, failures, failures_json};
use crate::session::Session;
use crate::shown;
use crate::stop::Stop;
use crate::watched::watched;

/// Take back a deletion or a move, or list them
///
/// What was done in the app and at the prompt is the same list. A move goes back file by
/// file: not over anything that stands at the old place now, and not a file that was
/// changed since; those are named and stay.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli undo
  lectern-cli undo 0197f6a2-…

With --json the list has a line for each; \"deletion_id\" or \"move_id\" tells which it is:
  {\"move_id\":\"…\",\"name\":\"Week 3\",\"target\":\"archive\",\"files\":12,\"bytes\":73400320,
   \"moved_at\":\"2026-03-01T09:00:00Z\",\"can_undo\":true}")]
pub struct Undo {
    /// The id; without it, deletions and moves are listed, newest first
    id: Option<String>,
}

/// One entry of the list.
enum Done {
    Deleted(Deletion),
    Moved(Move),
}

pub async fn run(command: Undo, session: &Session, output: &mut Output) -> Result<(), Failure> {
    if session.from_env {
        return Err(Failure::usage(
            "With --from-env nothing is recorded, so nothing can be taken back.",
            "Delete and move through a saved connection to have an undo.",
        ));
    }
    let Some(id) = command.id else {
        return list(session, output);
    };
    let mut stop = Stop::listen()?;
    let lectern = &session.lectern;
    if transfer::list_moves(lectern)?.iter().any(|it| it.id == id) {
        let undoing = transfer::undo_move(lectern, &id);
        let summary = watched(lectern, output, &mut stop, None, undoing).await?;
        return plan::report(output, &summary, &[]);
    }
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
    let lectern = &session.lectern;
    let deleted = bin::list(lectern)?.into_iter().map(Done::Deleted);
    let moved = transfer::list_moves(lectern)?.into_iter().map(Done::Moved);
    let mut all: Vec<Done> = deleted.chain(moved).collect();
    all.sort_by_key(|done| std::cmp::Reverse(done.at()));
    for done in &all {
        match done {
            Done::Deleted(deletion) => print_deletion(deletion, output)?,
            Done::Moved(moved) => print_move(moved, output)?,
        }
    }
    if all.is_empty() {
        output.note("Nothing was deleted or moved with Lectern yet.");
    }
    Ok(())
}

impl Done {
    fn at(&self) -> i64 {
        match self {
            Self::Deleted(deletion) => deletion.deleted_at,
            Self::Moved(moved) => moved.moved_at,
        }
    }
}

fn print_move(moved: &Move, output: &mut Output) -> Result<(), Failure> {
    if output.is_json() {
        output.object(&json!({
            "move_id": moved.id,
            "name": moved.name,
            "target": moved.target,
            "files": moved.files,
            "bytes": moved.bytes,
            "moved_at": shown::rfc3339(moved.moved_at),
            "can_undo": moved.can_undo,
        }))?;
        return Ok(());
    }
    let state = match moved.can_undo {
        true => "can be undone",
        false => "taken back",
    };
    output.line(&format!(
        "{}  {}  {state:16}  moved {} to {} ({}, {})",
        moved.id,
        shown::local(moved.moved_at),
        shown::name(&moved.name),
        shown::name(&moved.target),
        shown::count(moved.files, "file", "files"),
        shown::size(moved.bytes),
    ))?;
    Ok(())
}

fn print_deletion(deletion: &Deletion, output: &mut Output) -> Result<(), Failure> {
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
