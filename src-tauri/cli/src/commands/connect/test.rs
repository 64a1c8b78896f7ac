//! `connect test`.

use clap::Args;
use lectern_core::connection::{self, Check, Connection, Outcome, Step};
use serde_json::{Value, json};

use crate::exit::{Exit, Failure};
use crate::output::{Output, error_json};
use crate::session::Session;
use crate::shown;
use crate::stop::Stop;

/// Try what a connection must be able to do: list, write, read, delete
///
/// Works on a small probe object that it removes again, and explains what fails.
#[derive(Args)]
#[command(after_help = "\
Examples:
  lectern-cli connect test biology
  lectern-cli --from-env connect test --json s3://course-materials")]
pub struct Test {
    /// The connection's name; with --from-env, s3://BUCKET
    connection: String,
}

pub async fn run(command: Test, session: &Session, output: &mut Output) -> Result<(), Failure> {
    let connection = if session.from_env {
        session.place(&command.connection)?.connection
    } else {
        session.connection(&command.connection)?
    };
    let Connection { id, draft } = connection;
    let mut stop = Stop::listen()?;
    let checking = connection::check(&session.lectern, draft, None, Some(&id));
    let check = stop.or(checking).await?;
    if output.is_json() {
        output.object(&as_json(&check))?;
    } else {
        print(&check, output)?;
    }
    if passed(&check) {
        return Ok(());
    }
    Err(Failure::Said(Exit::Failed))
}

fn passed(check: &Check) -> bool {
    check
        .steps
        .iter()
        .all(|step| matches!(step.outcome, Outcome::Passed))
}

fn as_json(check: &Check) -> Value {
    let steps = check.steps.iter().map(|step| {
        let (outcome, error) = match &step.outcome {
            Outcome::Passed => ("passed", None),
            Outcome::Failed { error } => ("failed", Some(error_json(error))),
            Outcome::NotTried => ("not_tried", None),
        };
        json!({ "step": shown::word(&step.step), "outcome": outcome, "error": error })
    });
    json!({
        "passed": passed(check),
        "region": check.region,
        "steps": steps.collect::<Vec<_>>(),
    })
}

fn print(check: &Check, output: &mut Output) -> Result<(), Failure> {
    for step in &check.steps {
        let name = step_text(step.step);
        match &step.outcome {
            Outcome::Passed => output.line(&format!("ok      {name}"))?,
            Outcome::NotTried => output.line(&format!("-       {name} (not tried)"))?,
            Outcome::Failed { error } => {
                output.line(&format!("FAILED  {name}"))?;
                output.error(None, error);
            }
        }
    }
    if let Some(region) = &check.region {
        output.note(&format!(
            "The bucket is in the region {}.",
            shown::name(region)
        ));
    }
    Ok(())
}

fn step_text(step: Step) -> &'static str {
    match step {
        Step::Credentials => "credentials",
        Step::Bucket => "find the bucket",
        Step::List => "list",
        Step::Write => "write",
        Step::Read => "read",
        Step::Delete => "delete",
    }
}
