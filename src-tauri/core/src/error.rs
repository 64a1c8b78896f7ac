//! The one error type of the core.
//!
//! Four parts, for three readers: a [`Code`] the window matches on, a sentence
//! and a next step for the person, and the [`Technical`] cause for whoever is
//! asked for help. Only `store/` looks at what a service answered; everything
//! above it reads the code.

use serde::{Deserialize, Serialize};
use specta::Type;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure this is. The window has a sentence for each in every
/// language; the English one travels in [`Error::message`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Code {
    /// The service does not know the access key id.
    WrongAccessKey,
    /// The access key id is known, the secret does not match it.
    WrongSecret,
    /// The bucket does not exist (or belongs to somebody who hides it).
    BucketNotFound,
    /// The bucket is in another region; `subject` is that region where known.
    WrongRegion,
    /// No answer: no network, unknown host, refused or reset connection.
    NoNetwork,
    /// No answer in time.
    Timeout,
    /// This computer's clock differs from the service's by more than fifteen minutes.
    ClockSkew,
    NotAllowedToList,
    NotAllowedToRead,
    NotAllowedToWrite,
    NotAllowedToDelete,
    /// Refused, for another permission; `subject` names it.
    NotAllowed,
    /// A name that no bucket can have.
    InvalidBucketName,
    /// A name that no object can have (or that we will not make).
    InvalidName,
    /// The object, version or record is not there.
    NotFound,
    /// There is an object of that name already.
    AlreadyExists,
    /// The object or file changed since it was looked at.
    Changed,
    /// A local file vanished or became unreadable under way.
    SourceVanished,
    /// A local file cannot be read or written; `subject` is its name.
    LocalFile,
    DiskFull,
    /// The catalogue was written by a newer version of the app.
    CatalogueNewer,
    /// The catalogue is damaged and could not be set aside, or cannot be written.
    Catalogue,
    /// There is no keyring service to keep a secret in.
    KeyringUnavailable,
    /// The connection's secret is not in the keyring.
    SecretMissing,
    /// Temporary credentials have ended.
    CredentialsExpired,
    /// The profile wants a sign-in (IAM Identity Center) first.
    SignInNeeded,
    /// The named profile is not in the shared AWS configuration.
    ProfileNotFound,
    /// The profile or environment gives no usable credentials.
    NoCredentials,
    /// Something typed or imported cannot be used; `subject` is the field.
    InvalidInput,
    /// The service asked to slow down and went on asking.
    Throttled,
    /// The service failed (5xx).
    ServiceFailed,
    /// What arrived is not what was sent.
    ChecksumMismatch,
    Cancelled,
    /// The object lies in a storage class that must be restored from before it can be read.
    Archived,
    /// The store cannot do this.
    Unsupported,
    /// A fault of ours.
    Internal,
}

/// What the service or the system said, for the details panel. Holds no secret
/// and no signed URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Technical {
    /// The API operation or system call, e.g. `ListObjectsV2`.
    pub operation: Option<String>,
    /// The service's error code, e.g. `AccessDenied`.
    pub service_code: Option<String>,
    pub http_status: Option<u16>,
    pub request_id: Option<String>,
    pub detail: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type, thiserror::Error)]
#[error("{message}")]
#[serde(rename_all = "camelCase")]
pub struct Error {
    pub code: Code,
    /// What the error is about: a name, a permission, a region, a field.
    pub subject: Option<String>,
    /// What happened, in a sentence for people.
    pub message: String,
    /// What to do next, in a sentence for people.
    pub next_step: Option<String>,
    // Boxed to keep the error small, as most of them never fill it.
    pub technical: Option<Box<Technical>>,
}

impl Error {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            subject: None,
            message: message.into(),
            next_step: None,
            technical: None,
        }
    }

    /// A field of something typed or imported that cannot be used.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::new(Code::InvalidInput, message).about(field)
    }

    /// A fault of ours: something that cannot happen did.
    pub fn internal(detail: impl Into<String>) -> Self {
        Self::new(Code::Internal, "Something went wrong inside Lectern.")
            .next("Try again. If it happens again, copy the details and report them.")
            .detail(detail)
    }

    pub fn cancelled() -> Self {
        Self::new(Code::Cancelled, "Cancelled.")
    }

    /// Of the answer that this is about, where there was one.
    pub(crate) fn http_status(&self) -> Option<u16> {
        self.technical.as_ref()?.http_status
    }

    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    #[must_use]
    pub fn next(mut self, step: impl Into<String>) -> Self {
        self.next_step = Some(step.into());
        self
    }

    #[must_use]
    pub fn technical(mut self, technical: Technical) -> Self {
        self.technical = Some(Box::new(technical));
        self
    }

    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.technical.get_or_insert_default().detail = Some(detail.into());
        self
    }
}
