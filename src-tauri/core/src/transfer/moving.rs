//! One copy or move on the service's side: the object is copied, and for a move
//! the original removed once the copy stands. Never over another object than was
//! agreed to, and never an original whose copy does not stand.
//!
//! Doing an item again is safe: what a run that was killed has done is found and
//! not done twice.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::condition::Condition;
use super::head::{Head, head};
use super::patience::may_pass;
use super::progress::ItemProgress;
use super::record::Made;
use super::run::{Done, Left, Run, or_cancelled};
use super::work::MoveItem;
use crate::browse::place;
use crate::catalog::Begun;
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::name;
use crate::store::Store;
use crate::store::copy::{Copied, Copy, Over, PartsCopy, abort_copy, copy_between, needs_parts};
use crate::store::remove::Doomed;

/// How many other numbers are tried for a copy that is kept beside another.
const MOST_NUMBERS: u32 = 1_000;

/// A copy that is there.
struct Standing {
    key: String,
    etag: Option<String>,
}

pub(super) async fn move_one(
    run: &Run,
    index: usize,
    item: &MoveItem,
    progress: &ItemProgress,
) -> Result<Done> {
    if run.reporter.is_cancelled() {
        return Err(Error::cancelled());
    }
    // Of a copy in parts that was begun: by an earlier run, or by a try that failed.
    let left = run.take_left(index).and_then(|left| left.begun.upload_id);
    let begun = Mutex::new(left.filter(|_| !item.beside));
    let once = || {
        progress.take_back_all();
        move_once(run, index, item, progress, &begun)
    };
    let outcome = run.patiently(progress, once).await;
    let kept = begun.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let (Err(error), Some(upload_id)) = (&outcome, kept)
        && !may_pass(error)
        && abort_copy(&*target(run, item).await?, &item.to, &upload_id).await
    {
        run.records.not_begun(run, index).await;
    }
    outcome
}

async fn move_once(
    run: &Run,
    index: usize,
    item: &MoveItem,
    progress: &ItemProgress,
    begun: &Mutex<Option<String>>,
) -> Result<Done> {
    let target = target(run, item).await?;
    let standing = stand(run, index, item, &target, progress, begun).await?;
    if item.delete_original {
        let original = Doomed {
            etag: item.etag.clone(),
            ..Doomed::object(&item.from)
        };
        let removals = &run.lectern.transfers.removals;
        removals
            .remove(run.store(), original)
            .await
            .map_err(in_both_places)?;
    }
    let made = Made {
        store: &target,
        key: &standing.key,
        etag: standing.etag.as_deref(),
    };
    run.records.moved(run, index, item, &made).await;
    Ok(Done {
        bytes: item.size,
        verified: false,
    })
}

async fn target(run: &Run, item: &MoveItem) -> Result<Arc<Store>> {
    match &item.to_connection {
        Some(id) => run.lectern.stores.of(&run.lectern, id).await,
        None => Ok(run.store()),
    }
}

/// Sees to it that the copy is there, under the next free name where that was
/// agreed to.
async fn stand(
    run: &Run,
    index: usize,
    item: &MoveItem,
    target: &Arc<Store>,
    progress: &ItemProgress,
    begun: &Mutex<Option<String>>,
) -> Result<Standing> {
    let mut key = item.to.clone();
    let mut number = 1;
    loop {
        let error = match copy_to(run, index, item, target, &key, progress, begun).await {
            Ok(copied) => {
                let etag = copied.etag;
                return Ok(Standing { key, etag });
            }
            Err(error) => error,
        };
        let may_be_ours = matches!(
            error.code,
            Code::AlreadyExists | Code::Changed | Code::NotFound
        );
        if !may_be_ours {
            return Err(error);
        }
        if let Some(there) = ours(run, item, target, &key).await? {
            progress.take_back_all();
            progress.add(item.size);
            let etag = there.etag;
            return Ok(Standing { key, etag });
        }
        if error.code != Code::AlreadyExists || !item.beside || number >= MOST_NUMBERS {
            let about_source = error.subject.as_deref() == Some(&*item.from);
            return Err(match about_source && error.code != Code::AlreadyExists {
                true => error,
                false => item.condition.explain(&key, error),
            });
        }
        number += 1;
        key = name::numbered(&item.to, number);
        progress.rename(place::last_segment(&key));
    }
}

/// An earlier run's copy: as many bytes, and the tag of what was to be copied.
/// One that was copied in parts, or encrypted anew, has got another tag, and is
/// told by its checksum as long as the original is there.
async fn ours(run: &Run, item: &MoveItem, target: &Store, key: &str) -> Result<Option<Head>> {
    let there = head(target, key).await?;
    let Some(there) = there.filter(|there| there.size == item.size) else {
        return Ok(None);
    };
    if item.etag.is_some() && there.etag == item.etag {
        return Ok(Some(there));
    }
    if there.checksum.is_none() {
        return Ok(None);
    }
    let original = head(&run.store(), &item.from).await?;
    let is_same = original
        .is_some_and(|original| original.etag == item.etag && original.checksum == there.checksum);
    Ok(is_same.then_some(there))
}

