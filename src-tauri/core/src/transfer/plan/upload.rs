//! Planning an upload: the files found, the keys they would get, and what is
//! there already.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use super::{Entries, Planned, Resolved, Verdict};
use crate::browse::pages::Object;
use crate::browse::place;
use crate::connection::{Connection, ConnectionId};
use crate::error::{Code, Result};
use crate::lectern::Lectern;
use crate::name;
use crate::transfer::condition::Condition;
use crate::transfer::disk::{Source, blocking, millis};
use crate::transfer::existing::existing;
use crate::transfer::model::{Conflict, Direction, SkipReason, Skipped};
use crate::transfer::part_size::{MAX_OBJECT, too_large};
use crate::transfer::walk::{Found, walk};
use crate::transfer::work::{UploadItem, UploadSource, Work};

/// One file or empty folder that would be sent.
#[derive(Debug, Clone)]
pub(in crate::transfer) struct Entry {
    name: String,
    key: String,
    source: UploadSource,
    /// What is at the key.
    taken_by: Option<TakenBy>,
    /// Whether it is one of the plan's conflicts (they are in the entries' order).
    is_conflict: bool,
    /// Whether another of the same selection goes to the same key before it.
    has_twin: bool,
}

#[derive(Debug, Clone)]
struct TakenBy {
    etag: Option<String>,
}

pub(in crate::transfer) async fn plan(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
    paths: Vec<PathBuf>,
) -> Result<Planned> {
    let found = blocking(move || Ok(walk(&paths))).await?;
    plan_found(lectern, connection, prefix, found).await
}

pub(in crate::transfer) async fn plan_found(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
    found: Found,
) -> Result<Planned> {
    let store = lectern.stores.of(lectern, connection).await?;
    let prefix = place::folder(store.connection(), prefix)?;
    let (mut entries, skipped) = entries(store.connection(), &prefix, found)?;

    let keys: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    let there = match existing(&store, &keys).await {
        Ok(there) => there,
        // Who may not look writes with a condition, and hears then.
        Err(error) if error.code == Code::NotAllowedToList => HashMap::new(),
        Err(error) => return Err(error),
    };
    let conflicts = find_conflicts(&mut entries, &there);

    let files = entries
        .iter()
        .filter(|entry| entry.source != UploadSource::Folder);
    Ok(Planned {
        connection: connection.clone(),
        direction: Direction::Upload,
        target: target_name(store.connection(), &prefix),
        files: u32::try_from(files.count()).unwrap_or(u32::MAX),
        bytes: entries.iter().map(|entry| size(&entry.source)).sum(),
        conflicts,
        skipped,
        renamed: Vec::new(),
        entries: Entries::Upload(entries),
    })
}

/// A folder as the person knows it: its name, or the connection's at its root.
pub(in crate::transfer) fn target_name(connection: &Connection, prefix: &str) -> String {
    if prefix == place::root(connection) {
        return connection.name.clone();
    }
    place::last_segment(prefix).to_owned()
}

fn entries(
    connection: &Connection,
    prefix: &str,
    found: Found,
) -> Result<(Vec<Entry>, Vec<Skipped>)> {
    let files = found
        .files
        .into_iter()
        .map(|(name, source)| (name, UploadSource::File(source)));
    let folders = found
        .empty_folders
        .into_iter()
        .map(|name| (name + "/", UploadSource::Folder));
    let mut entries = Vec::new();
    let mut skipped = found.skipped;
    for (name, source) in files.chain(folders) {
        if size(&source) > MAX_OBJECT {
            return Err(too_large().about(name));
        }
        let key = format!("{prefix}{name}");
        if name::check_key(&key).is_err() || place::is_ours(connection, &key) {
            let why = SkipReason::Name;
            skipped.push(Skipped { name, why });
            continue;
        }
        entries.push(Entry {
            name,
            key,
            source,
            taken_by: None,
            is_conflict: false,
            has_twin: false,
        });
    }
    Ok((entries, skipped))
}

