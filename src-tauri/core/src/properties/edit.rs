//! Saving: the way back is written down, then the object is described as
//! planned, if it still is what the plan was made from.

use std::sync::Arc;

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use tokio_util::sync::CancellationToken;

use super::model::{Description, EditPlanId, Edited, Pairs};
use super::plan::{Planned, PlannedEdit, changed_since, changes};
use super::{head, tags};
use crate::activity;
use crate::browse::place;
use crate::catalog::{EditRow, EditedRow};
use crate::error::{Code, Error, Result};
use crate::job::JobReporter;
use crate::lectern::Lectern;
use crate::store::Store;
use crate::store::copy::{Rewrite, needs_parts, rewrite};
use crate::transfer::Direction;

/// Saves what was planned, once.
///
/// # Errors
/// `NotFound` for a plan that was used, `Changed` when the object is another by
/// now (nothing was saved), `NotAllowed…`, …
pub async fn save(lectern: &Arc<Lectern>, plan: EditPlanId) -> Result<Edited> {
    let Planned::One(planned) = lectern.edit_plans.take(plan)? else {
        return Err(Error::internal("a plan for many objects was saved as one"));
    };
    if planned.changes.is_empty() {
        return Ok(Edited {
            edit_id: None,
            title: place::last_segment(&planned.key).to_owned(),
            changed: 0,
            unchanged: 1,
            failures: Vec::new(),
        });
    }
    let lectern = Arc::clone(lectern);
    // In a task of its own: it goes on when nobody waits for it any more.
    tokio::spawn(async move { save_one(&lectern, planned).await })
        .await
        .map_err(|error| Error::internal(error.to_string()))?
}

async fn save_one(lectern: &Arc<Lectern>, planned: PlannedEdit) -> Result<Edited> {
    let store = lectern.stores.of(lectern, &planned.connection).await?;
    let key = planned.key.as_str();
    let head = head::head(&store, key).await?;
    let standing = Standing::of(&store, key, head, &planned.before).await?;
    if head::looked(&standing.head) != planned.looked || standing.now != planned.before {
        return Err(changed_since(key));
    }
    let title = place::last_segment(key).to_owned();
    let edit = begun(lectern, &store, &title);
    let row = EditedRow {
        key: key.to_owned(),
        size: head::size(&standing.head),
        before: planned.before.clone(),
        after: planned.after.clone(),
        etag: None,
        edited_at: None,
    };
    lectern.catalog.insert_edit(&edit)?;
    lectern
        .catalog
        .insert_edited(&edit.id, std::slice::from_ref(&row))?;
    let watch = Watch::of_one(lectern, &title, &standing, &planned.after);
    if let Err(error) = standing.describe(&store, &planned.after, &watch).await {
        lectern.catalog.forget_edited(&edit, &[key])?;
        return Err(error);
    }
    watch.done();
    let stands = stands_now(&store, key, &planned.after).await?;
    lectern.catalog.confirm_edited(
        &edit,
        &[(key, stands.etag().as_deref(), &stands.now)],
        lectern.clock.now_ms(),
    )?;
    enter_activity(lectern, &store, &planned)?;
    Ok(Edited {
        edit_id: Some(edit.id),
        title,
        changed: 1,
        unchanged: 0,
        failures: Vec::new(),
    })
}

/// What stands there after saving, which has to be what was asked for: some
/// stores answer well to headers that they do not keep.
async fn stands_now(store: &Store, key: &str, wanted: &Description) -> Result<Standing> {
    let head = head::head(store, key).await?;
    let standing = Standing::of(store, key, head, wanted).await?;
    let mut expected = wanted.clone();
    if let (Some(expected), Some(now)) = (&mut expected.headers, &standing.now.headers) {
        // Without a type the service gives it one.
        if expected.content.content_type.is_none() {
            expected
                .content
                .content_type
                .clone_from(&now.content.content_type);
        }
    }
    if standing.now == expected {
        return Ok(standing);
    }
    Err(Error::new(
        Code::Unsupported,
        "The store accepted the change, but does not show it now: it keeps less than was asked for, \
         or the file was changed again at the same moment.",
    )
    .about(place::last_segment(key))
    .next("Look at the file again to see what was kept.")
    .detail(differing(&expected, &standing.now)))
}

/// What differs, by name: values are the user's own.
fn differing(expected: &Description, now: &Description) -> String {
    let names = changes(expected, now).into_iter().map(|change| {
        let name = change.name.unwrap_or_default();
        format!("{:?} {name}", change.what).trim_end().to_owned()
    });
    names.collect::<Vec<_>>().join(", ")
}

