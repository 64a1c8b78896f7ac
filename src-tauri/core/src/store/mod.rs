//! A bucket that is open: the S3 client of one connection, and what is known
//! about the service behind it. The only room that builds S3 clients
//! ([`client`]) and the only one that reads a service's error codes
//! ([`error::classify`]).

mod capabilities;
mod client;
pub(crate) mod copy;
pub mod error;
mod identity;
pub(crate) mod list;
mod region;
pub(crate) mod remove;

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use aws_sdk_s3::Client;

use crate::clock::UnixMillis;
use crate::connection::Connection;
use crate::error::Result;

pub use capabilities::{Capabilities, Checksum, Versioning};
pub use error::{Operation, classify};
pub(crate) use identity::Identity;
pub(crate) use region::is_region;

/// The region that requests are signed for where nothing names one. Amazon S3
/// answers there for every bucket with the bucket's own region.
pub(crate) const DEFAULT_REGION: &str = "us-east-1";

/// When the credentials that sign end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialsEnd {
    Never,
    At(UnixMillis),
    /// Temporary (there is a session token), and nobody says until when.
    Unknown,
}

/// Whose service it is, as far as that decides what may be assumed of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Amazon,
    Practice,
    /// Another S3-compatible store, at the connection's endpoint.
    Other,
}

/// How a bucket is reached, found out from a connection's source.
pub(crate) struct Access {
    pub service: Service,
    pub identity: Identity,
    /// Where the connection names none.
    pub region: Option<String>,
    /// Where the connection names none.
    pub endpoint: Option<String>,
    /// What must live as long as the store: the practice server.
    pub keep: Option<Arc<dyn Any + Send + Sync>>,
}

pub struct Store {
    connection: Connection,
    client: Client,
    refusals: client::Refusals,
    identity: Identity,
    service: Service,
    region: String,
    /// Where requests go; `None`: Amazon S3 itself.
    endpoint: Option<String>,
    signs_payloads: bool,
    capabilities: capabilities::Known,
    _keep: Option<Arc<dyn Any + Send + Sync>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("connection", &self.connection.id)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the bucket of a connection. Where the region is not known, or not
    /// the one of the bucket, the service is asked for it: see [`Store::region`].
    ///
    /// # Errors
    /// What the credentials' source says when it has none, and `NoNetwork` or
    /// `Timeout` when the service does not answer. That the bucket is not there
    /// or may not be read is left to the operation that needs it.
    pub(crate) async fn open(mut connection: Connection, access: Access) -> Result<Self> {
        let asked = connection.region.clone().or(access.region.clone());
        let asked = asked.unwrap_or_else(|| DEFAULT_REGION.to_owned());
        let refusals = client::Refusals::default();
        let mut client = client::build(&connection, &access, &asked, &refusals);
        let mut region = asked;
        if access.service != Service::Practice
            && let Some(found) = region::of_bucket(&client, &connection.bucket).await?
        {
            if found != region {
                client = client::build(&connection, &access, &found, &refusals);
                region.clone_from(&found);
            }
            connection.draft.region = Some(found);
        }
        Ok(Self {
            signs_payloads: client::signs_payloads(&connection, &access),
            endpoint: client::endpoint(&connection, &access).map(str::to_owned),
            connection,
            client,
            refusals,
            identity: access.identity,
            service: access.service,
            region,
            capabilities: capabilities::Known::default(),
            _keep: access.keep,
        })
    }

    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    pub fn bucket(&self) -> &str {
        &self.connection.bucket
    }

    /// The bucket's region, as far as the service named it, and otherwise the
    /// one that requests are signed for.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// How often the service refused, so far, because it was asked too much at
    /// once, or did not answer in time. The SDK tries again by itself; whoever
    /// sends many requests should send fewer.
    pub(crate) fn refusals(&self) -> u64 {
        self.refusals.load(Ordering::Relaxed)
    }

    /// Bodies are part of the signature, since nothing else protects them on the
    /// way. The SDK signs only those that lie in memory as a whole.
    pub(crate) fn signs_payloads(&self) -> bool {
        self.signs_payloads
    }

    /// Whether one of them can copy from the other without the bytes passing
    /// through this computer: they are the same service at the same endpoint.
    pub(crate) fn can_copy_from(&self, other: &Self) -> bool {
        let endpoint = |store: &Self| {
            let endpoint = store.endpoint.as_deref().unwrap_or_default();
            endpoint.trim_end_matches('/').to_ascii_lowercase()
        };
        self.service == other.service && endpoint(self) == endpoint(other)
    }

    /// Requests are not signed, so that nothing can be signed for others either.
    pub fn is_anonymous(&self) -> bool {
        matches!(self.identity, Identity::Anonymous)
    }

    /// When the credentials that sign now end, refreshing them first where they
    /// are about to. Requests and links are signed with the very same ones.
    ///
    /// # Errors
    /// `CredentialsExpired`, `SignInNeeded`, `NoCredentials`, … when there are none.
    pub async fn credentials_end(&self) -> Result<CredentialsEnd> {
        self.identity.end().await
    }
}

/// A client for what concerns no bucket of ours, such as listing the buckets.
pub(crate) fn account_client(connection: &Connection, access: &Access) -> Client {
    let region = connection.region.as_deref().or(access.region.as_deref());
    let region = region.unwrap_or(DEFAULT_REGION);
    client::build(connection, access, region, &client::Refusals::default())
}
