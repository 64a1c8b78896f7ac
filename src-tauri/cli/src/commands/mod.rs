//! The commands, one file each: its arguments, its help, and the calls it makes.

pub mod connect;
pub mod cp;
pub mod get;
pub mod link;
pub mod ls;
pub mod mv;
pub mod practice;
pub mod put;
pub mod resume;
pub mod rm;
pub mod sync;
pub mod undo;
pub mod uploads;

use crate::args::{Cli, Command};
use crate::exit::Failure;
use crate::output::Output;
use crate::session::Session;

pub async fn run(cli: Cli, output: &mut Output) -> Result<(), Failure> {
    let open = || Session::open(cli.global);
    match cli.command {
        Command::Connect(command) => connect::run(command, &open()?, output).await,
        Command::Ls(command) => ls::run(command, &open()?, output).await,
        Command::Put(command) => put::run(command, &open()?, output).await,
        Command::Get(command) => get::run(command, &open()?, output).await,
        Command::Rm(command) => rm::run(command, &open()?, output).await,
        Command::Undo(command) => undo::run(command, &open()?, output).await,
        Command::Cp(command) => cp::run(command, &open()?, output).await,
        Command::Mv(command) => mv::run(command, &open()?, output).await,
        Command::Resume(command) => resume::run(command, &open()?, output).await,
        Command::Sync(command) => sync::run(command, &open()?, output).await,
        Command::Link(command) => link::run(command, &open()?, output).await,
        Command::Uploads(command) => uploads::run(command, &open()?, output).await,
        // Serves a folder: no connection and no catalogue.
        Command::Practice(command) => practice::run(command, output).await,
    }
}
