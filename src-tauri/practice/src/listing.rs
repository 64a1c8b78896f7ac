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
    #[cfg(test)]
    folders_read: usize,
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
            #[cfg(test)]
            folders_read: 0,
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
        #[cfg(test)]
        {
            self.folders_read += 1;
        }
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
        let below = self.query.below(&key);
        let wanted = |entry: &Entry| below.may_hold(&entry.sort);
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

    /// What of this query is left to ask of the entries of the folder with keys `folder…`.
    fn below<'q>(&'q self, folder: &str) -> Below<'q> {
        Below {
            prefix: self.prefix.strip_prefix(folder).unwrap_or_default(),
            // Where the marker is not in this folder, the folder is behind it: it was not skipped.
            after: self
                .after
                .as_deref()
                .and_then(|after| after.strip_prefix(folder)),
        }
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

/// A query, as the entries of one folder see it.
struct Below<'q> {
    prefix: &'q str,
    after: Option<&'q str>,
}

impl Below<'_> {
    /// Whether the entry `sort` can hold keys of the query.
    fn may_hold(&self, sort: &str) -> bool {
        let folder = sort.ends_with('/');
        let in_prefix = sort.starts_with(self.prefix) || (folder && self.prefix.starts_with(sort));
        let later = |after: &str| sort > after || (folder && after.starts_with(sort));
        in_prefix && self.after.is_none_or(later)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// What S3 says of these keys: the definition, without any cleverness.
    fn model(keys: &BTreeSet<String>, query: &Query) -> Vec<String> {
        let mut names = BTreeSet::new();
        for key in keys.iter().filter(|key| key.starts_with(&query.prefix)) {
            let rest = &key[query.prefix.len()..];
            let name = match rest
                .find(&query.delimiter)
                .filter(|_| !query.delimiter.is_empty())
            {
                Some(at) => &key[..query.prefix.len() + at + query.delimiter.len()],
                None => key,
            };
            if query.after.as_deref().is_none_or(|after| name > after) {
                names.insert(name.to_owned());
            }
        }
        names.into_iter().collect()
    }

    fn listed(tree: &Tree, query: &Query) -> Vec<String> {
        let mut walk = Walk::new(tree, query.clone()).unwrap();
        let mut names = Vec::new();
        while let Some(item) = walk.next().unwrap() {
            names.push(item.name().to_owned());
        }
        names
    }

    /// The same, page by page, each walk beginning anew.
    fn paged(tree: &Tree, query: &Query, page: usize) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut query = query.clone();
        loop {
            let mut walk = Walk::new(tree, query.clone()).unwrap();
            let before = names.len();
            while names.len() < before + page {
                let Some(item) = walk.next().unwrap() else {
                    return names;
                };
                names.push(item.name().to_owned());
            }
            query.after = names.last().cloned();
        }
    }

    fn key() -> impl Strategy<Value = String> {
        let segment = prop::sample::select(vec![
            "a", "b", "a-b", "a.txt", "ab", "A", "é", "a b", "", "..", "%", "a%file", "%more",
            "a\\b", "0", "~",
        ]);
        let long = Just("long".repeat(70));
        let segment = prop_oneof![9 => segment.prop_map(str::to_owned), 1 => long];
        let key = prop::collection::vec(segment, 1..5).prop_map(|segments| segments.join("/"));
        key.prop_filter("no empty keys", |key| !key.is_empty() && key != "/")
    }

    fn tree_of(keys: &BTreeSet<String>) -> (tempfile::TempDir, Tree) {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::bucket(folder.path().to_path_buf(), false);
        for key in keys {
            std::fs::write(tree.place(key).unwrap(), "").unwrap();
        }
        (folder, tree)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]

        #[test]
        fn a_listing_is_what_the_definition_says(
            keys in prop::collection::btree_set(key(), 0..25),
            prefix in prop_oneof![Just(String::new()), key(), key().prop_map(|key| format!("{key}/"))],
            delimiter in prop::sample::select(vec!["", "/", "a", "-", "/a", "é"]),
            after in prop::option::of(key()),
            page in 1..7_usize,
        ) {
            let (_folder, tree) = tree_of(&keys);
            let query = Query { prefix, delimiter: delimiter.to_owned(), after };
            let expected = model(&keys, &query);
            prop_assert_eq!(&listed(&tree, &query), &expected);
            prop_assert_eq!(&paged(&tree, &query, page), &expected);
        }
    }

    #[test]
    fn names_are_in_the_order_of_their_bytes_though_folders_are_not() {
        let keys = ["a", "a-b", "a.txt", "a/b", "a0", "b/c"].map(str::to_owned);
        let (_folder, tree) = tree_of(&BTreeSet::from(keys.clone()));

        assert_eq!(listed(&tree, &Query::default()), keys);
    }

    #[test]
    fn a_page_reads_only_the_folders_it_needs() {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::bucket(folder.path().to_path_buf(), false);
        for key in ["a/1", "b/1", "c/1"] {
            std::fs::write(tree.place(key).unwrap(), "").unwrap();
        }
        let seen = |query: Query, names: usize| {
            let mut walk = Walk::new(&tree, query).unwrap();
            for _ in 0..names {
                walk.next().unwrap();
            }
            walk.folders_read
        };

        let rolled_up = Query {
            delimiter: "/".to_owned(),
            ..Query::default()
        };
        assert_eq!(seen(rolled_up, 4), 1);
        let later = Query {
            after: Some("b/1".to_owned()),
            ..Query::default()
        };
        assert_eq!(
            seen(later, 1),
            3,
            "the bucket, the folder of the marker, and c"
        );
        let below = Query {
            prefix: "c/".to_owned(),
            ..Query::default()
        };
        assert_eq!(seen(below, 2), 2);
    }

    #[test]
    fn twenty_thousand_keys_in_one_folder_are_paged_in_a_moment() {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::bucket(folder.path().to_path_buf(), false);
        for n in 0..20_000 {
            std::fs::File::create(folder.path().join(format!("{n:05}.txt"))).unwrap();
        }

        let begun = std::time::Instant::now();
        let names = paged(&tree, &Query::default(), 1000);
        let taken = begun.elapsed();

        assert_eq!(names.len(), 20_000);
        // A fraction of this on an idle machine; walking all for every key would take minutes.
        assert!(taken.as_secs() < 10, "took {taken:?}");
    }

    #[test]
    fn an_empty_folder_is_its_own_marker() {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::bucket(folder.path().to_path_buf(), false);
        std::fs::create_dir_all(folder.path().join("Week 2")).unwrap();

        assert_eq!(listed(&tree, &Query::default()), ["Week 2/"]);
    }
}
