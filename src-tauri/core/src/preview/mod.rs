//! Looking at what a bucket holds without leaving the window.

pub mod thumbnail;
