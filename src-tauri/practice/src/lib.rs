//! Practice store: a local folder served as S3 on the loopback interface, so that
//! every feature of Lectern can be tried with no account and no network.
//!
//! Buckets are the folders directly below the folder that is served, and objects
//! are plain files in them, so that a person finds them in the file manager and
//! files put there by hand are objects too. Everything else (metadata, tags,
//! checksums, versions, unfinished uploads) lives in the hidden folder `.lectern`
//! beside the buckets. How a key becomes a path is written down in `key_path`.
//!
//! ```no_run
//! # async fn example() -> Result<(), lectern_practice::PracticeError> {
//! use lectern_practice::{PracticeOptions, serve};
//!
//! let practice = serve(PracticeOptions {
//!     folder: "courses".into(),
//!     port: None,
//!     keys: None,
//! })
//! .await?;
//! practice.create_bucket("my-courses", true).await?;
//! practice.seed("my-courses").await?;
//! // Any S3 client may now speak to practice.endpoint().
//! practice.stop().await;
//! # Ok(())
//! # }
//! ```

mod access;
mod bucket;
mod checksum;
mod conditions;
mod content_type;
mod copy;
mod disk;
mod error;
mod key_path;
mod listing;
mod multipart;
mod object;
mod record;
mod s3;
mod seed;
mod server;
mod staging;
mod store;
mod tags;
mod upload_listing;
mod url_text;
mod version_listing;
mod versions;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rand::RngExt as _;
use s3s::config::{S3Config, StaticConfigProvider};
use s3s::service::S3ServiceBuilder;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use seed::{SampleFile, sample_course};

use crate::access::Keys;
use crate::store::{FolderLock, Store};

/// The region that the practice store says it is in.
const REGION: &str = "us-east-1";

/// Bytes of a file that a browser form may post.
const MAX_FORM_FILE: u64 = 32 * 1024 * 1024;

/// What to serve, and how.
#[derive(Debug, Clone)]
pub struct PracticeOptions {
    /// The folder that holds the buckets; made where there is none.
    pub folder: PathBuf,
    /// A port of 127.0.0.1, or `None` for a free one.
    pub port: Option<u16>,
    /// The keys to accept, or `None` for random ones.
    pub keys: Option<AccessKeys>,
}

/// A pair of access keys.
#[derive(Debug, Clone)]
pub struct AccessKeys {
    pub access_key_id: String,
    pub secret_access_key: SecretString,
}

/// Why the practice store cannot do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PracticeError {
    /// Another practice store serves this folder.
    #[error("this folder is being served already")]
    InUse,
    /// The folder could not be made, read or written.
    #[error("the practice folder cannot be used: {0}")]
    Folder(#[source] io::Error),
    /// The port is taken, or the system gave none.
    #[error("the practice store cannot listen on this computer: {0}")]
    Listen(#[source] io::Error),
    /// A bucket name that S3 does not allow.
    #[error("a bucket cannot be called {0:?}")]
    BucketName(String),
    /// The store itself refused, with the S3 error code and its sentence.
    #[error("{message} ({code})")]
    Refused { code: String, message: String },
}

/// A practice store that runs until it is stopped or dropped.
pub struct Practice {
    endpoint: String,
    keys: AccessKeys,
    store: Store,
    end: CancellationToken,
    server: Option<JoinHandle<()>>,
    _lock: FolderLock,
}

/// Serves a folder as S3 on 127.0.0.1. Answers as soon as this returns.
///
/// # Errors
/// [`PracticeError::InUse`] where another process serves the folder,
/// [`PracticeError::Folder`] where it cannot be used, and
/// [`PracticeError::Listen`] where the port cannot be had.
pub async fn serve(options: PracticeOptions) -> Result<Practice, PracticeError> {
    let folder = options.folder;
    let (store, lock) = tokio::task::spawn_blocking(move || Store::open(&folder))
        .await
        .map_err(|e| PracticeError::Folder(io::Error::other(e)))?
        .map_err(|e| match e.kind() {
            io::ErrorKind::ResourceBusy => PracticeError::InUse,
            _ => PracticeError::Folder(e),
        })?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port.unwrap_or(0)));
    let listener = TcpListener::bind(address)
        .await
        .map_err(PracticeError::Listen)?;
    let address = listener.local_addr().map_err(PracticeError::Listen)?;
    let keys = options.keys.unwrap_or_else(random_keys);

    let mut builder = S3ServiceBuilder::new(s3::Front::new(store.clone()));
    builder.set_auth(Keys {
        access_key_id: keys.access_key_id.clone(),
        secret_access_key: keys.secret_access_key.clone(),
    });
    let mut config = S3Config::default();
    config.post_object_max_file_size = MAX_FORM_FILE;
    builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config))));

    let end = CancellationToken::new();
    let server = tokio::spawn(server::run(listener, builder.build(), end.clone()));
    Ok(Practice {
        endpoint: format!("http://{address}"),
        keys,
        store,
        end,
        server: Some(server),
        _lock: lock,
    })
}

