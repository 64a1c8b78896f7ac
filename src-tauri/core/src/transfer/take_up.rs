//! Taking up what was left: by a run that ended early, or by items that failed
//! and are to be tried again. Each item is done as it was written down, from
//! the parts that are finished.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::disk::{Source, blocking, millis};
use super::model::{ChangedSource, IfChanged, Unfinished};
use super::queue::Again;
use super::record::Records;
use super::run::Left;
use super::runner::Ended;
use super::work::{DownloadItem, UploadItem, UploadSource, Work};
use super::{Launch, download, moving, upload};
use crate::catalog::{TransferBatch, TransferRow, TransferState, TransferWrite};
use crate::error::{Code, Error, Result};
use crate::job::{Job, JobId};
use crate::lectern::Lectern;
use crate::store::Store;

pub(super) async fn unfinished(lectern: &Arc<Lectern>) -> Result<Unfinished> {
    let lectern = Arc::clone(lectern);
    blocking(move || {
        let mut found = Unfinished::default();
        for batch in lectern.catalog.unfinished_batches()? {
            let rows = lectern.catalog.unfinished_transfers(&batch.id)?;
            match whose(&lectern, &batch)? {
                Whose::NobodysAnyMore => count(&lectern, &batch, &rows, &mut found)?,
                Whose::Anothers => {
                    found.elsewhere += u32::try_from(rows.len()).unwrap_or(u32::MAX);
                }
                Whose::Ours => {}
            }
        }
        Ok(found)
    })
    .await
}

enum Whose {
    /// A job of this run works on it.
    Ours,
    Anothers,
    NobodysAnyMore,
}

/// Looks, and takes nothing over.
fn whose(lectern: &Lectern, batch: &TransferBatch) -> Result<Whose> {
    if batch.runner == lectern.transfers.runner(lectern)?.id() {
        let taken = lectern.transfers.queue.has_batch(&batch.id);
        return Ok(if taken {
            Whose::Ours
        } else {
            Whose::NobodysAnyMore
        });
    }
    Ok(match Ended::hold(&lectern.folders.data, &batch.runner) {
        Some(_) => Whose::NobodysAnyMore,
        None => Whose::Anothers,
    })
}

fn count(
    lectern: &Lectern,
    batch: &TransferBatch,
    rows: &[TransferRow],
    found: &mut Unfinished,
) -> Result<()> {
    let work = work_of(batch, rows)?;
    for (index, row) in rows.iter().enumerate() {
        found.files += 1;
        found.bytes += row.size;
        if let Some(begun) = &row.begun {
            let parts = lectern.catalog.transfer_parts(&row.id)?.len() as u64;
            found.bytes_done += (parts * begun.part_size).min(row.size);
        }
        found.changed.extend(changed_source(&work, index));
    }
    Ok(())
}

fn work_of(batch: &TransferBatch, rows: &[TransferRow]) -> Result<Work> {
    Work::of_json(batch.direction, rows.iter().map(|row| row.item.as_str()))
}

/// The file of an upload, when it is not as it was.
fn changed_source(work: &Work, index: usize) -> Option<ChangedSource> {
    let Work::Upload(items) = work else {
        return None;
    };
    let UploadItem {
        name,
        source: UploadSource::File(old),
        ..
    } = &items[index]
    else {
        return None;
    };
    let now = Source::look(&old.path).ok();
    if now.as_ref() == Some(old) {
        return None;
    }
    Some(ChangedSource {
        name: name.clone(),
        old_size: old.size,
        old_modified_at: old.modified_ms(),
        new_size: now.as_ref().map(|now| now.size),
        new_modified_at: now.and_then(|now| now.modified).map(millis),
    })
}

/// One job for each user action.
///
/// # Errors
/// Where a bucket cannot be opened, its transfers stay for the next time; the
/// error is told when nothing could be taken up.
pub(super) async fn take_up(lectern: &Arc<Lectern>, changed: IfChanged) -> Result<Vec<Job>> {
    let core = Arc::clone(lectern);
    let batches = blocking(move || take_over(&core)).await?;
    let mut jobs = Vec::new();
    let mut refusal = None;
    for batch in batches {
        match launch_batch(lectern, &batch, changed).await {
            Ok(job) => jobs.extend(job),
            Err(error) => {
                tracing::warn!(%error, "transfers that were left could not be taken up");
                refusal = Some(error);
            }
        }
    }
    match refusal {
        Some(error) if jobs.is_empty() => Err(error),
        _ => Ok(jobs),
    }
}