/// Notes what is in the way, in the bucket or earlier in the same selection.
fn find_conflicts(entries: &mut Vec<Entry>, there: &HashMap<String, Object>) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    let mut earlier: HashMap<String, Source> = HashMap::new();
    entries.retain_mut(|entry| {
        let object = there.get(&entry.key);
        let UploadSource::File(source) = &entry.source else {
            // A folder that is there, or comes twice, needs nothing done.
            let first = earlier.insert(entry.key.clone(), placeholder()).is_none();
            return first && object.is_none();
        };
        entry.taken_by = object.map(|object| TakenBy {
            etag: object.etag.clone(),
        });
        let twin = earlier.insert(entry.key.clone(), source.clone());
        entry.has_twin = twin.is_some();
        let old = match (&twin, object) {
            (Some(twin), _) => Some((twin.size, twin.modified_ms())),
            (None, Some(object)) => Some((object.size, object.modified)),
            (None, None) => None,
        };
        if let Some((old_size, old_modified_at)) = old {
            entry.is_conflict = true;
            conflicts.push(Conflict {
                name: entry.name.clone(),
                new_size: source.size,
                new_modified_at: source.modified.map(millis),
                old_size,
                old_modified_at,
            });
        }
        true
    });
    conflicts
}

fn placeholder() -> Source {
    Source {
        path: PathBuf::new(),
        size: 0,
        modified: None,
    }
}

/// The items to send, each with what must hold at its key.
pub(in crate::transfer) fn resolve(entries: &[Entry], verdicts: &[Verdict]) -> Resolved {
    let mut verdicts = verdicts.iter();
    let mut items: Vec<Option<UploadItem>> = Vec::with_capacity(entries.len());
    let mut skipped = Vec::new();
    // Which item goes to a key, so that a later one can take its place.
    let mut by_key: HashMap<&str, usize> = HashMap::new();
    let mut keys: HashSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
    for entry in entries {
        let verdict = if entry.is_conflict {
            verdicts.next().copied()
        } else {
            None
        };
        let there = match &entry.taken_by {
            Some(there) => Condition::unchanged(there.etag.clone()),
            None => Condition::Absent,
        };
        let (key, condition, beside) = match verdict {
            None => (entry.key.clone(), Condition::Absent, false),
            Some(Verdict::Replace | Verdict::ReplaceUnlessSame) => {
                (entry.key.clone(), there, false)
            }
            Some(Verdict::KeepBoth) => (free_key(&entry.key, &mut keys), Condition::Absent, true),
            Some(Verdict::Skip(why)) => {
                let name = entry.name.clone();
                skipped.push(Skipped { name, why });
                continue;
            }
        };
        if key == entry.key
            && let Some(before) = by_key.insert(&entry.key, items.len())
            && let Some(replaced) = items[before].take()
        {
            skipped.push(chosen(&replaced.name));
        }
        items.push(Some(UploadItem {
            name: entry.name.clone(),
            key,
            source: entry.source.clone(),
            condition,
            beside,
            // What goes before it in this selection is no object to compare with.
            unless_same: verdict == Some(Verdict::ReplaceUnlessSame) && !entry.has_twin,
            remove_local: false,
        }));
    }
    Resolved {
        work: Work::Upload(items.into_iter().flatten().collect()),
        skipped,
    }
}

pub(super) fn free_key(key: &str, keys: &mut HashSet<String>) -> String {
    let mut number = 2;
    loop {
        let candidate = name::numbered(key, number);
        if keys.insert(candidate.clone()) {
            return candidate;
        }
        number += 1;
    }
}

fn chosen(name: &str) -> Skipped {
    Skipped {
        name: name.to_owned(),
        why: SkipReason::Chosen,
    }
}

fn size(source: &UploadSource) -> u64 {
    match source {
        UploadSource::File(source) => source.size,
        UploadSource::Folder => 0,
    }
}

#[cfg(test)]
#[path = "upload_tests.rs"]
mod tests;
