//! The rows of a folder in a compact form: one arena of names and a column a
//! field, so that a million rows cost tens of megabytes and no allocation each.
//!
//! A row's number is its handle: it stays while the table lives, whatever the
//! order or the filter. Rows are only ever added.

use std::collections::HashMap;
use std::ops::Range;

use super::file_type;
use super::query::fold::Folded;
use super::{FileType, Measured};
use crate::clock::UnixMillis;

/// The handle of a row.
pub(super) type RowId = u32;

/// Bytes of names in one table. Folded for the filter they may treble, and must
/// still be counted in a `u32`.
const NAMES_LIMIT: usize = 1 << 30;

const NEVER: UnixMillis = UnixMillis::MIN;

/// The number of no storage class.
const NO_CLASS: u8 = 0;

#[derive(Default)]
pub(super) struct Table {
    names: String,
    ends: Vec<u32>,
    sizes: Vec<u64>,
    modified: Vec<UnixMillis>,
    types: Vec<FileType>,
    /// Numbers into `class_names`, counted from one; [`NO_CLASS`] for none.
    classes: Vec<u8>,
    class_names: Vec<String>,
    folded: Folded,
    /// Few rows are shared, so they are kept apart.
    shared: HashMap<RowId, UnixMillis>,
    /// What was counted below folders, on request.
    measured: HashMap<RowId, Measured>,
    folders: u32,
    bytes: u64,
}

/// The table holds as much as it can.
#[derive(Debug)]
pub(super) struct Full;

impl Table {
    pub(super) fn push_folder(&mut self, name: &str) -> Result<RowId, Full> {
        let id = self.push(name, 0, NEVER, FileType::Folder, NO_CLASS)?;
        self.folders += 1;
        Ok(id)
    }

    pub(super) fn push_file(
        &mut self,
        name: &str,
        size: u64,
        modified: Option<UnixMillis>,
        storage_class: Option<&str>,
    ) -> Result<RowId, Full> {
        let kind = file_type::of_name(last_segment(name));
        let class = self.class_number(storage_class);
        let id = self.push(name, size, modified.unwrap_or(NEVER), kind, class)?;
        self.bytes = self.bytes.saturating_add(size);
        Ok(id)
    }

    fn push(
        &mut self,
        name: &str,
        size: u64,
        modified: UnixMillis,
        kind: FileType,
        class: u8,
    ) -> Result<RowId, Full> {
        let end = self.names.len() + name.len();
        if end > NAMES_LIMIT {
            return Err(Full);
        }
        let (Ok(id), Ok(end)) = (u32::try_from(self.ends.len()), u32::try_from(end)) else {
            return Err(Full);
        };
        self.make_room(name.len());
        self.names.push_str(name);
        if !name.is_ascii() {
            self.folded.push(id, name);
        }
        self.ends.push(end);
        self.sizes.push(size);
        self.modified.push(modified);
        self.types.push(kind);
        self.classes.push(class);
        Ok(id)
    }

    /// Services know about a dozen classes. From one that names hundreds, those
    /// after the first 255 are taken for none.
    fn class_number(&mut self, class: Option<&str>) -> u8 {
        let Some(class) = class.filter(|class| !class.is_empty()) else {
            return NO_CLASS;
        };
        let known = self.class_names.iter().position(|known| known == class);
        let at = known.unwrap_or(self.class_names.len());
        let Ok(number) = u8::try_from(at + 1) else {
            return NO_CLASS;
        };
        if known.is_none() {
            self.class_names.push(class.to_owned());
        }
        number
    }

    /// Grows by a quarter rather than by doubling: half of a large table would
    /// otherwise be empty.
    fn make_room(&mut self, name: usize) {
        if self.names.capacity() - self.names.len() < name {
            self.names
                .reserve_exact((self.names.len() / 4).max(name).max(4_096));
        }
        if self.ends.len() == self.ends.capacity() {
            let more = (self.ends.len() / 4).max(64);
            self.ends.reserve_exact(more);
            self.sizes.reserve_exact(more);
            self.modified.reserve_exact(more);
            self.types.reserve_exact(more);
            self.classes.reserve_exact(more);
        }
    }

    /// Notes what was counted below folders, by their names.
    pub(super) fn measure(&mut self, mut sums: HashMap<String, Measured>) {
        for id in 0..self.len() {
            if sums.is_empty() {
                break;
            }
            if self.is_folder(id)
                && let Some(sum) = sums.remove(self.name(id))
            {
                self.measured.insert(id, sum);
            }
        }
    }

    /// What was counted, by the names of the folders.
    pub(super) fn sums(&self) -> HashMap<String, Measured> {
        self.measured
            .iter()
            .map(|(id, sum)| (self.name(*id).to_owned(), *sum))
            .collect()
    }

    pub(super) fn share(&mut self, id: RowId, until: UnixMillis) {
        self.shared.insert(id, until);
    }