pub(super) fn begun(lectern: &Lectern, store: &Store, title: &str) -> EditRow {
    EditRow {
        id: uuid::Uuid::new_v4().to_string(),
        connection_id: store.connection().id.clone(),
        bucket: store.bucket().to_owned(),
        title: title.to_owned(),
        edited_by: lectern.actor.clone(),
        edited_at: lectern.clock.now_ms(),
        undone_at: None,
    }
}

/// One object as it stands, as far as an edit is about it.
pub(super) struct Standing {
    key: String,
    pub(super) head: HeadObjectOutput,
    pub(super) now: Description,
}

impl Standing {
    /// Reads what `about` has.
    pub(super) async fn of(
        store: &Store,
        key: &str,
        head: HeadObjectOutput,
        about: &Description,
    ) -> Result<Self> {
        let tags = match about.tags {
            Some(_) => tags::read(store, key).await?,
            None => None,
        };
        let now = Description {
            headers: about.headers.as_ref().map(|_| head::headers(&head)),
            tags,
        };
        Ok(Self {
            key: key.to_owned(),
            head,
            now,
        })
    }

    pub(super) fn etag(&self) -> Option<String> {
        head::looked(&self.head).etag
    }

    fn rewrites(&self, wanted: &Description) -> bool {
        wanted.headers.is_some() && wanted.headers != self.now.headers
    }

    fn retags<'a>(&self, wanted: &'a Description) -> Option<&'a Pairs> {
        let tags = wanted.tags.as_ref();
        tags.filter(|_| wanted.tags != self.now.tags)
    }

    /// Makes it be described so: headers and tags with one request, tags alone
    /// in place.
    pub(super) async fn describe(
        &self,
        store: &Store,
        wanted: &Description,
        watch: &Watch,
    ) -> Result<()> {
        let tags = self.retags(wanted);
        match &wanted.headers {
            Some(headers) if self.rewrites(wanted) => {
                let wanted = Rewrite {
                    key: &self.key,
                    wanted: head::answering(&self.head, headers),
                    tags: tags.map(Vec::as_slice),
                };
                let on_part = |bytes| watch.bytes(bytes);
                rewrite(store, wanted, &watch.cancel, &on_part).await?;
                Ok(())
            }
            _ => match tags {
                Some(tags) => {
                    let version = head::looked(&self.head).version_id;
                    tags::put(store, &self.key, version.as_deref(), tags).await
                }
                None => Ok(()),
            },
        }
    }
}

/// Whoever looks on while an object is rewritten.
pub(super) struct Watch {
    pub(super) cancel: CancellationToken,
    reporter: Option<JobReporter>,
    size: u64,
}

impl Watch {
    /// Nobody, besides the job that the object is part of.
    pub(super) fn of_many(cancel: CancellationToken) -> Self {
        Self {
            cancel,
            reporter: None,
            size: 0,
        }
    }

    /// A job of its own for what takes longer than a blink.
    fn of_one(lectern: &Lectern, title: &str, standing: &Standing, wanted: &Description) -> Self {
        let size = head::size(&standing.head);
        let reporter = (standing.rewrites(wanted) && needs_parts(size)).then(|| {
            let (_, reporter) = lectern.transfers.begin(Direction::Edit, title, 1, size);
            reporter.running();
            reporter
        });
        Self {
            cancel: reporter
                .as_ref()
                .map(|reporter| reporter.cancel_token().clone())
                .unwrap_or_default(),
            reporter,
            size,
        }
    }

    fn bytes(&self, bytes: u64) {
        if let Some(reporter) = &self.reporter {
            reporter.add_bytes(bytes);
        }
    }

    fn done(&self) {
        if let Some(reporter) = &self.reporter {
            reporter.item_done_counted(self.size, false);
            reporter.finish();
        }
    }
}

fn enter_activity(lectern: &Lectern, store: &Store, planned: &PlannedEdit) -> Result<()> {
    // What was changed, not what it says: metadata is the user's own.
    let changes: Vec<_> = planned
        .changes
        .iter()
        .map(|change| {
            serde_json::json!({
                "what": change.what,
                "name": change.name,
                "how": match (&change.before, &change.after) {
                    (None, _) => "added",
                    (_, None) => "removed",
                    _ => "changed",
                },
            })
        })
        .collect();
    let detail = serde_json::json!({ "changes": changes });
    activity::record(
        lectern,
        store,
        "edit properties",
        &planned.key,
        Some(&detail),
    )
}
