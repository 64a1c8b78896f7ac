//! Counting what a deletion would take, before anything is touched.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{DeletionPlan, DeletionPlanId, Undo, way};
use crate::browse::Item;
use crate::browse::lister::Lister;
use crate::browse::pages::Depth;
use crate::browse::place;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::store::Store;

/// A plan whose dialog was closed is never discarded by hand: the oldest give way.
const MOST_PLANS: usize = 8;

/// Names that a plan tells.
const NAMES: usize = 5;

/// The deletions that were planned and not yet made.
#[derive(Default)]
pub struct DeletionPlans {
    plans: Mutex<Plans>,
    /// The deletions that are being undone now.
    pub(super) undoing: Mutex<Vec<String>>,
}

#[derive(Default)]
struct Plans {
    last: u32,
    waiting: VecDeque<(DeletionPlanId, Planned)>,
}

/// What [`DeletionPlan`] tells, with every object by name.
pub(super) struct Planned {
    pub(super) connection: ConnectionId,
    /// What the person sees: a name, or how many.
    pub(super) title: String,
    pub(super) undo: Undo,
    /// By key, each once.
    pub(super) targets: Vec<Target>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Target {
    pub(super) key: String,
    /// Bytes.
    pub(super) size: u64,
    /// Where it was listed, and is copied before it goes.
    pub(super) etag: Option<String>,
    pub(super) storage_class: Option<String>,
}

impl DeletionPlans {
    fn keep(&self, planned: Planned) -> DeletionPlanId {
        let mut plans = self.lock();
        plans.last = plans.last.wrapping_add(1);
        let id = DeletionPlanId(plans.last);
        plans.waiting.push_back((id, planned));
        if plans.waiting.len() > MOST_PLANS {
            plans.waiting.pop_front();
        }
        id
    }

    /// Hands a plan out, once.
    pub(super) fn take(&self, id: DeletionPlanId) -> Result<Planned> {
        let mut plans = self.lock();
        let at = plans.waiting.iter().position(|(known, _)| *known == id);
        at.and_then(|at| plans.waiting.remove(at))
            .map(|(_, planned)| planned)
            .ok_or_else(|| {
                Error::new(Code::NotFound, "This deletion was made or dropped already.")
                    .next("Choose what to delete again.")
            })
    }

    fn lock(&self) -> MutexGuard<'_, Plans> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts what deleting would do and finds out how it could be undone. Changes nothing.
///
/// # Errors
/// `InvalidInput` for nothing or for something outside the connection;
/// `NotAllowedToList`, `NoNetwork`, … when folders cannot be counted to their end.
pub async fn plan(
    lectern: &Lectern,
    connection: &ConnectionId,
    items: Vec<Item>,
) -> Result<DeletionPlan> {
    if items.is_empty() {
        return Err(Error::invalid("items", "Nothing is chosen to delete."));
    }
    let store = lectern.stores.of(lectern, connection).await?;
    let undo = way::back(&store).await?;
    let mut targets = Vec::new();
    for item in &items {
        add_targets(&store, item, &undo, &mut targets).await?;
    }
    targets.sort_unstable();
    targets.dedup_by(|later, earlier| later.key == earlier.key);

    let names: Vec<String> = items.iter().take(NAMES).map(name).collect();
    let folders = items.iter().filter(|item| is_folder(item)).count();
    let files = targets.iter().filter(|target| is_file(&target.key));
    let told = DeletionPlan {
        id: DeletionPlanId(0),
        names,
        chosen: count(items.len()),
        folders: count(folders),
        files: count(files.count()),
        bytes: targets.iter().map(|target| target.size).sum(),
        undo: undo.clone(),
    };
    let id = lectern.deletion_plans.keep(Planned {
        connection: connection.clone(),
        title: title(&items, folders),
        undo,
        targets,
    });
    Ok(DeletionPlan { id, ..told })
}

async fn add_targets(
    store: &Arc<Store>,
    item: &Item,
    undo: &Undo,
    targets: &mut Vec<Target>,
) -> Result<()> {
    // Only what is copied has to be the same then; a million of them are memory.
    let copied = *undo == Undo::Bin;
    match item {
        Item::Object { key, size } => {
            place::check(store.connection(), key)?;
            targets.push(Target {
                key: key.clone(),
                size: *size,
                etag: None,
                storage_class: None,
            });
        }
        Item::Folder { prefix } => {
            let prefix = place::folder(store.connection(), prefix)?;
            let mut pages = Lister::of(Arc::clone(store), prefix, Depth::All).unordered();
            while let Some(page) = pages.next().await? {
                let ours = |key: &str| place::is_ours(store.connection(), key);
                let objects = page.objects.into_iter().filter(|object| !ours(&object.key));
                targets.extend(objects.map(|object| Target {
                    key: object.key,
                    size: object.size,
                    etag: object.etag.filter(|_| copied),
                    storage_class: object.storage_class.filter(|_| copied),
                }));
            }
        }
    }
    Ok(())
}

/// A folder's marker is not a file to anybody.
pub(super) fn is_file(key: &str) -> bool {
    !key.ends_with('/')
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn is_folder(item: &Item) -> bool {
    matches!(item, Item::Folder { .. })
}

fn name(item: &Item) -> String {
    let (Item::Object { key, .. } | Item::Folder { prefix: key }) = item;
    place::last_segment(key).to_owned()
}

fn title(items: &[Item], folders: usize) -> String {
    match items {
        [one] => name(one),
        many if folders == 0 => format!("{} files", many.len()),
        many if folders == many.len() => format!("{} folders", many.len()),
        many => format!("{} items", many.len()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn planned() -> Planned {
        Planned {
            connection: ConnectionId("c".into()),
            title: "a".into(),
            undo: Undo::Bin,
            targets: Vec::new(),
        }
    }

    #[test]
    fn a_plan_is_handed_out_once() {
        let plans = DeletionPlans::default();
        let id = plans.keep(planned());

        assert!(plans.take(id).is_ok());
        assert_eq!(plans.take(id).err().unwrap().code, Code::NotFound);
    }

    #[test]
    fn plans_that_nobody_starts_do_not_pile_up() {
        let plans = DeletionPlans::default();
        let first = plans.keep(planned());
        let ids: Vec<_> = (0..MOST_PLANS).map(|_| plans.keep(planned())).collect();

        assert!(plans.take(first).is_err());
        assert!(plans.take(ids[0]).is_ok());
    }

    #[test]
    fn a_deletion_is_titled_as_the_person_saw_it() {
        let file = || Item::Object {
            key: "w/a.pdf".into(),
            size: 1,
        };
        let folder = || Item::Folder {
            prefix: "w/week 3/".into(),
        };

        assert_eq!(title(&[folder()], 1), "week 3");
        assert_eq!(title(&[file(), file()], 0), "2 files");
        assert_eq!(title(&[folder(), folder()], 2), "2 folders");
        assert_eq!(title(&[file(), folder()], 1), "2 items");
    }
}
