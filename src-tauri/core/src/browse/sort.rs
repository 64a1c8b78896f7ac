//! The order of rows by any column. Folders come first.
//!
//! Every order is a stable sort of the one by name, so that names decide between
//! equals and no comparison of names is made twice. Whatever can be is made a
//! number first, and numbers are sorted by counting.

use std::collections::HashMap;

use super::file_type::raw_extension;
use super::name_order::NameOrder;
use super::table::{RowId, Table, last_segment};
use super::{Column, Sort};

/// The order that `sort` asks for, from the order by name.
pub(super) fn arranged(
    table: &Table,
    names: &NameOrder,
    by_name: &[RowId],
    sort: Sort,
) -> Vec<RowId> {
    let (folders, files) = by_name.split_at(table.folders() as usize);
    let mut order = Vec::with_capacity(by_name.len());
    if sort.column == Column::Name && sort.descending {
        order.extend(folders.iter().rev());
        order.extend(files.iter().rev());
        return order;
    }
    let descending = sort.descending;
    match sort.column {
        Column::Size => by_number(&mut order, folders, descending, |id| {
            table.measured(id).map(|sum| sum.bytes)
        }),
        Column::Modified => by_number(&mut order, folders, descending, |id| {
            table.measured(id)?.modified_at.map(number)
        }),
        Column::Name
        | Column::Folder
        | Column::Relevance
        | Column::StorageClass
        | Column::SharedUntil
        | Column::Type => order.extend_from_slice(folders),
    }
    match sort.column {
        // Relevance is a matter of the search.
        Column::Name | Column::Relevance => order.extend_from_slice(files),
        Column::Size => by_number(&mut order, files, descending, |id| Some(table.size(id))),
        Column::Modified => {
            by_number(&mut order, files, descending, |id| {
                table.modified(id).map(number)
            });
        }
        Column::SharedUntil => {
            by_number(&mut order, files, descending, |id| {
                table.shared_until(id).map(number)
            });
        }
        Column::StorageClass => {
            by_number(&mut order, files, descending, table.class_places());
        }
        Column::Folder => {
            let places = folder_places(table, names);
            by_number(&mut order, files, descending, |id| {
                Some(places[id as usize].into())
            });
        }
        Column::Type => {
            // Looked at in the order of the table: far names are slow to reach.
            let keys: Vec<u64> = (0..table.len()).map(|id| type_key(table, id)).collect();
            let key = |id: RowId| keys[id as usize];
            let from = order.len();
            by_number(&mut order, files, descending, |id| Some(key(id)));
            for same in order[from..].chunk_by_mut(|a, b| key(*a) == key(*b)) {
                if key(same[0]) & MORE != 0 {
                    by_extension(table, same, descending);
                }
            }
        }
    }
    order
}

/// Keeps the order of signed numbers.
fn number(signed: i64) -> u64 {
    signed.cast_unsigned() ^ (1 << 63)
}

/// Rows without a value come last, whichever the direction.
fn by_number(
    order: &mut Vec<RowId>,
    files: &[RowId],
    descending: bool,
    key: impl Fn(RowId) -> Option<u64>,
) {
    let mut keyed = Vec::with_capacity(files.len());
    let mut without = Vec::new();
    for id in files {
        match key(*id) {
            Some(key) => keyed.push((if descending { !key } else { key }, *id)),
            None => without.push(*id),
        }
    }
    sort_by_counting(&mut keyed);
    order.extend(keyed.into_iter().map(|(_, id)| id));
    order.extend(without);
}

/// A stable sort: byte for byte from the lowest, without those that are the same in all keys.
fn sort_by_counting(keyed: &mut Vec<(u64, RowId)>) {
    let first = keyed.first().map_or(0, |(key, _)| *key);
    let differing = keyed.iter().fold(0, |bits, (key, _)| bits | (key ^ first));
    let mut sorted = vec![(0, 0); keyed.len()];
    for shift in (0..64)
        .step_by(8)
        .filter(|shift| differing >> shift & 255 != 0)
    {
        let digit = |key: u64| (key >> shift & 255) as usize;
        let mut places = [0_usize; 256];
        for (key, _) in keyed.iter() {
            places[digit(*key)] += 1;
        }
        let mut before = 0;
        for place in &mut places {
            before += std::mem::replace(place, before);
        }
        for (key, id) in keyed.iter() {
            let place = &mut places[digit(*key)];
            sorted[*place] = (*key, *id);
            *place += 1;
        }
        std::mem::swap(keyed, &mut sorted);
    }
}

/// In a [`type_key`]: it does not hold all of the extension.
const MORE: u64 = 1;

/// A file's type and the beginning of its extension in one number.
fn type_key(table: &Table, id: RowId) -> u64 {
    let extension = raw_extension(last_segment(table.name(id))).as_bytes();
    let mut key = [0; 8];
    key[0] = table.file_type(id) as u8;
    let (start, more) = extension.split_at(extension.len().min(6));
    for (place, byte) in key[1..].iter_mut().zip(start) {
        *place = byte.to_ascii_lowercase();
    }
    let whole = more.is_empty() && !start.contains(&0);
    u64::from_be_bytes(key) | if whole { 0 } else { MORE }
}

fn by_extension(table: &Table, rows: &mut [RowId], descending: bool) {
    let extension = |id: RowId| raw_extension(last_segment(table.name(id))).to_ascii_lowercase();
    rows.sort_by(|a, b| {
        let ordering = extension(*a).cmp(&extension(*b));
        if descending {
            ordering.reverse()
        } else {
            ordering
        }
    });
}

