//! What a key may be called, on S3 and on each disk.
//!
//! Towards the bucket: one spelling of accented letters (NFC), the limits of
//! the S3 API, no litter. Towards the disk: names that stay inside the chosen
//! folder, that the system can hold, and that do not meet each other. The
//! disk rules are data-free functions of a [`System`], so that each system's
//! are tested on every other.

mod junk;
mod key;
mod linux;
mod local;
mod macos;
mod numbered;
mod windows;

pub use junk::is_junk;
pub use key::{MAX_KEY_BYTES, check, check_key, nfc};
pub use local::{LocalName, System, local_names};
pub use numbered::numbered;
