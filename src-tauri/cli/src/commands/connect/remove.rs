//! `connect remove`.

use clap::Args;
use lectern_core::connection;
use serde_json::json;

use crate::exit::Failure;
use crate::output::Output;
use crate::session::Session;
use crate::{prompt, shown};

/// Remove a connection and its secret; the bucket stays as it is
///
/// Lectern's own records about it go as well: its courses, links and deletions.
#[derive(Args)]
pub struct Remove {
    /// The connection's name
    connection: String,
    /// Do not ask; needed where nobody can answer
    #[arg(long, short)]
    yes: bool,
}

pub async fn run(command: Remove, session: &Session, output: &mut Output) -> Result<(), Failure> {
    if !command.yes && !prompt::can_ask() {
        return Err(Failure::usage(
            "Nobody is there to be asked.",
            "Add --yes to remove it without a question.",
        ));
    }
    let connection = session.connection(&command.connection)?;
    let name = shown::name(&connection.name);
    let question = format!("Remove the connection “{name}” and its secret?");
    if !command.yes && !prompt::confirm(&question)? {
        return Err(lectern_core::Error::cancelled().into());
    }
    connection::remove(&session.lectern, &connection.id).await?;
    if output.is_json() {
        output.object(&json!({ "event": "removed", "name": connection.name }))?;
    } else {
        output.line(&format!("Removed “{name}”. Its bucket is as it was."))?;
    }
    Ok(())
}
