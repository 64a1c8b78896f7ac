//! From a local folder into the bucket.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::{Compared, Here, Named, Pair, There, change, of_same_content, refuse_to_empty};
use crate::browse::{Item, place};
use crate::connection::ConnectionId;
use crate::error::Result;
use crate::lectern::Lectern;
use crate::name;
use crate::store::Store;
use crate::transfer::condition::Condition;
use crate::transfer::disk::blocking;
use crate::transfer::model::{Direction, SkipReason, Skipped};
use crate::transfer::part_size::{MAX_OBJECT, too_large};
use crate::transfer::plan::Entries;
use crate::transfer::plan::filter::Filter;
use crate::transfer::plan::upload::target_name;
use crate::transfer::sync::{Extent, Extras, Side, SyncOptions, SyncWhat};
use crate::transfer::work::{UploadItem, UploadSource, Work};

/// What is to be at the target, and what is.
struct Wanted {
    name: String,
    source: UploadSource,
    there: Option<Named>,
}

pub(in crate::transfer) async fn up(
    lectern: &Lectern,
    connection: &ConnectionId,
    folder: &Path,
    prefix: &str,
    options: &SyncOptions,
) -> Result<Compared> {
    let filter = Arc::new(Filter::of(&options.include, &options.exclude)?);
    let store = lectern.stores.of(lectern, connection).await?;
    let prefix = place::folder(store.connection(), prefix)?;
    let (root, patterns) = (folder.to_owned(), Arc::clone(&filter));
    let here = blocking(move || Here::look(&root, &patterns)).await?;
    let (mut wanted, skipped) = wanted(&store, &prefix, &here)?;

    let there = There::below(&store, &prefix, &filter);
    let extras = meet(&mut wanted, &here, there).await?;
    let extra = Extent::of(extras.iter().map(|(_, object)| object.size));
    let source_files = here.found.files.len();
    refuse_to_empty(options, source_files, &skipped, extra)?;

    let is_same = unchanged(&store, &wanted, options).await?;
    let target = target_name(store.connection(), &prefix);
    let mut compared = Compared::begin(connection, Direction::Upload, target, skipped, extra);
    compared.send(&prefix, wanted, &is_same);
    if options.delete {
        compared.delete_objects(extras);
    }
    Ok(compared)
}

/// The files and empty folders, each once by its key.
fn wanted(store: &Store, prefix: &str, here: &Here) -> Result<(Vec<Wanted>, Vec<Skipped>)> {
    let connection = store.connection();
    let mut skipped = here.found.skipped.clone();
    let mut wanted: Vec<Wanted> = Vec::with_capacity(here.found.files.len());
    let mut seen = HashSet::new();
    let files = here.found.files.iter().map(|(name, source)| {
        let source = UploadSource::File(source.clone());
        (name.clone(), source)
    });
    let folders = here.found.empty_folders.iter();
    let folders = folders.map(|name| (format!("{name}/"), UploadSource::Folder));
    for (name, source) in files.chain(folders) {
        if size_of(&source) > MAX_OBJECT {
            return Err(too_large().about(name));
        }
        let key = format!("{prefix}{name}");
        // Two spellings of one name have one key: the first goes there.
        let fits =
            name::check_key(&key).is_ok() && !place::is_ours(connection, &key) && seen.insert(key);
        if fits {
            wanted.push(Wanted {
                name,
                source,
                there: None,
            });
        } else {
            let why = SkipReason::Name;
            skipped.push(Skipped { name, why });
        }
    }
    Ok((wanted, skipped))
}

/// Notes what is there for each, and gives what is there for none.
async fn meet(wanted: &mut [Wanted], here: &Here, mut there: There<'_>) -> Result<Vec<Named>> {
    let by_name: HashMap<String, usize> = wanted
        .iter()
        .enumerate()
        .map(|(index, wanted)| (wanted.name.clone(), index))
        .collect();
    let mut extras = Vec::new();
    while let Some(page) = there.next().await? {
        for (name, object) in page {
            let Some(index) = by_name.get(&name::nfc(&name)) else {
                if !here.keeps(&name) {
                    extras.push((name, object));
                }
                continue;
            };
            let wanted = &mut wanted[*index];
            // Another spelling is the same name; ours goes before it.
            match wanted.there.take() {
                None => wanted.there = Some((name, object)),
                Some(other) if name == wanted.name => {
                    wanted.there = Some((name, object));
                    extras.push(other);
                }
                Some(other) => {
                    wanted.there = Some(other);
                    extras.push((name, object));
                }
            }
        }
    }
    Ok(extras)
}

/// Which of what is there needs not be sent, by index.
async fn unchanged(
    store: &Store,
    wanted: &[Wanted],
    options: &SyncOptions,
) -> Result<HashSet<usize>> {
    let mut same = HashSet::new();
    let mut pairs = Vec::new();
    for (index, wanted) in wanted.iter().enumerate() {
        let Some((_, object)) = &wanted.there else {
            continue;
        };
        let UploadSource::File(source) = &wanted.source else {
            same.insert(index);
            continue;
        };
        let there = Side {
            size: object.size,
            modified: object.modified,
        };
        if options.checksum && source.size == object.size {
            pairs.push(Pair {
                index,
                key: object.key.clone(),
                etag: object.etag.clone(),
                source: source.clone(),
            });
        } else if Side::of(source).is_there_already(there) {
            same.insert(index);
        }
    }
    same.extend(of_same_content(store, pairs).await?);
    Ok(same)
}

impl Compared {
    fn send(&mut self, prefix: &str, wanted: Vec<Wanted>, same: &HashSet<usize>) {
        let mut items = Vec::new();
        for (index, wanted) in wanted.into_iter().enumerate() {
            let size = size_of(&wanted.source);
            let is_file = wanted.source != UploadSource::Folder;
            if same.contains(&index) {
                if is_file {
                    self.same.add(size);
                }
                continue;
            }
            let (what, key, condition) = match wanted.there {
                Some((_, object)) => (
                    SyncWhat::Changed,
                    object.key,
                    Condition::unchanged(object.etag),
                ),
                None => {
                    let key = format!("{prefix}{}", wanted.name);
                    (SyncWhat::New, key, Condition::Absent)
                }
            };
            self.changes.push(change(what, &wanted.name, size));
            self.planned.bytes += size;
            self.planned.files += u32::from(is_file);
            items.push(UploadItem {
                name: wanted.name,
                key,
                source: wanted.source,
                condition,
                beside: false,
                unless_same: false,
                remove_local: false,
            });
        }
        self.planned.entries = Entries::Ready(Work::Upload(items));
    }

    fn delete_objects(&mut self, extras: Vec<Named>) {
        let changes = extras
            .iter()
            .map(|(name, object)| change(SyncWhat::Extra, name, object.size));
        self.changes.extend(changes);
        let items = extras.into_iter().map(|(_, object)| Item::Object {
            key: object.key,
            size: object.size,
        });
        self.extras = Extras::Objects(items.collect());
    }
}

fn size_of(source: &UploadSource) -> u64 {
    match source {
        UploadSource::File(source) => source.size,
        UploadSource::Folder => 0,
    }
}
