//! The order of rows. Folders come first, names stand in natural order (Week 2
//! before Week 10) as the person's language has it.
//!
//! The order by name is kept up as rows arrive, by merging; every other order is
//! a stable sort of that one, so that names decide between equals and no
//! comparison of names is made twice.

use std::cmp::{Ordering, Reverse};

use icu_collator::options::CollatorOptions;
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{CollatorBorrowed, CollatorPreferences};
use icu_locale_core::Locale;

use super::file_type::raw_extension;
use super::table::{RowId, Table};
use super::{Column, Sort};

/// How names compare.
pub(super) struct NameOrder {
    collator: Option<CollatorBorrowed<'static>>,
}

impl NameOrder {
    /// As the language (a BCP 47 tag) has it; `None` and unknown ones take the
    /// order of no particular language.
    pub(super) fn of_language(language: Option<&str>) -> Self {
        let locale = language.and_then(|tag| Locale::try_from_str(tag).ok());
        let mut preferences = locale.map_or_else(CollatorPreferences::default, |locale| {
            CollatorPreferences::from(&locale)
        });
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
        let collator = CollatorBorrowed::try_new(preferences, CollatorOptions::default());
        if let Err(error) = &collator {
            tracing::warn!(%error, "no collation data: names are ordered by their bytes");
        }
        Self {
            collator: collator.ok(),
        }
    }

    /// Equal only for equal names.
    pub(super) fn compare(&self, a: &str, b: &str) -> Ordering {
        let as_language = self
            .collator
            .as_ref()
            .map_or(Ordering::Equal, |collator| collator.compare(a, b));
        as_language.then_with(|| a.cmp(b))
    }

    /// Folders first, then by name.
    fn compare_rows(&self, table: &Table, a: RowId, b: RowId) -> Ordering {
        table
            .is_folder(b)
            .cmp(&table.is_folder(a))
            .then_with(|| self.compare(table.name(a), table.name(b)))
            .then_with(|| a.cmp(&b))
    }

    /// Puts new rows into an order by name.
    pub(super) fn merge(&self, table: &Table, order: &mut Vec<RowId>, mut new: Vec<RowId>) {
        new.sort_by(|a, b| self.compare_rows(table, *a, *b));
        // From the back, into room made at the end: rows mostly arrive nearly in
        // order, so that most find their place by one comparison.
        let mut old_end = order.len();
        let mut write = old_end + new.len();
        order.resize(write, 0);
        for id in new.into_iter().rev() {
            let after = self.place_of(table, &order[..old_end], id);
            order.copy_within(after..old_end, write - (old_end - after));
            write -= old_end - after + 1;
            old_end = after;
            order[write] = id;
        }
    }

    /// How many of `order` come before `id`; looks from the end in growing steps.
    fn place_of(&self, table: &Table, order: &[RowId], id: RowId) -> usize {
        let comes_before = |at: usize| self.compare_rows(table, order[at], id).is_lt();
        let mut high = order.len();
        let mut step = 1;
        let low = loop {
            let Some(probe) = high.checked_sub(step) else {
                break 0;
            };
            if comes_before(probe) {
                break probe + 1;
            }
            high = probe;
            step *= 2;
        };
        low + order[low..high].partition_point(|other| self.compare_rows(table, *other, id).is_lt())
    }
}

/// The order that `sort` asks for, from the order by name.
pub(super) fn arranged(table: &Table, by_name: &[RowId], sort: Sort) -> Vec<RowId> {
    let (folders, files) = by_name.split_at(table.folders() as usize);
    let mut order = Vec::with_capacity(by_name.len());
    if sort.column == Column::Name && sort.descending {
        order.extend(folders.iter().rev());
        order.extend(files.iter().rev());
        return order;
    }
    order.extend_from_slice(folders);
    match sort.column {
        Column::Name | Column::Folder | Column::Relevance => order.extend_from_slice(files),
        Column::StorageClass => by_key(&mut order, files, sort, |id| table.storage_class(id)),
        Column::Size => by_key(&mut order, files, sort, |id| Some(table.size(id))),
        Column::Modified => by_key(&mut order, files, sort, |id| table.modified(id)),
        Column::SharedUntil => by_key(&mut order, files, sort, |id| table.shared_until(id)),
        Column::Type => by_key(&mut order, files, sort, |id| {
            Some((
                table.file_type(id),
                raw_extension(table.name(id)).to_ascii_lowercase(),
            ))
        }),
    }
    order
}