/// The place of each row's folder among all folders.
fn folder_places(table: &Table, names: &NameOrder) -> Vec<u32> {
    let folder_of = |id: RowId| {
        let path = table.name(id);
        &path[..path.len() - last_segment(path).len()]
    };
    let mut known: HashMap<&str, u32> = HashMap::new();
    let mut folders: Vec<&str> = Vec::new();
    let mut places = vec![0; table.len() as usize];
    // Neighbours in the table mostly lie in one folder.
    let mut last = None;
    for id in (0..table.len()).filter(|id| !table.is_folder(*id)) {
        let folder = folder_of(id);
        let number = match last {
            Some((same, number)) if same == folder => number,
            _ => *known.entry(folder).or_insert_with(|| {
                folders.push(folder);
                u32::try_from(folders.len() - 1).unwrap_or(u32::MAX)
            }),
        };
        last = Some((folder, number));
        places[id as usize] = number;
    }
    let mut in_order: Vec<u32> = (0..).take(folders.len()).collect();
    in_order.sort_by(|a, b| names.compare_paths(folders[*a as usize], folders[*b as usize]));
    let mut place_of = vec![0; folders.len()];
    for (place, number) in (0..).zip(in_order) {
        place_of[number as usize] = place;
    }
    for place in &mut places {
        *place = place_of.get(*place as usize).copied().unwrap_or(0);
    }
    places
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::cmp::Ordering;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rows_without_a_value_come_last_in_both_directions() {
        let mut table = Table::default();
        let ids: Vec<_> = ["a", "b", "c"]
            .iter()
            .map(|name| table.push_file(name, 0, None, None).unwrap())
            .collect();
        table.share(1, 10);
        table.share(2, 20);
        let names = NameOrder::of_language(None, false);
        let order = |descending| {
            let column = Column::SharedUntil;
            arranged(&table, &names, &ids, Sort { column, descending })
        };

        assert_eq!(order(false), [1, 2, 0]);
        assert_eq!(order(true), [2, 1, 0]);
    }

    const COLUMNS: [Column; 6] = [
        Column::Name,
        Column::Size,
        Column::Modified,
        Column::Type,
        Column::StorageClass,
        Column::Folder,
    ];

    type File = (String, bool, u64, Option<i64>, Option<&'static str>);

    fn row() -> impl Strategy<Value = File> {
        (
            "([ab ]/){0,2}[a-cA-C\u{e9}0-9]{0,4}(\\.(txt|PDF|mp4|a|[ab]{5,9}|ab\0{0,2}))?",
            any::<bool>(),
            prop_oneof![0u64..5, any::<u64>()],
            prop::option::of(-3i64..3),
            prop::sample::select(vec![None, Some("STANDARD"), Some("GLACIER"), Some("DEEP")]),
        )
    }

    proptest! {
        #[test]
        fn merging_batches_and_sorting_equals_sorting_everything_at_once(
            batches in prop::collection::vec(prop::collection::vec(row(), 0..12), 0..6),
            column in prop::sample::select(COLUMNS.to_vec()),
            descending in any::<bool>(),
            paths in any::<bool>(),
        ) {
            let names = NameOrder::of_language(None, paths);
            let mut table = Table::default();
            let mut by_name = Vec::new();
            for batch in batches {
                let mut ids = Vec::new();
                for (name, folder, size, modified, class) in batch {
                    ids.push(if folder {
                        table.push_folder(&name).unwrap()
                    } else {
                        table.push_file(&name, size, modified, class).unwrap()
                    });
                }
                names.merge(&table, &mut by_name, ids);
            }

            let order = arranged(&table, &names, &by_name, Sort { column, descending });

            let mut model: Vec<RowId> = (0..table.len()).collect();
            model.sort_by(|a, b| model_order(&table, &names, paths, Sort { column, descending }, *a, *b));
            prop_assert_eq!(order, model);
        }
    }

    fn model_order(
        table: &Table,
        names: &NameOrder,
        paths: bool,
        sort: Sort,
        a: RowId,
        b: RowId,
    ) -> Ordering {
        let directed = |ordering: Ordering| {
            if sort.descending {
                ordering.reverse()
            } else {
                ordering
            }
        };
        let segment = |id| {
            if paths {
                last_segment(table.name(id))
            } else {
                table.name(id)
            }
        };
        let name = names
            .compare(segment(a), segment(b))
            .then_with(|| names.compare_paths(table.name(a), table.name(b)))
            .then(a.cmp(&b));
        let folder = |id| {
            let path = table.name(id);
            path.rsplit_once('/').map_or("", |(folder, _)| folder)
        };
        let kind = |id| {
            (
                table.file_type(id),
                raw_extension(last_segment(table.name(id))).to_lowercase(),
            )
        };
        let files = !table.is_folder(a);
        let by_column = match sort.column {
            Column::Name => directed(name),
            Column::Size if files => directed(table.size(a).cmp(&table.size(b))),
            Column::Modified if files => last(table.modified(a), table.modified(b), directed),
            Column::StorageClass if files => {
                last(table.storage_class(a), table.storage_class(b), directed)
            }
            Column::Type if files => directed(kind(a).cmp(&kind(b))),
            Column::Folder if files => directed(names.compare_paths(folder(a), folder(b))),
            _ => Ordering::Equal,
        };
        table
            .is_folder(b)
            .cmp(&table.is_folder(a))
            .then(by_column)
            .then(name)
    }

    fn last<T: Ord>(
        a: Option<T>,
        b: Option<T>,
        directed: impl Fn(Ordering) -> Ordering,
    ) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) => directed(a.cmp(&b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }
}
