//! The practice store as any S3 client sees it: everything over HTTP, with the AWS
//! SDK for Rust and, where the SDK would not say it, with bare requests.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod basics;
mod setup;
