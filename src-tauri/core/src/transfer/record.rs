//! What a job leaves in the catalogue: its transfers while they are under way,
//! the materials it made or moved, and the activity.
//!
//! A job whose transfers cannot be written down does not begin: it could not
//! be taken up. Under way, a step that cannot be recorded stops nothing that
//! is done, since what is stored is stored; it is logged.

use std::sync::Arc;

use super::disk::blocking;
use super::run::Run;
use super::work::{MoveItem, Work};
use crate::activity;
use crate::browse::place;
use crate::catalog::{
    Begun, Material, TransferBatch, TransferDirection, TransferPart, TransferRow, TransferState,
    TransferWrite,
};
use crate::clock::UnixMillis;
use crate::error::{Error, Result};
use crate::lectern::Lectern;
use crate::store::Store;

/// How long ended transfers stay in the catalogue.
const HISTORY: UnixMillis = 30 * 24 * 60 * 60 * 1_000;

/// Names the rows of one job: one a transfer, by its index.
#[derive(Debug, Clone)]
pub(super) struct Records {
    pub(super) ids: Arc<[String]>,
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

/// What a copy made.
pub(super) struct Made<'a> {
    pub(super) store: &'a Store,
    pub(super) key: &'a str,
    pub(super) etag: Option<&'a str>,
}

impl Records {
    /// Writes a row for every item, before any of them begins.
    ///
    /// # Errors
    /// `Catalogue`: nothing was begun.
    pub(super) async fn begin(
        lectern: &Arc<Lectern>,
        store: &Arc<Store>,
        work: &Arc<Work>,
        target: &str,
    ) -> Result<Self> {
        let (lectern, store, work) = (Arc::clone(lectern), Arc::clone(store), Arc::clone(work));
        let target = target.to_owned();
        blocking(move || {
            let now = lectern.clock.now_ms();
            lectern.catalog.trim_transfers(now - HISTORY)?;
            let batch = TransferBatch {
                id: uuid::Uuid::new_v4().to_string(),
                connection_id: store.connection().id.clone(),
                direction: direction(&work),
                target,
                runner: lectern.transfers.runner(&lectern)?.id().to_owned(),
                created_at: now,
            };
            let rows = rows(&store, &work, &batch)?;
            lectern.catalog.insert_transfers(&batch, &rows)?;
            let ids = rows.into_iter().map(|row| row.id).collect();
            Ok(Self { ids })
        })
        .await
    }

    pub(super) fn id(&self, index: usize) -> String {
        self.ids.get(index).cloned().unwrap_or_default()
    }

    /// Parts are about to go, or to come; returns when that is written.
    ///
    /// # Errors
    /// `Catalogue`: what was begun could not be found again.
    pub(super) async fn begun(
        &self,
        run: &Run,
        index: usize,
        begun: Begun,
        checksum: Option<String>,
    ) -> Result<()> {
        let write = TransferWrite::Begun {
            id: self.id(index),
            begun,
            checksum,
        };
        let journal = &run.lectern.transfers.journal;
        journal.written(&run.lectern, vec![write]).await
    }

    pub(super) async fn part(&self, run: &Run, index: usize, part: TransferPart) {
        let id = self.id(index);
        tell(run, vec![TransferWrite::Part { id, part }]).await;
    }

    /// What was begun is gone, and its parts with it.
    pub(super) async fn not_begun(&self, run: &Run, index: usize) {
        let id = self.id(index);
        tell(run, vec![TransferWrite::NotBegun { id }]).await;
    }

    pub(super) async fn uploaded(&self, run: &Run, index: usize, stored: &Stored) {
        let (lectern, store) = (&run.lectern, run.store());
        let mut writes = vec![TransferWrite::Ended {
            id: self.id(index),
            state: TransferState::Done,
            key: Some(stored.key.clone()),
            checksum: stored.checksum.clone(),
            error: None,
        }];
        if !stored.key.ends_with('/') {
            writes.push(TransferWrite::Material(material(lectern, &store, stored)));
        }
        let detail = serde_json::json!({
            "bytes": stored.size,
            "checksum": stored.checksum,
            "verified": stored.verified,
        });
        let activity = activity::entry(lectern, &store, "upload", &stored.key, Some(&detail));
        writes.push(TransferWrite::Activity(activity));
        tell(run, writes).await;
    }

