//! Deleting what was planned: written down, then done, then confirmed, a batch
//! at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::{StreamExt, stream};

use super::plan::{Planned, Target, count, is_file};
use super::{Deleted, DeletionPlanId, SIDE_BY_SIDE, Undo};
use crate::activity;
use crate::browse::place;
use crate::catalog::{BinRow, DeletionRow, UndoKind};
use crate::error::{Code, Error, Result};
use crate::job::{ItemDone, ItemFailure, JobReporter};
use crate::lectern::Lectern;
use crate::store::copy::{Copy, Over, copy};
use crate::store::remove::{BATCH, Doomed, Markers, is_certain, remove};
use crate::store::{Store, Versioning};
use crate::transfer::Direction;

/// Deletes what was planned, once; shown as a job while it runs.
///
/// # Errors
/// `NotFound` for a plan that was used, `Changed` when the bucket no longer
/// lets it be undone as the plan said. What happens to single objects is in
/// [`Deleted::failures`].
pub async fn delete(lectern: &Arc<Lectern>, plan: DeletionPlanId) -> Result<Deleted> {
    let planned = lectern.deletion_plans.take(plan)?;
    let store = lectern.stores.of(lectern, &planned.connection).await?;
    if planned.undo == Undo::Version && store.versioning_now().await? != Versioning::Enabled {
        return Err(Error::new(
            Code::Changed,
            "The bucket stopped keeping versions since this deletion was planned.",
        )
        .next("Choose what to delete again: you will be told what can be undone now."));
    }
    let files = count(planned.targets.len());
    let bytes = planned.targets.iter().map(|target| target.size).sum();
    let (_, reporter) = lectern
        .transfers
        .begin(Direction::Delete, &planned.title, files, bytes);
    let work = Work {
        deletion: row_of(lectern, &store, &planned),
        lectern: Arc::clone(lectern),
        store,
        reporter,
        stopped: AtomicBool::new(false),
    };
    // In a task of its own: it goes on when nobody waits for it any more.
    tokio::spawn(Arc::new(work).run(planned))
        .await
        .map_err(|error| Error::internal(error.to_string()))?
}

fn row_of(lectern: &Lectern, store: &Store, planned: &Planned) -> DeletionRow {
    DeletionRow {
        id: uuid::Uuid::new_v4().to_string(),
        connection_id: planned.connection.clone(),
        bucket: store.bucket().to_owned(),
        title: planned.title.clone(),
        undo: match planned.undo {
            Undo::Version => UndoKind::Version,
            Undo::Bin => UndoKind::Bin,
            Undo::None { .. } => UndoKind::None,
        },
        deleted_by: lectern.actor.clone(),
        deleted_at: lectern.clock.now_ms(),
        undone_at: None,
    }
}

/// DeleteObjects under way at once.
const BATCHES_AT_ONCE: usize = 8;

struct Work {
    lectern: Arc<Lectern>,
    store: Arc<Store>,
    deletion: DeletionRow,
    reporter: JobReporter,
    /// A batch could not be written down: no other begins.
    stopped: AtomicBool,
}

/// What batches came to.
#[derive(Default)]
struct Sum {
    failures: Vec<ItemFailure>,
    files: u32,
    bytes: u64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.failures.extend(other.failures);
        self.files += other.files;
        self.bytes += other.bytes;
    }
}

impl Work {
    async fn run(self: Arc<Self>, planned: Planned) -> Result<Deleted> {
        self.lectern.catalog.insert_deletion(&self.deletion)?;
        self.reporter.running();
        let (sum, outcome) = self.batches(planned.targets).await;
        self.reporter.finish();
        let catalog = &self.lectern.catalog;
        let nothing_gone = catalog.forget_empty_deletion(&self.deletion.id)?;
        if !nothing_gone {
            self.enter_activity(&sum)?;
        }
        outcome?;
        let can_be_undone = !nothing_gone && self.deletion.undo != UndoKind::None;
        Ok(Deleted {
            deletion_id: can_be_undone.then(|| self.deletion.id.clone()),
            title: self.deletion.title.clone(),
            files: sum.files,
            failures: sum.failures,
        })
    }

