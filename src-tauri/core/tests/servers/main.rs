//! One suite, put to every S3 server there is: the practice store (with and
//! without versions), `moto` and `rclone serve s3`.
//!
//! A test is written once, as a function that takes a [`Bed`](server::Bed) (an
//! open core, a connection, a fresh bucket), and given to
//! [`on_every_server!`], which makes a test a server of it. What a test needs
//! and a server lacks is named in `server::Needs`; the table there says why,
//! and such a test passes by saying so.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[macro_use]
mod server;

mod answers;
mod bin;
mod browse;
mod choices;
mod connection;
mod faults;
mod fetched;
mod full_disk;
mod inside;
mod keyring;
mod leftovers;
mod lifetimes;
mod link;
mod listed;
mod listing;
mod measuring;
mod moving;
mod moving_refused;
mod odd_stores;
mod practice;
mod preview;
mod properties;
mod properties_refused;
mod rate;
mod refusing;
mod resume;
mod running;
mod scripted;
mod shared;
mod streaming;
mod stub;
mod sync;
mod thumbnails;
mod transfer;
mod undo;
