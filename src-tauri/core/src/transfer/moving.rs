//! Rename and move, on the service's side: each object is copied, and the
//! original deleted once the copy is there. Never over another object. Folders
//! move object by object, several at once; what could not be moved is where it
//! was, and is named.

use std::sync::Arc;

use super::condition::{Condition, taken};
use super::existing::{below, existing, is_anything_below};
use super::head::head;
use super::model::{Direction, Summary};
use super::progress::ItemProgress;
use super::run::{Done, Run};
use super::work::{MoveItem, Work};
use super::{finished, launch};
use crate::browse::{Item, place};
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::name;
use crate::store::copy::{Copy, Over, copy};
use crate::store::{Operation, Store, classify};

pub(super) async fn rename(
    lectern: &Arc<Lectern>,
    connection: &ConnectionId,
    item: Item,
    new_name: &str,
) -> Result<Summary> {
    let new_name = name::check(new_name)?;
    let parent = parent_of(&item).to_owned();
    let target = format!("{parent}{new_name}");
    move_all(lectern, connection, vec![(item, target)], &new_name).await
}

pub(super) async fn move_to(
    lectern: &Arc<Lectern>,
    connection: &ConnectionId,
    items: Vec<Item>,
    prefix: &str,
) -> Result<Summary> {
    let store = lectern.stores.of(lectern, connection).await?;
    let prefix = place::folder(store.connection(), prefix)?;
    let shown = super::plan::upload::target_name(store.connection(), &prefix);
    let moves = items
        .into_iter()
        .map(|item| {
            let target = format!("{prefix}{}", place::last_segment(path_of(&item)));
            (item, target)
        })
        .collect();
    move_all(lectern, connection, moves, &shown).await
}

/// Moves an item below another prefix under another name.
pub(super) async fn relocate(
    lectern: &Arc<Lectern>,
    connection: &ConnectionId,
    item: Item,
    prefix: &str,
    new_name: &str,
) -> Result<Summary> {
    let store = lectern.stores.of(lectern, connection).await?;
    let prefix = place::folder(store.connection(), prefix)?;
    let new_name = name::check(new_name)?;
    let target = format!("{prefix}{new_name}");
    move_all(lectern, connection, vec![(item, target)], &new_name).await
}

/// Moves each item to its target (without a `/` at the end, also for folders).
async fn move_all(
    lectern: &Arc<Lectern>,
    connection: &ConnectionId,
    moves: Vec<(Item, String)>,
    shown: &str,
) -> Result<Summary> {
    let store = lectern.stores.of(lectern, connection).await?;
    let mut objects = Vec::new();
    for (item, target) in moves {
        place::check(store.connection(), path_of(&item))?;
        place::check(store.connection(), &target)?;
        if path_of(&item).trim_end_matches('/') == target {
            continue;
        }
        objects.extend(of_item(&store, item, &target).await?);
    }
    for object in &objects {
        name::check_key(&object.to)?;
    }
    refuse_twins(&objects)?;
    let work = Work::Move(objects);
    let job = launch(lectern, &store, work, Vec::new(), Direction::Move, shown).await?;
    finished(lectern, job.id).await
}

/// The objects behind an item, each with its new key, when nothing is there.
async fn of_item(store: &Arc<Store>, item: Item, target: &str) -> Result<Vec<MoveItem>> {
    match item {
        Item::Object { key, size } => {
            if is_taken(store, target).await? {
                return Err(taken(target));
            }
            Ok(vec![MoveItem {
                name: place::last_segment(&key).to_owned(),
                from: key,
                to: target.to_owned(),
                size,
                etag: None,
                storage_class: None,
                to_connection: None,
                condition: Condition::Absent,
                beside: false,
                delete_original: true,
                takes_back: None,
            }])
        }
        Item::Folder { prefix } => {
            let target = format!("{target}/");
            if target.starts_with(&prefix) {
                return Err(Error::invalid(
                    "prefix",
                    "A folder cannot be moved into itself.",
                ));
            }
            if is_anything_below(store, &target).await? {
                return Err(taken(&target));
            }
            let objects = below(store, &prefix).await?;
            if objects.is_empty() {
                return Err(gone(&prefix));
            }
            Ok(objects
                .into_iter()
                .map(|object| {
                    let rest = object.key[prefix.len()..].to_owned();
                    MoveItem {
                        name: format!("{}/{rest}", place::last_segment(&prefix)),
                        to: format!("{target}{rest}"),
                        from: object.key,
                        size: object.size,
                        etag: object.etag,
                        storage_class: object.storage_class,
                        to_connection: None,
                        condition: Condition::Absent,
                        beside: false,
                        delete_original: true,
                        takes_back: None,
                    }
                })
                .collect())
        }
    }
}

