//! `rm`: removal that says first whether it can be taken back.

use clap::Args;
use lectern_core::bin::{self, Deleted, DeletionPlan, Undo};
use lectern_core::browse::Item;
use lectern_core::{Code, Error};
use serde_json::json;

use crate::exit::Failure;
use crate::output::Output;
use crate::plan::{failures, failures_json};
use crate::session::{Place, Session};
use crate::stop::Stop;
use crate::watched::watched;
use crate::{prompt, shown};

/// Delete objects, or folders with --recursive
///
/// Says how many files would go and how it can be undone, and asks. Where the bucket
/// keeps versions the file stays as an older version; elsewhere files move to the bin
/// prefix first. Where neither is possible it says that this cannot be undone.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli rm biology:week-3/draft.pdf
  lectern-cli rm --recursive --yes biology:week-3/old/
  lectern-cli --from-env rm --yes --json s3://course-materials/draft.pdf

With --json, a line for each thing as it happens (plan, started, progress, done, failed;
see docs/command-line.md), and at the end; \"undo\" is version, bin or none:
  {\"event\":\"summary\",\"done\":1,\"undo\":\"bin\",\"deletion_id\":\"…\",\"failures\":[]}")]
pub struct Rm {
    /// What, all of it in one bucket: s3://BUCKET/KEY or CONNECTION:KEY
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    /// Folders too, with everything below them
    #[arg(long, short)]
    recursive: bool,
    /// Do not ask; needed where nobody can answer
    #[arg(long, short)]
    yes: bool,
}

pub async fn run(command: Rm, session: &Session, output: &mut Output) -> Result<(), Failure> {
    if !command.yes && !prompt::can_ask() {
        return Err(Failure::usage(
            "Nobody is there to be asked.",
            "Add --yes to delete without a question.",
        ));
    }
    let places = places(session, &command.paths)?;
    let connection = places[0].connection.clone();
    let mut stop = Stop::listen()?;
    let lectern = &session.lectern;
    let items = stop.or(items(session, &places, command.recursive)).await?;
    let planning = bin::plan(lectern, &connection.id, items);
    let plan = stop.or(planning).await?;
    if plan.files == 0 && plan.folders == 0 {
        return Err(nothing_there().into());
    }
    tell_plan(&plan, output);
    output.note(&announcement(&plan));
    output.note(&way_back(session.from_env, &plan.undo));
    if !command.yes && !prompt::confirmed(&mut stop, "Delete?").await? {
        return Err(declined().into());
    }
    let deleting = bin::delete(lectern, plan.id);
    let deleted = watched(lectern, output, &mut stop, None, deleting).await?;
    report(session, output, &plan.undo, &deleted)
}

/// # Errors
/// A usage error when they lie in different buckets.
fn places(session: &Session, paths: &[String]) -> Result<Vec<Place>, Failure> {
    let places: Vec<_> = paths
        .iter()
        .map(|path| session.place(path))
        .collect::<Result<_, _>>()?;
    let first = &places[0].connection.id;
    if places.iter().any(|place| place.connection.id != *first) {
        return Err(Failure::usage(
            "These paths lie in different buckets.",
            "Delete in one bucket at a time.",
        ));
    }
    Ok(places)
}

async fn items(
    session: &Session,
    places: &[Place],
    recursive: bool,
) -> lectern_core::Result<Vec<Item>> {
    let mut items = Vec::with_capacity(places.len());
    for place in places {
        let item = if recursive {
            session.item(place).await?
        } else if place.is_folder() {
            return Err(is_a_folder(&place.key));
        } else {
            session.object(place).await.map_err(or_a_folder)?
        };
        items.push(item);
    }
    Ok(items)
}

fn report(
    session: &Session,
    output: &mut Output,
    undo: &Undo,
    deleted: &Deleted,
) -> Result<(), Failure> {
    if output.is_json() {
        // What only this run's memory knows cannot be asked for later.
        let id = deleted.deletion_id.as_ref().filter(|_| !session.from_env);
        output.object(&json!({
            "event": "summary",
            "done": deleted.files,
            "undo": kind(undo),
            "deletion_id": id,
            "failures": failures_json(&deleted.failures),
        }))?;
    } else {
        let files = shown::count(deleted.files, "file", "files");
        output.line(&format!("{files} deleted"))?;
        if let Some(id) = &deleted.deletion_id {
            output.note(&how_to_undo(session.from_env, undo, id));
        }
    }
    failures(output, &deleted.failures, deleted.files > 0, false)
}

fn tell_plan(plan: &DeletionPlan, output: &mut Output) {
    if output.is_json() {
        output.event(&json!({
            "event": "plan",
            "direction": "delete",
            "files": plan.files,
            "bytes": plan.bytes,
            "undo": kind(&plan.undo),
        }));
        output.event_end();
    }
}

fn kind(undo: &Undo) -> &'static str {
    match undo {
        Undo::Version => "version",
        Undo::Bin => "bin",
        Undo::None { .. } => "none",
    }
}

fn announcement(plan: &DeletionPlan) -> String {
    let names: Vec<_> = plan.names.iter().map(|name| shown::name(name)).collect();
    let more = if (plan.chosen as usize) > names.len() {
        ", …"
    } else {
        ""
    };
    format!(
        "Deleting {}{more}: {} ({}).",
        names.join(", "),
        shown::count(plan.files, "file", "files"),
        shown::size(plan.bytes),
    )
}

/// `lectern-cli undo` needs a record, which `--from-env` does not keep: there a
/// promise of undo would be false, though nothing is lost.
pub fn way_back(from_env: bool, undo: &Undo) -> String {
    match undo {
        Undo::Version if from_env => {
            "The bucket keeps versions; lectern-cli undo cannot bring them back for --from-env."
                .to_owned()
        }
        Undo::Bin if from_env => {
            "Files move to the bin first; lectern-cli undo cannot bring them back for --from-env."
                .to_owned()
        }
        Undo::Version => "It can be undone: the bucket keeps versions.".to_owned(),
        Undo::Bin => "It can be undone: files move to the bin first.".to_owned(),
        Undo::None { why } => {
            format!("It cannot be undone. {}", shown::name(&why.message))
        }
    }
}

pub fn how_to_undo(from_env: bool, undo: &Undo, id: &str) -> String {
    match undo {
        _ if !from_env => format!("To bring it back: lectern-cli undo {id}"),
        Undo::Version => {
            "To bring it back, remove the delete marker: --from-env keeps no record of it."
                .to_owned()
        }
        Undo::Bin | Undo::None { .. } => format!(
            "It lies below {}{id}/: --from-env keeps no record of it.",
            bin::BIN_PREFIX
        ),
    }
}

fn is_a_folder(key: &str) -> Error {
    let what = if key.is_empty() {
        "This is the whole bucket.".to_owned()
    } else {
        format!("“{}” is a folder.", shown::name(key))
    };
    Error::new(Code::InvalidInput, what)
        .about(key)
        .next("Add --recursive to delete everything in it.")
}

fn or_a_folder(error: Error) -> Error {
    if error.code == Code::NotFound {
        return error.next("If it is a folder, add --recursive.");
    }
    error
}

fn nothing_there() -> Error {
    Error::new(Code::NotFound, "There is nothing to delete there.")
        .next("List the folder above it to see what there is.")
}

fn declined() -> Error {
    Error::new(Code::Cancelled, "Nothing was deleted.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_record_no_undo_is_promised() {
        for undo in [Undo::Version, Undo::Bin] {
            assert!(way_back(false, &undo).contains("can be undone"));
            assert!(!way_back(true, &undo).contains("can be undone"));
        }
    }
}
