//! From the bucket into a local folder.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Compared, Here, Named, Pair, There, change, of_same_content, refuse_to_empty};
use crate::browse::pages::Object;
use crate::browse::place;
use crate::connection::ConnectionId;
use crate::error::Result;
use crate::lectern::Lectern;
use crate::name::{self, LocalName, System, local_names};
use crate::store::Store;
use crate::transfer::disk::{Source, blocking, file_name};
use crate::transfer::model::{Direction, Renamed, SkipReason, Skipped};
use crate::transfer::plan::Entries;
use crate::transfer::plan::filter::Filter;
use crate::transfer::sync::{Extent, Extras, Side, SyncOptions, SyncWhat};
use crate::transfer::work::{DownloadItem, Place, Work};

/// What is to be at the target, and what is.
struct Wanted {
    object: Object,
    /// Below the folder, as it is or would be spelled there.
    path: String,
    is_folder: bool,
    there: Option<Source>,
}

pub(in crate::transfer) async fn down(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
    folder: &Path,
    options: &SyncOptions,
) -> Result<Compared> {
    let filter = Arc::new(Filter::of(&options.include, &options.exclude)?);
    let store = lectern.stores.of(lectern, connection).await?;
    let prefix = place::folder(store.connection(), prefix)?;
    let mut there = There::below(&store, &prefix, &filter);
    let mut objects = Vec::new();
    while let Some(page) = there.next().await? {
        objects.extend(page);
    }
    let (root, patterns) = (folder.to_owned(), Arc::clone(&filter));
    let here = blocking(move || match root.try_exists() {
        Ok(false) => Ok(Here::nothing()),
        _ => Here::look(&root, &patterns),
    })
    .await?;

    let source_files = objects
        .iter()
        .filter(|(name, _)| !name.ends_with('/'))
        .count();
    let met = meet(objects, here, folder);
    let extra = Extent::of(met.extras.iter().map(|source| source.size));
    refuse_to_empty(options, source_files, &[], extra)?;

    let same = unchanged(&store, &met.wanted, options).await?;
    let target = file_name(folder);
    let mut compared = Compared::begin(connection, Direction::Download, target, met.skipped, extra);
    compared.planned.renamed = met.renamed;
    compared.fetch(folder, met.wanted, &same);
    if options.delete {
        compared.delete_files(folder, met.extras);
    }
    Ok(compared)
}

struct Met {
    wanted: Vec<Wanted>,
    /// What is here for no object.
    extras: Vec<Source>,
    skipped: Vec<Skipped>,
    renamed: Vec<Renamed>,
}

/// The files here, by how they are spelled and by what this system takes for
/// the same name.
struct Files {
    files: Vec<Option<Source>>,
    by_path: HashMap<String, usize>,
    by_identity: HashMap<String, usize>,
}

impl Files {
    fn of(root: &Path, found: Vec<(String, Source)>) -> Self {
        let mut files = Self {
            files: Vec::with_capacity(found.len()),
            by_path: HashMap::with_capacity(found.len()),
            by_identity: HashMap::with_capacity(found.len()),
        };
        for (name, source) in found {
            let index = files.files.len();
            files.by_identity.entry(identity(&name)).or_insert(index);
            files.by_path.insert(below(root, &source.path), index);
            files.files.push(Some(source));
        }
        files
    }

    /// Hands a file out, once.
    fn take_alike(&mut self, path: &str) -> Option<Source> {
        let index = self.by_path.get(path)?;
        self.files[*index].take()
    }

    /// Hands a file out, once, that another path names as well.
    fn take_same(&mut self, path: &str) -> Option<Source> {
        let index = self.by_identity.get(&identity(path))?;
        self.files[*index].take()
    }
}

/// Matches what is there with what is here.
fn meet(objects: Vec<Named>, mut here: Here, root: &Path) -> Met {
    let names: Vec<&str> = objects.iter().map(|(name, _)| name.as_str()).collect();
    let places = local_names(System::here(), &names);
    let mut met = Met {
        wanted: Vec::with_capacity(objects.len()),
        extras: Vec::new(),
        skipped: Vec::new(),
        renamed: Vec::new(),
    };
    let mut files = Files::of(root, std::mem::take(&mut here.found.files));
    // A file that is spelled alike goes before one that only counts as the same.
    let alike: Vec<_> = places
        .iter()
        .map(|place| files.take_alike(&place.path))
        .collect();
    for (((name, object), place), there) in objects.into_iter().zip(places).zip(alike) {
        let there = there.or_else(|| files.take_same(&place.path));
        met.take(
            &here,
            name,
            object,
            place,
            there.map(|there| (below(root, &there.path), there)),
        );
    }
    met.extras = files.files.into_iter().flatten().collect();
    met
}

