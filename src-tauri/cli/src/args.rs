//! The command line: global options, the commands, and what `--help` says.
//! Each command's own arguments stand in its file below `commands/`.

use clap::{Args, Parser, Subcommand};

use crate::commands::connect::Connect;
use crate::commands::cp::Cp;
use crate::commands::get::Get;
use crate::commands::link::Link;
use crate::commands::ls::Ls;
use crate::commands::mv::Mv;
use crate::commands::practice::Practice;
use crate::commands::put::Put;
use crate::commands::resume::Resume;
use crate::commands::rm::Rm;
use crate::commands::sync::Sync;
use crate::commands::undo::Undo;
use crate::commands::uploads::Uploads;

const AFTER_HELP: &str = "\
Paths:
  s3://BUCKET/KEY     an object by its whole key; with --from-env, or through the
                      one connection that has this bucket
  NAME:KEY            the same through the connection called NAME, below its prefix
  A path that ends in / is a folder, and so is the bucket itself (s3://BUCKET/).

Exit status:
  0  done
  1  failed
  2  the command line made no sense; nothing was done
  3  some items failed, the others were done
  4  the service wants a sign-in; “lectern-cli resume” goes on after it
  130  stopped by Ctrl-C or SIGTERM

Examples:
  lectern-cli connect add biology --bucket course-materials --profile teaching
  lectern-cli put slides.pdf recordings/ biology:week-3/
  lectern-cli sync --dry-run slides/ biology:week-3/
  lectern-cli link --expires 2h --download biology:week-3/slides.pdf
  lectern-cli --from-env ls --recursive --json s3://course-materials/";

#[derive(Parser)]
#[command(
    name = "lectern-cli",
    version,
    about = "Keep course materials in an S3 bucket: put, share, replace, remove",
    after_help = AFTER_HELP,
    arg_required_else_help = true,
    subcommand_required = true,
    max_term_width = 100
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Args, Clone, Copy)]
pub struct Global {
    /// Print data as JSON, one object a line; errors too, on standard error
    #[arg(long, global = true, help_heading = "Global options")]
    pub json: bool,
    /// Take credentials, region and endpoint from the AWS_* variables only
    ///
    /// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_PROFILE,
    /// AWS_REGION, AWS_ENDPOINT_URL and the other standard names. No keyring and no
    /// saved connection is touched, and nothing is recorded.
    #[arg(long, global = true, help_heading = "Global options")]
    pub from_env: bool,
    /// Show the technical details of an error
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub verbose: bool,
}

#[derive(Subcommand)]
pub enum Command {
    Connect(Connect),
    Ls(Ls),
    Put(Put),
    Get(Get),
    Rm(Rm),
    Undo(Undo),
    Cp(Cp),
    Mv(Mv),
    Sync(Sync),
    Resume(Resume),
    Link(Link),
    Uploads(Uploads),
    Practice(Practice),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
