//! What one window looks at: the rows of a folder, their order, the filter over
//! them and the selection among them. Knows nothing of the service.

use std::collections::{HashMap, HashSet};

use super::filter::{Folded, fold};
use super::selection::Selection;
use super::sort::{NameOrder, arranged};
use super::table::{Full, RowId, Table};
use super::{Column, Item, Row, Rows, Select, SelectionState, Sort, ViewState};
use crate::clock::UnixMillis;

/// Rows handed over at once.
const MOST_ROWS: u32 = 512;

/// One row on its way in, as the listing found it.
pub(super) enum NewRow {
    Folder {
        name: String,
    },
    File {
        name: String,
        size: u64,
        modified: Option<UnixMillis>,
        storage_class: Option<String>,
    },
}

pub(super) struct View {
    prefix: String,
    table: Table,
    names: NameOrder,
    /// All rows, folders first, by name.
    by_name: Vec<RowId>,
    /// All rows as sorted; `None` where that is `by_name` itself.
    order: Option<Vec<RowId>>,
    /// What passes the filter, as sorted; `None` where there is no filter.
    shown: Option<Vec<RowId>>,
    folded: Option<Folded>,
    sort: Sort,
    filter: String,
    selection: Selection,
    selected: SelectionState,
    /// Links that are good, by file name: until when.
    links: HashMap<String, UnixMillis>,
    generation: u32,
    complete: bool,
}

