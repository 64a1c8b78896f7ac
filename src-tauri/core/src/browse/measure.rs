//! What a folder holds all the way down, on request: S3 has no folders, so that
//! nobody knows their size without looking at every key below. The walk is the
//! shape of all long work: it says how far it is, at most ten times a second, can
//! be stopped at any moment, and ends with a summary.
//!
//! What was measured stays in the view as a row's size and date, marked with the
//! time at which it was true. A sum that was not brought to its end is kept nowhere.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use serde::Serialize;
use specta::Type;

use super::lister::Lister;
use super::listing::OpenView;
use super::{Depth, Item, ViewId, place};
use crate::clock::UnixMillis;
use crate::error::Result;
use crate::job::ItemFailure;
use crate::lectern::Lectern;
use crate::store::Store;
use crate::store::list::{Object, Page};

/// Between two reports.
const TICK: Duration = Duration::from_millis(100);

/// Rows are read anew whenever a sum goes into the view: less often than it is told.
const KEEP_EVERY: Duration = Duration::from_millis(500);

/// Folders that are walked at the same time.
const AT_ONCE: usize = 4;

/// From here on one walk through everything is cheaper, if most of it is asked for.
const MANY_FOLDERS: usize = 8;

/// Folders named in one report; more are not on screen.
const MOST_TOLD: usize = 64;

/// What lies below a folder, however deep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Measured {
    /// Objects, without the markers that stand for folders.
    pub files: u64,
    pub bytes: u64,
    /// The newest date among the files; `None` without files.
    pub modified_at: Option<UnixMillis>,
    /// When the measuring began: later changes are not in it.
    pub measured_at: UnixMillis,
}

/// How far a measuring is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MeasureProgress {
    /// Folders of the view that grew since the last report, by name (not all of very many).
    pub folders: Vec<(String, Measured)>,
    /// All that was counted.
    pub total: Measured,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MeasureSummary {
    /// Folders whose size is known now.
    pub folders_done: u32,
    /// Folders that could not be listed to their end.
    pub failures: Vec<ItemFailure>,
    pub cancelled: bool,
    /// All that was counted; of the folder on screen as a whole where nothing was selected.
    pub total: Measured,
}

/// Measures the selected folders, or the folder on screen (and each one in it)
/// where none is selected. A measuring of this view that is under way ends.
///
/// # Errors
/// `NotFound` for a view that was closed. What the service says of one folder is
/// in the summary.
pub async fn measure(
    lectern: &Arc<Lectern>,
    view: ViewId,
    on_progress: impl Fn(MeasureProgress) + Send + Sync + 'static,
) -> Result<MeasureSummary> {
    let open = lectern.views.get(view)?;
    let store = lectern.stores.of(lectern, &open.connection).await?;
    let wanted = selected_folders(&open).await?;
    let folders = open.actor.ask(|view| view.state().folders).await?;
    let cancel = open.begin_measuring();
    let work = Measuring::new(open, store, wanted, lectern.clock.now_ms(), on_progress);
    let cancelled = cancel
        .run_until_cancelled(work.run(folders as usize))
        .await
        .is_none();
    work.tell(true);
    Ok(work.summary(cancelled))
}

/// Ends the measuring of this view that is under way, if there is one.
pub fn stop_measuring(lectern: &Lectern, view: ViewId) -> Result<()> {
    lectern.views.get(view)?.begin_measuring();
    Ok(())
}

/// Names, without the `/`.
async fn selected_folders(open: &OpenView) -> Result<HashSet<String>> {
    let items = open.actor.ask(|view| view.selected()).await?;
    Ok(items
        .into_iter()
        .filter_map(|item| match item {
            Item::Folder { prefix } => prefix
                .strip_prefix(&open.prefix)?
                .strip_suffix('/')
                .map(str::to_owned),
            Item::Object { .. } => None,
        })
        .collect())
}

struct Measuring {
    open: Arc<OpenView>,
    store: Arc<Store>,
    /// Empty: all there is.
    wanted: HashSet<String>,
    now: UnixMillis,
    on_progress: Box<dyn Fn(MeasureProgress) + Send + Sync>,
    sums: Mutex<Sums>,
}

struct Sums {
    total: Measured,
    running: HashMap<String, Measured>,
    grown: HashSet<String>,
    /// Done, and not in the view yet.
    done: HashMap<String, Measured>,
    folders_done: u32,
    failures: Vec<ItemFailure>,
    told: Instant,
    kept: Instant,
}

impl Measuring {
    fn new(
        open: Arc<OpenView>,
        store: Arc<Store>,
        wanted: HashSet<String>,
        now: UnixMillis,
        on_progress: impl Fn(MeasureProgress) + Send + Sync + 'static,
    ) -> Self {
        Self {
            open,
            store,
            wanted,
            now,
            on_progress: Box::new(on_progress),
            sums: Mutex::new(Sums {
                total: Measured::none(now),
                running: HashMap::new(),
                grown: HashSet::new(),
                done: HashMap::new(),
                folders_done: 0,
                failures: Vec::new(),
                told: Instant::now(),
                kept: Instant::now(),
            }),
        }
    }

