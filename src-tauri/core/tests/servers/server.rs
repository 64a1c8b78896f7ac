//! The servers, and the bed that each test gets.

use std::path::Path;
use std::sync::Arc;

use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};
use lectern_core::clock::Clock;
use lectern_core::connection::{
    Addressing, Connection, ConnectionDraft, ConnectionId, CredentialSource, KeySecret, Secrets,
};
use lectern_core::store::Store;
use lectern_core::{Folders, Lectern};

use crate::running::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, moto, rclone};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Practice,
    /// The practice store on a bucket that keeps versions.
    PracticeVersioned,
    /// With versions, and without any check of signatures.
    Moto,
    Rclone,
}

/// What a test may need of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    dead_code,
    reason = "named by the suite's tests as they come to need it"
)]
pub enum Needs {
    /// The bucket keeps versions.
    Versions,
    /// The bucket keeps none.
    NoVersions,
    /// Signatures and the expiry of presigned URLs are checked.
    Signatures,
    /// `If-None-Match: *` and `If-Match` are honoured.
    ConditionalWrites,
    /// A wrong checksum is refused, and a right one is given back.
    Checksums,
    /// User metadata and `Content-Type` come back.
    Metadata,
    /// Tags and the configuration of the bucket.
    Tags,
    /// Uploads in parts.
    Multipart,
    /// Unfinished uploads can be listed.
    ListsUploads,
    /// Several copies at once.
    CopiesAtOnce,
    /// Objects can be in another storage class than the standard one.
    StorageClasses,
    /// Keys that end in `/` or that no file could be named by.
    AnyKey,
}

impl Kind {
    /// Why a server cannot be put to a test with this need; `None`: it can.
    pub fn lacks(self, need: Needs) -> Option<&'static str> {
        use Kind::{Moto, Practice, PracticeVersioned, Rclone};
        match (self, need) {
            (Practice, Needs::Versions) => Some("this bucket keeps no versions"),
            (PracticeVersioned | Moto, Needs::NoVersions) => Some("this bucket keeps versions"),
            (Moto, Needs::Signatures) => Some("moto checks no signature and no expiry"),
            (Moto, Needs::Checksums) => Some("moto believes every checksum"),
            (Rclone, Needs::Versions) => Some("rclone keeps no versions"),
            (Rclone, Needs::ConditionalWrites) => Some("rclone ignores conditions of writes"),
            (Rclone, Needs::Checksums) => Some("rclone ignores checksums"),
            (Rclone, Needs::Metadata) => Some("rclone keeps metadata in memory only"),
            (Rclone, Needs::Tags) => Some("rclone ignores unknown subresources"),
            (Rclone, Needs::Multipart) => {
                Some("rclone answers CreateMultipartUpload with an element that is not in the API")
            }
            (Rclone, Needs::ListsUploads) => Some("rclone does not list unfinished uploads"),
            (Rclone, Needs::CopiesAtOnce) => {
                Some("rclone's copies wait for each other for minutes")
            }
            (Practice | PracticeVersioned | Rclone, Needs::StorageClasses) => {
                Some("this store has one class only")
            }
            (Rclone, Needs::AnyKey) => Some("rclone makes a file or folder of every key"),
            _ => None,
        }
    }
}

/// Makes one test a server of an `async fn(Bed)` of the same name; `[…]` holds
/// what it [`Needs`].
#[macro_export]
macro_rules! on_every_server {
    ($name:ident, [$($need:ident),* $(,)?]) => {
        mod $name {
            use $crate::server::{self, Kind, Needs};

            const NEEDS: &[Needs] = &[$(Needs::$need),*];

            #[test]
            fn practice() {
                server::put_to(Kind::Practice, NEEDS, super::$name);
            }

            #[test]
            fn practice_with_versions() {
                server::put_to(Kind::PracticeVersioned, NEEDS, super::$name);
            }

            #[test]
            fn moto() {
                server::put_to(Kind::Moto, NEEDS, super::$name);
            }

            #[test]
            fn rclone() {
                server::put_to(Kind::Rclone, NEEDS, super::$name);
            }
        }
    };
}

/// An open core with a connection on a fresh bucket.
pub struct Bed {
    pub kind: Kind,
    pub lectern: Arc<Lectern>,
    pub connection: Connection,
    pub store: Arc<Store>,
    /// A folder of the test's own, gone with it.
    #[allow(dead_code, reason = "for the suite's other modules")]
    pub folder: tempfile::TempDir,
}

/// Runs a test on a server, or says why it cannot be.
pub fn put_to<F: Future<Output = ()>>(kind: Kind, needs: &[Needs], test: impl FnOnce(Bed) -> F) {
    for need in needs {
        if let Some(why) = kind.lacks(*need) {
            #[allow(clippy::print_stdout, reason = "shown with --nocapture")]
            {
                println!("not put to {kind:?} ({need:?}): {why}");
            }
            return;
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        test(Bed::new(kind).await).await;
    });
}

