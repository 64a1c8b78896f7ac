//! What is selected: a bit a row handle, so that it survives sorting and
//! filtering, and selecting a million rows is a matter of microseconds.

use super::table::RowId;

#[derive(Default, Clone)]
pub(super) struct Selection {
    words: Vec<u64>,
}

impl Selection {
    pub(super) fn contains(&self, id: RowId) -> bool {
        self.words
            .get(id as usize / 64)
            .is_some_and(|word| word & bit(id) != 0)
    }

    pub(super) fn insert(&mut self, id: RowId) {
        let at = id as usize / 64;
        if at >= self.words.len() {
            self.words.resize(at + 1, 0);
        }
        self.words[at] |= bit(id);
    }

    /// Every handle below `rows`.
    pub(super) fn insert_all(&mut self, rows: u32) {
        self.words.clear();
        self.words.resize(rows as usize / 64, u64::MAX);
        let rest = rows % 64;
        if rest > 0 {
            self.words.push((1 << rest) - 1);
        }
    }

    pub(super) fn toggle(&mut self, id: RowId) {
        if self.contains(id) {
            self.words[id as usize / 64] &= !bit(id);
        } else {
            self.insert(id);
        }
    }

    pub(super) fn clear(&mut self) {
        self.words.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// The selected handles, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = RowId> + '_ {
        (0u32..).zip(&self.words).flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let lowest = rest.trailing_zeros();
                    rest &= rest - 1;
                    at * 64 + lowest
                })
            })
        })
    }
}

fn bit(id: RowId) -> u64 {
    1 << (id % 64)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_behaves_as_a_set_of_handles(
            moves in prop::collection::vec((0u8..3, 0u32..300), 0..60),
        ) {
            let mut selection = Selection::default();
            let mut model = BTreeSet::new();
            for (kind, id) in moves {
                match kind {
                    0 => {
                        selection.insert(id);
                        model.insert(id);
                    }
                    1 => {
                        selection.toggle(id);
                        if !model.remove(&id) {
                            model.insert(id);
                        }
                    }
                    _ => {
                        selection.insert_all(id);
                        model = (0..id).collect();
                    }
                }
                prop_assert_eq!(selection.iter().collect::<Vec<_>>(), model.iter().copied().collect::<Vec<_>>());
                prop_assert_eq!(selection.is_empty(), model.is_empty());
                prop_assert_eq!(selection.contains(id), model.contains(&id));
            }
        }
    }
}
