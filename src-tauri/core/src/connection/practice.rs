//! The practice store: a local folder, served as S3 by Lectern itself, in this
//! process, so that everything can be tried with no account.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use lectern_practice::{Practice, PracticeError, PracticeOptions, serve};
use secrecy::ExposeSecret;
use tokio::sync::Mutex;

use super::{Addressing, Connection, ConnectionDraft, ConnectionId, CredentialSource};
use crate::browse;
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::store::{Access, Identity, Service};

/// The bucket of the built-in practice connection, and so the name of the
/// folder in which a person finds the files.
pub(super) const BUCKET: &str = "my-courses";

/// The servers that run, one a folder; each ends with the last store that uses it.
#[derive(Default)]
pub(super) struct Servers {
    running: Mutex<HashMap<PathBuf, Weak<Practice>>>,
    /// Held while the built-in connection is looked for and made.
    making: Mutex<()>,
}

impl Servers {
    async fn of(&self, folder: &Path) -> Result<Arc<Practice>> {
        tokio::fs::create_dir_all(folder)
            .await
            .map_err(|error| unusable(folder, &error.to_string()))?;
        let folder = tokio::fs::canonicalize(folder)
            .await
            .map_err(|error| unusable(folder, &error.to_string()))?;
        let mut running = self.running.lock().await;
        if let Some(practice) = running.get(&folder).and_then(Weak::upgrade) {
            return Ok(practice);
        }
        let options = PracticeOptions {
            folder: folder.clone(),
            port: None,
            keys: None,
        };
        let practice = serve(options).await;
        let practice = Arc::new(practice.map_err(|error| refused(&folder, &error))?);
        running.retain(|_, known| known.strong_count() > 0);
        running.insert(folder, Arc::downgrade(&practice));
        Ok(practice)
    }
}

pub(super) fn draft(folder: Option<String>) -> ConnectionDraft {
    ConnectionDraft {
        name: "Practice".to_owned(),
        bucket: BUCKET.to_owned(),
        prefix: String::new(),
        region: None,
        endpoint: None,
        addressing: Addressing::Auto,
        source: CredentialSource::Practice { folder },
    }
}

/// Starts the server where it does not run, with the connection's bucket in it.
/// The built-in one keeps versions, so that undo can be tried; a folder of the
/// person's own stays as plain as it is.
pub(super) async fn access(
    lectern: &Lectern,
    connection: &Connection,
    folder: Option<&str>,
) -> Result<Access> {
    let practice = running(lectern, folder).await?;
    practice
        .create_bucket(&connection.bucket, folder.is_none())
        .await
        .map_err(|error| refused(practice.folder(), &error))?;
    Ok(Access {
        service: Service::Practice,
        identity: Identity::keys(
            practice.access_key_id(),
            practice.secret_access_key().expose_secret(),
            None,
        ),
        region: Some(practice.region().to_owned()),
        endpoint: Some(practice.endpoint().to_owned()),
        keep: Some(practice),
    })
}

/// The built-in practice connection, made and seeded where it is not there.
/// Seeding happens once in the life of the folder.
pub async fn practice(lectern: &Lectern) -> Result<Connection> {
    let _making = lectern.stores.practice.making.lock().await;
    let known = lectern.catalog.connections()?.into_iter();
    let mut known =
        known.filter(|connection| connection.source == CredentialSource::Practice { folder: None });
    let connection = match known.next() {
        Some(connection) => connection,
        None => {
            let connection = Connection {
                id: ConnectionId::fresh(),
                draft: draft(None),
            };
            let at = lectern.clock.now_ms();
            lectern.catalog.insert_connection(&connection, at)?;
            connection
        }
    };
    lectern.stores.of(lectern, &connection.id).await?;
    let practice = running(lectern, None).await?;
    let seeded = practice
        .seed(&connection.bucket)
        .await
        .map_err(|error| refused(practice.folder(), &error))?;
    if seeded {
        pin_samples(lectern, &connection.id)?;
    }
    Ok(connection)
}

/// Each sample course stands in the sidebar from the start.
fn pin_samples(lectern: &Lectern, id: &ConnectionId) -> Result<()> {
    let samples = lectern_practice::sample_course();
    let folders: BTreeSet<&str> = samples
        .iter()
        .filter_map(|file| Some(file.key.split_once('/')?.0))
        .collect();
    for folder in folders {
        browse::pin(lectern, id, &format!("{folder}/"), folder)?;
    }
    Ok(())
}

async fn running(lectern: &Lectern, folder: Option<&str>) -> Result<Arc<Practice>> {
    let folder = folder.map_or_else(|| lectern.folders.practice(), PathBuf::from);
    lectern.stores.practice.of(&folder).await
}

fn refused(folder: &Path, error: &PracticeError) -> Error {
    match error {
        PracticeError::InUse => Error::new(
            Code::LocalFile,
            "Another Lectern is serving this practice folder.",
        )
        .about(folder.display().to_string())
        .next("Close the other one (the app, or “practice serve” at a prompt) and try again."),
        PracticeError::Listen(cause) => Error::new(
            Code::NoNetwork,
            "The practice store could not start on this computer.",
        )
        .next("Check whether a firewall forbids programs to listen on 127.0.0.1.")
        .detail(cause.to_string()),
        PracticeError::BucketName(name) => Error::new(
            Code::InvalidBucketName,
            format!("“{name}” cannot be the name of a bucket."),
        )
        .about("bucket")
        .next("Choose 3 to 63 small letters, digits, dots and hyphens."),
        other => unusable(folder, &other.to_string()),
    }
}

fn unusable(folder: &Path, cause: &str) -> Error {
    Error::new(Code::LocalFile, "The practice folder cannot be used.")
        .about(folder.display().to_string())
        .next("Check that the folder can be written to and that the disk is not full.")
        .detail(cause)
}
