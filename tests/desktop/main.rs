//! The app in a real window, driven as a person would: mouse, keyboard, drops,
//! the clipboard and the system's keyring.
//!
//! Every test has a desk of its own: a virtual display, a session bus, an
//! unlocked keyring, a window manager and a driver, all private to it and ended
//! with it. Run through `make test`, which brings these programs.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, dead_code)]

mod axe;
mod clipboard;
mod desk;
mod disk;
mod drop;
mod keyring;
mod process;
mod window;

mod harness_tests;
