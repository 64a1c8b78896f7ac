//! Planning a sync: both sides walked once, the bucket page by page, and
//! matched by name.
//!
//! Names are compared in their one spelling (NFC). What was left out of the
//! walk (litter, links, what cannot be read) and what the patterns leave out is
//! touched on neither side.

mod down;
mod up;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};

use super::filter::Filter;
use super::{Entries, Planned, Plans};
use crate::browse::lister::Lister;
use crate::browse::pages::{Depth, Object};
use crate::browse::place;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::name;
use crate::store::Store;
use crate::transfer::disk::{Source, file_name};
use crate::transfer::model::{Direction, SkipReason, Skipped};
use crate::transfer::same::same;
use crate::transfer::sync::{Extent, Extras, SyncChange, SyncOptions, SyncPlan, SyncWhat};
use crate::transfer::walk::{Found, walk_inside};
use crate::transfer::work::Work;

pub(in crate::transfer) use down::down;
pub(in crate::transfer) use up::up;

/// Files whose content is compared side by side.
const SIDE_BY_SIDE: usize = 8;

/// A plan to be kept, and what it says of both sides.
pub(in crate::transfer) struct Compared {
    planned: Planned,
    changes: Vec<SyncChange>,
    same: Extent,
    extra: Extent,
    extras: Extras,
}

impl Compared {
    fn begin(
        connection: &ConnectionId,
        direction: Direction,
        target: String,
        skipped: Vec<Skipped>,
        extra: Extent,
    ) -> Self {
        Self {
            planned: Planned {
                connection: connection.clone(),
                direction,
                target,
                bytes: 0,
                files: 0,
                conflicts: Vec::new(),
                skipped,
                renamed: Vec::new(),
                entries: Entries::Ready(Work::Upload(Vec::new())),
            },
            changes: Vec::new(),
            same: Extent::default(),
            extra,
            extras: Extras::Objects(Vec::new()),
        }
    }
}

impl Plans {
    pub(in crate::transfer) fn keep_sync(&self, compared: Compared) -> SyncPlan {
        let plan = self.keep(compared.planned);
        let mut changes = compared.changes;
        changes.sort_by(|a, b| (a.what, &a.name).cmp(&(b.what, &b.name)));
        let extent = |what: SyncWhat| {
            let fitting = changes.iter().filter(|change| change.what == what);
            Extent::of(fitting.map(|change| change.bytes))
        };
        SyncPlan {
            id: plan.id,
            direction: plan.direction,
            target: plan.target,
            new: extent(SyncWhat::New),
            changed: extent(SyncWhat::Changed),
            same: compared.same,
            extra: compared.extra,
            changes,
            skipped: plan.skipped,
            renamed: plan.renamed,
            extras: compared.extras,
        }
    }
}

/// The local side: what the walk found and the patterns take.
struct Here {
    found: Found,
    /// Every folder that has something in it or is empty, without a `/`.
    folders: HashSet<String>,
    /// What was seen and left out: it and all below it is not touched.
    left_out: HashMap<String, SkipReason>,
}

impl Here {
    /// Blocks.
    fn look(root: &Path, filter: &Filter) -> Result<Self> {
        std::fs::read_dir(root).map_err(|error| {
            Error::new(Code::LocalFile, "The folder cannot be read.")
                .about(file_name(root))
                .next("Check that it is there, that it is a folder, and that you may open it.")
                .detail(error.to_string())
        })?;
        let mut found = walk_inside(root);
        let mut folders: HashSet<String> = found.empty_folders.iter().cloned().collect();
        for (name, _) in &found.files {
            for (slash, _) in name.match_indices('/') {
                folders.insert(name[..slash].to_owned());
            }
        }
        found.files.retain(|(name, _)| filter.takes(name));
        found.empty_folders.retain(|name| filter.takes(name));
        found.skipped.retain(|skipped| filter.takes(&skipped.name));
        let left_out = found.skipped.iter();
        let left_out = left_out.map(|skipped| (skipped.name.clone(), skipped.why));
        Ok(Self {
            left_out: left_out.collect(),
            found,
            folders,
        })
    }

