//! Planning copies and moves on the service's side: the objects behind what was
//! chosen, the keys they would get, and what is there already.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};

use super::upload::free_key;
use super::{Entries, Planned, Resolved};
use crate::browse::pages::Object;
use crate::browse::{Item, place};
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::name;
use crate::store::Store;
use crate::store::copy::check_services;
use crate::transfer::condition::{Condition, taken};
use crate::transfer::existing::{below, existing, is_anything_below};
use crate::transfer::head::head;
use crate::transfer::model::{Choice, Conflict, Direction, SkipReason, Skipped};
use crate::transfer::work::{MoveItem, Work};

/// Objects that are looked at side by side where listing is not allowed.
const SIDE_BY_SIDE: usize = 16;

/// What is to be copied or moved.
pub(in crate::transfer) struct Wanted<'a> {
    pub(in crate::transfer) from: &'a ConnectionId,
    pub(in crate::transfer) to: &'a ConnectionId,
    /// Each with the key it gets; a folder's without a `/` at its end.
    pub(in crate::transfer) items: Vec<(Item, String)>,
    pub(in crate::transfer) delete_original: bool,
    /// A folder is not put together with one that is there.
    pub(in crate::transfer) apart: bool,
    /// Where to, as the person knows it.
    pub(in crate::transfer) shown: String,
}

/// One object that would be copied.
#[derive(Debug, Clone)]
pub(in crate::transfer) struct Entry {
    item: MoveItem,
    modified: Option<UnixMillis>,
    /// What is at the key that it would get.
    taken_by: Option<TakenBy>,
}

#[derive(Debug, Clone)]
struct TakenBy {
    size: u64,
    etag: Option<String>,
    modified: Option<UnixMillis>,
    /// It is the very object that would be copied.
    is_itself: bool,
}

/// # Errors
/// `Unsupported` between two services, `NotFound` for a folder with nothing in
/// it, `AlreadyExists` where two things would get one name, `InvalidInput`,
/// `InvalidName`.
pub(in crate::transfer) async fn plan(lectern: &Lectern, wanted: Wanted<'_>) -> Result<Planned> {
    let from = lectern.stores.of(lectern, wanted.from).await?;
    let to = lectern.stores.of(lectern, wanted.to).await?;
    check_services(&from, &to)?;
    let mut entries = Vec::new();
    let mut single = Vec::new();
    for (item, target) in &wanted.items {
        place::check(from.connection(), path_of(item))?;
        place::check(to.connection(), target)?;
        let stays = from.bucket() == to.bucket() && path_of(item).trim_end_matches('/') == target;
        match item {
            _ if stays && wanted.delete_original => {}
            Item::Object { key, size } => single.push((key.as_str(), *size, target)),
            Item::Folder { prefix } => {
                let target = format!("{target}/");
                check_folder(&from, &to, prefix, &target, &wanted).await?;
                entries.extend(of_folder(&from, prefix, &target, &wanted).await?);
            }
        }
    }
    entries.extend(of_objects(&from, &single, &wanted).await?);
    for entry in &entries {
        name::check_key(&entry.item.to)?;
    }
    refuse_twins(&entries)?;
    look_at_targets(&from, &to, &mut entries).await?;
    let files = entries.iter().filter(|entry| !entry.item.is_folder());
    Ok(Planned {
        connection: wanted.from.clone(),
        direction: match wanted.delete_original {
            true => Direction::Move,
            false => Direction::Copy,
        },
        target: wanted.shown,
        files: u32::try_from(files.count()).unwrap_or(u32::MAX),
        bytes: entries.iter().map(|entry| entry.item.size).sum(),
        conflicts: entries.iter().filter_map(Entry::conflict).collect(),
        skipped: Vec::new(),
        renamed: Vec::new(),
        entries: Entries::Copy(entries),
    })
}

