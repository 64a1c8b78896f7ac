//! Planning a download: the objects below what was chosen, the names they get
//! on this computer, and what is there already.

use std::collections::HashSet;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Entries as Planned_, Planned, Resolved, Verdict};
use crate::browse::Item;
use crate::browse::place;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::name::{System, local_names, numbered};
use crate::store::Store;
use crate::transfer::disk::{Source, blocking, file_name, millis};
use crate::transfer::existing::{below, existing};
use crate::transfer::model::{Conflict, Direction, Renamed, SkipReason, Skipped};
use crate::transfer::work::{DownloadItem, Place, Work};

pub(in crate::transfer) struct Entries {
    root: PathBuf,
    entries: Vec<Entry>,
}

/// One object that would be fetched.
struct Entry {
    remote: Remote,
    /// Below the chosen folder.
    path: String,
    is_folder: bool,
    /// The file that has its place: a conflict.
    taken_by: Option<Source>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Remote {
    /// Relative to the folder the items were chosen in.
    name: String,
    key: String,
    size: u64,
    modified_at: Option<UnixMillis>,
}

pub(in crate::transfer) async fn plan(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
    items: Vec<Item>,
    target: &Path,
) -> Result<Planned> {
    let store = lectern.stores.of(lectern, connection).await?;
    let prefix = place::folder(store.connection(), prefix)?;
    let remotes = remotes(&store, &prefix, items).await?;
    plan_remotes(&store, remotes, target).await
}

/// One object, under another name than it has.
pub(in crate::transfer) async fn plan_one(
    lectern: &Lectern,
    connection: &ConnectionId,
    (key, size): (&str, u64),
    name: String,
    target: &Path,
) -> Result<Planned> {
    let store = lectern.stores.of(lectern, connection).await?;
    place::check(store.connection(), key)?;
    let remote = Remote {
        name,
        key: key.to_owned(),
        size,
        modified_at: None,
    };
    plan_remotes(&store, vec![remote], target).await
}

async fn plan_remotes(store: &Arc<Store>, remotes: Vec<Remote>, target: &Path) -> Result<Planned> {
    let root = target.to_owned();
    let mut placed = blocking(move || place_all(root, remotes)).await?;
    placed.date_conflicts(store).await?;
    let (conflicts, renamed) = (placed.conflicts(), placed.renamed());

    let entries = &placed.entries;
    let files = entries.iter().filter(|entry| !entry.is_folder).count();
    Ok(Planned {
        connection: store.connection().id.clone(),
        direction: Direction::Download,
        target: file_name(target),
        files: u32::try_from(files).unwrap_or(u32::MAX),
        bytes: entries.iter().map(|entry| entry.remote.size).sum(),
        conflicts,
        skipped: Vec::new(),
        renamed,
        entries: Planned_::Download(placed),
    })
}

/// Everything that was chosen, what lies in folders included, once each.
async fn remotes(store: &Arc<Store>, prefix: &str, items: Vec<Item>) -> Result<Vec<Remote>> {
    let mut remotes = Vec::new();
    let mut seen = HashSet::new();
    for item in items {
        match item {
            Item::Object { key, size } => {
                place::check(store.connection(), &key)?;
                let modified_at = None;
                remotes.push((key, size, modified_at));
            }
            Item::Folder { prefix } => {
                let prefix = place::folder(store.connection(), &prefix)?;
                for object in below(store, &prefix).await? {
                    if !place::is_ours(store.connection(), &object.key) {
                        remotes.push((object.key, object.size, object.modified));
                    }
                }
            }
        }
    }
    Ok(remotes
        .into_iter()
        .filter(|(key, ..)| seen.insert(key.clone()))
        .map(|(key, size, modified_at)| Remote {
            name: relative(&key, prefix).to_owned(),
            key,
            size,
            modified_at,
        })
        .filter(|remote| !remote.name.is_empty())
        .collect())
}

fn relative<'a>(key: &'a str, prefix: &str) -> &'a str {
    key.strip_prefix(prefix)
        .unwrap_or_else(|| place::last_segment(key))
}

