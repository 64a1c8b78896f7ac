//! Lectern's product, without a window: connections, browsing, transfers,
//! links and removal over S3.
//!
//! One module a capability, each taking the open core ([`Lectern`]) first.
//! Below them four shared rooms: `store` (the only place that builds S3
//! clients), `catalog` (the only place that speaks SQL), `name` (what a key may
//! be called, on S3 and on each disk) and the small `error`, `clock`, `job`.

pub mod activity;
pub mod bin;
pub mod browse;
pub mod catalog;
pub mod clock;
pub mod connection;
pub mod error;
mod folders;
pub mod job;
mod lectern;
pub mod link;
pub mod logs;
pub mod name;
pub mod preview;
pub mod properties;
pub mod settings;
pub mod store;
pub mod transfer;

pub use error::{Code, Error, Result, Technical};
pub use lectern::{Folders, Lectern};