/// Rows without a value come last, whichever the direction.
fn by_key<K: Ord>(
    order: &mut Vec<RowId>,
    files: &[RowId],
    sort: Sort,
    key: impl Fn(RowId) -> Option<K>,
) {
    let mut keyed = Vec::with_capacity(files.len());
    let mut without = Vec::new();
    for id in files {
        match key(*id) {
            Some(key) => keyed.push((key, *id)),
            None => without.push(*id),
        }
    }
    if sort.descending {
        keyed.sort_by(|a, b| Reverse(&a.0).cmp(&Reverse(&b.0)));
    } else {
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
    }
    order.extend(keyed.into_iter().map(|(_, id)| id));
    order.extend(without);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn ordered(language: Option<&str>, names: &[&str]) -> Vec<String> {
        let mut table = Table::default();
        let names_order = NameOrder::of_language(language);
        let ids = names
            .iter()
            .map(|name| table.push_file(name, 0, None, None).unwrap())
            .collect();
        let mut order = Vec::new();
        names_order.merge(&table, &mut order, ids);
        order.iter().map(|id| table.name(*id).to_owned()).collect()
    }

    #[test]
    fn week_2_comes_before_week_10() {
        assert_eq!(
            ordered(None, &["Week 10", "week 2", "Week 1", "Week 010"]),
            ["Week 1", "week 2", "Week 010", "Week 10"]
        );
    }

    #[test]
    fn names_stand_as_the_language_has_them() {
        let names = ["zebra", "\u{e4}pple", "apple"];

        assert_eq!(
            ordered(Some("de"), &names),
            ["apple", "\u{e4}pple", "zebra"]
        );
        assert_eq!(
            ordered(Some("sv-SE"), &names),
            ["apple", "zebra", "\u{e4}pple"]
        );
    }

    #[test]
    fn a_language_that_is_none_takes_the_general_order() {
        assert_eq!(ordered(Some("not a tag"), &["b", "A"]), ["A", "b"]);
    }

    #[test]
    fn rows_without_a_value_come_last_in_both_directions() {
        let mut table = Table::default();
        let ids: Vec<_> = ["a", "b", "c"]
            .iter()
            .map(|name| table.push_file(name, 0, None, None).unwrap())
            .collect();
        table.share(1, 10);
        table.share(2, 20);
        let sort = |descending| Sort {
            column: Column::SharedUntil,
            descending,
        };

        assert_eq!(arranged(&table, &ids, sort(false)), [1, 2, 0]);
        assert_eq!(arranged(&table, &ids, sort(true)), [2, 1, 0]);
    }

    fn row() -> impl Strategy<Value = (String, bool, u64, Option<i64>)> {
        (
            "[a-cA-C\u{e9}0-9]{0,4}(\\.(txt|PDF|mp4))?",
            any::<bool>(),
            0u64..5,
            prop::option::of(0i64..5),
        )
    }

    proptest! {
        #[test]
        fn merging_batches_and_sorting_equals_sorting_everything_at_once(
            batches in prop::collection::vec(prop::collection::vec(row(), 0..12), 0..6),
            column in 0usize..4,
            descending in any::<bool>(),
        ) {
            let column = [Column::Name, Column::Size, Column::Modified, Column::Type][column];
            let names = NameOrder::of_language(None);
            let mut table = Table::default();
            let mut by_name = Vec::new();
            for batch in batches {
                let mut ids = Vec::new();
                for (name, folder, size, modified) in batch {
                    ids.push(if folder {
                        table.push_folder(&name).unwrap()
                    } else {
                        table.push_file(&name, size, modified, None).unwrap()
                    });
                }
                names.merge(&table, &mut by_name, ids);
            }

            let order = arranged(&table, &by_name, Sort { column, descending });

            let directed = |ordering: Ordering| if descending { ordering.reverse() } else { ordering };
            let mut model: Vec<RowId> = (0..table.len()).collect();
            model.sort_by(|a, b| {
                let (a, b) = (*a, *b);
                let name = names.compare(table.name(a), table.name(b)).then(a.cmp(&b));
                let files = !table.is_folder(a);
                table.is_folder(b).cmp(&table.is_folder(a)).then_with(|| match column {
                    Column::Name => directed(name),
                    Column::Size if files => directed(table.size(a).cmp(&table.size(b))).then(name),
                    Column::Modified if files => match (table.modified(a), table.modified(b)) {
                        (None, None) => name,
                        (None, Some(_)) => Ordering::Greater,
                        (Some(_), None) => Ordering::Less,
                        (Some(x), Some(y)) => directed(x.cmp(&y)).then(name),
                    },
                    Column::Type if files => {
                        let key = |id| (table.file_type(id), raw_extension(table.name(id)).to_lowercase());
                        directed(key(a).cmp(&key(b))).then(name)
                    }
                    _ => name,
                })
            });
            prop_assert_eq!(order, model);
        }
    }
}