    pub(super) fn len(&self) -> u32 {
        // Cannot overflow: `push` refuses a row that a `u32` does not number.
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn folders(&self) -> u32 {
        self.folders
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The name as it was put in: in a view that looks through everything, the path below
    /// the view's prefix.
    pub(super) fn name(&self, id: RowId) -> &str {
        slice(&self.names, &self.ends, id)
    }

    /// The names of neighbouring rows in one piece.
    pub(super) fn names(&self, rows: Range<RowId>) -> Names<'_> {
        let (from, to) = (rows.start as usize, rows.end as usize);
        let start = from.checked_sub(1).map_or(0, |before| self.ends[before]);
        let end = to.checked_sub(1).map_or(0, |last| self.ends[last]);
        Names {
            text: &self.names.as_bytes()[start as usize..end.max(start) as usize],
            ends: &self.ends[from..to],
            start,
        }
    }

    /// The names that are not ASCII, folded.
    pub(super) fn folded(&self) -> &Folded {
        &self.folded
    }

    pub(super) fn is_folder(&self, id: RowId) -> bool {
        self.types[id as usize] == FileType::Folder
    }

    pub(super) fn file_type(&self, id: RowId) -> FileType {
        self.types[id as usize]
    }

    /// Bytes; zero for a folder.
    pub(super) fn size(&self, id: RowId) -> u64 {
        self.sizes[id as usize]
    }

    pub(super) fn modified(&self, id: RowId) -> Option<UnixMillis> {
        Some(self.modified[id as usize]).filter(|at| *at != NEVER)
    }

    /// As the service names it; `None` where it names none, and for folders.
    pub(super) fn storage_class(&self, id: RowId) -> Option<&str> {
        let at = self.classes[id as usize].checked_sub(1)?;
        self.class_names.get(usize::from(at)).map(String::as_str)
    }

    /// Gives each row the place of its storage class among all, by name.
    pub(super) fn class_places(&self) -> impl Fn(RowId) -> Option<u64> + '_ {
        let mut places = [0; 256];
        for (at, name) in self.class_names.iter().enumerate() {
            places[at + 1] = self
                .class_names
                .iter()
                .filter(|other| *other < name)
                .count();
        }
        move |id| {
            let number = self.classes[id as usize];
            (number != NO_CLASS).then(|| places[usize::from(number)] as u64)
        }
    }

    /// What lies below a folder, if it was counted.
    pub(super) fn measured(&self, id: RowId) -> Option<Measured> {
        self.measured.get(&id).copied()
    }

    pub(super) fn shared_until(&self, id: RowId) -> Option<UnixMillis> {
        self.shared.get(&id).copied()
    }

    /// Bytes that the table holds in memory.
    #[cfg(test)]
    pub(super) fn memory(&self) -> usize {
        self.names.capacity()
            + self.ends.capacity() * size_of::<u32>()
            + self.sizes.capacity() * size_of::<u64>()
            + self.modified.capacity() * size_of::<UnixMillis>()
            + self.types.capacity() * size_of::<FileType>()
            + self.classes.capacity()
            + self.folded.memory()
    }
}

/// Names one after the other, without anything between them.
pub(super) struct Names<'a> {
    pub(super) text: &'a [u8],
    ends: &'a [u32],
    start: u32,
}

impl Names<'_> {
    /// Where in the text the name of the `row`th row ends.
    pub(super) fn end(&self, row: usize) -> usize {
        (self.ends[row] - self.start) as usize
    }
}

/// The part of a path after the last `/`.
pub(super) fn last_segment(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The `id`th piece of an arena whose pieces end at `ends`.
pub(super) fn slice<'a>(arena: &'a str, ends: &[u32], id: RowId) -> &'a str {
    let id = id as usize;
    let start = if id == 0 { 0 } else { ends[id - 1] as usize };
    &arena[start..ends[id] as usize]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_row_reads_as_it_was_put_in() {
        let mut table = Table::default();
        table.push_folder("Week 1").unwrap();
        let id = table.push_file("Übung.PDF", 7, Some(12), None).unwrap();
        table.share(id, 99);

        assert_eq!((table.name(0), table.is_folder(0)), ("Week 1", true));
        assert_eq!(
            (table.name(id), table.size(id), table.modified(id)),
            ("Übung.PDF", 7, Some(12))
        );
        assert_eq!(table.file_type(id), FileType::Pdf);
        assert_eq!(table.shared_until(id), Some(99));
    }

    #[test]
    fn the_type_of_a_path_is_that_of_its_file() {
        let mut table = Table::default();
        let id = table
            .push_file("week.pdf/notes.txt", 1, None, None)
            .unwrap();

        assert_eq!(table.file_type(id), FileType::Text);
    }

    #[test]
    fn a_nameless_row_is_a_row() {
        let mut table = Table::default();
        table.push_folder("").unwrap();
        table.push_file("a", 1, None, None).unwrap();

        assert_eq!((table.name(0), table.name(1)), ("", "a"));
    }

    #[test]
    fn a_storage_class_reads_as_the_service_named_it() {
        let mut table = Table::default();
        for class in [
            None,
            Some("STANDARD"),
            Some("GLACIER"),
            Some("STANDARD"),
            Some(""),
        ] {
            table.push_file("a", 1, None, class).unwrap();
        }

        let classes: Vec<_> = (0..5).map(|id| table.storage_class(id)).collect();

        assert_eq!(
            classes,
            [
                None,
                Some("STANDARD"),
                Some("GLACIER"),
                Some("STANDARD"),
                None
            ]
        );
    }

    #[test]
    fn a_service_that_makes_classes_up_does_no_harm() {
        let mut table = Table::default();
        for n in 0..300 {
            let class = format!("CLASS_{n}");
            table.push_file("a", 1, None, Some(&class)).unwrap();
        }

        assert_eq!(table.storage_class(254), Some("CLASS_254"));
        assert_eq!(table.storage_class(255), None);
    }

    #[test]
    fn a_row_of_a_million_takes_far_less_than_120_bytes() {
        let mut table = Table::default();
        let rows: usize = 1_000_000;
        for n in 0..rows {
            table
                .push_file(
                    &format!("recording-of-week-{n:07}.mp4"),
                    1,
                    Some(1),
                    Some("STANDARD"),
                )
                .unwrap();
        }

        // Three orders of a `u32` each come on top (by name, as sorted, as filtered).
        assert!(table.memory() / rows + 12 < 100, "{}", table.memory());
    }
}