async fn is_taken(store: &Arc<Store>, key: &str) -> Result<bool> {
    match existing(store, &[key]).await {
        Ok(found) => Ok(!found.is_empty()),
        // Who may not list may still read.
        Err(error) if error.code == Code::NotAllowedToList => Ok(head(store, key).await?.is_some()),
        Err(error) => Err(error),
    }
}

/// Two things of one name cannot both move to one folder.
fn refuse_twins(objects: &[MoveItem]) -> Result<()> {
    let mut targets: Vec<&str> = objects.iter().map(|object| object.to.as_str()).collect();
    targets.sort_unstable();
    match targets.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(taken(pair[0])),
        None => Ok(()),
    }
}

/// One object: copied, then deleted where it was.
pub(super) async fn move_one(
    run: &Run,
    index: usize,
    item: &MoveItem,
    progress: &ItemProgress,
) -> Result<Done> {
    if run.reporter.is_cancelled() {
        return Err(Error::cancelled());
    }
    let store = &run.store();
    copy_if_new(store, item).await?;
    progress.add(item.size);
    let deleted = store
        .client()
        .delete_object()
        .bucket(store.bucket())
        .key(&item.from)
        .send()
        .await;
    if let Err(error) = deleted {
        let error = classify(Operation::Delete, &item.from, error);
        return Err(in_both_places(error));
    }
    run.records.moved(run, index, &item.from, &item.to).await;
    Ok(Done {
        bytes: item.size,
        verified: false,
    })
}

async fn copy_if_new(store: &Store, item: &MoveItem) -> Result<()> {
    loop {
        if !store.capabilities().await?.conditional_writes {
            Condition::Absent.look(store, &item.to).await?;
        }
        let outcome = copy(
            store,
            Copy {
                from: &item.from,
                to: &item.to,
                size: item.size,
                etag: item.etag.as_deref(),
                storage_class: item.storage_class.as_deref(),
                over: Over::Nothing,
            },
        )
        .await;
        match outcome {
            Err(error) if store.learn_from(&error) => {}
            outcome => return outcome.map(|_| ()),
        }
    }
}

fn path_of(item: &Item) -> &str {
    match item {
        Item::Object { key, .. } => key,
        Item::Folder { prefix } => prefix,
    }
}

/// The prefix an item lies in: empty, or ends with `/`.
fn parent_of(item: &Item) -> &str {
    let path = path_of(item);
    let path = path.strip_suffix('/').unwrap_or(path);
    &path[..path.len() - place::last_segment(path).len()]
}

fn gone(prefix: &str) -> Error {
    Error::new(Code::NotFound, "This folder is not in the bucket any more.")
        .about(prefix)
        .next("Refresh the folder.")
}

fn in_both_places(error: Error) -> Error {
    let message = format!(
        "It was copied, but could not be removed where it was, and is now in both places. {}",
        error.message
    );
    Error { message, ..error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_items_parent_ends_with_a_slash_or_is_the_root() {
        let object = |key: &str| Item::Object {
            key: key.into(),
            size: 0,
        };
        let folder = |prefix: &str| Item::Folder {
            prefix: prefix.into(),
        };

        assert_eq!(parent_of(&object("a/b/c.txt")), "a/b/");
        assert_eq!(parent_of(&object("c.txt")), "");
        assert_eq!(parent_of(&folder("a/b/")), "a/");
        assert_eq!(parent_of(&folder("a/")), "");
    }

    #[test]
    fn two_things_of_one_name_do_not_move_to_one_place() {
        let to = |from: &str| MoveItem {
            name: "x".into(),
            from: from.into(),
            to: "z/x".into(),
            size: 0,
            etag: None,
            storage_class: None,
            to_connection: None,
            condition: Condition::Absent,
            beside: false,
            delete_original: true,
            takes_back: None,
        };

        assert!(refuse_twins(&[to("a/x")]).is_ok());
        assert!(refuse_twins(&[to("a/x"), to("b/x")]).is_err());
    }
}