    /// What has begun is brought to its end, also when another batch fails.
    async fn batches(self: &Arc<Self>, targets: Vec<Target>) -> (Sum, Result<()>) {
        let at_once = match self.deletion.undo {
            // Its copies are many already.
            UndoKind::Bin => 1,
            UndoKind::Version | UndoKind::None => BATCHES_AT_ONCE,
        };
        let mut targets = targets.into_iter();
        // One after the other, so that a million names are not in memory twice.
        let batches = std::iter::from_fn(move || {
            let batch: Vec<Target> = targets.by_ref().take(BATCH).collect();
            (!batch.is_empty()).then_some(batch)
        });
        let mut ended = stream::iter(batches)
            .map(|targets| Arc::clone(self).batch_apart(targets))
            .buffer_unordered(at_once);
        let mut sum = Sum::default();
        let mut outcome = Ok(());
        while let Some(ended) = ended.next().await {
            match ended {
                Ok(one) => sum.add(one),
                Err(error) => {
                    self.stopped.store(true, Ordering::Relaxed);
                    outcome = outcome.and(Err(error));
                }
            }
        }
        (sum, outcome)
    }

    /// On whichever processor is free: writing and reading a thousand names is work.
    async fn batch_apart(self: Arc<Self>, targets: Vec<Target>) -> Result<Sum> {
        tokio::spawn(async move { self.batch(targets).await })
            .await
            .map_err(|error| Error::internal(error.to_string()))?
    }

    async fn batch(&self, targets: Vec<Target>) -> Result<Sum> {
        let mut sum = Sum::default();
        if self.reporter.is_cancelled() || self.stopped.load(Ordering::Relaxed) {
            return Ok(sum);
        }
        let rows: Vec<BinRow> = targets.iter().map(|target| self.row(target)).collect();
        self.lectern
            .catalog
            .insert_bin_rows(&self.deletion, &rows)?;
        let rows: Vec<_> = rows.into_iter().zip(targets).collect();
        let ready = match self.deletion.undo {
            UndoKind::Bin => self.move_to_bin(rows, &mut sum).await?,
            UndoKind::Version | UndoKind::None => rows,
        };
        let doomed: Vec<Doomed> = ready.iter().map(|ready| self.doomed(ready)).collect();
        let markers = match self.deletion.undo {
            UndoKind::Version => Markers::Wanted,
            UndoKind::Bin | UndoKind::None => Markers::Unwanted,
        };
        let verdicts = remove(&self.store, &doomed, markers).await;

        let mut gone = Vec::new();
        let mut kept = Vec::new();
        for ((row, _), verdict) in ready.iter().zip(&verdicts) {
            match verdict {
                Ok(marker) => gone.push((row.key.as_str(), marker.as_deref())),
                Err(error) => {
                    self.fail(&row.key, error.clone(), &mut sum);
                    if is_certain(error) {
                        kept.push(row);
                    }
                }
            }
        }
        let now = self.lectern.clock.now_ms();
        let catalog = &self.lectern.catalog;
        catalog.confirm_deleted(&self.deletion, &gone, now)?;
        for ((row, _), verdict) in ready.iter().zip(&verdicts) {
            if verdict.is_ok() {
                sum.files += u32::from(is_file(&row.key));
                sum.bytes += row.size;
                let named = || named(&self.store, row);
                self.reporter.object_done(named, row.size);
            }
        }
        self.take_back(&kept).await?;
        Ok(sum)
    }

    /// What went into the bin is removed only while it is what was copied.
    fn doomed(&self, (row, target): &(BinRow, Target)) -> Doomed {
        let etag = match self.deletion.undo {
            UndoKind::Bin => target.etag.clone(),
            UndoKind::Version | UndoKind::None => None,
        };
        Doomed {
            etag,
            ..Doomed::object(&row.key)
        }
    }