/// Gives every object its place and looks at what is there. Blocks.
fn place_all(root: PathBuf, remotes: Vec<Remote>) -> Result<Entries> {
    if !root.is_dir() {
        return Err(
            Error::new(Code::LocalFile, "The folder to download to is not there.")
                .about(file_name(&root))
                .next("Choose another folder."),
        );
    }
    let names: Vec<&str> = remotes.iter().map(|remote| remote.name.as_str()).collect();
    let paths = local_names(System::here(), &names);
    let mut taken: HashSet<String> = paths.iter().map(|name| name.path.clone()).collect();
    let entries = remotes
        .into_iter()
        .zip(paths)
        .map(|(remote, name)| {
            let is_folder = remote.name.ends_with('/');
            let path = if is_folder {
                name.path
            } else {
                beside_folder(&root, name.path, &mut taken)
            };
            let there = std::fs::symlink_metadata(root.join(&path)).ok();
            Entry {
                taken_by: there
                    .filter(|_| !is_folder)
                    .map(|there| snapshot(&root.join(&path), &there)),
                remote,
                path,
                is_folder,
            }
        })
        .collect();
    Ok(Entries { root, entries })
}

/// A file cannot go where a folder is: it takes the next number that is free.
fn beside_folder(root: &Path, path: String, taken: &mut HashSet<String>) -> String {
    let is_free = |path: &str| !root.join(path).is_dir();
    if is_free(&path) {
        return path;
    }
    let mut number = 2;
    loop {
        let candidate = numbered(&path, number);
        if is_free(&candidate) && taken.insert(candidate.clone()) {
            return candidate;
        }
        number += 1;
    }
}

/// A link is looked at itself: it is what would be replaced.
fn snapshot(path: &Path, there: &Metadata) -> Source {
    Source {
        path: path.to_owned(),
        size: there.len(),
        modified: there.modified().ok(),
    }
}

impl Entries {
    /// What was chosen by its key comes without a date: asked for where there
    /// is something to compare it with. Who may not list goes without.
    async fn date_conflicts(&mut self, store: &Arc<Store>) -> Result<()> {
        let undated =
            |entry: &&mut Entry| entry.taken_by.is_some() && entry.remote.modified_at.is_none();
        let mut undated: Vec<&mut Entry> = self.entries.iter_mut().filter(undated).collect();
        let keys: Vec<&str> = undated.iter().map(|entry| &*entry.remote.key).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let listed = match existing(store, &keys).await {
            Err(error) if error.code == Code::NotAllowedToList => return Ok(()),
            listed => listed?,
        };
        for entry in &mut undated {
            let object = listed.get(&entry.remote.key);
            entry.remote.modified_at = object.and_then(|object| object.modified);
        }
        Ok(())
    }

    fn conflicts(&self) -> Vec<Conflict> {
        self.entries
            .iter()
            .filter_map(|entry| {
                let old = entry.taken_by.as_ref()?;
                Some(Conflict {
                    name: entry.path.clone(),
                    new_size: entry.remote.size,
                    new_modified_at: entry.remote.modified_at,
                    old_size: old.size,
                    old_modified_at: old.modified.map(millis),
                })
            })
            .collect()
    }

    fn renamed(&self) -> Vec<Renamed> {
        self.entries
            .iter()
            .filter(|entry| entry.path != entry.remote.name.trim_end_matches('/'))
            .map(|entry| Renamed {
                name: entry.remote.name.clone(),
                becomes: entry.path.clone(),
            })
            .collect()
    }
}

pub(in crate::transfer) fn resolve(entries: &Entries, verdicts: &[Verdict]) -> Resolved {
    let mut verdicts = verdicts.iter();
    let mut items = Vec::with_capacity(entries.entries.len());
    let mut skipped = Vec::new();
    for entry in &entries.entries {
        let mut unless_same = false;
        let place = match (&entry.taken_by, entry.is_folder) {
            (_, true) => Place::Folder,
            (None, false) => Place::Free,
            (Some(there), false) => match verdicts.next() {
                Some(Verdict::Replace) => Place::Instead(there.clone()),
                Some(Verdict::ReplaceUnlessSame) => {
                    unless_same = true;
                    Place::Instead(there.clone())
                }
                Some(Verdict::KeepBoth) => Place::Beside,
                Some(Verdict::Skip(why)) => {
                    skipped.push(skip(entry, *why));
                    continue;
                }
                None => {
                    skipped.push(skip(entry, SkipReason::Chosen));
                    continue;
                }
            },
        };
        items.push(DownloadItem {
            name: entry.path.clone(),
            key: entry.remote.key.clone(),
            size: entry.remote.size,
            root: entries.root.clone(),
            path: entry.path.clone(),
            place,
            unless_same,
            modified_at: None,
        });
    }
    Resolved {
        work: Work::Download(items),
        skipped,
    }
}

fn skip(entry: &Entry, why: SkipReason) -> Skipped {
    Skipped {
        name: entry.remote.name.clone(),
        why,
    }
}

#[cfg(test)]
#[path = "download_tests.rs"]
mod tests;
