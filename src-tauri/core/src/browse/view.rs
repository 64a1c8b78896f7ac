//! What one window looks at: the rows of a folder, their order, the filter over
//! them and the selection among them. Knows nothing of the service.

use std::collections::{HashMap, HashSet};

use super::arrangement::Arrangement;
use super::file_type;
use super::name_order::NameOrder;
use super::positions::Positions;
use super::query::fold::fold;
use super::query::{Highlighter, Search, Stop};
use super::selection::Selection;
use super::sort::arranged;
use super::table::{Full, RowId, Table, last_segment};
use super::{
    Column, Depth, Item, Measured, Query, Row, RowHandle, Rows, Select, SelectionState, Sort,
    ViewState,
};
use crate::clock::UnixMillis;

/// Rows handed over at once.
const MOST_ROWS: u32 = 512;

/// One row on its way in, as the listing found it.
#[derive(Debug)]
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
    depth: Depth,
    table: Table,
    names: NameOrder,
    /// All rows, folders first, by name.
    by_name: Vec<RowId>,
    /// All rows as sorted; `None` where that is `by_name` itself.
    order: Option<Vec<RowId>>,
    /// What passes the filter, as sorted; `None` where there is no filter.
    shown: Option<Vec<RowId>>,
    /// What the query found; `None` where it asks for nothing.
    search: Option<Search>,
    sort: Sort,
    query: Query,
    selection: Selection,
    selected: SelectionState,
    /// Links that are good, by the name in the table: until when.
    links: HashMap<String, UnixMillis>,
    positions: Positions,
    generation: u32,
    listing: u32,
    complete: bool,
    listed_at: Option<UnixMillis>,
}

