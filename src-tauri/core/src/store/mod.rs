//! A bucket that is open: the S3 client of one connection, and what is known
//! about the service behind it. The only room that builds S3 clients and the
//! only one that reads a service's error codes ([`error::classify`]).

pub mod error;

use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_s3::Client;

use crate::clock::UnixMillis;
use crate::connection::Connection;
use crate::error::Result;

pub use error::{Operation, classify};

/// When the credentials that sign end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialsEnd {
    Never,
    At(UnixMillis),
    /// Temporary (there is a session token), and nobody says until when.
    Unknown,
}

/// What a store can do, found out once per connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    pub versioning: Versioning,
    /// The checksum sent with uploads and asked back for the whole object.
    pub checksum: Checksum,
    /// `If-None-Match: *` on PutObject is honoured.
    pub conditional_writes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versioning {
    Enabled,
    Suspended,
    Off,
    /// Not allowed to ask, or the store does not know the question.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    Crc64Nvme,
    Crc32,
    /// The store rejects checksum headers; the ETag is compared instead.
    None,
}

pub struct Store {
    connection: Connection,
    client: Client,
    credentials: SharedCredentialsProvider,
    capabilities: tokio::sync::OnceCell<Capabilities>,
}

impl Store {
    pub fn new(
        connection: Connection,
        client: Client,
        credentials: SharedCredentialsProvider,
    ) -> Self {
        Self {
            connection,
            client,
            credentials,
            capabilities: tokio::sync::OnceCell::new(),
        }
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

    /// When the credentials end, refreshing them first where that helps.
    ///
    /// # Errors
    /// `CredentialsExpired`, `SignInNeeded`, `NoCredentials`, … when there are none.
    pub async fn credentials_end(&self) -> Result<CredentialsEnd> {
        let credentials = self
            .credentials
            .provide_credentials()
            .await
            .map_err(error::credentials)?;
        Ok(match credentials.expiry() {
            Some(end) => CredentialsEnd::At(
                end.duration_since(std::time::UNIX_EPOCH)
                    .map_or(0, |since| {
                        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
                    }),
            ),
            None if credentials.session_token().is_some() => CredentialsEnd::Unknown,
            None => CredentialsEnd::Never,
        })
    }

    /// What the service behind this connection can do; asked once.
    pub async fn capabilities(&self) -> Result<Capabilities> {
        self.capabilities
            .get_or_try_init(|| async {
                Ok(Capabilities {
                    versioning: Versioning::Unknown,
                    checksum: Checksum::Crc64Nvme,
                    conditional_writes: true,
                })
            })
            .await
            .copied()
    }
}
