//! A bucket somewhere else, at the end of a line that a test can slow down and
//! break.

use std::path::PathBuf;

use lectern_faults::{Fault, FaultProxy, Operation, Rule};
use lectern_practice::{Practice, PracticeOptions, serve};
use secrecy::ExposeSecret;

use crate::desk::Desk;
use crate::window::Window;

pub const BUCKET: &str = "maths-teaching";
const SEED: u64 = 3;

pub struct Remote {
    pub store: Practice,
    pub line: FaultProxy,
    folder: PathBuf,
}

impl Remote {
    pub async fn serve(desk: &Desk) -> Self {
        let folder = desk.folder().join("elsewhere");
        let store = serve_store(&folder).await;
        let line = FaultProxy::start(store.endpoint(), SEED).unwrap();
        Self {
            store,
            line,
            folder,
        }
    }

    /// Where an object lies: plain files stay plain files.
    pub fn file(&self, key: &str) -> PathBuf {
        self.folder.join(BUCKET).join(key)
    }

    /// All uploads together get no more than this.
    pub fn slow_down(&self, bytes_a_second: u64) {
        let limit = Fault::Bandwidth { bytes_a_second };
        self.line.add(Rule::on(Operation::UploadPart, limit));
    }

    /// Requests of this kind that were done and answered.
    pub fn completed(&self, operation: Operation) -> usize {
        self.line.log().completed(operation).len()
    }
}

/// A store of its own beside the app, with a bucket that has one file.
pub async fn serve_store(folder: &std::path::Path) -> Practice {
    let store = serve(PracticeOptions {
        folder: folder.to_path_buf(),
        port: None,
        keys: None,
    })
    .await
    .unwrap();
    store.create_bucket(BUCKET, false).await.unwrap();
    std::fs::write(folder.join(BUCKET).join("syllabus.txt"), b"week 1").unwrap();
    store
}

/// Fills in the connection dialog that is open.
pub async fn fill_in(window: &Window, store: &Practice, endpoint: &str) {
    window.click("source-accessKeys").await;
    let secret = store.secret_access_key().expose_secret();
    window
        .fill("field-access-key-id", store.access_key_id())
        .await;
    window.fill("field-secret", secret).await;
    window.fill("field-bucket", BUCKET).await;
    window.click("connection-more").await;
    window.fill("field-endpoint", endpoint).await;
    window.fill("field-region", store.region()).await;
}
