//! Deleting local files that are extra after a sync: files only, inside the
//! folder, through no link, and only those that are still as they were seen.

use std::path::{Path, PathBuf};

use super::disk::{Source, file_name};
use super::sync::Removed;
use crate::error::{Code, Error, Result};
use crate::job::ItemFailure;

/// Blocks.
pub(super) fn remove(root: &Path, files: &[Source]) -> Removed {
    let mut removed = Removed::default();
    for source in files {
        match remove_one(root, source) {
            Ok(()) => removed.files = removed.files.saturating_add(1),
            Err(error) => {
                let name = source.path.strip_prefix(root).unwrap_or(&source.path);
                removed.failures.push(ItemFailure {
                    name: name.to_string_lossy().into_owned(),
                    error,
                });
            }
        }
    }
    removed
}

fn remove_one(root: &Path, source: &Source) -> Result<()> {
    let path = &source.path;
    let Ok(below) = path.strip_prefix(root) else {
        return Err(Error::internal("a file to delete is not in the folder"));
    };
    let mut folder = PathBuf::from(root);
    for step in below.parent().iter().flat_map(|parent| parent.components()) {
        folder.push(step);
        let there = std::fs::symlink_metadata(&folder);
        if !there.is_ok_and(|there| there.is_dir()) {
            return Err(changed(path));
        }
    }
    let there = std::fs::symlink_metadata(path).map_err(|error| cannot(path, &error))?;
    let is_as_it_was =
        there.is_file() && there.len() == source.size && there.modified().ok() == source.modified;
    if !is_as_it_was {
        return Err(changed(path));
    }
    std::fs::remove_file(path).map_err(|error| cannot(path, &error))
}

fn changed(path: &Path) -> Error {
    Error::new(
        Code::Changed,
        "The file that was to be deleted has changed since it was looked at. It was left as it is.",
    )
    .about(file_name(path))
    .next("Look at it, then compare again.")
}

fn cannot(path: &Path, error: &std::io::Error) -> Error {
    Error::new(Code::LocalFile, "The file cannot be deleted.")
        .about(file_name(path))
        .next("Check that you may write to its folder and that no other program holds it.")
        .detail(error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn seen(path: &Path) -> Source {
        Source::look(path).unwrap()
    }

    #[test]
    fn a_file_that_changed_since_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&a, "a").unwrap();
        std::fs::write(&b, "b").unwrap();
        let files = [seen(&a), seen(&b)];
        std::fs::write(&b, "somebody's").unwrap();

        let removed = remove(folder.path(), &files);

        assert_eq!(removed.files, 1);
        assert_eq!(removed.failures[0].name, "b");
        assert_eq!(removed.failures[0].error.code, Code::Changed);
        assert!(!a.exists() && b.exists());
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_deleted_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (root, other) = (folder.path().join("root"), folder.path().join("other"));
        std::fs::create_dir_all(root.join("sub")).unwrap();
        std::fs::create_dir(&other).unwrap();
        for path in [root.join("sub/a"), root.join("b"), other.join("a")] {
            std::fs::write(path, "x").unwrap();
        }
        let files = [seen(&root.join("sub/a")), seen(&root.join("b"))];
        // Swapped since it was looked at.
        std::fs::rename(root.join("sub"), folder.path().join("moved")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("moved"), root.join("sub")).unwrap();
        std::fs::rename(root.join("b"), other.join("b")).unwrap();
        std::os::unix::fs::symlink(other.join("b"), root.join("b")).unwrap();

        let removed = remove(&root, &files);

        assert_eq!((removed.files, removed.failures.len()), (0, 2));
        assert!(folder.path().join("moved/a").exists());
        assert!(other.join("b").exists());
    }
}