    /// Nothing at all, where there is no such folder yet.
    fn nothing() -> Self {
        Self {
            found: Found::default(),
            folders: HashSet::new(),
            left_out: HashMap::new(),
        }
    }

    /// Why what goes by this name is not touched: it, or a folder above it, was
    /// left out.
    fn left_out(&self, name: &str) -> Option<SkipReason> {
        let name = name.trim_end_matches('/');
        let above = name.match_indices('/').map(|(slash, _)| &name[..slash]);
        above
            .chain([name])
            .find_map(|name| self.left_out.get(name).copied())
    }

    /// Whether an object that no file is found for stays all the same: a folder
    /// that is here too, or something that was left out here.
    fn keeps(&self, name: &str) -> bool {
        let name = name::nfc(name);
        let folder = name.strip_suffix('/');
        folder.is_some_and(|folder| self.folders.contains(folder)) || self.left_out(&name).is_some()
    }
}

/// An object, after its name relative to the prefix.
type Named = (String, Object);

/// The objects below a prefix that are meant, page by page; with their names
/// relative to it.
struct There<'a> {
    pages: Lister,
    store: Arc<Store>,
    prefix: String,
    filter: &'a Filter,
}

impl<'a> There<'a> {
    fn below(store: &Arc<Store>, prefix: &str, filter: &'a Filter) -> Self {
        Self {
            pages: Lister::of(Arc::clone(store), prefix, Depth::All),
            store: Arc::clone(store),
            prefix: prefix.to_owned(),
            filter,
        }
    }

    async fn next(&mut self) -> Result<Option<Vec<Named>>> {
        let Some(page) = self.pages.next().await? else {
            return Ok(None);
        };
        let named = page.objects.into_iter().filter_map(|object| {
            let name = object.key.strip_prefix(&self.prefix)?.to_owned();
            let is_ours = place::is_ours(self.store.connection(), &object.key);
            let meant = !name.is_empty() && !is_ours && self.filter.takes(&name);
            meant.then_some((name, object))
        });
        Ok(Some(named.collect()))
    }
}

/// An object and a file of one size, whose contents are to be compared.
struct Pair {
    /// Of the item that they belong to.
    index: usize,
    key: String,
    etag: Option<String>,
    source: Source,
}

/// The items whose two sides hold the same bytes.
async fn of_same_content(store: &Store, pairs: Vec<Pair>) -> Result<HashSet<usize>> {
    let compared = stream::iter(pairs).map(|pair| async move {
        let is_same = same(store, &pair.key, pair.etag.as_deref(), &pair.source).await?;
        Ok::<_, Error>(is_same.then_some(pair.index))
    });
    let same: Vec<_> = compared
        .buffer_unordered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    Ok(same.into_iter().flatten().collect())
}

/// A source with nothing in it is more often a mistake (a wrong path, a disk
/// that is not there) than a wish to delete everything.
fn refuse_to_empty(
    options: &SyncOptions,
    source_files: usize,
    skipped: &[Skipped],
    extra: Extent,
) -> Result<()> {
    if !options.delete || options.force || extra.files == 0 {
        return Ok(());
    }
    if source_files == 0 {
        let message = "The source is empty: everything at the target would be deleted.";
        return Err(Error::invalid("source", message)
            .next("Check the path. If it is meant to be so, say so."));
    }
    let unreadable = skipped
        .iter()
        .find(|skipped| skipped.why == SkipReason::Unreadable);
    match unreadable {
        None => Ok(()),
        Some(skipped) => Err(Error::invalid(
            "source",
            format!(
                "“{}” cannot be read, so what is extra at the target is not known for sure.",
                skipped.name
            ),
        )
        .next("See that it can be read, or say that what is known to be extra is to go.")),
    }
}

fn change(what: SyncWhat, name: &str, bytes: u64) -> SyncChange {
    SyncChange {
        what,
        name: name.to_owned(),
        bytes,
    }
}