impl Met {
    /// `there` is the file of this name, after its path.
    fn take(
        &mut self,
        here: &Here,
        name: String,
        object: Object,
        place: LocalName,
        there: Option<(String, Source)>,
    ) {
        let is_folder = name.ends_with('/');
        let spelled = name::nfc(&place.path);
        let is_folder_here = here.folders.contains(&spelled);
        if is_folder && is_folder_here {
            return;
        }
        // A folder, or something that is no file, stands in the way of a file.
        let in_the_way = is_folder_here.then_some(SkipReason::Name);
        if let Some(why) = in_the_way.or(here.left_out(&spelled)) {
            self.skipped.push(Skipped { name, why });
            return;
        }
        let (path, there) = match there {
            Some((path, source)) => (path, Some(source)),
            None => (place.path, None),
        };
        if place.renamed {
            self.renamed.push(Renamed {
                name,
                becomes: path.clone(),
            });
        }
        self.wanted.push(Wanted {
            object,
            path,
            is_folder,
            there,
        });
    }
}

/// Which of what is there needs not be fetched, by index.
async fn unchanged(
    store: &Store,
    wanted: &[Wanted],
    options: &SyncOptions,
) -> Result<HashSet<usize>> {
    let mut same = HashSet::new();
    let mut pairs = Vec::new();
    for (index, wanted) in wanted.iter().enumerate() {
        let (Some(source), object) = (&wanted.there, &wanted.object) else {
            continue;
        };
        let remote = Side {
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
        } else if remote.is_there_already(Side::of(source)) {
            same.insert(index);
        }
    }
    same.extend(of_same_content(store, pairs).await?);
    Ok(same)
}

impl Compared {
    fn fetch(&mut self, root: &Path, wanted: Vec<Wanted>, same: &HashSet<usize>) {
        let mut items = Vec::new();
        for (index, wanted) in wanted.into_iter().enumerate() {
            let size = wanted.object.size;
            if same.contains(&index) {
                self.same.add(size);
                continue;
            }
            let (what, place) = match wanted.there {
                Some(source) => (SyncWhat::Changed, Place::Instead(source)),
                None if wanted.is_folder => (SyncWhat::New, Place::Folder),
                None => (SyncWhat::New, Place::Free),
            };
            self.changes.push(change(what, &wanted.path, size));
            self.planned.bytes += size;
            self.planned.files += u32::from(!wanted.is_folder);
            items.push(DownloadItem {
                name: wanted.path.clone(),
                key: wanted.object.key,
                size,
                root: root.to_owned(),
                path: wanted.path,
                place,
                unless_same: false,
                // So that it is not newer than what it came from.
                modified_at: wanted.object.modified,
            });
        }
        self.planned.entries = Entries::Ready(Work::Download(items));
    }

    fn delete_files(&mut self, root: &Path, extras: Vec<Source>) {
        let changes = extras
            .iter()
            .map(|source| change(SyncWhat::Extra, &below(root, &source.path), source.size));
        self.changes.extend(changes);
        self.extras = Extras::Files {
            root: PathBuf::from(root),
            files: extras,
        };
    }
}

/// What this system takes for the same name is spelled alike.
fn identity(path: &str) -> String {
    System::here().identity(&name::nfc(path))
}

/// As it is spelled on the disk, with `/` between.
fn below(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let steps = below
        .components()
        .map(|step| step.as_os_str().to_string_lossy());
    steps.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(name: &str) -> Named {
        let object = Object {
            key: format!("w/{name}"),
            size: 3,
            modified: Some(1),
            etag: None,
            storage_class: None,
        };
        (name.to_owned(), object)
    }

    fn here(names: impl IntoIterator<Item = String>) -> Here {
        let mut here = Here::nothing();
        here.found.files = names
            .into_iter()
            .map(|name| {
                let source = Source {
                    path: Path::new("/root").join(&name),
                    size: 3,
                    modified: None,
                };
                (name::nfc(&name), source)
            })
            .collect();
        here
    }

    fn there(met: &Met) -> Vec<(&str, bool)> {
        let there = met
            .wanted
            .iter()
            .map(|wanted| (wanted.path.as_str(), wanted.there.is_some()));
        there.collect()
    }

    #[test]
    fn each_object_meets_the_file_of_its_name() {
        let here = here(["a", "b"].map(str::to_owned));

        let met = meet(vec![object("b"), object("c")], here, Path::new("/root"));

        assert_eq!(there(&met), [("b", true), ("c", false)]);
        assert_eq!(met.extras.len(), 1);
    }

    #[test]
    fn a_file_in_another_spelling_is_kept_as_it_is_spelled() {
        let here = here(["e\u{301}".to_owned()]);

        let met = meet(vec![object("\u{e9}")], here, Path::new("/root"));

        assert_eq!(there(&met), [("e\u{301}", true)]);
        assert!(met.extras.is_empty());
    }

    #[test]
    fn a_hundred_thousand_names_are_matched_in_a_moment() {
        let names = (0..100_000).map(|n| format!("week {}/file {n}", n % 100));
        let objects: Vec<Named> = names.clone().map(|name| object(&name)).collect();
        let here = here(names);
        let began = std::time::Instant::now();

        let met = meet(objects, here, Path::new("/root"));

        assert!(met.wanted.iter().all(|wanted| wanted.there.is_some()));
        // A walk over all for each of them would take minutes.
        assert!(began.elapsed() < std::time::Duration::from_secs(20));
    }
}
