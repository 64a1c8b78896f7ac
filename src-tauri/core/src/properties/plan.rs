//! What an edit would change, before anything is written.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_sdk_s3::operation::head_object::HeadObjectOutput;

use super::every::PlannedForAll;
use super::model::{
    Archive, Change, Content, Description, EditPlan, EditPlanId, Effect, Headers, Looked, Pairs,
    Wanted, What,
};
use super::{head, rules, tags};
use crate::browse::place;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::store::{Store, Versioning};

/// A plan whose dialog was closed is never discarded by hand: the oldest give way.
const MOST_PLANS: usize = 8;

/// The edits that were planned and not yet made.
#[derive(Default)]
pub struct EditPlans(Mutex<Plans>);

#[derive(Default)]
struct Plans {
    last: u32,
    waiting: VecDeque<(EditPlanId, Planned)>,
}

#[allow(clippy::large_enum_variant, reason = "at most eight are kept")]
pub(super) enum Planned {
    One(PlannedEdit),
    ForAll(PlannedForAll),
}

/// What [`EditPlan`] tells, with all that saving takes.
pub(super) struct PlannedEdit {
    pub(super) connection: ConnectionId,
    pub(super) key: String,
    pub(super) looked: Looked,
    pub(super) before: Description,
    pub(super) after: Description,
    pub(super) changes: Vec<Change>,
}

impl EditPlans {
    pub(super) fn keep(&self, planned: Planned) -> EditPlanId {
        let mut plans = self.lock();
        plans.last = plans.last.wrapping_add(1);
        let id = EditPlanId(plans.last);
        plans.waiting.push_back((id, planned));
        if plans.waiting.len() > MOST_PLANS {
            plans.waiting.pop_front();
        }
        id
    }

    /// Hands a plan out, once.
    pub(super) fn take(&self, id: EditPlanId) -> Result<Planned> {
        let mut plans = self.lock();
        let at = plans.waiting.iter().position(|(known, _)| *known == id);
        at.and_then(|at| plans.waiting.remove(at))
            .map(|(_, planned)| planned)
            .ok_or_else(|| {
                Error::new(Code::NotFound, "This change was saved or dropped already.")
                    .next("Make the change once more.")
            })
    }

