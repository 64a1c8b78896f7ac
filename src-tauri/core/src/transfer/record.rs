//! What a job leaves in the catalogue: its transfers while they are under way,
//! the materials it made or moved, and the activity.
//!
//! A catalogue that cannot be written stops no transfer: what was stored is
//! stored. It is logged, and the next start of the app says that the file is
//! damaged if it is.

use std::sync::Arc;

use super::disk::blocking;
use super::run::Run;
use super::work::{UploadSource, Work};
use crate::activity;
use crate::browse::place;
use crate::catalog::{Material, TransferDirection, TransferPart, TransferRow, TransferState};
use crate::clock::UnixMillis;
use crate::error::{Error, Result};
use crate::lectern::Lectern;
use crate::store::Store;

/// How long ended transfers stay in the catalogue.
const HISTORY: UnixMillis = 30 * 24 * 60 * 60 * 1_000;

/// Names the rows of one job: one a transfer, by its index.
pub(super) struct Records {
    batch: String,
}

/// What an upload stored.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) key: String,
    pub(super) size: u64,
    pub(super) etag: Option<String>,
    /// `algorithm:base64`, ours.
    pub(super) checksum: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) verified: bool,
}

impl Records {
    /// Writes a row for every item, before any of them begins.
    pub(super) async fn begin(
        lectern: &Arc<Lectern>,
        store: &Arc<Store>,
        work: &Arc<Work>,
    ) -> Self {
        let batch = uuid::Uuid::new_v4().to_string();
        let records = Self {
            batch: batch.clone(),
        };
        let (lectern, store, work) = (Arc::clone(lectern), Arc::clone(store), Arc::clone(work));
        logged(blocking(move || {
            let now = lectern.clock.now_ms();
            lectern.catalog.trim_transfers(now - HISTORY)?;
            let rows = rows(&store, &work, &batch, now);
            lectern.catalog.insert_transfers(&rows)
        }))
        .await;
        records
    }

    fn id(&self, index: usize) -> String {
        row_id(&self.batch, index)
    }

    pub(super) async fn multipart(&self, run: &Run, index: usize, upload_id: &str, part_size: u64) {
        let (id, upload_id) = (self.id(index), upload_id.to_owned());
        write(run, move |lectern, _, now| {
            let catalog = &lectern.catalog;
            catalog.begin_transfer_parts(&id, &upload_id, part_size, now)
        })
        .await;
    }

    pub(super) async fn part(&self, run: &Run, index: usize, part: TransferPart) {
        let id = self.id(index);
        write(run, move |lectern, _, _| {
            lectern.catalog.put_transfer_part(&id, &part)
        })
        .await;
    }

    /// The store has no parts of it any more.
    pub(super) async fn no_parts(&self, run: &Run, index: usize) {
        let id = self.id(index);
        write(run, move |lectern, _, now| {
            lectern.catalog.drop_transfer_parts(&id, now)
        })
        .await;
    }

    pub(super) async fn uploaded(&self, run: &Run, index: usize, stored: &Stored) {
        let (id, stored) = (self.id(index), stored.clone());
        write(run, move |lectern, store, now| {
            let checksum = stored.checksum.as_deref();
            lectern.catalog.end_transfer(
                &id,
                TransferState::Done,
                Some(&stored.key),
                checksum,
                None,
                now,
            )?;
            lectern.catalog.drop_transfer_parts(&id, now)?;
            if !stored.key.ends_with('/') {
                lectern
                    .catalog
                    .put_material(&material(lectern, store, &stored, now))?;
            }
            let detail = serde_json::json!({
                "bytes": stored.size,
                "checksum": stored.checksum,
                "verified": stored.verified,
            });
            activity::record(lectern, store, "upload", &stored.key, Some(&detail))
        })
        .await;
    }

    pub(super) async fn downloaded(&self, run: &Run, index: usize, checksum: Option<String>) {
        let id = self.id(index);
        write(run, move |lectern, _, now| {
            let checksum = checksum.as_deref();
            lectern
                .catalog
                .end_transfer(&id, TransferState::Done, None, checksum, None, now)
        })
        .await;
    }