/// What runs that ended left is ours from here on. Blocks.
fn take_over(lectern: &Lectern) -> Result<Vec<TransferBatch>> {
    let ours = lectern.transfers.runner(lectern)?.id();
    let batches = lectern.catalog.unfinished_batches()?;
    let runners: HashSet<&str> = batches.iter().map(|batch| batch.runner.as_str()).collect();
    for runner in runners.into_iter().filter(|runner| *runner != ours) {
        if let Some(ended) = Ended::hold(&lectern.folders.data, runner) {
            lectern.catalog.hand_over_batches(runner, ours)?;
            ended.forget();
        }
    }
    let mut batches = lectern.catalog.unfinished_batches()?;
    batches.retain(|batch| batch.runner == ours && !lectern.transfers.queue.has_batch(&batch.id));
    Ok(batches)
}

async fn launch_batch(
    lectern: &Arc<Lectern>,
    batch: &TransferBatch,
    if_changed: IfChanged,
) -> Result<Option<Job>> {
    let store = lectern.stores.of(lectern, &batch.connection_id).await?;
    let (core, of) = (Arc::clone(lectern), batch.clone());
    let (rows, work) = blocking(move || {
        let rows = core.catalog.unfinished_transfers(&of.id)?;
        let work = work_of(&of, &rows)?;
        Ok((rows, work))
    })
    .await?;
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let again = Retake {
        lectern: Arc::clone(lectern),
        store,
        target: batch.target.clone(),
        if_changed,
    };
    again.launch(work, ids).await
}

pub(super) async fn retry(lectern: &Arc<Lectern>, job: JobId) -> Result<Job> {
    let (again, failed) = lectern.transfers.queue.again(job)?;
    let store = lectern.stores.of(lectern, &again.connection()).await?;
    let retake = Retake {
        lectern: Arc::clone(lectern),
        store,
        target: again.target.clone(),
        if_changed: IfChanged::SendAsItIs,
    };
    let ids = failed
        .iter()
        .filter_map(|index| again.records.ids.get(*index).cloned())
        .collect();
    let job_again = retake.launch(again.work.only(&failed), ids).await?;
    lectern.transfers.queue.replaced(job);
    job_again.ok_or_else(|| Error::new(Code::NotFound, "There is nothing to try again."))
}

/// Items that are done again, as they were written down.
struct Retake {
    lectern: Arc<Lectern>,
    store: Arc<Store>,
    target: String,
    if_changed: IfChanged,
}

impl Retake {
    /// `None` when nothing is left to be done.
    async fn launch(&self, work: Work, ids: Vec<String>) -> Result<Option<Job>> {
        let looked = work.clone();
        let changed: Vec<usize> = blocking(move || {
            let changed = |index: &usize| changed_source(&looked, *index).is_some();
            Ok((0..looked.len()).filter(changed).collect())
        })
        .await?;
        if self.if_changed == IfChanged::NotYet && !changed.is_empty() {
            return Ok(None);
        }
        let mut left = self.left(&ids).await?;
        // What was sent of a file that changed is of no use.
        for index in &changed {
            if let Some(gone) = left.remove(index) {
                self.discard(&work, *index, &ids[*index], &gone).await;
            }
        }
        if self.if_changed == IfChanged::LeaveOut && !changed.is_empty() {
            return self.launch_without(&work, &ids, &changed, left).await;
        }
        let work = blocking(move || Ok(work.looked_at_again())).await?;
        self.begin(work, ids, left).await.map(Some)
    }

