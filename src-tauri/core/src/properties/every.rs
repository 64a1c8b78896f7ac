//! One change for many objects, as a job: the keys stay here. Batch by batch
//! the objects are looked at, the way back is written down, and what differs
//! is changed.

use std::sync::Arc;

use futures::{StreamExt, stream};

use super::edit::{Standing, Watch, begun};
use super::model::{Description, EditPlanId, Edited, ForAll, ForAllPlan, Headers};
use super::plan::{Planned, check_rewritable, effect, no_tags};
use super::{head, rules, tags};
use crate::activity;
use crate::browse::lister::Lister;
use crate::browse::pages::Depth;
use crate::browse::{Item, place};
use crate::catalog::{EditRow, EditedRow};
use crate::connection::ConnectionId;
use crate::error::{Error, Result};
use crate::job::{ItemFailure, JobReporter};
use crate::lectern::Lectern;
use crate::store::Store;
use crate::transfer::Direction;

/// Objects that are written down together.
const BATCH: usize = 256;
/// Objects that are looked at or changed side by side.
const SIDE_BY_SIDE: usize = 16;

/// What [`ForAllPlan`] tells, with every object by name.
pub(super) struct PlannedForAll {
    connection: ConnectionId,
    title: String,
    change: ForAll,
    targets: Vec<Target>,
}

struct Target {
    key: String,
    /// Bytes.
    size: u64,
}

/// Counts what a change would be made to: the objects chosen and those inside
/// the folders chosen. Writes nothing.
///
/// # Errors
/// `InvalidInput` for a value that cannot be and for nothing chosen,
/// `Unsupported` for tags where the store keeps none; `NotAllowedToList`, … when
/// folders cannot be counted to their end.
pub async fn plan_for_all(
    lectern: &Lectern,
    connection: &ConnectionId,
    items: Vec<Item>,
    change: &ForAll,
) -> Result<ForAllPlan> {
    if items.is_empty() {
        return Err(Error::invalid("items", "Nothing is chosen to change."));
    }
    let change = checked(change)?;
    let store = lectern.stores.of(lectern, connection).await?;
    let rewrites = matches!(change, ForAll::ContentType { .. });
    if !rewrites && !store.knows_tags().await? {
        return Err(no_tags());
    }
    let mut targets = Vec::new();
    for item in &items {
        add_targets(&store, item, &mut targets).await?;
    }
    targets.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    targets.dedup_by(|later, earlier| later.key == earlier.key);
    let told = ForAllPlan {
        id: EditPlanId(0),
        title: title(&items, targets.len()),
        files: count(targets.len()),
        bytes: targets.iter().map(|target| target.size).sum(),
        effect: effect(&store, rewrites).await?,
    };
    let id = lectern.edit_plans.keep(Planned::ForAll(PlannedForAll {
        connection: connection.clone(),
        title: told.title.clone(),
        change,
        targets,
    }));
    Ok(ForAllPlan { id, ..told })
}

fn checked(change: &ForAll) -> Result<ForAll> {
    Ok(match change {
        ForAll::ContentType { content_type } => {
            let content_type = rules::content_type(content_type)?;
            if content_type.is_empty() {
                return Err(Error::invalid("contentType", "Enter a content type."));
            }
            ForAll::ContentType { content_type }
        }
        ForAll::AddTag { name, value } => {
            let (name, value) = rules::tag(name, value)?;
            ForAll::AddTag { name, value }
        }
        ForAll::RemoveTag { name } => ForAll::RemoveTag { name: name.clone() },
    })
}

async fn add_targets(store: &Arc<Store>, item: &Item, targets: &mut Vec<Target>) -> Result<()> {
    match item {
        Item::Object { key, size } => {
            place::check(store.connection(), key)?;
            targets.push(Target {
                key: key.clone(),
                size: *size,
            });
        }
        Item::Folder { prefix } => {
            let prefix = place::folder(store.connection(), prefix)?;
            let listing = Lister::of(Arc::clone(store), prefix, Depth::All);
            let mut pages = listing.unordered();
            while let Some(page) = pages.next().await? {
                let objects = page.objects.into_iter();
                let files = objects.filter(|object| {
                    // A folder's marker is not a file to anybody.
                    !object.key.ends_with('/') && !place::is_ours(store.connection(), &object.key)
                });
                targets.extend(files.map(|object| Target {
                    key: object.key,
                    size: object.size,
                }));
            }
        }
    }
    Ok(())
}