    /// The object is at its new key; its record follows.
    pub(super) async fn moved(&self, run: &Run, index: usize, from: &str, to: &str) {
        let (id, from, to) = (self.id(index), from.to_owned(), to.to_owned());
        write(run, move |lectern, store, now| {
            lectern
                .catalog
                .end_transfer(&id, TransferState::Done, None, None, None, now)?;
            follow(lectern, store, &from, &to)?;
            let detail = serde_json::json!({ "to": to });
            activity::record(lectern, store, "move", &from, Some(&detail))
        })
        .await;
    }

    pub(super) async fn cancelled(&self, run: &Run, index: usize) {
        self.ended(run, index, TransferState::Cancelled, None).await;
    }

    pub(super) async fn failed(&self, run: &Run, index: usize, error: &Error) {
        self.ended(run, index, TransferState::Failed, Some(error.clone()))
            .await;
    }

    async fn ended(&self, run: &Run, index: usize, state: TransferState, error: Option<Error>) {
        let id = self.id(index);
        write(run, move |lectern, _, now| {
            lectern
                .catalog
                .end_transfer(&id, state, None, None, error.as_ref(), now)
        })
        .await;
    }

    /// What was never begun is cancelled with its job.
    pub(super) async fn end(&self, run: &Run) {
        let batch = self.batch.clone();
        write(run, move |lectern, _, now| {
            lectern.catalog.cancel_waiting_transfers(&batch, now)
        })
        .await;
    }
}

async fn write<F>(run: &Run, work: F)
where
    F: FnOnce(&Lectern, &Store, UnixMillis) -> Result<()> + Send + 'static,
{
    let (lectern, store) = (Arc::clone(&run.lectern), run.store());
    logged(blocking(move || {
        work(&lectern, &store, lectern.clock.now_ms())
    }))
    .await;
}

async fn logged(work: impl Future<Output = Result<()>>) {
    if let Err(error) = work.await {
        let detail = error.technical.as_ref().and_then(|t| t.detail.clone());
        tracing::warn!(%error, detail, "a transfer could not be recorded");
    }
}

fn material(lectern: &Lectern, store: &Store, stored: &Stored, now: UnixMillis) -> Material {
    Material {
        connection_id: store.connection().id.clone(),
        bucket: store.bucket().to_owned(),
        key: stored.key.clone(),
        title: place::last_segment(&stored.key).to_owned(),
        size: stored.size,
        etag: stored.etag.clone(),
        checksum: stored.checksum.clone(),
        content_type: stored.content_type.clone(),
        added_by: lectern.actor.clone(),
        added_at: now,
    }
}

fn follow(lectern: &Lectern, store: &Store, from: &str, to: &str) -> Result<()> {
    let id = &store.connection().id;
    let Some(mut material) = lectern.catalog.take_material(id, store.bucket(), from)? else {
        return Ok(());
    };
    // A title of its own stays; one that was the name follows the name.
    if material.title == place::last_segment(from) {
        material.title = place::last_segment(to).to_owned();
    }
    material.key = to.to_owned();
    lectern.catalog.put_material(&material)
}

fn row_id(batch: &str, index: usize) -> String {
    format!("{batch}-{index}")
}

fn rows(store: &Store, work: &Work, batch: &str, now: UnixMillis) -> Vec<TransferRow> {
    let row = |index: usize, direction, key: &str, size| TransferRow {
        id: row_id(batch, index),
        batch: batch.to_owned(),
        connection_id: store.connection().id.clone(),
        direction,
        bucket: store.bucket().to_owned(),
        key: key.to_owned(),
        local_path: None,
        size,
        source_modified_at: None,
        part_size: None,
        upload_id: None,
        condition: None,
        state: TransferState::Waiting,
        checksum: None,
        created_at: now,
    };
    match work {
        Work::Upload(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let mut row = row(index, TransferDirection::Upload, &item.key, item.size());
                if let UploadSource::File(source) = &item.source {
                    row.local_path = Some(source.path.to_string_lossy().into_owned());
                    row.source_modified_at = source.modified_ms();
                }
                row.condition = serde_json::to_string(&item.condition).ok();
                row
            })
            .collect(),
        Work::Download(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let mut row = row(index, TransferDirection::Download, &item.key, item.size);
                let path = item.root.join(&item.path);
                row.local_path = Some(path.to_string_lossy().into_owned());
                row
            })
            .collect(),
        Work::Move(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let mut row = row(index, TransferDirection::Copy, &item.to, item.size);
                row.local_path = Some(item.from.clone());
                row
            })
            .collect(),
    }
}