impl View {
    pub(super) fn new(
        prefix: String,
        depth: Depth,
        names: NameOrder,
        links: HashMap<String, UnixMillis>,
    ) -> Self {
        Self {
            prefix,
            depth,
            table: Table::default(),
            names,
            by_name: Vec::new(),
            order: None,
            shown: None,
            search: None,
            sort: Sort {
                column: Column::Name,
                descending: false,
            },
            query: Query::default(),
            selection: Selection::default(),
            selected: SelectionState::default(),
            links,
            positions: Positions::default(),
            generation: 0,
            listing: 0,
            complete: false,
            listed_at: None,
        }
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    pub(super) fn depth(&self) -> Depth {
        self.depth
    }

    /// All rows, in no particular order.
    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// Takes rows in and gives them their places. Of rows that do not fit any
    /// more, those before are in.
    pub(super) fn take_in(&mut self, rows: impl IntoIterator<Item = NewRow>) -> Result<(), Full> {
        let mut new = Vec::new();
        let outcome = rows
            .into_iter()
            .try_for_each(|row| self.push(row).map(|id| new.push(id)));
        let before = self.visible().to_vec();
        self.names.merge(&self.table, &mut self.by_name, new);
        self.rearrange();
        self.moved_from(before);
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

    /// The rows are those of an earlier listing.
    pub(super) fn list_as_of(&mut self, listed_at: UnixMillis) {
        self.listed_at = Some(listed_at);
    }

    /// Gives rows that came their places, and looks for what is wanted among them.
    fn rearrange(&mut self) {
        self.put_in_order();
        match &mut self.search {
            Some(search) => search.catch_up(&self.table),
            None => self.search = self.found(&self.query, &|| false),
        }
        self.show();
    }

    fn put_in_order(&mut self) {
        let as_by_name = match self.sort.column {
            Column::Name => !self.sort.descending,
            Column::Relevance => true,
            _ => false,
        };
        self.order =
            (!as_by_name).then(|| arranged(&self.table, &self.names, &self.by_name, self.sort));
    }

    /// `None` where the query asks for nothing, and when it was stopped.
    fn found(&self, query: &Query, stop: Stop<'_>) -> Option<Search> {
        if query.is_everything() {
            return None;
        }
        let paths = self.depth == Depth::All;
        Search::run(&self.table, query, paths, self.search.as_ref(), stop)
    }

    fn show(&mut self) {
        self.shown = self.search.as_ref().map(|search| {
            if self.sort.column == Column::Relevance {
                let mut best_first = search.by_relevance(&self.by_name);
                if self.sort.descending {
                    best_first.reverse();
                }
                best_first
            } else {
                search.passing(self.order.as_deref().unwrap_or(&self.by_name))
            }
        });
        self.changed();
    }

    /// Orders and filters; a newer arrangement ends it early, and it changes nothing then.
    pub(super) fn arrange(&mut self, sort: Sort, query: Query, arrangement: &Arrangement) {
        let stop = || arrangement.is_overtaken();
        if self.query != query {
            let search = self.found(&query, &stop);
            if stop() {
                return;
            }
            self.search = search;
        }
        let before = self.visible().to_vec();
        let resort = self.sort != sort;
        self.sort = sort;
        self.query = query;
        if resort {
            self.put_in_order();
        }
        self.show();
        self.moved_from(before);
    }

    /// Keeps what positions meant before a change, see [`Positions`].
    fn moved_from(&mut self, before: Vec<RowId>) {
        let now = self
            .shown
            .as_deref()
            .or(self.order.as_deref())
            .unwrap_or(&self.by_name);
        self.positions.moved(self.generation, before, now);
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
            listing: self.listing,
            depth: self.depth,
            count: length(self.visible()),
            total: length(&self.by_name),
            folders: self.table.folders(),
            files: self.table.len() - self.table.folders(),
            bytes: self.table.bytes(),
            complete: self.complete,
            listed_at: self.listed_at,
            sort: self.sort,
            query: self.query.clone(),
            selection: self.selected.clone(),
        }
    }

    pub(super) fn rows(&self, start: u32, count: u32) -> Rows {
        let mut highlighter = Highlighter::of(&self.query, self.depth == Depth::All);
        let rows: Vec<Row> = self
            .visible()
            .iter()
            .skip(start as usize)
            .take(count.min(MOST_ROWS) as usize)
            .map(|id| {
                let mut row = self.row(*id);
                row.matches = highlighter.matches(row.folder.as_deref(), &row.name);
                row
            })
            .collect();
        Rows {
            generation: self.generation,
            listing: self.listing,
            start,
            rows,
        }
    }

    fn row(&self, id: RowId) -> Row {
        let path = self.table.name(id);
        let (folder, name) = match self.depth {
            Depth::Folder => (None, path),
            Depth::All => {
                let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
                (Some(folder.to_owned()), name)
            }
        };
        let is_folder = self.table.is_folder(id);
        Row {
            id,
            name: name.to_owned(),
            folder,
            is_folder,
            size: (!is_folder).then(|| self.table.size(id)),
            modified_at: self.table.modified(id),
            file_type: self.table.file_type(id),
            extension: if is_folder {
                String::new()
            } else {
                file_type::extension(name)
            },
            storage_class: self.table.storage_class(id).map(str::to_owned),
            shared_until: self.table.shared_until(id),
            selected: self.selection.contains(id),
            matches: Vec::new(),
            measured: self.table.measured(id),
        }
    }

    /// Moves the selection, in positions as they were in `generation`. What cannot be
    /// understood any more changes nothing: better no row than a wrong one.
    pub(super) fn select(&mut self, generation: u32, change: &Select) {
        match *change {
            Select::Only { from, to } => {
                if let Some((from, to)) = self.range_now(generation, from, to) {
                    self.selection.clear();
                    self.select_range(from, to);
                }
            }
            Select::Add { from, to } => {
                if let Some((from, to)) = self.range_now(generation, from, to) {
                    self.select_range(from, to);
                }
            }
            Select::Toggle { at } => {
                let at = self.positions.now(generation, at, self.visible());
                let id = at.and_then(|at| self.visible().get(at as usize).copied());
                if let Some(id) = id {
                    self.selection.toggle(id);
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
        self.selected = self.selection_state();
    }

    fn range_now(&self, generation: u32, from: u32, to: u32) -> Option<(u32, u32)> {
        let now = |at| self.positions.now(generation, at, self.visible());
        Some((now(from)?, now(to)?))
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
        let begins = |id: &RowId| self.begins_with(*id, &wanted);
        let at = shown[from..]
            .iter()
            .position(begins)
            .map(|at| at + from)
            .or_else(|| shown[..from].iter().position(begins))?;
        u32::try_from(at).ok()
    }

    /// `wanted` is folded.
    fn begins_with(&self, id: RowId, wanted: &str) -> bool {
        if let Some(folded) = self.table.folded().of(id) {
            return last_segment(folded).starts_with(wanted);
        }
        let name = last_segment(self.table.name(id)).as_bytes();
        let start = name.get(..wanted.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(wanted.as_bytes()))
    }

    /// The position of exactly this name.
    pub(super) fn position(&self, name: &str, is_folder: bool) -> Option<u32> {
        let at = self.visible().iter().position(|id| {
            self.table.is_folder(*id) == is_folder && self.table.name(*id) == name
        })?;
        u32::try_from(at).ok()
    }

    /// What a row stands for, if it is one of the listing on show.
    pub(super) fn item(&self, row: RowHandle) -> Option<Item> {
        (row.listing == self.listing && row.id < self.table.len()).then(|| self.item_of(row.id))
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
            self.search = None;
            self.rearrange();
        }
        found.is_some()
    }

    /// Notes what was counted below folders, by their names.
    pub(super) fn measured(&mut self, sums: HashMap<String, Measured>) {
        let before = self.visible().to_vec();
        self.table.measure(sums);
        self.rearrange();
        self.moved_from(before);
    }

    /// Takes the place of `old` after a refresh: its sort, its filter, and the
    /// selection of what is still there.
    pub(super) fn succeed(&mut self, old: &Self) {
        self.generation = old.generation;
        self.listing = old.listing.wrapping_add(1);
        self.sort = old.sort;
        self.query.clone_from(&old.query);
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
        // They say of when they are.
        self.table.measure(old.table.sums());
        self.rearrange();
        self.positions.forget(self.generation);
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
                .map(|id| last_segment(self.table.name(id)).to_owned());
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
