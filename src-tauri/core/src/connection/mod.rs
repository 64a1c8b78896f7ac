//! Connections: where a bucket is and as whom it is used.
//!
//! A connection holds nothing secret. The secret of an access key lies in the
//! operating system's keyring ([`Secrets`]); every other source finds its own
//! credentials when a [`Store`](crate::store::Store) is built.

mod buckets;
mod check;
mod draft;
mod env_file;
mod environment;
mod exchange;
mod model;
mod practice;
mod profiles;
mod register;
mod secret;
mod source;
mod stores;

pub use buckets::buckets;
pub use check::check;
pub(crate) use draft::is_loopback;
pub use env_file::read_env;
pub use environment::from_environment;
pub use exchange::{export, import};
pub use model::{
    Addressing, Check, CheckStep, Connection, ConnectionDraft, ConnectionId, ConnectionInfo,
    CredentialSource, HeldSecretId, ImportedDraft, Outcome, Profile, ProfileKind, SecretInput,
    SecretPlace, Step,
};
pub use practice::practice;
pub use profiles::profiles;
pub use register::{add, edit, list, remove};
pub use secret::{KeySecret, KeyringStatus, Secrets};
pub use stores::Stores;