impl Bed {
    pub async fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let folders = Folders::below(&folder.path().join("lectern"));
        let lectern = Lectern::in_memory(folders, Secrets::session_only(), Clock::system());
        let lectern = Arc::new(lectern.unwrap());
        let connection = connect(&lectern, kind, folder.path());
        let store = lectern.stores.of(&lectern, &connection.id).await.unwrap();
        make_bucket(kind, &store).await;
        Self {
            kind,
            lectern,
            connection,
            store,
            folder,
        }
    }

    /// Another bucket of the same server, with a connection of its own.
    pub async fn beside(&self) -> (Connection, Arc<Store>) {
        let mut connection = Connection {
            id: ConnectionId::fresh(),
            draft: draft(self.kind, self.folder.path()),
        };
        connection.draft.name = "Beside".into();
        let catalog = &self.lectern.catalog;
        catalog.insert_connection(&connection, 0).unwrap();
        self.lectern
            .secrets
            .keep_for_session(&connection.id, secret());
        let stores = &self.lectern.stores;
        let store = stores.of(&self.lectern, &connection.id).await.unwrap();
        make_bucket(self.kind, &store).await;
        (connection, store)
    }

    /// Puts an object there, past the product.
    #[allow(dead_code, reason = "for the suite's other modules")]
    pub async fn put(&self, key: &str, body: &[u8]) {
        self.store
            .client()
            .put_object()
            .bucket(self.store.bucket())
            .key(key)
            .body(body.to_vec().into())
            .send()
            .await
            .unwrap();
    }

    /// The bytes of an object, past the product; `None` where there is none.
    #[allow(dead_code, reason = "for the suite's other modules")]
    pub async fn get(&self, key: &str) -> Option<Vec<u8>> {
        let answer = self
            .store
            .client()
            .get_object()
            .bucket(self.store.bucket())
            .key(key)
            .send()
            .await;
        match answer {
            Ok(answer) => Some(answer.body.collect().await.unwrap().to_vec()),
            Err(error) => {
                assert!(error.into_service_error().is_no_such_key());
                None
            }
        }
    }
}

/// What a connection to this server would be, on a bucket that is not there yet.
pub fn draft(kind: Kind, folder: &Path) -> ConnectionDraft {
    let name = format!("bed-{}", uuid::Uuid::new_v4());
    let (endpoint, source) = match kind {
        Kind::Practice | Kind::PracticeVersioned => (
            None,
            CredentialSource::Practice {
                folder: Some(folder.join("practice").display().to_string()),
            },
        ),
        Kind::Moto => (Some(moto().endpoint()), keys()),
        Kind::Rclone => (Some(rclone().endpoint()), keys()),
    };
    ConnectionDraft {
        name: name.clone(),
        bucket: name,
        prefix: String::new(),
        region: None,
        endpoint,
        addressing: Addressing::Auto,
        source,
    }
}

fn keys() -> CredentialSource {
    CredentialSource::AccessKeys {
        access_key_id: ACCESS_KEY_ID.to_owned(),
    }
}

pub fn secret() -> KeySecret {
    KeySecret {
        secret_access_key: SECRET_ACCESS_KEY.into(),
        session_token: None,
    }
}

fn connect(lectern: &Lectern, kind: Kind, folder: &Path) -> Connection {
    let connection = Connection {
        id: lectern_core::connection::ConnectionId::fresh(),
        draft: draft(kind, folder),
    };
    lectern.catalog.insert_connection(&connection, 0).unwrap();
    lectern.secrets.keep_for_session(&connection.id, secret());
    connection
}

/// A connection with keys to a store that the test itself brings.
pub fn keyed_connection(lectern: &Lectern, endpoint: String) -> ConnectionId {
    let connection = Connection {
        id: ConnectionId::fresh(),
        draft: ConnectionDraft {
            name: "Scripted".into(),
            bucket: "scripted".into(),
            prefix: String::new(),
            region: None,
            endpoint: Some(endpoint),
            addressing: Addressing::Auto,
            source: keys(),
        },
    };
    lectern.catalog.insert_connection(&connection, 0).unwrap();
    lectern.secrets.keep_for_session(&connection.id, secret());
    connection.id
}

async fn make_bucket(kind: Kind, store: &Store) {
    let client = store.client();
    let made = client.create_bucket().bucket(store.bucket()).send().await;
    if let Err(error) = made {
        // A practice connection comes with its bucket.
        assert!(error.into_service_error().is_bucket_already_owned_by_you());
    }
    if matches!(kind, Kind::PracticeVersioned | Kind::Moto) {
        let enabled = VersioningConfiguration::builder()
            .status(BucketVersioningStatus::Enabled)
            .build();
        client
            .put_bucket_versioning()
            .bucket(store.bucket())
            .versioning_configuration(enabled)
            .send()
            .await
            .unwrap();
    }
}

#[test]
fn every_need_is_met_by_some_server() {
    let servers = [
        Kind::Practice,
        Kind::PracticeVersioned,
        Kind::Moto,
        Kind::Rclone,
    ];
    let needs = [
        Needs::Versions,
        Needs::NoVersions,
        Needs::Signatures,
        Needs::ConditionalWrites,
        Needs::Checksums,
        Needs::Metadata,
        Needs::Tags,
        Needs::Multipart,
        Needs::ListsUploads,
        Needs::CopiesAtOnce,
        Needs::StorageClasses,
        Needs::AnyKey,
    ];
    for need in needs {
        let able = servers.iter().filter(|kind| kind.lacks(need).is_none());
        assert!(able.count() > 0, "{need:?}");
    }
}
