//! Undo: bringing back what one deletion removed, and nothing else.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use futures::{StreamExt, TryStreamExt, stream};

use super::delete::{named, shown_name};
use super::plan::{DeletionPlans, count, is_file};
use super::restore::{Return, bring_back, head};
use super::versions::{Latest, Marker, Standing, Step, standings, step};
use super::{Restored, SIDE_BY_SIDE};
use crate::activity;
use crate::catalog::{BinRow, DeletionRow, UndoKind};
use crate::error::{Code, Error, Result};
use crate::job::{ItemFailure, JobReporter};
use crate::lectern::Lectern;
use crate::store::Store;
use crate::store::remove::{BATCH, Doomed, Markers, remove};
use crate::transfer::Direction;

/// Brings back what a deletion removed. What could not be brought back stays
/// known, so that it can be tried again.
///
/// # Errors
/// `NotFound` for a deletion that is unknown or was undone already,
/// `Unsupported` for one that cannot be undone or is being undone just now.
pub async fn undo(lectern: &Arc<Lectern>, deletion_id: &str) -> Result<Restored> {
    let deletion = lectern.catalog.deletion(deletion_id)?;
    if deletion.undone_at.is_some() {
        return Err(Error::new(
            Code::NotFound,
            format!("“{}” was brought back already.", deletion.title),
        )
        .about(deletion.title));
    }
    if deletion.undo == UndoKind::None {
        return Err(Error::new(
            Code::Unsupported,
            format!("The deletion of “{}” cannot be undone.", deletion.title),
        )
        .about(deletion.title));
    }
    let store = lectern.stores.of(lectern, &deletion.connection_id).await?;
    if store.bucket() != deletion.bucket {
        return Err(Error::new(
            Code::NotFound,
            "The connection of this deletion looks at another bucket now.",
        )
        .about(deletion.bucket)
        .next("Point the connection at the bucket again, then undo."));
    }
    let busy = Busy::with(lectern, &deletion)?;
    let (items, bytes) = lectern.catalog.bin_extent(&deletion.id)?;
    let (_, reporter) = lectern
        .transfers
        .begin(Direction::Restore, &deletion.title, items, bytes);
    let work = Work {
        lectern: Arc::clone(lectern),
        store,
        deletion,
        reporter,
        failures: Vec::new(),
        files: 0,
        _busy: busy,
    };
    // In a task of its own: it goes on when nobody waits for it any more.
    tokio::spawn(work.run())
        .await
        .map_err(|error| Error::internal(error.to_string()))?
}

struct Work {
    lectern: Arc<Lectern>,
    store: Arc<Store>,
    deletion: DeletionRow,
    reporter: JobReporter,
    failures: Vec<ItemFailure>,
    files: u32,
    _busy: Busy,
}

/// What one batch came to.
#[derive(Default)]
struct Outcome {
    back: Vec<BinRow>,
    never_left: Vec<BinRow>,
    failed: Vec<(BinRow, Error)>,
}

impl Work {
    async fn run(mut self) -> Result<Restored> {
        self.reporter.running();
        let outcome = self.all_batches().await;
        self.reporter.finish();
        let catalog = &self.lectern.catalog;
        if !catalog.forget_empty_deletion(&self.deletion.id)? {
            catalog.close_deletion(&self.deletion.id, self.lectern.clock.now_ms())?;
        }
        self.enter_activity()?;
        outcome?;
        Ok(Restored {
            files: self.files,
            failures: self.failures,
        })
    }

    async fn all_batches(&mut self) -> Result<()> {
        let mut after: Option<String> = None;
        let limit = count(BATCH);
        while !self.reporter.is_cancelled() {
            let rows = self
                .lectern
                .catalog
                .bin_rows(&self.deletion.id, after.as_deref(), limit)?;
            let Some(last) = rows.last() else {
                break;
            };
            after = Some(last.key.clone());
            let outcome = match self.deletion.undo {
                UndoKind::Bin => self.move_back(rows).await?,
                UndoKind::Version | UndoKind::None => self.unhide(rows).await?,
            };
            self.confirm(outcome).await?;
        }
        Ok(())
    }

    /// Removes the delete markers that this deletion made.
    async fn unhide(&self, rows: Vec<BinRow>) -> Result<Outcome> {
        let standings = self.standings(&rows).await?;
        let mut outcome = Outcome::default();
        let mut hidden = Vec::new();
        let mut doomed = Vec::new();
        for row in rows {
            let standing = standings.get(&row.key).cloned().unwrap_or_default();
            match step(&row, &standing, self.deletion.deleted_at) {
                Step::RemoveMarker(version) => {
                    doomed.push(Doomed {
                        key: row.key.clone(),
                        version_id: Some(version),
                        etag: None,
                    });
                    hidden.push(row);
                }
                Step::IsBack => outcome.back.push(row),
                Step::NeverLeft => outcome.never_left.push(row),
                Step::Fail(error) => outcome.failed.push((row, error)),
            }
        }
        let verdicts = remove(&self.store, &doomed, Markers::Unwanted).await;
        for (row, verdict) in hidden.into_iter().zip(verdicts) {
            match verdict {
                Ok(_) => outcome.back.push(row),
                Err(error) => outcome.failed.push((row, error)),
            }
        }
        Ok(outcome)
    }

