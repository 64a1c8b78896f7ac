//! Undo: what described objects before an edit is put back the same way, unless
//! they were changed again since.

use std::sync::Arc;

use futures::{StreamExt, stream};

use super::edit::{Standing, Watch};
use super::every::shown_name;
use super::head;
use super::model::Edited;
use crate::activity;
use crate::catalog::{EditRow, EditedRow};
use crate::error::{Code, Error, Result};
use crate::job::{ItemFailure, JobReporter};
use crate::lectern::Lectern;
use crate::store::Store;
use crate::transfer::Direction;

/// Rows that are read from the catalogue together.
const BATCH: u32 = 256;
/// Objects that are put back side by side.
const SIDE_BY_SIDE: usize = 16;

/// Puts back what an edit changed. What could not be put back stays known, so
/// that it can be tried again.
///
/// # Errors
/// `NotFound` for an edit that is unknown or was undone already. What happens to
/// single objects is in [`Edited::failures`].
pub async fn undo(lectern: &Arc<Lectern>, edit_id: &str) -> Result<Edited> {
    let edit = lectern.catalog.edit(edit_id)?;
    let store = lectern.stores.of(lectern, &edit.connection_id).await?;
    let (files, bytes) = lectern.catalog.edited_extent(&edit.id)?;
    if edit.undone_at.is_some() || files == 0 || store.bucket() != edit.bucket {
        return Err(Error::new(
            Code::NotFound,
            format!("The change of “{}” was undone already.", edit.title),
        )
        .about(edit.title)
        .next("Look at the file to see what describes it now."));
    }
    let many = files > 1;
    let (_, reporter) = many
        .then(|| {
            lectern
                .transfers
                .begin(Direction::Edit, &edit.title, files, bytes)
        })
        .unzip();
    let work = Work {
        lectern: Arc::clone(lectern),
        store,
        ended: Edited {
            edit_id: None,
            title: edit.title.clone(),
            changed: 0,
            unchanged: 0,
            failures: Vec::new(),
        },
        edit,
        reporter,
    };
    // In a task of its own: it goes on when nobody waits for it any more.
    tokio::spawn(work.run())
        .await
        .map_err(|error| Error::internal(error.to_string()))?
}

struct Work {
    lectern: Arc<Lectern>,
    store: Arc<Store>,
    edit: EditRow,
    /// Of many objects.
    reporter: Option<JobReporter>,
    ended: Edited,
}

impl Work {
    async fn run(mut self) -> Result<Edited> {
        if let Some(reporter) = &self.reporter {
            reporter.running();
        }
        let outcome = self.all_batches().await;
        if let Some(reporter) = &self.reporter {
            reporter.finish();
        }
        let catalog = &self.lectern.catalog;
        catalog.close_edit(&self.edit.id, self.lectern.clock.now_ms())?;
        if self.ended.changed > 0 {
            let detail = serde_json::json!({
                "edit": self.edit.id,
                "files": self.ended.changed,
                "failed": self.ended.failures.len(),
            });
            activity::record(
                &self.lectern,
                &self.store,
                "undo edit properties",
                &self.edit.title,
                Some(&detail),
            )?;
        }
        outcome?;
        Ok(self.ended)
    }

    fn is_cancelled(&self) -> bool {
        let reporter = self.reporter.as_ref();
        reporter.is_some_and(JobReporter::is_cancelled)
    }

    async fn all_batches(&mut self) -> Result<()> {
        let mut after: Option<String> = None;
        while !self.is_cancelled() {
            let rows = self
                .lectern
                .catalog
                .edited_rows(&self.edit.id, after.as_deref(), BATCH)?;
            let Some(last) = rows.last() else {
                break;
            };
            after = Some(last.key.clone());
            self.batch(rows).await?;
        }
        Ok(())
    }

    async fn batch(&mut self, rows: Vec<EditedRow>) -> Result<()> {
        let this = &*self;
        let outcomes: Vec<(EditedRow, Result<bool>)> = stream::iter(rows)
            .map(|row| async move {
                let outcome = match this.is_cancelled() {
                    true => Err(Error::cancelled()),
                    false => this.put_back(&row).await,
                };
                (row, outcome)
            })
            .buffered(SIDE_BY_SIDE)
            .collect()
            .await;
        let mut back = Vec::new();
        for (row, outcome) in &outcomes {
            match outcome {
                Ok(changed) => {
                    back.push(row.key.as_str());
                    self.ended.changed += u32::from(*changed);
                    self.ended.unchanged += u32::from(!changed);
                    if let Some(reporter) = &self.reporter {
                        reporter.item_done(row.size);
                    }
                }
                Err(error) if error.code == Code::Cancelled => {}
                Err(error) => {
                    let name = shown_name(&self.store, &row.key);
                    if let Some(reporter) = &self.reporter {
                        reporter.item_failed(name.clone(), error.clone());
                    }
                    self.ended.failures.push(ItemFailure {
                        name,
                        error: error.clone(),
                    });
                }
            }
        }
        let now = self.lectern.clock.now_ms();
        self.lectern
            .catalog
            .confirm_put_back(&self.edit.id, &back, now)
    }

    /// `false`: the edit never reached it.
    async fn put_back(&self, row: &EditedRow) -> Result<bool> {
        let head = head::head(&self.store, &row.key).await?;
        let standing = Standing::of(&self.store, &row.key, head, &row.after).await?;
        if standing.now == row.before {
            return Ok(false);
        }
        let other = row.etag.is_some() && standing.etag() != row.etag;
        if standing.now != row.after || other {
            return Err(Error::new(
                Code::Changed,
                "The file was changed again since: it stays as it is now.",
            )
            .about(shown_name(&self.store, &row.key)));
        }
        let cancel = self.reporter.as_ref().map(|r| r.cancel_token().clone());
        let watch = Watch::of_many(cancel.unwrap_or_default());
        standing.describe(&self.store, &row.before, &watch).await?;
        Ok(true)
    }
}