    fn row(&self, target: &Target) -> BinRow {
        let connection = self.store.connection();
        let root = place::root(connection);
        let relative = target.key.strip_prefix(&root).unwrap_or(&target.key);
        let bin_key = format!("{}{}/{relative}", place::bin(connection), self.deletion.id);
        BinRow {
            key: target.key.clone(),
            size: target.size,
            marker_version_id: None,
            bin_key: (self.deletion.undo == UndoKind::Bin).then_some(bin_key),
            deleted_at: None,
        }
    }

    /// Copies each into the bin; gives those back that are there.
    async fn move_to_bin(
        &self,
        rows: Vec<(BinRow, Target)>,
        sum: &mut Sum,
    ) -> Result<Vec<(BinRow, Target)>> {
        let (store, reporter) = (&self.store, &self.reporter);
        let copied: Vec<(BinRow, Target, Result<()>)> = stream::iter(rows)
            .map(|(row, target)| async move {
                if reporter.is_cancelled() {
                    return (row, target, Err(Error::cancelled()));
                }
                let outcome = copy(
                    store,
                    Copy {
                        from: &row.key,
                        to: row.bin_key.as_deref().unwrap_or_default(),
                        size: row.size,
                        etag: target.etag.as_deref(),
                        storage_class: target.storage_class.as_deref(),
                        over: Over::Anything,
                    },
                )
                .await;
                (row, target, outcome.map(|_| ()))
            })
            .buffered(SIDE_BY_SIDE)
            .collect()
            .await;
        let mut ready = Vec::new();
        let mut kept = Vec::new();
        for (row, target, outcome) in copied {
            match outcome {
                Ok(()) => ready.push((row, target)),
                Err(error) => {
                    if error.code != Code::Cancelled {
                        self.fail(&row.key, error, sum);
                    }
                    kept.push(row);
                }
            }
        }
        // Nothing was deleted of these: whatever the copy left is litter.
        self.take_back(&kept.iter().collect::<Vec<_>>()).await?;
        Ok(ready)
    }

    /// Forgets objects that stayed where they are, and their copies in the bin.
    async fn take_back(&self, kept: &[&BinRow]) -> Result<()> {
        if kept.is_empty() {
            return Ok(());
        }
        let copies: Vec<Doomed> = kept
            .iter()
            .filter_map(|row| row.bin_key.clone())
            .map(Doomed::object)
            .collect();
        if remove(&self.store, &copies, Markers::Unwanted)
            .await
            .iter()
            .any(Result::is_err)
        {
            tracing::warn!("copies of objects that stayed are left in the bin");
        }
        let keys: Vec<&str> = kept.iter().map(|row| row.key.as_str()).collect();
        self.lectern
            .catalog
            .forget_bin_rows(&self.deletion.id, &keys)
    }

    fn fail(&self, key: &str, error: Error, sum: &mut Sum) {
        let name = shown_name(&self.store, key);
        self.reporter.item_failed(name.clone(), error.clone());
        sum.failures.push(ItemFailure { name, error });
    }

    fn enter_activity(&self, sum: &Sum) -> Result<()> {
        let detail = serde_json::json!({
            "deletion": self.deletion.id,
            "files": sum.files,
            "bytes": sum.bytes,
            "failed": sum.failures.len(),
        });
        activity::record(
            &self.lectern,
            &self.store,
            "delete",
            &self.deletion.title,
            Some(&detail),
        )
    }
}

/// An object as a list of failures names it: its path below the connection's root.
/// For whoever wants to hear of every object.
pub(super) fn named(store: &Store, row: &BinRow) -> ItemDone {
    ItemDone {
        name: shown_name(store, &row.key),
        key: row.key.clone(),
        size: row.size,
    }
}

pub(super) fn shown_name(store: &Store, key: &str) -> String {
    let root = place::root(store.connection());
    key.strip_prefix(&root).unwrap_or(key).to_owned()
}