    async fn run(&self, folders: usize) {
        let most = self.wanted.len() >= MANY_FOLDERS && self.wanted.len() * 2 >= folders;
        if self.wanted.is_empty() || most {
            self.sweep().await;
        } else {
            let names: Vec<String> = self.wanted.iter().cloned().collect();
            stream::iter(names)
                .for_each_concurrent(AT_ONCE, |name| async move { self.walk_one(&name).await })
                .await;
        }
    }

    /// One walk through the folder on screen, of which each key counts for the
    /// folder of the view that it lies in.
    async fn sweep(&self) {
        let outcome = self.walk(self.open.prefix.clone()).await;
        let mut sums = self.sums();
        match outcome {
            Ok(()) => {
                let mut all = std::mem::take(&mut sums.running);
                for name in &self.wanted {
                    all.entry(name.clone()).or_insert(Measured::none(self.now));
                }
                sums.folders_done = u32::try_from(all.len()).unwrap_or(u32::MAX);
                sums.done = all;
            }
            Err(error) => {
                let name = place::last_segment(&self.open.prefix).to_owned();
                sums.failures.push(ItemFailure { name, error });
            }
        }
    }

    async fn walk_one(&self, name: &str) {
        let outcome = self.walk(format!("{}{name}/", self.open.prefix)).await;
        {
            let mut sums = self.sums();
            let sum = sums.running.remove(name);
            match outcome {
                Ok(()) => {
                    let sum = sum.unwrap_or(Measured::none(self.now));
                    sums.done.insert(name.to_owned(), sum);
                    sums.folders_done += 1;
                }
                Err(error) => sums.failures.push(ItemFailure {
                    name: name.to_owned(),
                    error,
                }),
            }
        }
        self.tell(false);
    }

    async fn walk(&self, prefix: String) -> Result<()> {
        let mut lister = Lister::of(Arc::clone(&self.store), prefix, Depth::All).unordered();
        while let Some(page) = lister.next().await? {
            self.count(&page);
            self.tell(false);
        }
        Ok(())
    }

    fn count(&self, page: &Page) {
        let mut sums = self.sums();
        let sums = &mut *sums;
        for object in &page.objects {
            let Some(rest) = object.key.strip_prefix(self.open.prefix.as_str()) else {
                continue;
            };
            let marker = object.size == 0 && object.key.ends_with('/');
            if marker || place::is_ours(self.store.connection(), &object.key) {
                continue;
            }
            let folder = rest.split_once('/').map(|(folder, _)| folder);
            let counts =
                self.wanted.is_empty() || folder.is_some_and(|folder| self.wanted.contains(folder));
            if !counts {
                continue;
            }
            sums.total.add(object);
            let Some(folder) = folder else { continue };
            if let Some(sum) = sums.running.get_mut(folder) {
                sum.add(object);
            } else {
                let mut sum = Measured::none(self.now);
                sum.add(object);
                sums.running.insert(folder.to_owned(), sum);
            }
            if sums.grown.len() < MOST_TOLD && !sums.grown.contains(folder) {
                sums.grown.insert(folder.to_owned());
            }
        }
    }

    /// Reports, and puts what is done into the view, each when it is time.
    fn tell(&self, last: bool) {
        let (progress, done) = {
            let mut sums = self.sums();
            let now = Instant::now();
            let progress = (last || now - sums.told >= TICK).then(|| {
                sums.told = now;
                let grown = std::mem::take(&mut sums.grown);
                MeasureProgress {
                    folders: grown
                        .into_iter()
                        .filter_map(|name| Some((name.clone(), *sums.running.get(&name)?)))
                        .collect(),
                    total: sums.total,
                }
            });
            let due = last || now - sums.kept >= KEEP_EVERY;
            let done = (due && !sums.done.is_empty()).then(|| {
                sums.kept = now;
                std::mem::take(&mut sums.done)
            });
            (progress, done)
        };
        if let Some(progress) = progress {
            (self.on_progress)(progress);
        }
        if let Some(done) = done {
            self.open.measured(done);
        }
    }

    fn summary(&self, cancelled: bool) -> MeasureSummary {
        let mut sums = self.sums();
        MeasureSummary {
            folders_done: sums.folders_done,
            failures: std::mem::take(&mut sums.failures),
            cancelled,
            total: sums.total,
        }
    }

    fn sums(&self) -> MutexGuard<'_, Sums> {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Measured {
    fn none(now: UnixMillis) -> Self {
        Self {
            measured_at: now,
            ..Self::default()
        }
    }

    fn add(&mut self, object: &Object) {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(object.size);
        self.modified_at = self.modified_at.max(object.modified);
    }
}