/// Makes the change that was planned, once; shown as a job while it runs.
///
/// # Errors
/// `NotFound` for a plan that was used. What happens to single objects is in
/// [`Edited::failures`].
pub async fn save_for_all(lectern: &Arc<Lectern>, plan: EditPlanId) -> Result<Edited> {
    let Planned::ForAll(planned) = lectern.edit_plans.take(plan)? else {
        return Err(Error::internal("a plan for one object was saved for many"));
    };
    let store = lectern.stores.of(lectern, &planned.connection).await?;
    let bytes = planned.targets.iter().map(|target| target.size).sum();
    let files = count(planned.targets.len());
    let (_, reporter) = lectern
        .transfers
        .begin(Direction::Edit, &planned.title, files, bytes);
    let work = Work {
        edit: begun(lectern, &store, &planned.title),
        lectern: Arc::clone(lectern),
        store,
        change: planned.change,
        reporter,
        ended: Edited {
            edit_id: None,
            title: planned.title,
            changed: 0,
            unchanged: 0,
            failures: Vec::new(),
        },
    };
    // In a task of its own: it goes on when nobody waits for it any more.
    tokio::spawn(work.run(planned.targets))
        .await
        .map_err(|error| Error::internal(error.to_string()))?
}

struct Work {
    lectern: Arc<Lectern>,
    store: Arc<Store>,
    edit: EditRow,
    change: ForAll,
    reporter: JobReporter,
    ended: Edited,
}

/// One object that has to change.
struct Due {
    target: Target,
    difference: Difference,
}

/// What a change makes of one object.
struct Difference {
    /// Where headers change.
    standing: Option<Standing>,
    before: Description,
    after: Description,
}

impl Work {
    async fn run(mut self, targets: Vec<Target>) -> Result<Edited> {
        self.lectern.catalog.insert_edit(&self.edit)?;
        self.reporter.running();
        let mut outcome = Ok(());
        let mut targets = targets.into_iter();
        while outcome.is_ok() && !self.reporter.is_cancelled() {
            let batch: Vec<Target> = targets.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            outcome = self.batch(batch).await;
        }
        self.reporter.finish();
        self.lectern.catalog.forget_edited(&self.edit, &[])?;
        if self.ended.changed > 0 {
            self.ended.edit_id = Some(self.edit.id.clone());
            self.enter_activity()?;
        }
        outcome?;
        Ok(self.ended)
    }

    async fn batch(&mut self, batch: Vec<Target>) -> Result<()> {
        let due = self.look(batch).await;
        let rows: Vec<EditedRow> = due.iter().map(row).collect();
        let catalog = &self.lectern.catalog;
        catalog.insert_edited(&self.edit.id, &rows)?;
        let (store, reporter) = (&self.store, &self.reporter);
        let outcomes: Vec<(Due, Result<()>)> = stream::iter(due)
            .map(|due| async move {
                let outcome = match reporter.is_cancelled() {
                    true => Err(Error::cancelled()),
                    false => change(store, &due, reporter).await,
                };
                (due, outcome)
            })
            .buffered(SIDE_BY_SIDE)
            .collect()
            .await;
        let mut done = Vec::new();
        let mut failed = Vec::new();
        for (due, outcome) in &outcomes {
            match outcome {
                Ok(()) => {
                    done.push((due.target.key.as_str(), None, &due.difference.after));
                    self.reporter.item_done(due.target.size);
                }
                Err(error) => {
                    failed.push(due.target.key.as_str());
                    fail(
                        &self.store,
                        &self.reporter,
                        &mut self.ended,
                        &due.target,
                        error,
                    );
                }
            }
        }
        self.ended.changed += count(done.len());
        catalog.forget_edited(&self.edit, &failed)?;
        catalog.confirm_edited(&self.edit, &done, self.lectern.clock.now_ms())
    }

