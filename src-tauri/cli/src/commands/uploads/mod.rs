//! `uploads`: multipart uploads that nobody finished.

mod abort;
mod list;

use clap::{Args, Subcommand};
use lectern_core::transfer::{LeftoverUpload, Whose};

use crate::exit::Failure;
use crate::output::Output;
use crate::session::Session;
use crate::shown;

/// List and abort uploads that were never finished
///
/// An upload in parts that was broken off leaves its parts in the bucket: no listing of
/// files shows them, and they are paid for. Uploads that a transfer of Lectern goes on
/// with are never aborted.
#[derive(Args)]
pub struct Uploads {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    List(list::List),
    Abort(abort::Abort),
}

pub async fn run(command: Uploads, session: &Session, output: &mut Output) -> Result<(), Failure> {
    match command.action {
        Action::List(action) => list::run(action, session, output).await,
        Action::Abort(action) => abort::run(action, session, output).await,
    }
}

/// All of them in a sentence: how many, how large, what they cost.
fn summed_up(uploads: &[LeftoverUpload]) -> String {
    let bytes: u64 = uploads.iter().filter_map(|upload| upload.bytes).sum();
    let cost: f64 = uploads
        .iter()
        .filter_map(|upload| upload.cost_a_month)
        .sum();
    format!(
        "{} ({}, {})",
        shown::count(
            uploads.len() as u64,
            "unfinished upload",
            "unfinished uploads"
        ),
        shown::size(bytes),
        money(cost),
    )
}

/// In the price of the standard class.
fn money(cost: f64) -> String {
    if cost > 0.0 && cost < 0.01 {
        return "less than $0.01 a month".to_owned();
    }
    format!("about ${cost:.2} a month")
}

fn whose(upload: &LeftoverUpload) -> &'static str {
    match upload.whose {
        Whose::Ours => "of Lectern",
        Whose::InUse => "in use",
        Whose::Foreign => "of others",
    }
}
