//! Lectern's desktop app: the window over `lectern-core`.
//!
//! `commands` is the boundary to the web view, one file a capability;
//! `shell` is what only a desktop has: the window's events, menus, dialogs and
//! the clipboard.

mod commands;
mod shell;

pub use shell::run;