    pub(super) async fn downloaded(&self, run: &Run, index: usize, checksum: Option<String>) {
        self.ended(run, index, TransferState::Done, checksum, None)
            .await;
    }

    /// The object is at its new key; the record of one that was moved follows.
    pub(super) async fn moved(&self, run: &Run, index: usize, item: &MoveItem, made: &Made<'_>) {
        let (lectern, store) = (&run.lectern, run.store());
        let id = self.id(index);
        let mut writes = vec![
            TransferWrite::Ended {
                id: id.clone(),
                state: TransferState::Done,
                key: Some(made.key.to_owned()),
                checksum: None,
                error: None,
            },
            TransferWrite::Stored {
                id,
                etag: made.etag.map(str::to_owned),
            },
        ];
        if let Some(id) = &item.takes_back {
            writes.push(TransferWrite::TakenBack { id: id.clone() });
        }
        writes.push(TransferWrite::MaterialMoved {
            connection: store.connection().id.clone(),
            bucket: store.bucket().to_owned(),
            from: item.from.clone(),
            to_connection: made.store.connection().id.clone(),
            to_bucket: made.store.bucket().to_owned(),
            to: made.key.to_owned(),
            keep: !item.delete_original,
        });
        let action = match (item.delete_original, &item.takes_back) {
            (true, Some(_)) => "undo move",
            (true, None) => "move",
            (false, _) => "copy",
        };
        let detail = serde_json::json!({ "to": made.key, "bucket": made.store.bucket() });
        let activity = activity::entry(lectern, &store, action, &item.from, Some(&detail));
        writes.push(TransferWrite::Activity(activity));
        tell(run, writes).await;
    }

    /// It was the same already.
    pub(super) async fn skipped(&self, run: &Run, index: usize) {
        self.ended(run, index, TransferState::Skipped, None, None)
            .await;
    }

    pub(super) async fn cancelled(&self, run: &Run, index: usize) {
        self.ended(run, index, TransferState::Cancelled, None, None)
            .await;
    }

    pub(super) async fn failed(&self, run: &Run, index: usize, error: &Error) {
        let error = Some(error.clone());
        self.ended(run, index, TransferState::Failed, None, error)
            .await;
    }

    async fn ended(
        &self,
        run: &Run,
        index: usize,
        state: TransferState,
        checksum: Option<String>,
        error: Option<Error>,
    ) {
        let ended = TransferWrite::Ended {
            id: self.id(index),
            state,
            key: None,
            checksum,
            error,
        };
        tell(run, vec![ended]).await;
    }

    /// Returns when all that was told is written.
    pub(super) async fn flush(&self, run: &Run) {
        let journal = &run.lectern.transfers.journal;
        // What could not be written was logged when it was told.
        let _ = journal.written(&run.lectern, Vec::new()).await;
    }
}

async fn tell(run: &Run, writes: Vec<TransferWrite>) {
    let journal = &run.lectern.transfers.journal;
    journal.tell(&run.lectern, writes).await;
}

fn material(lectern: &Lectern, store: &Store, stored: &Stored) -> Material {
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
        added_at: lectern.clock.now_ms(),
    }
}

/// The user action that a row belongs to.
pub(super) fn batch_of(id: &str) -> &str {
    id.rsplit_once('-').map_or(id, |(batch, _)| batch)
}

fn direction(work: &Work) -> TransferDirection {
    match work {
        Work::Upload(_) => TransferDirection::Upload,
        Work::Download(_) => TransferDirection::Download,
        Work::Move(_) => TransferDirection::Copy,
    }
}

fn rows(store: &Store, work: &Work, batch: &TransferBatch) -> Result<Vec<TransferRow>> {
    (0..work.len())
        .map(|index| {
            let (key, size) = work.key_and_size(index);
            Ok(TransferRow {
                id: format!("{}-{index}", batch.id),
                batch: batch.id.clone(),
                connection_id: batch.connection_id.clone(),
                direction: batch.direction,
                bucket: store.bucket().to_owned(),
                key: key.to_owned(),
                size,
                item: work.item_json(index)?,
                position: u32::try_from(index).unwrap_or(u32::MAX),
                begun: None,
                state: TransferState::Waiting,
                checksum: None,
                created_at: batch.created_at,
            })
        })
        .collect()
}