    /// What stands at the keys: by their versions, or where those may not be
    /// listed by looking at each.
    async fn standings(&self, rows: &[BinRow]) -> Result<HashMap<String, Standing>> {
        let keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
        match standings(&self.store, &keys).await {
            Ok(found) => Ok(found
                .into_iter()
                .map(|(key, standing)| (key.to_owned(), standing))
                .collect()),
            Err(error) if matches!(error.code, Code::NotAllowed | Code::Unsupported) => {
                stream::iter(0..rows.len())
                    .map(|at| async move {
                        let row = &rows[at];
                        let standing = assumed(row, head(&self.store, &row.key).await?.is_some());
                        Ok((row.key.clone(), standing))
                    })
                    .buffer_unordered(SIDE_BY_SIDE)
                    .try_collect()
                    .await
            }
            Err(error) => Err(error),
        }
    }

    /// Copies each out of the bin to where it was.
    async fn move_back(&self, rows: Vec<BinRow>) -> Result<Outcome> {
        let answers: Vec<(BinRow, Result<Return>)> = stream::iter(rows)
            .map(|row| async move {
                if self.reporter.is_cancelled() {
                    return (row, Err(Error::cancelled()));
                }
                let answer = bring_back(&self.store, &row).await;
                (row, answer)
            })
            .buffered(SIDE_BY_SIDE)
            .collect()
            .await;
        let mut outcome = Outcome::default();
        for (row, answer) in answers {
            match answer {
                Ok(Return::Back) => outcome.back.push(row),
                Ok(Return::NeverLeft) => outcome.never_left.push(row),
                Err(error) if error.code == Code::Cancelled => {}
                Err(error) => outcome.failed.push((row, error)),
            }
        }
        Ok(outcome)
    }

    /// Enters what is back, and only then lets the copies in the bin go.
    async fn confirm(&mut self, outcome: Outcome) -> Result<()> {
        let catalog = &self.lectern.catalog;
        let now = self.lectern.clock.now_ms();
        catalog.confirm_restored(&self.deletion.id, &keys(&outcome.back), now)?;
        catalog.forget_bin_rows(&self.deletion.id, &keys(&outcome.never_left))?;
        for row in &outcome.back {
            self.files += u32::from(is_file(&row.key));
            let named = || named(&self.store, row);
            self.reporter.object_done(named, row.size);
        }
        for _ in &outcome.never_left {
            self.reporter.item_skipped();
        }
        for (row, error) in outcome.failed {
            let name = shown_name(&self.store, &row.key);
            self.reporter.item_failed(name.clone(), error.clone());
            self.failures.push(ItemFailure { name, error });
        }
        let copies: Vec<Doomed> = outcome
            .back
            .iter()
            .chain(&outcome.never_left)
            .filter_map(|row| row.bin_key.clone())
            .map(Doomed::object)
            .collect();
        if remove(&self.store, &copies, Markers::Unwanted)
            .await
            .iter()
            .any(Result::is_err)
        {
            tracing::warn!("copies of objects that are back are left in the bin");
        }
        Ok(())
    }

    fn enter_activity(&self) -> Result<()> {
        let detail = serde_json::json!({
            "deletion": self.deletion.id,
            "files": self.files,
            "failed": self.failures.len(),
        });
        activity::record(
            &self.lectern,
            &self.store,
            "undo delete",
            &self.deletion.title,
            Some(&detail),
        )
    }
}

fn keys(rows: &[BinRow]) -> Vec<&str> {
    rows.iter().map(|row| row.key.as_str()).collect()
}

/// Without a list of versions: an object that is not there is taken to be
/// hidden by the marker that is known.
fn assumed(row: &BinRow, there: bool) -> Standing {
    let markers = row.marker_version_id.iter().map(|marker| Marker {
        version_id: marker.clone(),
        made_at: row.deleted_at.unwrap_or_default(),
        is_latest: !there,
    });
    Standing {
        latest: if there {
            Latest::Object
        } else {
            Latest::Marker
        },
        markers: markers.collect(),
        has_version: true,
    }
}

/// One undo of a deletion at a time.
struct Busy {
    lectern: Arc<Lectern>,
    deletion_id: String,
}

impl Busy {
    fn with(lectern: &Arc<Lectern>, deletion: &DeletionRow) -> Result<Self> {
        let mut undoing = undoing(&lectern.deletion_plans);
        if undoing.contains(&deletion.id) {
            return Err(Error::new(
                Code::Unsupported,
                format!("“{}” is being brought back already.", deletion.title),
            ));
        }
        undoing.push(deletion.id.clone());
        Ok(Self {
            lectern: Arc::clone(lectern),
            deletion_id: deletion.id.clone(),
        })
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        undoing(&self.lectern.deletion_plans).retain(|id| *id != self.deletion_id);
    }
}

fn undoing(plans: &DeletionPlans) -> std::sync::MutexGuard<'_, Vec<String>> {
    plans.undoing.lock().unwrap_or_else(PoisonError::into_inner)
}
