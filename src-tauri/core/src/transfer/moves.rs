//! Rename, move and copy as a person asks for them, within a connection and
//! between two of one service. The bytes never come to this computer.

use std::sync::Arc;

use super::plan::copy::{Wanted, first_taken, path_of, plan, resolve};
use super::plan::upload::target_name;
use super::plan::{Entries, Planned};
use super::{Plan, Summary, condition, finished, launch};
use crate::browse::{Item, place};
use crate::connection::ConnectionId;
use crate::error::{Error, Result};
use crate::lectern::Lectern;
use crate::name;

/// Looks at the items of one connection and at what is below `prefix` of
/// another (or the same), for copying them there. A folder is put together with
/// one of its name. Writes nothing.
///
/// # Errors
/// `Unsupported` between two services: there the way is download and upload.
pub async fn plan_copy(
    lectern: &Lectern,
    from: &ConnectionId,
    items: Vec<Item>,
    to: &ConnectionId,
    prefix: &str,
) -> Result<Plan> {
    let wanted = into(lectern, from, items, to, prefix, false).await?;
    let planned = plan(lectern, wanted).await?;
    Ok(lectern.transfers.plans.keep(planned))
}

/// As [`plan_copy`], for moving.
///
/// # Errors
/// As [`plan_copy`], and `InvalidInput` where everything is in its place already.
pub async fn plan_move(
    lectern: &Lectern,
    from: &ConnectionId,
    items: Vec<Item>,
    to: &ConnectionId,
    prefix: &str,
) -> Result<Plan> {
    let wanted = into(lectern, from, items, to, prefix, true).await?;
    let planned = plan(lectern, wanted).await?;
    if matches!(&planned.entries, Entries::Copy(entries) if entries.is_empty()) {
        let what = "What you chose is in this folder already.";
        return Err(Error::invalid("prefix", what).next("Choose another folder."));
    }
    Ok(lectern.transfers.plans.keep(planned))
}

/// Looks at one item of a connection and at what is at `key` of another (or the
/// same), which it would become. Writes nothing.
///
/// # Errors
/// As [`plan_copy`], and `InvalidName`.
pub async fn plan_copy_as(
    lectern: &Lectern,
    from: &ConnectionId,
    item: Item,
    to: &ConnectionId,
    key: &str,
) -> Result<Plan> {
    let planned = plan(lectern, as_key(from, item, to, key, false)?).await?;
    Ok(lectern.transfers.plans.keep(planned))
}

/// As [`plan_copy_as`], for moving.
///
/// # Errors
/// As [`plan_copy_as`].
pub async fn plan_move_as(
    lectern: &Lectern,
    from: &ConnectionId,
    item: Item,
    to: &ConnectionId,
    key: &str,
) -> Result<Plan> {
    let planned = plan(lectern, as_key(from, item, to, key, true)?).await?;
    Ok(lectern.transfers.plans.keep(planned))
}

/// Copies items below a prefix of another connection or of the same. Never over others.
///
/// # Errors
/// `AlreadyExists` before anything is copied, `Unsupported` between two
/// services; what fails under way is in the summary.
pub async fn copy_to(
    lectern: &Arc<Lectern>,
    from: &ConnectionId,
    items: Vec<Item>,
    to: &ConnectionId,
    prefix: &str,
) -> Result<Summary> {
    let wanted = into(lectern, from, items, to, prefix, false).await?;
    over_nothing(lectern, wanted).await
}

/// Moves items below a prefix of another connection or of the same. Never over others.
///
/// # Errors
/// `AlreadyExists` before anything is moved, `Unsupported` between two
/// services; what fails under way is in the summary.
pub async fn move_to(
    lectern: &Arc<Lectern>,
    from: &ConnectionId,
    items: Vec<Item>,
    to: &ConnectionId,
    prefix: &str,
) -> Result<Summary> {
    let wanted = into(lectern, from, items, to, prefix, true).await?;
    over_nothing(lectern, wanted).await
}

/// Renames an object or folder within its folder. Never over another.
///
/// # Errors
/// `InvalidName`, `AlreadyExists`; what fails under way is in the summary.
pub async fn rename(
    lectern: &Arc<Lectern>,
    connection: &ConnectionId,
    item: Item,
    new_name: &str,
) -> Result<Summary> {
    let new_name = name::check(new_name)?;
    let key = format!("{}{new_name}", parent_of(&item));
    let wanted = as_key(connection, item, connection, &key, true)?;
    over_nothing(lectern, wanted).await
}

/// Moves an object or a folder below `prefix` under `name`. Never over another.
///
/// # Errors
/// `InvalidName`, `AlreadyExists`; what fails under way is in the summary.
pub async fn relocate(
    lectern: &Arc<Lectern>,
    connection: &ConnectionId,
    item: Item,
    prefix: &str,
    name: &str,
) -> Result<Summary> {
    let store = lectern.stores.of(lectern, connection).await?;
    let prefix = place::folder(store.connection(), prefix)?;
    let key = format!("{prefix}{}", name::check(name)?);
    let wanted = as_key(connection, item, connection, &key, true)?;
    over_nothing(lectern, wanted).await
}

async fn into<'a>(
    lectern: &Lectern,
    from: &'a ConnectionId,
    items: Vec<Item>,
    to: &'a ConnectionId,
    prefix: &str,
    delete_original: bool,
) -> Result<Wanted<'a>> {
    let store = lectern.stores.of(lectern, to).await?;
    let prefix = place::folder(store.connection(), prefix)?;
    let items = items
        .into_iter()
        .map(|item| {
            let name = place::last_segment(path_of(&item));
            if name.is_empty() {
                let what = "A whole bucket cannot go into a folder under its own name.";
                return Err(Error::invalid("items", what).next("Name a folder or files in it."));
            }
            let target = format!("{prefix}{name}");
            Ok((item, target))
        })
        .collect::<Result<_>>()?;
    Ok(Wanted {
        from,
        to,
        items,
        delete_original,
        apart: false,
        shown: target_name(store.connection(), &prefix),
    })
}

fn as_key<'a>(
    from: &'a ConnectionId,
    item: Item,
    to: &'a ConnectionId,
    key: &str,
    delete_original: bool,
) -> Result<Wanted<'a>> {
    let shown = name::check(place::last_segment(key))?.to_string();
    Ok(Wanted {
        from,
        to,
        items: vec![(item, key.to_owned())],
        delete_original,
        apart: false,
        shown,
    })
}

async fn over_nothing(lectern: &Arc<Lectern>, wanted: Wanted<'_>) -> Result<Summary> {
    let apart = Wanted {
        apart: true,
        ..wanted
    };
    let planned = plan(lectern, apart).await?;
    if let Some(key) = first_taken(&planned) {
        return Err(condition::taken(key));
    }
    run(lectern, planned).await
}

async fn run(lectern: &Arc<Lectern>, planned: Planned) -> Result<Summary> {
    let Entries::Copy(entries) = &planned.entries else {
        return Err(Error::internal("a plan of another kind"));
    };
    let resolved = resolve(entries, &[]);
    let store = lectern.stores.of(lectern, &planned.connection).await?;
    let (direction, target) = (planned.direction, planned.target);
    let skipped = planned.skipped;
    let job = launch(lectern, &store, resolved.work, skipped, direction, &target).await?;
    finished(lectern, job.id).await
}

/// The prefix an item lies in: empty, or ends with `/`.
fn parent_of(item: &Item) -> &str {
    let path = path_of(item);
    let path = path.strip_suffix('/').unwrap_or(path);
    &path[..path.len() - place::last_segment(path).len()]
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
}