    async fn launch_without(
        &self,
        work: &Work,
        ids: &[String],
        changed: &[usize],
        mut left: HashMap<usize, Left>,
    ) -> Result<Option<Job>> {
        let writes = changed.iter().map(|index| TransferWrite::Ended {
            id: ids[*index].clone(),
            state: TransferState::Failed,
            key: None,
            checksum: None,
            error: Some(left_out()),
        });
        let journal = &self.lectern.transfers.journal;
        journal.written(&self.lectern, writes.collect()).await?;
        let kept: Vec<usize> = (0..work.len())
            .filter(|index| !changed.contains(index))
            .collect();
        if kept.is_empty() {
            return Ok(None);
        }
        let left = kept
            .iter()
            .enumerate()
            .filter_map(|(now, before)| Some((now, left.remove(before)?)))
            .collect();
        let ids = kept.iter().map(|index| ids[*index].clone()).collect();
        self.begin(work.only(&kept), ids, left).await.map(Some)
    }

    async fn begin(&self, work: Work, ids: Vec<String>, left: HashMap<usize, Left>) -> Result<Job> {
        let writes = ids
            .iter()
            .enumerate()
            .map(|(index, id)| {
                Ok(TransferWrite::Waiting {
                    id: id.clone(),
                    item: work.item_json(index)?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let journal = &self.lectern.transfers.journal;
        journal.written(&self.lectern, writes).await?;
        let launch = Launch {
            store: Arc::clone(&self.store),
            direction: work.direction(),
            work: Arc::new(work),
            records: Records { ids: ids.into() },
            left,
            skipped: Vec::new(),
            target: self.target.clone(),
        };
        Ok(launch.launch(&self.lectern))
    }

    /// What each of the items had begun.
    async fn left(&self, ids: &[String]) -> Result<HashMap<usize, Left>> {
        let (lectern, ids) = (Arc::clone(&self.lectern), ids.to_vec());
        blocking(move || {
            let mut all = HashMap::new();
            for (index, id) in ids.iter().enumerate() {
                let Some(row) = lectern.catalog.transfer(id)? else {
                    continue;
                };
                if let Some(begun) = row.begun {
                    let parts = lectern.catalog.transfer_parts(id)?;
                    let checksum = row.checksum;
                    let left = Left {
                        begun,
                        checksum,
                        parts,
                    };
                    all.insert(index, left);
                }
            }
            Ok(all)
        })
        .await
    }

    /// Removes what was begun: the parts in the bucket, the temporary file.
    async fn discard(&self, work: &Work, index: usize, id: &str, left: &Left) {
        let gone = match work {
            Work::Upload(items) => upload::abandon(&self.store, &items[index].key, left).await,
            Work::Download(items) => abandon_download(items[index].clone(), id.to_owned()).await,
            Work::Move(items) => {
                moving::abandon(&self.lectern, &self.store, &items[index], left).await
            }
        };
        if gone {
            let id = id.to_owned();
            let write = TransferWrite::NotBegun { id };
            let journal = &self.lectern.transfers.journal;
            journal.tell(&self.lectern, vec![write]).await;
        }
    }
}

async fn abandon_download(item: DownloadItem, id: String) -> bool {
    blocking(move || Ok(download::abandon(&item, &id)))
        .await
        .unwrap_or(false)
}

/// Removes what failed items kept for another try, when nobody will try.
pub(super) fn give_up(lectern: &Arc<Lectern>, (again, failed): (Again, Vec<usize>)) {
    if failed.is_empty() || tokio::runtime::Handle::try_current().is_err() {
        return;
    }
    let retake = Retake {
        lectern: Arc::clone(lectern),
        store: again.current.now(),
        target: again.target,
        if_changed: IfChanged::LeaveOut,
    };
    tokio::spawn(async move {
        let work = again.work.only(&failed);
        let ids: Vec<String> = failed
            .iter()
            .filter_map(|index| again.records.ids.get(*index).cloned())
            .collect();
        match retake.left(&ids).await {
            Ok(left) => {
                for (index, left) in left {
                    retake.discard(&work, index, &ids[index], &left).await;
                }
            }
            Err(error) => tracing::warn!(%error, "what failed transfers left stays"),
        }
    });
}

fn left_out() -> Error {
    Error::new(
        Code::Changed,
        "The file was changed since its upload was begun, and was left out.",
    )
    .next("Add it again to send it as it is now.")
}
