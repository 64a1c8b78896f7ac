//! Listings kept in the catalogue, so that a folder opens at once and is then
//! corrected. Names are written without what they share with the one before;
//! what cannot be read any more is forgotten and listed anew.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::table::Table;
use super::view::{NewRow, View};
use super::{Depth, FileType};
use crate::catalog::KeptListing;
use crate::clock::UnixMillis;
use crate::error::{Error, Result};
use crate::lectern::Lectern;
use crate::store::Store;

/// Folders with more rows open with their first page: reading a million rows from the
/// disk takes about as long as listing the first thousand.
const MOST_ROWS: u32 = 250_000;

/// All kept listings together, in bytes.
const MOST_BYTES: u64 = 64 << 20;

/// Changes with the form of what follows; another version is not read.
const VERSION: u8 = 1;

#[derive(Serialize, Deserialize)]
struct Kept {
    version: u8,
    rows: Vec<KeptRow>,
}

#[derive(Serialize, Deserialize)]
struct KeptRow {
    /// Bytes of the name that it shares with the one before.
    shared: u32,
    rest: String,
    /// `None` for a folder.
    file: Option<KeptFile>,
}

#[derive(Serialize, Deserialize)]
struct KeptFile {
    size: u64,
    modified: Option<UnixMillis>,
    storage_class: Option<String>,
}

/// The rows of a complete listing in the form they are kept in; `None` where they are
/// too many, or not those of one folder.
pub(super) fn rows_of(view: &View) -> Option<Vec<u8>> {
    let table = view.table();
    if view.depth() != Depth::Folder || table.len() > MOST_ROWS {
        return None;
    }
    let kept = Kept {
        version: VERSION,
        rows: written(table),
    };
    postcard::to_allocvec(&kept).ok()
}

fn written(table: &Table) -> Vec<KeptRow> {
    let mut before = "";
    (0..table.len())
        .map(|id| {
            let name = table.name(id);
            let shared = shared_bytes(before, name);
            before = name;
            KeptRow {
                shared: u32::try_from(shared).unwrap_or(0),
                rest: name[shared..].to_owned(),
                file: (table.file_type(id) != FileType::Folder).then(|| KeptFile {
                    size: table.size(id),
                    modified: table.modified(id),
                    storage_class: table.storage_class(id).map(str::to_owned),
                }),
            }
        })
        .collect()
}

/// Never within a character.
fn shared_bytes(a: &str, b: &str) -> usize {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    (0..=same)
        .rev()
        .find(|at| b.is_char_boundary(*at))
        .unwrap_or(0)
}

/// `None` for anything that was not written so.
fn read(bytes: &[u8]) -> Option<Vec<NewRow>> {
    let kept: Kept = postcard::from_bytes(bytes).ok()?;
    if kept.version != VERSION {
        return None;
    }
    let mut before = String::new();
    kept.rows
        .into_iter()
        .map(|row| {
            let mut name = before.get(..row.shared as usize)?.to_owned();
            name.push_str(&row.rest);
            before.clone_from(&name);
            Some(match row.file {
                None => NewRow::Folder { name },
                Some(file) => NewRow::File {
                    name,
                    size: file.size,
                    modified: file.modified,
                    storage_class: file.storage_class,
                },
            })
        })
        .collect()
}

/// Writes rows down. A cache that cannot be written is no reason to fail.
pub(super) async fn keep(lectern: Arc<Lectern>, store: &Arc<Store>, prefix: String, rows: Vec<u8>) {
    let store = Arc::clone(store);
    let listing = KeptListing {
        listed_at: lectern.clock.now_ms(),
        rows,
    };
    let work = move || {
        let id = &store.connection().id;
        lectern
            .catalog
            .keep_listing(id, store.bucket(), &prefix, &listing, MOST_BYTES)
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "a listing was not kept"),
        Err(error) => tracing::warn!(%error, "a listing was not kept"),
    }
}

/// Fills an empty view from what is kept, if anything is: then it says of when.
pub(super) async fn take_up(
    lectern: &Arc<Lectern>,
    store: &Arc<Store>,
    prefix: String,
    mut view: View,
) -> Result<View> {
    let (lectern, store) = (Arc::clone(lectern), Arc::clone(store));
    let work = move || {
        fill(&lectern, &store, &prefix, &mut view);
        view
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::internal(error.to_string()))
}

fn fill(lectern: &Lectern, store: &Store, prefix: &str, view: &mut View) {
    let (id, bucket) = (&store.connection().id, store.bucket());
    let now = lectern.clock.now_ms();
    let Ok(Some(kept)) = lectern.catalog.open_listing(id, bucket, prefix, now) else {
        return;
    };
    // Room for all of them was found when they were kept.
    if read(&kept.rows).is_some_and(|rows| view.take_in(rows).is_ok()) {
        view.list_as_of(kept.listed_at);
        return;
    }
    tracing::warn!("a kept listing could not be read: listing anew");
    if let Err(error) = lectern.catalog.drop_listing(id, bucket, prefix) {
        tracing::warn!(%error, "a kept listing was not dropped");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::browse::name_order::NameOrder;

    fn view(rows: Vec<NewRow>) -> View {
        let names = NameOrder::of_language(None, false);
        let mut view = View::new(String::new(), Depth::Folder, names, HashMap::new());
        view.take_in(rows).unwrap();
        view
    }

    fn row() -> impl Strategy<Value = NewRow> {
        let file = (
            any::<u64>(),
            prop::option::of(any::<i64>().prop_filter("never", |at| *at != i64::MIN)),
            prop::option::of("[A-Z]{1,3}"),
        );
        ("\\PC{0,6}", prop::option::of(file)).prop_map(|(name, file)| match file {
            None => NewRow::Folder { name },
            Some((size, modified, storage_class)) => NewRow::File {
                name,
                size,
                modified,
                storage_class,
            },
        })
    }

    proptest! {
        #[test]
        fn rows_come_back_as_they_were_kept(rows in prop::collection::vec(row(), 0..40)) {
            let before = view(rows);

            let after = view(read(&rows_of(&before).unwrap()).unwrap());

            prop_assert_eq!(before.rows(0, 512).rows, after.rows(0, 512).rows);
        }

        #[test]
        fn damaged_rows_are_refused_or_read_but_never_a_panic(
            rows in prop::collection::vec(row(), 0..8),
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        ) {
            let mut bytes = rows_of(&view(rows)).unwrap();
            for (at, byte) in damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let _ = read(&bytes);
        }
    }

    #[test]
    fn another_version_is_not_read() {
        let mut bytes = rows_of(&view(Vec::new())).unwrap();
        bytes[0] = VERSION + 1;

        assert!(read(&bytes).is_none());
    }
}
