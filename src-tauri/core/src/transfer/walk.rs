//! What a person chose on this computer, as files with the names they will
//! have: whole folders walked, litter and what is no file left out and told.
//! Symbolic links are not followed, so that nothing outside the chosen folders
//! is sent and no walk goes in circles.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::disk::Source;
use super::model::{SkipReason, Skipped};
use crate::name;

/// What was found below the chosen paths.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) files: Vec<(String, Source)>,
    /// Names of folders with nothing in them, without a `/` at the end.
    pub(super) empty_folders: Vec<String>,
    pub(super) skipped: Vec<Skipped>,
}

/// Looks at everything below the paths. Names are NFC, relative to what the
/// chosen path lies in, with `/` between. Blocks.
pub(super) fn walk(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    let mut seen = HashSet::new();
    for path in paths {
        if seen.insert(path) {
            found.below(path);
        }
    }
    found
}

/// Looks at everything below a folder; names are relative to the folder itself.
/// Blocks.
pub(super) fn walk_inside(folder: &Path) -> Found {
    let mut found = Found::default();
    // The folder itself is nothing to be made.
    let open = vec![(String::new(), true)];
    let entries = WalkDir::new(folder).min_depth(1);
    found.take_all(entries, folder, "", open);
    found
}

impl Found {
    fn below(&mut self, root: &Path) {
        // A path such as `..` or `/` has no name of its own.
        let Some(base) = chosen_name(root) else {
            self.skip(root.to_string_lossy().into_owned(), SkipReason::Name);
            return;
        };
        let entries = WalkDir::new(root).follow_root_links(false);
        self.take_all(entries, root, &base, Vec::new());
    }

    /// `open` are the folders that the walk is in, and whether there is anything
    /// in them.
    fn take_all(
        &mut self,
        entries: WalkDir,
        root: &Path,
        base: &str,
        mut open: Vec<(String, bool)>,
    ) {
        let mut entries = entries.follow_links(false).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(root);
                    self.leave(&mut open, error.depth());
                    self.skip(shown(base, root, path), SkipReason::Unreadable);
                    continue;
                }
            };
            self.leave(&mut open, entry.depth());
            let goes_below = self.take(&entry, root, base, &mut open);
            if entry.file_type().is_dir() && !goes_below {
                entries.skip_current_dir();
            }
        }
        self.leave(&mut open, 0);
    }

    /// Whether to go on with what is in it.
    fn take(
        &mut self,
        entry: &DirEntry,
        root: &Path,
        base: &str,
        open: &mut Vec<(String, bool)>,
    ) -> bool {
        let shown = shown(base, root, entry.path());
        let own = entry.file_name();
        let own = if entry.depth() == 0 {
            Some(base.to_owned())
        } else {
            own.to_str().map(str::to_owned)
        };
        let Some(own) = own.and_then(|own| name::check(&own).ok()) else {
            self.skip(shown, SkipReason::Name);
            return false;
        };
        if name::is_junk(&own) {
            self.skip(shown, SkipReason::Junk);
            return false;
        }
        let full = match open.last() {
            Some((folder, _)) if !folder.is_empty() => format!("{folder}/{own}"),
            _ => own,
        };
        let kind = entry.file_type();
        if kind.is_dir() {
            mark(open);
            open.push((full, false));
            return true;
        }
        if !kind.is_file() {
            self.skip(shown, SkipReason::NotAFile);
            return false;
        }
        let Some(source) = readable(entry.path()) else {
            self.skip(shown, SkipReason::Unreadable);
            return false;
        };
        mark(open);
        self.files.push((full, source));
        false
    }

    /// Closes the folders that the walk has left.
    fn leave(&mut self, open: &mut Vec<(String, bool)>, depth: usize) {
        while open.len() > depth {
            if let Some((name, false)) = open.pop() {
                self.empty_folders.push(name);
            }
        }
    }

    fn skip(&mut self, name: String, why: SkipReason) {
        self.skipped.push(Skipped { name, why });
    }
}

/// The innermost open folder has something in it.
fn mark(open: &mut [(String, bool)]) {
    if let Some((_, has_something)) = open.last_mut() {
        *has_something = true;
    }
}

/// The name of what was chosen, spelled in lossy Unicode where it has to be, so
/// that the check below refuses it.
fn chosen_name(root: &Path) -> Option<String> {
    let name = root
        .file_name()
        .map(|name| name.to_str().map(str::to_owned));
    match name {
        Some(name) => name,
        // `.`, `..` and the like: ask the disk what it is called.
        None => {
            let full = std::fs::canonicalize(root).ok()?;
            full.file_name()?.to_str().map(str::to_owned)
        }
    }
}

fn shown(base: &str, root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let mut name = name::nfc(base);
    for step in below.components() {
        if !name.is_empty() {
            name.push('/');
        }
        name.push_str(&name::nfc(&step.as_os_str().to_string_lossy()));
    }
    name
}

/// Opened once, so that a file that cannot be read shows in the plan.
fn readable(path: &Path) -> Option<Source> {
    std::fs::File::open(path).ok()?;
    Source::look(path).ok()
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