    /// Those of a batch that are not so already.
    async fn look(&mut self, batch: Vec<Target>) -> Vec<Due> {
        let (store, change, reporter) = (&self.store, &self.change, &self.reporter);
        let looked: Vec<(Target, Result<Option<Difference>>)> = stream::iter(batch)
            .map(|target| async move {
                let found = match reporter.is_cancelled() {
                    true => Err(Error::cancelled()),
                    false => difference(store, &target.key, change).await,
                };
                (target, found)
            })
            .buffered(SIDE_BY_SIDE)
            .collect()
            .await;
        let mut due = Vec::new();
        for (target, found) in looked {
            match found {
                Ok(Some(difference)) => due.push(Due { target, difference }),
                Ok(None) => {
                    self.ended.unchanged += 1;
                    self.reporter.item_skipped();
                }
                Err(error) => {
                    fail(
                        &self.store,
                        &self.reporter,
                        &mut self.ended,
                        &target,
                        &error,
                    );
                }
            }
        }
        due
    }

    fn enter_activity(&self) -> Result<()> {
        let detail = serde_json::json!({
            "change": self.change,
            "files": self.ended.changed,
            "failed": self.ended.failures.len(),
        });
        activity::record(
            &self.lectern,
            &self.store,
            "edit properties",
            &self.edit.title,
            Some(&detail),
        )
    }
}

/// What the change makes of one object; `None`: it is so already.
async fn difference(store: &Store, key: &str, change: &ForAll) -> Result<Option<Difference>> {
    if let ForAll::ContentType { content_type } = change {
        let head = head::head(store, key).await?;
        let about = Description {
            headers: Some(Headers::default()),
            tags: None,
        };
        let standing = Standing::of(store, key, head, &about).await?;
        let mut after = standing.now.clone();
        if let Some(headers) = &mut after.headers {
            headers.content.content_type = Some(content_type.clone());
        }
        if after == standing.now {
            return Ok(None);
        }
        check_rewritable(&standing.head)?;
        return Ok(Some(Difference {
            before: standing.now.clone(),
            standing: Some(standing),
            after,
        }));
    }
    let before = tags::read(store, key).await?.ok_or_else(no_tags)?;
    let mut after = before.clone();
    match change {
        ForAll::AddTag { name, value } => {
            after.retain(|(known, _)| known != name);
            after.push((name.clone(), value.clone()));
        }
        ForAll::RemoveTag { name } => after.retain(|(known, _)| known != name),
        ForAll::ContentType { .. } => {}
    }
    after.sort();
    if after == before {
        return Ok(None);
    }
    if after.len() > before.len() {
        rules::tags(&after)?;
    }
    let tags = |tags| Description {
        headers: None,
        tags: Some(tags),
    };
    Ok(Some(Difference {
        standing: None,
        before: tags(before),
        after: tags(after),
    }))
}

async fn change(store: &Store, due: &Due, reporter: &JobReporter) -> Result<()> {
    let Difference {
        standing, after, ..
    } = &due.difference;
    match (standing, &after.tags) {
        (Some(standing), _) => {
            let watch = Watch::of_many(reporter.cancel_token().clone());
            standing.describe(store, after, &watch).await
        }
        (None, Some(tags)) => tags::put(store, &due.target.key, None, tags).await,
        (None, None) => Ok(()),
    }
}

fn row(due: &Due) -> EditedRow {
    EditedRow {
        key: due.target.key.clone(),
        size: due.target.size,
        before: due.difference.before.clone(),
        after: due.difference.after.clone(),
        etag: None,
        edited_at: None,
    }
}

/// Of what was cancelled nothing is said.
fn fail(store: &Store, reporter: &JobReporter, ended: &mut Edited, target: &Target, error: &Error) {
    if error.code == crate::Code::Cancelled {
        return;
    }
    let name = shown_name(store, &target.key);
    reporter.item_failed(name.clone(), error.clone());
    ended.failures.push(ItemFailure {
        name,
        error: error.clone(),
    });
}

/// An object as a list of failures names it: its path below the connection's root.
pub(super) fn shown_name(store: &Store, key: &str) -> String {
    let root = place::root(store.connection());
    key.strip_prefix(&root).unwrap_or(key).to_owned()
}

fn title(items: &[Item], files: usize) -> String {
    match items {
        [Item::Object { key, .. } | Item::Folder { prefix: key }] => {
            place::last_segment(key).to_owned()
        }
        _ => format!("{files} files"),
    }
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
