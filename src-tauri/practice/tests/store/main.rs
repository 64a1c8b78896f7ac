//! The practice store as any S3 client sees it: everything over HTTP, with the AWS
//! SDK for Rust and, where the SDK would not say it, with bare requests.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod access;
mod basics;
mod keys;
mod listings;
mod reads;
mod seeds;
mod setup;
mod uploads;
mod versions;
mod writes;
