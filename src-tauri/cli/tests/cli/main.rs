//! The command line as its users meet it: the real program, run as a process,
//! against the practice store (served by the same program), `moto` and
//! `rclone serve s3`.
//!
//! Each test has a folder of its own and an environment without any `AWS_*` or
//! saved connection of whoever runs it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../../../core/tests/servers/inside.rs"]
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "for the keyring's tests")
)]
mod inside;
#[path = "../../../core/tests/servers/running.rs"]
mod running;

#[macro_use]
mod bench;
mod conflicts;
mod connections;
mod events;
mod everyday;
mod keyring;
mod kills;
mod links;
mod listing;
mod moving;
mod refused;
mod removal;
mod resuming;
mod serving;
mod stopping;
mod sync;
mod undoing;
mod uploads;
mod usage;