impl View {
    pub(super) fn new(
        prefix: String,
        names: NameOrder,
        links: HashMap<String, UnixMillis>,
    ) -> Self {
        Self {
            prefix,
            table: Table::default(),
            names,
            by_name: Vec::new(),
            order: None,
            shown: None,
            folded: None,
            sort: Sort {
                column: Column::Name,
                descending: false,
            },
            filter: String::new(),
            selection: Selection::default(),
            selected: SelectionState::default(),
            links,
            generation: 0,
            complete: false,
        }
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Rows, filtered out or not.
    pub(super) fn row_count(&self) -> u32 {
        self.table.len()
    }

    /// Takes rows in and gives them their places. Of rows that do not fit any
    /// more, those before are in.
    pub(super) fn take_in(&mut self, rows: impl IntoIterator<Item = NewRow>) -> Result<(), Full> {
        let mut new = Vec::new();
        let outcome = rows
            .into_iter()
            .try_for_each(|row| self.push(row).map(|id| new.push(id)));
        self.names.merge(&self.table, &mut self.by_name, new);
        self.rearrange();
        outcome
    }

    fn push(&mut self, row: NewRow) -> Result<RowId, Full> {
        match row {
            NewRow::Folder { name } => self.table.push_folder(&name),
            NewRow::File {
                name,
                size,
                modified,
                storage_class,
            } => {
                let class = storage_class.as_deref();
                let id = self.table.push_file(&name, size, modified, class)?;
                if let Some(until) = self.links.get(&name) {
                    self.table.share(id, *until);
                }
                Ok(id)
            }
        }
    }

    pub(super) fn complete(&mut self, complete: bool) {
        self.complete = complete;
    }

    fn rearrange(&mut self) {
        let by_name_ascending = self.sort.column == Column::Name && !self.sort.descending;
        self.order = (!by_name_ascending).then(|| arranged(&self.table, &self.by_name, self.sort));
        self.sift();
    }

    fn sift(&mut self) {
        if self.filter.is_empty() {
            self.shown = None;
            self.folded = None;
        } else {
            let folded = self.folded.get_or_insert_default();
            folded.catch_up(&self.table);
            let order = self.order.as_deref().unwrap_or(&self.by_name);
            self.shown = Some(folded.matching(order, &self.filter));
        }
        self.changed();
    }

    pub(super) fn arrange(&mut self, sort: Sort, filter: &str) {
        let resort = self.sort != sort;
        self.sort = sort;
        self.filter = filter.to_owned();
        if resort {
            self.rearrange();
        } else {
            self.sift();
        }
    }

    /// The rows on show, in order.
    fn visible(&self) -> &[RowId] {
        self.shown
            .as_deref()
            .or(self.order.as_deref())
            .unwrap_or(&self.by_name)
    }

    pub(super) fn state(&self) -> ViewState {
        ViewState {
            generation: self.generation,
            count: length(self.visible()),
            total: length(&self.by_name),
            folders: self.table.folders(),
            files: self.table.len() - self.table.folders(),
            bytes: self.table.bytes(),
            complete: self.complete,
            sort: self.sort,
            filter: self.filter.clone(),
            selection: self.selected.clone(),
        }
    }

    pub(super) fn rows(&self, start: u32, count: u32) -> Rows {
        let rows: Vec<Row> = self
            .visible()
            .iter()
            .skip(start as usize)
            .take(count.min(MOST_ROWS) as usize)
            .map(|id| self.table.row(*id, self.selection.contains(*id)))
            .collect();
        Rows {
            generation: self.generation,
            start,
            rows,
        }
    }

    pub(super) fn select(&mut self, change: &Select) {
        match *change {
            Select::Only { from, to } => {
                self.selection.clear();
                self.select_range(from, to);
            }
            Select::Add { from, to } => self.select_range(from, to),
            Select::Toggle { at } => {
                if let Some(id) = self.visible().get(at as usize) {
                    self.selection.toggle(*id);
                }
            }
            Select::All => {
                if self.shown.is_none() {
                    self.selection.insert_all(self.table.len());
                } else {
                    self.select_range(0, u32::MAX);
                }
            }
            Select::Nothing => self.selection.clear(),
        }
        self.changed();
    }

    fn select_range(&mut self, from: u32, to: u32) {
        let (from, to) = (from.min(to) as usize, from.max(to) as usize);
        let shown = self
            .shown
            .as_deref()
            .or(self.order.as_deref())
            .unwrap_or(&self.by_name);
        for id in shown.iter().skip(from).take((to - from).saturating_add(1)) {
            self.selection.insert(*id);
        }
    }

    /// The first row at or after `from`, wrapping, whose name begins with `text`.
    pub(super) fn find(&self, text: &str, from: u32) -> Option<u32> {
        let wanted = fold(text);
        if wanted.is_empty() {
            return None;
        }
        let shown = self.visible();
        let from = (from as usize).min(shown.len());
        let begins = |id: &RowId| fold(self.table.name(*id)).starts_with(&wanted);
        let at = shown[from..]
            .iter()
            .position(begins)
            .map(|at| at + from)
            .or_else(|| shown[..from].iter().position(begins))?;
        u32::try_from(at).ok()
    }

    pub(super) fn item(&self, at: u32) -> Option<Item> {
        self.visible().get(at as usize).map(|id| self.item_of(*id))
    }

    /// What is selected, filtered out or not, in the order rows arrived.
    pub(super) fn selected(&self) -> Vec<Item> {
        self.selection.iter().map(|id| self.item_of(id)).collect()
    }

    fn item_of(&self, id: RowId) -> Item {
        let name = self.table.name(id);
        if self.table.is_folder(id) {
            Item::Folder {
                prefix: format!("{}{name}/", self.prefix),
            }
        } else {
            Item::Object {
                key: format!("{}{name}", self.prefix),
                size: self.table.size(id),
            }
        }
    }

    /// Notes that a file is shared; says whether it is here.
    pub(super) fn share(&mut self, name: &str, until: UnixMillis) -> bool {
        let until = self.links.get(name).map_or(until, |old| until.max(*old));
        self.links.insert(name.to_owned(), until);
        let found = (0..self.table.len())
            .find(|id| !self.table.is_folder(*id) && self.table.name(*id) == name);
        if let Some(id) = found {
            self.table.share(id, until);
            self.rearrange();
        }
        found.is_some()
    }

    /// Takes the place of `old` after a refresh: its sort, its filter, and the
    /// selection of what is still there.
    pub(super) fn succeed(&mut self, old: &Self) {
        self.generation = old.generation;
        self.sort = old.sort;
        self.filter.clone_from(&old.filter);
        if !old.selection.is_empty() {
            let kept: HashSet<(bool, &str)> = old
                .selection
                .iter()
                .map(|id| (old.table.is_folder(id), old.table.name(id)))
                .collect();
            for id in 0..self.table.len() {
                if kept.contains(&(self.table.is_folder(id), self.table.name(id))) {
                    self.selection.insert(id);
                }
            }
        }
        self.rearrange();
    }

    fn changed(&mut self) {
        self.generation = self.generation.wrapping_add(1);
        self.selected = self.selection_state();
    }

    fn selection_state(&self) -> SelectionState {
        let mut state = SelectionState::default();
        for id in self.selection.iter() {
            state.count += 1;
            if self.table.is_folder(id) {
                state.folders += 1;
            } else {
                state.files += 1;
                state.bytes = state.bytes.saturating_add(self.table.size(id));
            }
        }
        if state.count > 0 {
            state.first = self
                .visible()
                .iter()
                .copied()
                .find(|id| self.selection.contains(*id))
                .or_else(|| self.selection.iter().next())
                .map(|id| self.table.name(id).to_owned());
        }
        state
    }
}

fn length(rows: &[RowId]) -> u32 {
    u32::try_from(rows.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