async fn check_folder(
    from: &Store,
    to: &Arc<Store>,
    prefix: &str,
    target: &str,
    wanted: &Wanted<'_>,
) -> Result<()> {
    let one_bucket = from.bucket() == to.bucket();
    if one_bucket && target != prefix && target.starts_with(prefix) {
        let what = match wanted.delete_original {
            true => "A folder cannot be moved into itself.",
            false => "A folder cannot be copied into itself.",
        };
        return Err(Error::invalid("prefix", what));
    }
    if wanted.apart && is_anything_below(to, target).await? {
        return Err(taken(target));
    }
    Ok(())
}

async fn of_folder(
    from: &Arc<Store>,
    prefix: &str,
    target: &str,
    wanted: &Wanted<'_>,
) -> Result<Vec<Entry>> {
    let mut objects = below(from, prefix).await?;
    objects.retain(|object| !place::is_ours(from.connection(), &object.key));
    if objects.is_empty() {
        return Err(gone(prefix));
    }
    let folder = place::last_segment(prefix);
    Ok(objects
        .into_iter()
        .map(|object| {
            let rest = object.key[prefix.len()..].to_owned();
            let name = match folder {
                "" => rest.clone(),
                folder => format!("{folder}/{rest}"),
            };
            entry(wanted, name, format!("{target}{rest}"), object)
        })
        .collect())
}

/// Single objects, as they are listed; what is not there is found out when it is copied.
async fn of_objects(
    from: &Arc<Store>,
    objects: &[(&str, u64, &String)],
    wanted: &Wanted<'_>,
) -> Result<Vec<Entry>> {
    let keys: Vec<&str> = objects.iter().map(|(key, ..)| *key).collect();
    let mut listed = standing(from, &keys).await?;
    Ok(objects
        .iter()
        .map(|(key, size, target)| {
            let object = listed.remove(*key).unwrap_or_else(|| Object {
                key: (*key).to_owned(),
                size: *size,
                modified: None,
                etag: None,
                storage_class: None,
            });
            let name = place::last_segment(key).to_owned();
            entry(wanted, name, (*target).clone(), object)
        })
        .collect())
}

fn entry(wanted: &Wanted<'_>, name: String, to: String, object: Object) -> Entry {
    Entry {
        modified: object.modified,
        taken_by: None,
        item: MoveItem {
            name,
            from: object.key,
            to,
            size: object.size,
            etag: object.etag,
            storage_class: object.storage_class,
            to_connection: (wanted.to != wanted.from).then(|| wanted.to.clone()),
            condition: Condition::Absent,
            beside: false,
            delete_original: wanted.delete_original,
            takes_back: None,
        },
    }
}

async fn look_at_targets(from: &Store, to: &Arc<Store>, entries: &mut [Entry]) -> Result<()> {
    let keys: Vec<&str> = entries.iter().map(|entry| entry.item.to.as_str()).collect();
    let mut there = standing(to, &keys).await?;
    let one_bucket = from.bucket() == to.bucket();
    for entry in entries {
        let item = &mut entry.item;
        let Some(object) = there.remove(&item.to) else {
            continue;
        };
        if item.is_folder() {
            // A folder is a folder: one marker is as good as another.
            item.condition = Condition::Any;
            continue;
        }
        entry.taken_by = Some(TakenBy {
            is_itself: one_bucket && item.from == item.to,
            size: object.size,
            etag: object.etag,
            modified: object.modified,
        });
    }
    Ok(())
}

/// Which of the keys are taken, and by what: listed, or looked at one by one by
/// who may not list.
async fn standing(store: &Arc<Store>, keys: &[&str]) -> Result<HashMap<String, Object>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    match existing(store, keys).await {
        Err(error) if error.code == Code::NotAllowedToList => {}
        listed => return listed,
    }
    stream::iter(0..keys.len())
        .map(|at| async move {
            let key = keys[at];
            let head = head(store, key).await?;
            Ok(head.map(|head| {
                let object = Object {
                    key: key.to_owned(),
                    size: head.size,
                    modified: None,
                    // Looked at again when it is copied, with its class.
                    etag: None,
                    storage_class: None,
                };
                (key.to_owned(), object)
            }))
        })
        .buffer_unordered(SIDE_BY_SIDE)
        .try_filter_map(|found| async move { Ok(found) })
        .try_collect()
        .await
}

