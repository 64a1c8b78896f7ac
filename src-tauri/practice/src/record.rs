//! What is known of a key beyond the bytes of its file: headers, metadata, tags,
//! checksums, ETag, and the versions that are not current.
//!
//! A record is a small JSON file. It is written *before* the file that it
//! describes is moved into place, and tells the states of the file apart by size
//! and modification time. So the move is the moment at which a write happens,
//! and a file that a person changes behind our back simply loses its record.

use std::collections::BTreeMap;

use s3s::crypto::{Checksum as _, Md5};
use serde::{Deserialize, Serialize};

use crate::checksum::Checksums;
use crate::disk::{Found, Stamp};

/// Everything kept about one key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The states that the file may be in: the newest, and the one it replaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub current: Vec<Version>,
    /// Versions that are not current, newest first. The bytes of each that is no
    /// delete marker lie in the bucket's folder of versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Version>,
}

/// One version of an object, or a delete marker.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// `None` is the null version: written while versioning was not enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Later versions of the key have greater numbers.
    #[serde(default)]
    pub sequence: u64,
    #[serde(default, skip_serializing_if = "is_false")]
    pub delete_marker: bool,
    /// Bytes.
    #[serde(default)]
    pub size: u64,
    /// Nanoseconds since 1970.
    pub modified: i64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub etag: String,
    #[serde(flatten)]
    pub about: About,
    #[serde(default, skip_serializing_if = "Checksums::is_empty")]
    pub checksums: Checksums,
    /// The parts of a multipart upload, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartOf>,
}

/// What an uploader says about an object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_control: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_encoding: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    /// Seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<(String, String)>,
}

/// One part of an object that was uploaded in parts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartOf {
    pub number: i32,
    /// Bytes.
    pub size: u64,
    #[serde(default, skip_serializing_if = "Checksums::is_empty")]
    pub checksums: Checksums,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !*value
}

/// The name S3 gives to the version without one.
pub const NULL: &str = "null";

impl Version {
    /// The version id as clients see it.
    pub fn name(&self) -> &str {
        self.id.as_deref().unwrap_or(NULL)
    }

    pub fn stamp(&self) -> Stamp {
        Stamp {
            size: self.size,
            modified: self.modified,
        }
    }

    /// A file that a person put there. Its ETag is made of its size and time, so
    /// that it costs nothing to list; the `-1` tells clients that it is no MD5.
    pub fn of_file(stamp: Stamp) -> Self {
        let digest = Md5::checksum(format!("{} {}", stamp.size, stamp.modified).as_bytes());
        Self {
            sequence: u64::MAX,
            size: stamp.size,
            modified: stamp.modified,
            etag: format!("{}-1", hex(digest.as_ref())),
            ..Self::default()
        }
    }
}

/// A key as it is now: what its record says, and what lies in the folder.
#[derive(Debug, Clone, Default)]
pub struct KeyState {
    pub record: Record,
    pub file: Option<Found>,
}

impl KeyState {
    /// The version that a plain GET answers with.
    pub fn current(&self) -> Option<Version> {
        let file = self.file.as_ref()?;
        Some(self.record.version_of(file.stamp))
    }

    /// The versions that are not current, newest first.
    pub fn history(&self) -> Vec<Version> {
        let current = self.current();
        let past = |version: &&Version| match &current {
            // What is not older than the current version belongs to a change that never happened.
            Some(current) => version.sequence < current.sequence && version.id != current.id,
            None => true,
        };
        let mut history: Vec<Version> = Vec::new();
        for version in self.record.history.iter().filter(past) {
            // Until a change is tidied up, an old null version stands behind the new one.
            if !history.iter().any(|newer| newer.id == version.id) {
                history.push(version.clone());
            }
        }
        history
    }

    /// Every version, newest first, the current one included.
    pub fn versions(&self) -> Vec<Version> {
        self.current().into_iter().chain(self.history()).collect()
    }

    /// Whether the key reads as deleted because of a delete marker.
    pub fn marker(&self) -> Option<Version> {
        if self.file.is_some() {
            return None;
        }
        self.history()
            .into_iter()
            .next()
            .filter(|version| version.delete_marker)
    }

    /// A number greater than that of every version so far.
    pub fn next_sequence(&self) -> u64 {
        let known = self.record.current.iter().chain(&self.record.history);
        let numbers = known
            .map(|version| version.sequence)
            .filter(|number| *number != u64::MAX);
        numbers.max().unwrap_or(0) + 1
    }
}

impl Record {
    /// What is known of the file in this state.
    pub fn version_of(&self, stamp: Stamp) -> Version {
        let known = self.current.iter().find(|version| version.stamp() == stamp);
        known.cloned().unwrap_or_else(|| Version::of_file(stamp))
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