async fn copy_to(
    run: &Run,
    index: usize,
    item: &MoveItem,
    target: &Arc<Store>,
    key: &str,
    progress: &ItemProgress,
    begun: &Mutex<Option<String>>,
) -> Result<Copied> {
    loop {
        if !target.capabilities().await?.conditional_writes {
            item.condition.look(target, key).await?;
        }
        if item.takes_back.is_some() {
            look_at_both(run, item, target, key).await?;
        }
        let copy = Copy {
            from: &item.from,
            to: key,
            size: item.size,
            etag: item.etag.as_deref(),
            storage_class: item.storage_class.as_deref(),
            over: over(&item.condition),
        };
        let source = run.store();
        let outcome = if needs_parts(item.size) {
            Box::pin(in_parts(run, index, &source, target, copy, progress, begun)).await
        } else {
            // Not dropped half way: nobody would know whether it was made.
            let _slot = run.limits.slot(0).await;
            let copied = copy_between(&source, target, copy).await;
            if copied.is_ok() {
                progress.add(item.size);
            }
            copied
        };
        match outcome {
            Err(error) if target.learn_from(&error) => progress.take_back_all(),
            outcome => return outcome,
        }
    }
}

/// Taking back what somebody else has changed since would take it from them;
/// not every store honours the conditions that say so.
async fn look_at_both(run: &Run, item: &MoveItem, target: &Store, key: &str) -> Result<()> {
    item.condition.look(target, key).await?;
    let now = head(&run.store(), &item.from).await?;
    let is_same = |now: &Head| item.etag.is_none() || now.etag == item.etag;
    match now {
        Some(now) if is_same(&now) => Ok(()),
        Some(_) => Err(changed_since(&item.from)),
        None => Err(gone(&item.from)),
    }
}

async fn in_parts(
    run: &Run,
    index: usize,
    source: &Store,
    target: &Store,
    copy: Copy<'_>,
    progress: &ItemProgress,
    begun: &Mutex<Option<String>>,
) -> Result<Copied> {
    let parts = PartsCopy::look(source, target, copy).await?;
    let on_part = |bytes| progress.add(bytes);
    let taken = lock(begun).take();
    let goes_on = taken.is_some();
    let mut upload_id = match taken {
        Some(upload_id) => upload_id,
        None => begin(run, index, &parts).await?,
    };
    let mut outcome = or_cancelled(progress, parts.finish(&upload_id, &on_part)).await;
    if goes_on
        && outcome
            .as_ref()
            .is_err_and(|error| error.code == Code::NotFound)
    {
        // Completed by the run that ended, or aborted by somebody.
        progress.take_back_all();
        if let Some(etag) = parts.is_complete().await? {
            return Ok(Copied { etag: Some(etag) });
        }
        upload_id = begin(run, index, &parts).await?;
        outcome = or_cancelled(progress, parts.finish(&upload_id, &on_part)).await;
    }
    let Err(error) = &outcome else {
        return outcome;
    };
    if may_pass(error) {
        // The parts that are there need not be copied again.
        *lock(begun) = Some(upload_id);
    } else if parts.abort(&upload_id).await {
        run.records.not_begun(run, index).await;
    }
    outcome
}

/// Removes the parts that a copy left, when nobody goes on with it; whether
/// they are gone.
pub(super) async fn abandon(
    lectern: &Lectern,
    source: &Arc<Store>,
    item: &MoveItem,
    left: &Left,
) -> bool {
    let Some(upload_id) = &left.begun.upload_id else {
        return true;
    };
    let target = match &item.to_connection {
        Some(id) => lectern.stores.of(lectern, id).await,
        None => Ok(Arc::clone(source)),
    };
    match target {
        Ok(target) => abort_copy(&target, &item.to, upload_id).await,
        Err(_) => false,
    }
}

async fn begin(run: &Run, index: usize, parts: &PartsCopy<'_>) -> Result<String> {
    let upload_id = parts.begin().await?;
    let begun = Begun {
        upload_id: Some(upload_id.clone()),
        part_size: parts.part_size(),
        etag: None,
    };
    if let Err(error) = run.records.begun(run, index, begun, None).await {
        parts.abort(&upload_id).await;
        return Err(error);
    }
    Ok(upload_id)
}

fn lock(begun: &Mutex<Option<String>>) -> MutexGuard<'_, Option<String>> {
    begun.lock().unwrap_or_else(PoisonError::into_inner)
}

fn over(condition: &Condition) -> Over<'_> {
    match condition {
        Condition::Absent => Over::Nothing,
        Condition::Unchanged { etag } => Over::This(etag),
        Condition::Any => Over::Anything,
    }
}

fn in_both_places(error: Error) -> Error {
    let message = format!(
        "It was copied, but could not be removed where it was, and is now in both places. {}",
        error.message
    );
    Error { message, ..error }
}

fn changed_since(key: &str) -> Error {
    Error::new(
        Code::Changed,
        "This was changed since it was moved. It stays where it is.",
    )
    .about(key)
    .next("Look at it, and move it by hand.")
}

fn gone(key: &str) -> Error {
    Error::new(
        Code::NotFound,
        "This is not where it was moved to any more.",
    )
    .about(key)
    .next("Refresh the folder to see where things are.")
}