/// Two things of one name cannot both go to one folder.
fn refuse_twins(entries: &[Entry]) -> Result<()> {
    let mut targets: Vec<&str> = entries.iter().map(|entry| entry.item.to.as_str()).collect();
    targets.sort_unstable();
    match targets.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(taken(pair[0])),
        None => Ok(()),
    }
}

impl Entry {
    fn conflict(&self) -> Option<Conflict> {
        let there = self.taken_by.as_ref()?;
        Some(Conflict {
            name: self.item.name.clone(),
            new_size: self.item.size,
            new_modified_at: self.modified,
            old_size: there.size,
            old_modified_at: there.modified,
        })
    }

    fn is_newer(&self, there: &TakenBy) -> bool {
        match (self.modified, there.modified) {
            (Some(new), Some(old)) => new > old,
            _ => false,
        }
    }

    fn is_same(&self, there: &TakenBy) -> bool {
        let tags = self.item.etag.is_some() && self.item.etag == there.etag;
        there.is_itself || (self.item.size == there.size && tags)
    }
}

impl MoveItem {
    /// A folder's own marker.
    fn is_folder(&self) -> bool {
        self.to.ends_with('/') && self.size == 0
    }
}

/// The first key that is taken, where nothing may be.
pub(in crate::transfer) fn first_taken(planned: &Planned) -> Option<&str> {
    let Entries::Copy(entries) = &planned.entries else {
        return None;
    };
    let entry = entries.iter().find(|entry| entry.taken_by.is_some())?;
    Some(&entry.item.to)
}

/// The copies to make, each with what must hold at its key.
pub(in crate::transfer) fn resolve(entries: &[Entry], choices: &[Choice]) -> Resolved {
    let mut choices = choices.iter().copied();
    let mut keys: HashSet<String> = entries.iter().map(|entry| entry.item.to.clone()).collect();
    let mut items = Vec::with_capacity(entries.len());
    let mut skipped = Vec::new();
    for entry in entries {
        let mut item = entry.item.clone();
        let verdict = match &entry.taken_by {
            None => Ok(()),
            Some(there) => match choices.next().unwrap_or(Choice::Skip) {
                Choice::Skip => Err(SkipReason::Chosen),
                Choice::IfNewer if !entry.is_newer(there) => Err(SkipReason::NotNewer),
                Choice::IfDifferent if entry.is_same(there) => Err(SkipReason::Same),
                Choice::KeepBoth => {
                    item.to = free_key(&item.to, &mut keys);
                    item.beside = true;
                    Ok(())
                }
                // In its own place it stands already.
                _ if there.is_itself => Err(SkipReason::Same),
                Choice::Replace | Choice::IfNewer | Choice::IfDifferent => {
                    item.condition = Condition::unchanged(there.etag.clone());
                    Ok(())
                }
            },
        };
        match verdict {
            Ok(()) => items.push(item),
            Err(why) => skipped.push(Skipped {
                name: item.name,
                why,
            }),
        }
    }
    Resolved {
        work: Work::Move(items),
        skipped,
    }
}

pub(in crate::transfer) fn path_of(item: &Item) -> &str {
    match item {
        Item::Object { key, .. } => key,
        Item::Folder { prefix } => prefix,
    }
}

fn gone(prefix: &str) -> Error {
    Error::new(Code::NotFound, "This folder is not in the bucket any more.")
        .about(prefix)
        .next("Refresh the folder.")
}

#[cfg(test)]
#[path = "copy_tests.rs"]
mod tests;
