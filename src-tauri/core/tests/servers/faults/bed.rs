//! A core whose bucket lies behind the fault proxy, and the same bucket seen
//! directly, to judge what became of it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::presigning::PresigningConfig;
use lectern_core::clock::Clock;
use lectern_core::connection::{
    Addressing, Connection, ConnectionDraft, ConnectionId, CredentialSource, Secrets,
};
use lectern_core::store::Store;
use lectern_core::{Folders, Lectern};
use lectern_faults::FaultProxy;
use lectern_practice::{AccessKeys, Practice, PracticeOptions, serve};

use crate::running::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::server::{Bed, Kind, secret};

const BUCKET: &str = "course";

/// As what a store is known, which decides how bytes are proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Like Amazon S3: one CRC64NVME over the whole object.
    AsAmazon,
    /// Like any other store: a CRC32 of each part.
    AsOther,
}

pub struct FaultBed {
    /// Its connection goes through the proxy, its store does not.
    pub bed: Bed,
    pub proxy: FaultProxy,
    _practice: Option<Practice>,
}

impl std::ops::Deref for FaultBed {
    type Target = Bed;

    fn deref(&self) -> &Bed {
        &self.bed
    }
}

impl FaultBed {
    pub async fn new(known: Known) -> Self {
        match known {
            Known::AsAmazon => {
                let folder = tempfile::tempdir().unwrap();
                let lectern = open(&folder);
                Self::as_amazon(folder, lectern).await
            }
            Known::AsOther => Self::as_other().await,
        }
    }

    /// With its catalogue in a file.
    pub async fn recording_in(data: &Path) -> Self {
        let (folders, secrets) = (Folders::below(data), Secrets::session_only());
        let lectern = Lectern::open(folders, secrets, Clock::system()).unwrap();
        Self::as_amazon(tempfile::tempdir().unwrap(), Arc::new(lectern)).await
    }

    async fn as_amazon(folder: tempfile::TempDir, lectern: Arc<Lectern>) -> Self {
        let practice = CredentialSource::Practice {
            folder: Some(folder.path().join("practice").display().to_string()),
        };
        let direct = connect(&lectern, practice.clone(), None);
        let store = lectern.stores.of(&lectern, &direct.id).await.unwrap();
        let proxy = FaultProxy::start(&endpoint_of(&store).await, 1).unwrap();
        let connection = connect(&lectern, practice, Some(proxy.endpoint().to_owned()));
        Self {
            bed: Bed {
                kind: Kind::Practice,
                lectern,
                connection,
                store,
                folder,
            },
            proxy,
            _practice: None,
        }
    }

    async fn as_other() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let practice = serve(PracticeOptions {
            folder: folder.path().join("practice"),
            port: None,
            keys: Some(AccessKeys {
                access_key_id: ACCESS_KEY_ID.to_owned(),
                secret_access_key: SECRET_ACCESS_KEY.into(),
            }),
        })
        .await
        .unwrap();
        practice.create_bucket(BUCKET, false).await.unwrap();
        let lectern = open(&folder);
        let proxy = FaultProxy::start(practice.endpoint(), 1).unwrap();
        let direct = connect(&lectern, keys(), Some(practice.endpoint().to_owned()));
        let store = lectern.stores.of(&lectern, &direct.id).await.unwrap();
        let connection = connect(&lectern, keys(), Some(proxy.endpoint().to_owned()));
        Self {
            bed: Bed {
                kind: Kind::Practice,
                lectern,
                connection,
                store,
                folder,
            },
            proxy,
            _practice: Some(practice),
        }
    }

    /// What the direct connection is called; uploads through it meet no fault.
    pub fn direct(&self) -> &ConnectionId {
        &self.store.connection().id
    }
}

fn open(folder: &tempfile::TempDir) -> Arc<Lectern> {
    let folders = Folders::below(&folder.path().join("lectern"));
    let lectern = Lectern::in_memory(folders, Secrets::session_only(), Clock::system());
    Arc::new(lectern.unwrap())
}

fn keys() -> CredentialSource {
    CredentialSource::AccessKeys {
        access_key_id: ACCESS_KEY_ID.to_owned(),
    }
}

fn connect(lectern: &Lectern, source: CredentialSource, endpoint: Option<String>) -> Connection {
    let connection = Connection {
        id: ConnectionId::fresh(),
        draft: ConnectionDraft {
            name: "Faults".into(),
            bucket: BUCKET.into(),
            prefix: String::new(),
            region: None,
            endpoint,
            addressing: Addressing::Path,
            source,
        },
    };
    lectern.catalog.insert_connection(&connection, 0).unwrap();
    lectern.secrets.keep_for_session(&connection.id, secret());
    connection
}

/// Where the practice server of a store listens.
async fn endpoint_of(store: &Store) -> String {
    let soon = PresigningConfig::expires_in(Duration::from_mins(1)).unwrap();
    let get = store.client().get_object().bucket(store.bucket()).key("k");
    let url = get.presigned(soon).await.unwrap().uri().to_owned();
    let (_, rest) = url.split_once("http://").unwrap();
    format!("http://{}", rest.split('/').next().unwrap())
}
