//! One page of the keys of a tree, in S3's order (bytes of UTF-8), grouped by a
//! delimiter. Reads only the folders that the page, the prefix and the marker
//! leave in question: never the whole tree for a page.
//!
//! The entries of a folder are sorted with `/` appended to folders, so that
//! `a-b` comes before what is in `a/` and after the file `a`. Every folder stands
//! for at least one key (an empty one for its marker), which is why a folder can
//! be reported as a common prefix without looking into it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::path::PathBuf;

use crate::disk::{Entry, Tree};

/// Which keys are asked for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pub prefix: String,
    /// Keys that hold it after the prefix are rolled up. Empty: none are.
    pub delimiter: String,
    /// Only what sorts after this, or everything.
    pub after: Option<String>,
}

/// What a listing finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Key { key: String, path: PathBuf },
    Prefix(String),
}

impl Item {
    pub fn name(&self) -> &str {
        match self {
            Self::Key { key, .. } => key,
            Self::Prefix(prefix) => prefix,
        }
    }
}

/// The items of a query, one after the other.
pub struct Walk<'a> {
    tree: &'a Tree,
    query: Query,
    stack: Vec<Level>,
    last_prefix: Option<String>,
}

struct Level {
    /// The keys in this folder begin so.
    key: String,
    path: PathBuf,
    entries: BinaryHeap<Reverse<Entry>>,
    /// The entry that was taken last: others with its name are not the object.
    last: Option<String>,
}

enum Step {
    Skip,
    Yield(Item),
    Descend { key: String, path: PathBuf },
}

impl<'a> Walk<'a> {
    /// Begins to walk. The root must exist, or the walk is empty.
    pub fn new(tree: &'a Tree, query: Query) -> io::Result<Self> {
        let mut walk = Self {
            tree,
            query,
            stack: Vec::new(),
            last_prefix: None,
        };
        walk.descend(String::new(), tree.root().to_path_buf())?;
        Ok(walk)
    }

    /// The next item, or nothing at the end.
    pub fn next(&mut self) -> io::Result<Option<Item>> {
        while let Some(level) = self.stack.last_mut() {
            let Some(Reverse(entry)) = level.entries.pop() else {
                self.stack.pop();
                continue;
            };
            if level.last.as_deref() == Some(entry.sort.as_str()) {
                continue;
            }
            let key = format!("{}{}", level.key, entry.sort);
            let path = level.path.join(&entry.name);
            let folder = entry.is_folder();
            level.last = Some(entry.sort);
            match self.step(key, path, folder) {
                Step::Skip => {}
                Step::Yield(item) => return Ok(Some(item)),
                Step::Descend { key, path } => self.descend(key, path)?,
            }
        }
        Ok(None)
    }

    fn step(&mut self, key: String, path: PathBuf, folder: bool) -> Step {
        if let Some(last) = &self.last_prefix
            && key.starts_with(last.as_str())
        {
            return Step::Skip;
        }
        if let Some(prefix) = self.query.rolled_up(&key) {
            let prefix = prefix.to_owned();
            self.last_prefix = Some(prefix.clone());
            if self.query.is_before(&prefix) {
                return Step::Skip;
            }
            return Step::Yield(Item::Prefix(prefix));
        }
        match folder {
            true => Step::Descend { key, path },
            false => Step::Yield(Item::Key { key, path }),
        }
    }

    fn descend(&mut self, key: String, path: PathBuf) -> io::Result<()> {
        let entries = match self.tree.read(&path) {
            // Gone since its parent was read: it has no keys any more.
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                Vec::new()
            }
            other => other?,
        };
        let wanted = |entry: &Entry| self.query.may_hold(&key, &entry.sort);
        let entries: Vec<_> = entries.into_iter().filter(wanted).map(Reverse).collect();
        self.stack.push(Level {
            key,
            path,
            entries: BinaryHeap::from(entries),
            last: None,
        });
        Ok(())
    }
}

impl Query {
    /// Whether a page that begins after the marker is past `name`.
    fn is_before(&self, name: &str) -> bool {
        self.after.as_deref().is_some_and(|after| name <= after)
    }

    /// Whether the entry `sort` of the folder with keys `folder…` can hold keys
    /// of this query.
    fn may_hold(&self, folder: &str, sort: &str) -> bool {
        let key = || folder.bytes().chain(sort.bytes());
        let length = folder.len() + sort.len();
        let is_folder = sort.ends_with('/');
        let overlap = key().zip(self.prefix.bytes()).all(|(a, b)| a == b);
        if !overlap || (!is_folder && length < self.prefix.len()) {
            return false;
        }
        let Some(after) = self.after.as_deref() else {
            return true;
        };
        let later = key().cmp(after.bytes()).is_gt();
        let around =
            is_folder && after.len() >= length && key().zip(after.bytes()).all(|(a, b)| a == b);
        later || around
    }

    /// The common prefix that `key` (or every key in the folder `key`) rolls up to.
    fn rolled_up<'k>(&self, key: &'k str) -> Option<&'k str> {
        if self.delimiter.is_empty() {
            return None;
        }
        let rest = key.strip_prefix(self.prefix.as_str())?;
        let at = rest.find(self.delimiter.as_str())?;
        Some(&key[..self.prefix.len() + at + self.delimiter.len()])
    }
}
