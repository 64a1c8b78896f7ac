//! Sending one file or empty folder.
//!
//! Up to 16 MiB in one request, otherwise in parts ([`multipart`]). Either way
//! nothing shows in the bucket before all of it is there and its checksum is
//! the store's. What a store refuses (checksums, conditions) is learned, and
//! the file sent again as that store wants it.

mod multipart;
mod request;
mod resume;
mod single;

use std::sync::Arc;

use super::condition::taken;
use super::disk::{blocking, source_error};
use super::head::{Told, head};
use super::model::ItemPhase;
use super::part_size::MULTIPART_ABOVE;
use super::progress::ItemProgress;
use super::record::Stored;
use super::run::{Done, Ended, Left, Run};
use super::same::is_same;
use super::work::{UploadItem, UploadSource};
use crate::browse::place;
use crate::error::{Code, Error, Result};
use crate::name::numbered;
use crate::store::{Capabilities, Store};

/// Numbers that are tried for a name that is to stand beside another.
const MOST_NUMBERS: u32 = 1_000;

/// One sending of one file to one key.
struct Sending<'a> {
    run: &'a Arc<Run>,
    index: usize,
    item: &'a UploadItem,
    key: &'a str,
    can: Capabilities,
    progress: &'a ItemProgress,
}

pub(super) async fn upload(
    run: &Arc<Run>,
    index: usize,
    item: &UploadItem,
    progress: &ItemProgress,
) -> Result<Ended> {
    if item.unless_same
        && let UploadSource::File(source) = &item.source
        && Box::pin(is_same(run, progress, &item.key, source)).await?
    {
        return Ok(Ended::Same);
    }
    let stored = if item.beside {
        Box::pin(upload_beside(run, index, item, progress)).await?
    } else {
        Box::pin(send(run, index, item, &item.key, progress)).await?
    };
    run.records.uploaded(run, index, &stored).await;
    if item.remove_local && !remove_local(run, item, stored.verified).await {
        run.items.keep_local(index);
    }
    Ok(Ended::Done(Done {
        bytes: stored.size,
        verified: stored.verified,
    }))
}

/// Whether the local file is gone. Only one that is in the store without a
/// doubt goes, and only as it was sent.
async fn remove_local(run: &Run, item: &UploadItem, verified: bool) -> bool {
    let UploadSource::File(source) = &item.source else {
        return true;
    };
    if !verified {
        return false;
    }
    // First the record that it is stored, then the removal.
    run.records.flush(run).await;
    let source = source.clone();
    let removed = blocking(move || {
        source.check()?;
        std::fs::remove_file(&source.path).map_err(|error| source_error(&source.path, &error))
    });
    match removed.await {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "a file that was uploaded stays on this computer");
            false
        }
    }
}

/// Removes the parts that an upload left in the bucket; whether they are gone.
pub(super) async fn abandon(store: &Store, key: &str, left: &Left) -> bool {
    match &left.begun.upload_id {
        Some(upload_id) => multipart::abort(store, key, upload_id).await,
        None => true,
    }
}

/// To the planned key, or to the next number that is free.
async fn upload_beside(
    run: &Arc<Run>,
    index: usize,
    item: &UploadItem,
    progress: &ItemProgress,
) -> Result<Stored> {
    let mut key = item.key.clone();
    for number in 2..MOST_NUMBERS {
        match Box::pin(send(run, index, item, &key, progress)).await {
            Err(error) if error.code == Code::AlreadyExists => {
                progress.take_back_all();
                let original = original_key(item);
                key = numbered(&original, number + 1);
            }
            Ok(stored) => {
                progress.rename(&renamed(&item.name, &stored.key));
                return Ok(stored);
            }
            Err(error) => return Err(error),
        }
    }
    Err(taken(&item.key))
}

/// The key without its number: its folder and the name as the person knows it.
fn original_key(item: &UploadItem) -> String {
    let folder = item.key.len() - place::last_segment(&item.key).len();
    format!("{}{}", &item.key[..folder], place::last_segment(&item.name))
}

fn renamed(name: &str, key: &str) -> String {
    let folder = name.len() - place::last_segment(name).len();
    format!("{}{}", &name[..folder], place::last_segment(key))
}

/// Sends until the store takes it, or refuses for a reason that no lesson mends.
async fn send(
    run: &Arc<Run>,
    index: usize,
    item: &UploadItem,
    key: &str,
    progress: &ItemProgress,
) -> Result<Stored> {
    loop {
        let sending = Sending {
            run,
            index,
            item,
            key,
            can: run.capabilities(progress).await?,
            progress,
        };
        let once = || {
            progress.take_back_all();
            sending.whole()
        };
        let outcome = match &item.source {
            UploadSource::File(source) if source.size > MULTIPART_ABOVE => {
                Box::pin(sending.in_parts(source)).await
            }
            UploadSource::File(_) | UploadSource::Folder => run.patiently(progress, once).await,
        };
        match outcome {
            Err(error) if run.store().learn_from(&error) => {
                progress.take_back_all();
                progress.phase(ItemPhase::Retrying);
            }
            outcome => return outcome.map_err(|error| item.condition.explain(key, error)),
        }
    }
}

impl Sending<'_> {
    /// In one request.
    async fn whole(&self) -> Result<Stored> {
        match &self.item.source {
            UploadSource::Folder => self.folder().await,
            UploadSource::File(source) => self.at_once(source).await,
        }
    }

    /// Where the store does not honour conditions, look before writing.
    async fn look_first(&self) -> Result<()> {
        if self.can.conditional_writes {
            return Ok(());
        }
        self.item.condition.look(&self.run.store(), self.key).await
    }

    fn if_none_match(&self) -> Option<String> {
        let condition = self.item.condition.if_none_match();
        condition.filter(|_| self.can.conditional_writes)
    }

    fn if_match(&self) -> Option<String> {
        let condition = self.item.condition.if_match();
        condition.filter(|_| self.can.conditional_writes)
    }

    /// A refusal because something is there now may be about our own object:
    /// the answer to the first sending was lost, and the SDK sent again. The
    /// same bytes under the same key are what was asked for either way.
    async fn or_ours(&self, outcome: Result<Stored>, ours: &Stored) -> Result<Stored> {
        let Err(error) = outcome else {
            return outcome;
        };
        let may_be_ours = match error.code {
            Code::AlreadyExists | Code::NotFound | Code::Changed => !self.item.beside,
            // The answer may be what was damaged on its way.
            Code::ChecksumMismatch => true,
            _ => false,
        };
        if !may_be_ours {
            return Err(error);
        }
        match head(&self.run.store(), self.key).await {
            Ok(Some(head))
                if head.size == ours.size
                    && ours.checksum.is_some()
                    && head.checksum.as_ref().map(Told::record) == ours.checksum =>
            {
                Ok(Stored {
                    etag: head.etag,
                    verified: true,
                    ..ours.clone()
                })
            }
            _ => Err(error),
        }
    }
}

fn mismatch(key: &str) -> Error {
    Error::new(
        Code::ChecksumMismatch,
        "What the store holds is not what was sent.",
    )
    .about(key)
    .next("Try again. If it happens again, check the network and this computer's memory.")
}
