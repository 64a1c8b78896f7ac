//! The words of this room, as they cross to the window.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::Error;
use crate::job::ItemFailure;
use crate::link::Link;

/// Names with values, by name.
pub(crate) type Pairs = Vec<(String, String)>;

/// One object looked at closely (HeadObject and friends), for the inspector.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Properties {
    pub connection_id: ConnectionId,
    pub key: String,
    /// The last segment of the key.
    pub name: String,
    /// Bytes.
    pub size: u64,
    pub looked: Looked,
    pub content: Content,
    /// The user's own metadata, without `x-amz-meta-`.
    pub metadata: Pairs,
    /// Entries of metadata that the service has and cannot send: their names
    /// or values fit in no header.
    pub metadata_hidden: u32,
    pub tags: Tags,
    /// All that the store reports.
    pub checksums: Vec<ChecksumValue>,
    /// A checksum is the one the catalogue recorded when this app sent the file.
    pub verified: bool,
    /// `None`: the standard one.
    pub storage_class: Option<String>,
    pub archive: Archive,
    pub encryption: Option<Encryption>,
    pub lock: Lock,
    /// `None`: the bucket does not say.
    pub keeps_versions: Option<bool>,
    pub added_by: Option<String>,
    pub added_at: Option<UnixMillis>,
    /// Links of the ledger that are good now, the first to end first.
    pub links: Vec<Link>,
}

/// Which state of the object was looked at: an edit made from it is refused
/// when there is another one by then. (A change of metadata alone leaves the
/// ETag as it is, but not the date.)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Looked {
    /// Without quotation marks.
    pub etag: Option<String>,
    pub modified_at: Option<UnixMillis>,
    /// Only where the bucket keeps versions.
    pub version_id: Option<String>,
}

/// The headers that the service answers a download with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    pub content_type: Option<String>,
    pub content_disposition: Option<String>,
    pub cache_control: Option<String>,
    pub content_language: Option<String>,
    /// Shown, never edited.
    pub content_encoding: Option<String>,
    /// As the service wrote it. Shown, never edited.
    pub expires: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Tags {
    Known {
        tags: Pairs,
    },
    /// They may not be read, or could not be.
    Refused {
        why: Error,
    },
    /// The store keeps no tags.
    Unsupported,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChecksumValue {
    /// e.g. `CRC64NVME`.
    pub algorithm: String,
    /// Base64; of a checksum of checksums with `-` and the number of parts.
    pub value: String,
    /// Of all bytes; otherwise a checksum of the checksums of the parts.
    pub whole: bool,
}

/// Whether the object can be read as it lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Archive {
    No,
    /// It has to be restored first.
    Archived,
    /// Being restored.
    Restoring,
    /// A copy can be read until then (where the service says).
    Restored {
        until: Option<UnixMillis>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Encryption {
    pub kind: EncryptionKind,
    /// Of KMS: the key's ARN or id.
    pub key: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum EncryptionKind {
    /// With keys of the service (SSE-S3).
    Service,
    /// With a key of KMS (SSE-KMS).
    Kms,
    /// Twice, with a key of KMS (DSSE-KMS).
    KmsTwice,
    Other,
}

/// Object Lock, as far as the credentials may see it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Lock {
    /// `GOVERNANCE` or `COMPLIANCE`.
    pub mode: Option<String>,
    pub until: Option<UnixMillis>,
    pub legal_hold: bool,
}

/// How many versions there are of one object. At most a thousand are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct VersionCount {
    pub versions: u32,
    pub delete_markers: u32,
    /// There are more than were counted.
    pub more: bool,
}

/// How an object shall be described. Empty texts are no header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Wanted {
    pub content_type: String,
    pub content_disposition: String,
    pub cache_control: String,
    pub content_language: String,
    pub metadata: Pairs,
    /// `None`: they stay as they are.
    pub tags: Option<Pairs>,
}

/// What describes an object, to compare, keep and put back; `None` for what is
/// no part of an edit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Description {
    pub(crate) headers: Option<Headers>,
    pub(crate) tags: Option<Pairs>,
}

/// Values are as people read them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Headers {
    pub(crate) content: Content,
    pub(crate) metadata: Pairs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub struct EditPlanId(pub u32);

/// What saving would change.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EditPlan {
    pub id: EditPlanId,
    pub name: String,
    /// Empty: nothing differs, and there is nothing to save.
    pub changes: Vec<Change>,
    pub effect: Effect,
}

/// One difference: added without `before`, removed without `after`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    pub what: What,
    /// Of metadata and tags.
    pub name: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum What {
    ContentType,
    ContentDisposition,
    CacheControl,
    ContentLanguage,
    Metadata,
    Tag,
}

/// What an edit does besides. Each can be undone while the object stays as the
/// edit left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// Tags change in place: the version and the date stay.
    InPlace,
    /// The bucket keeps versions: there is a new one, and the older one stays.
    NewVersion,
    /// The object gets today's date.
    NewDate,
}

/// One change for many objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ForAll {
    ContentType {
        content_type: String,
    },
    /// In place of another value of the same name.
    AddTag {
        name: String,
        value: String,
    },
    RemoveTag {
        name: String,
    },
}

/// What a change for many objects is about, counted.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ForAllPlan {
    pub id: EditPlanId,
    /// What the person sees: a name, or how many.
    pub title: String,
    /// Objects, those inside folders included.
    pub files: u32,
    pub bytes: u64,
    pub effect: Effect,
}

/// How an edit, or the undo of one, ended.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Edited {
    /// By which it can be undone; `None` when nothing was changed, or of an undo.
    pub edit_id: Option<String>,
    pub title: String,
    pub changed: u32,
    /// They were so already.
    pub unchanged: u32,
    pub failures: Vec<ItemFailure>,
}