impl Practice {
    /// `http://127.0.0.1:PORT`, to be used with path-style addressing.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The region to sign for.
    pub fn region(&self) -> &str {
        REGION
    }

    pub fn access_key_id(&self) -> &str {
        &self.keys.access_key_id
    }

    pub fn secret_access_key(&self) -> &SecretString {
        &self.keys.secret_access_key
    }

    /// The folder that holds the buckets.
    pub fn folder(&self) -> &Path {
        self.store.folder()
    }

    /// Makes a bucket, or leaves one that is there as it is. A bucket that is
    /// made here has versioning enabled where `versioned` says so.
    ///
    /// # Errors
    /// [`PracticeError::BucketName`] where S3 does not allow the name, and
    /// [`PracticeError::Refused`] where the disk does not play along.
    pub async fn create_bucket(&self, name: &str, versioned: bool) -> Result<(), PracticeError> {
        if !s3s::path::check_bucket_name(name) {
            return Err(PracticeError::BucketName(name.to_owned()));
        }
        let (store, name) = (self.store.clone(), name.to_owned());
        let made = error::on_disk(move || bucket::ensure(&store, &name, versioned)).await;
        made.map_err(PracticeError::from)
    }

    /// Writes the sample courses into a bucket that is empty and never had them.
    /// Returns whether it did.
    ///
    /// # Errors
    /// [`PracticeError::Refused`] where there is no such bucket or the disk does
    /// not play along.
    pub async fn seed(&self, bucket: &str) -> Result<bool, PracticeError> {
        Ok(seed::seed(&self.store, bucket).await?)
    }

    /// Ends the server: requests that run may end, for some seconds; new ones are
    /// not taken.
    pub async fn stop(mut self) {
        self.end.cancel();
        if let Some(server) = self.server.take() {
            let _ = server.await;
        }
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        self.end.cancel();
        if let Some(server) = self.server.take() {
            server.abort();
        }
    }
}

impl fmt::Debug for Practice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Practice")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

impl From<s3s::S3Error> for PracticeError {
    fn from(error: s3s::S3Error) -> Self {
        Self::Refused {
            code: error.code().as_str().to_owned(),
            message: error
                .message()
                .unwrap_or("the practice store refused")
                .to_owned(),
        }
    }
}

fn random_keys() -> AccessKeys {
    const ID: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const SECRET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    AccessKeys {
        access_key_id: format!("PRACTICE{}", random_text(ID, 12)),
        secret_access_key: SecretString::from(random_text(SECRET, 40)),
    }
}

fn random_text(alphabet: &[u8], length: usize) -> String {
    let mut random = rand::rng();
    (0..length)
        .map(|_| char::from(alphabet[random.random_range(0..alphabet.len())]))
        .collect()
}
