//! The app in a real window, driven as a person would: mouse, keyboard, drops,
//! the clipboard and the system's keyring.
//!
//! Every test has a desk of its own: a virtual display, a session bus, an
//! unlocked keyring, a window manager and a driver, all private to it and ended
//! with it. Run through `make test`, which brings these programs.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod axe;
mod clipboard;
mod desk;
mod disk;
mod drop;
mod file_dialog;
mod keyring;
mod million;
mod preview_files;
mod process;
mod remote;
mod session;
mod steps;
mod web;
mod window;

mod accessibility_tests;
mod bin_tests;
mod camera;
mod conflict_tests;
mod connection_tests;
mod drag_tests;
mod first_run_tests;
mod harness_tests;
mod hostile_tests;
mod keyboard_tests;
mod link_tests;
mod list_tests;
mod million_tests;
mod move_tests;
mod preview_tests;
mod properties_tests;
mod search_tests;
mod system_tests;
mod thumbnail_tests;
mod transfer_tests;
mod upload_tests;
