//! A store that costs as little as a store can: it accepts and discards what is
//! sent, serves zeros, and keeps the names of objects in memory. So the cost of
//! a client shows, and not that of the server. It checks no signature.
//!
//! For measurements it is a program (`lectern-sink`), for tests a [`Server`] in
//! their own process.

mod answers;
mod body;
mod counters;
mod listing;
mod objects;
mod parts;
mod server;
mod tls;
pub mod varied;
mod xml;

pub use answers::Sink;
pub use counters::Counters;
pub use objects::{Moment, Object};
pub use server::Server;