    fn lock(&self) -> MutexGuard<'_, Plans> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Compares how an object is described with how it shall be. Writes nothing.
///
/// # Errors
/// `InvalidInput` about the field that cannot be so, `Changed` when the object
/// is not the one that was looked at, `Unsupported` where the store cannot
/// change it (tags, archived objects), …
pub async fn plan(
    lectern: &Lectern,
    connection: &ConnectionId,
    key: &str,
    looked: &Looked,
    wanted: &Wanted,
) -> Result<EditPlan> {
    let store = lectern.stores.of(lectern, connection).await?;
    place::check(store.connection(), key)?;
    let head = head::head(&store, key).await?;
    let headers = head::headers(&head);
    let wanted = rules::checked(wanted, &headers)?;
    let tags_now = match wanted.tags {
        Some(_) => Some(tags::read(&store, key).await?.ok_or_else(no_tags)?),
        None => None,
    };
    if head::looked(&head) != *looked {
        return Err(changed_since(key));
    }
    let before = Description {
        headers: Some(headers),
        tags: tags_now,
    };
    let after = described_as(&before, wanted);
    let rewrites = after.headers != before.headers;
    if rewrites {
        check_rewritable(&head)?;
    }
    let effect = effect(&store, rewrites).await?;
    let changes = changes(&before, &after);
    let id = lectern.edit_plans.keep(Planned::One(PlannedEdit {
        connection: connection.clone(),
        key: key.to_owned(),
        looked: looked.clone(),
        before,
        after,
        changes: changes.clone(),
    }));
    Ok(EditPlan {
        id,
        name: place::last_segment(key).to_owned(),
        changes,
        effect,
    })
}

/// What saving does besides. Asked at this moment, for it is a promise.
pub(super) async fn effect(store: &Store, rewrites: bool) -> Result<Effect> {
    if !rewrites {
        return Ok(Effect::InPlace);
    }
    Ok(match store.versioning_now().await? {
        Versioning::Enabled => Effect::NewVersion,
        Versioning::Suspended | Versioning::Off | Versioning::Unknown => Effect::NewDate,
    })
}

/// # Errors
/// `Unsupported` for an object that cannot be copied, or would lose something.
pub(super) fn check_rewritable(head: &HeadObjectOutput) -> Result<()> {
    match head::archive(head) {
        Archive::No | Archive::Restored { .. } => {}
        Archive::Archived | Archive::Restoring => {
            return Err(Error::new(
                Code::Unsupported,
                "The file is archived. What describes it can be changed only when it was restored; \
                 tags can be changed now.",
            )
            .next("Restore it first, or change its tags only."));
        }
    }
    if head.missing_meta().is_some_and(|hidden| hidden > 0) {
        return Err(Error::new(
            Code::Unsupported,
            "The file has metadata that the service cannot show. Saving would lose it.",
        )
        .next("Change its tags only, or use the tool that wrote this metadata."));
    }
    Ok(())
}

fn described_as(before: &Description, wanted: Wanted) -> Description {
    let header = |text: String| (!text.is_empty()).then_some(text);
    let kept = before.headers.clone().unwrap_or_default().content;
    let content = Content {
        content_type: header(wanted.content_type),
        content_disposition: header(wanted.content_disposition),
        cache_control: header(wanted.cache_control),
        content_language: header(wanted.content_language),
        ..kept
    };
    Description {
        headers: Some(Headers {
            content,
            metadata: wanted.metadata,
        }),
        tags: wanted.tags,
    }
}

/// The differences, in the order in which they are shown.
pub(super) fn changes(before: &Description, after: &Description) -> Vec<Change> {
    let mut changes = Vec::new();
    if let (Some(before), Some(after)) = (&before.headers, &after.headers) {
        let (old, new) = (&before.content, &after.content);
        for (what, before, after) in [
            (What::ContentType, &old.content_type, &new.content_type),
            (
                What::ContentDisposition,
                &old.content_disposition,
                &new.content_disposition,
            ),
            (What::CacheControl, &old.cache_control, &new.cache_control),
            (
                What::ContentLanguage,
                &old.content_language,
                &new.content_language,
            ),
        ] {
            if before != after {
                changes.push(Change {
                    what,
                    name: None,
                    before: before.clone(),
                    after: after.clone(),
                });
            }
        }
        changes.extend(differences(
            What::Metadata,
            &before.metadata,
            &after.metadata,
        ));
    }
    if let (Some(before), Some(after)) = (&before.tags, &after.tags) {
        changes.extend(differences(What::Tag, before, after));
    }
    changes
}

fn differences(what: What, before: &Pairs, after: &Pairs) -> Vec<Change> {
    let value = |pairs: &Pairs, name: &str| {
        let found = pairs.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    };
    let mut names: Vec<&str> = before
        .iter()
        .chain(after)
        .map(|(n, _)| n.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| Change {
            what,
            name: Some(name.to_owned()),
            before: value(before, name),
            after: value(after, name),
        })
        .filter(|change| change.before != change.after)
        .collect()
}

pub(super) fn no_tags() -> Error {
    Error::new(Code::Unsupported, "This store keeps no tags.").about("tags")
}

pub(super) fn changed_since(key: &str) -> Error {
    let name = place::last_segment(key);
    Error::new(
        Code::Changed,
        format!("“{name}” was changed in the bucket since it was looked at. Nothing was saved."),
    )
    .about(name)
    .next("Look at it again, then make the change once more.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Pairs {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn the_difference_tells_what_comes_goes_and_changes() {
        let told = differences(
            What::Tag,
            &pairs(&[("goes", "1"), ("same", "2"), ("turns", "3")]),
            &pairs(&[("comes", "4"), ("same", "2"), ("turns", "5")]),
        );

        let told: Vec<_> = told
            .iter()
            .map(|change| {
                let (before, after) = (change.before.as_deref(), change.after.as_deref());
                (change.name.as_deref().unwrap_or_default(), before, after)
            })
            .collect();
        assert_eq!(
            told,
            [
                ("comes", None, Some("4")),
                ("goes", Some("1"), None),
                ("turns", Some("3"), Some("5"))
            ]
        );
    }

    #[test]
    fn plans_that_nobody_saves_do_not_pile_up() {
        let plans = EditPlans::default();
        let planned = || {
            Planned::One(PlannedEdit {
                connection: ConnectionId("c".into()),
                key: "a".into(),
                looked: Looked {
                    etag: None,
                    modified_at: None,
                    version_id: None,
                },
                before: Description::default(),
                after: Description::default(),
                changes: Vec::new(),
            })
        };
        let first = plans.keep(planned());
        let ids: Vec<_> = (0..MOST_PLANS).map(|_| plans.keep(planned())).collect();

        assert!(plans.take(first).is_err());
        assert!(plans.take(ids[0]).is_ok());
        assert!(plans.take(ids[0]).is_err(), "a plan is handed out once");
    }
}
