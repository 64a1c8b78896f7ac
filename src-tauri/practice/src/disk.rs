//! One tree of files whose names are keys: a bucket's folder, or the records
//! beside it. Finds the file of a key, makes room for a new one, reads a folder.
//!
//! Symbolic links are never followed and never served: every folder on the way
//! and the file itself are looked at before they are used. Everything here blocks.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::key_path::{self, DiskName, FOLDER_FILE, Spelling};

/// A tree of files, rooted at a folder that exists.
#[derive(Debug, Clone)]
pub struct Tree {
    root: PathBuf,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// What people see: names as they are wherever that can be.
    Bucket {
        /// The disk takes names that differ only in case, or in how an accent is
        /// composed, for the same.
        folds: bool,
    },
    /// What only this crate reads: one fixed path a key, whatever the disk folds.
    Records,
}

/// A file that holds an object, or the empty folder that stands for a marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    pub stamp: Stamp,
    /// There is no file: an empty folder is there, which counts as the object `…/`.
    pub implied: bool,
}

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Last modification in nanoseconds since 1970 (UTC).
    pub modified: i64,
}

impl Stamp {
    pub fn of(metadata: &Metadata) -> io::Result<Self> {
        Ok(Self {
            size: metadata.len(),
            modified: nanos(metadata.modified()?),
        })
    }
}

/// Nanoseconds since 1970, negative before.
pub fn nanos(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |n| -n),
    }
}

/// One entry of a folder that stands for keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The segment, with `/` appended for a folder: sorting by it is S3's order.
    pub sort: String,
    /// Which of several files with the same segment is the object: the lowest.
    pub rank: u8,
    /// Path below the folder that was read.
    pub name: PathBuf,
}

impl Entry {
    pub fn is_folder(&self) -> bool {
        self.sort.ends_with('/')
    }
}

impl Tree {
    pub fn bucket(root: PathBuf, folds: bool) -> Self {
        let kind = Kind::Bucket { folds };
        Self { root, kind }
    }

    pub fn records(root: PathBuf) -> Self {
        let kind = Kind::Records;
        Self { root, kind }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The one path of `key` in a tree of records.
    pub fn fixed_path(&self, key: &str) -> PathBuf {
        let (folders, leaf) = key_path::split(key);
        let mut path = self.root.clone();
        for segment in folders {
            path.extend(key_path::folder_names(segment, Spelling::Escaped));
        }
        path.extend(key_path::leaf_names(leaf, Spelling::Escaped).beside);
        path
    }

    /// The file of `key`, if there is one.
    pub fn find(&self, key: &str) -> io::Result<Option<Found>> {
        let (folders, leaf) = key_path::split(key);
        let mut dir = self.root.clone();
        for segment in folders {
            match self.find_folder(&dir, segment)? {
                Some(next) => dir = next,
                None => return Ok(None),
            }
        }
        for names in self.leaf_candidates(leaf) {
            if let Some(found) = self.regular_file(&dir, &names)? {
                return Ok(Some(found));
            }
        }
        let implied = leaf.is_empty()
            && self.kind != Kind::Records
            && dir != self.root
            && self.is_bare(&dir)?;
        if !implied {
            return Ok(None);
        }
        let modified = Stamp::of(&fs::symlink_metadata(&dir)?)?.modified;
        Ok(Some(Found {
            path: dir,
            stamp: Stamp { size: 0, modified },
            implied: true,
        }))
    }

    /// Where a new file of `key` goes: makes its folders and moves what is in the way.
    pub fn place(&self, key: &str) -> io::Result<PathBuf> {
        if let Some(found) = self.find(key)?.filter(|found| !found.implied) {
            return Ok(found.path);
        }
        let (folders, leaf) = key_path::split(key);
        let mut dir = self.root.clone();
        for segment in folders {
            dir = match self.find_folder(&dir, segment)? {
                Some(found) => found,
                None => self.make_folder(&dir, segment)?,
            };
        }
        let names = key_path::leaf_names(leaf, Spelling::Plain);
        let escaped = key_path::leaf_names(leaf, Spelling::Escaped);
        let choices = match self.kind {
            Kind::Records => vec![escaped.beside],
            Kind::Bucket { folds: false } => vec![names.plain, names.beside],
            Kind::Bucket { folds: true } => {
                vec![names.plain, names.beside, escaped.plain, escaped.beside]
            }
        };
        for choice in choices {
            if let Some(path) = self.free_place(&dir, &choice)? {
                return Ok(path);
            }
        }
        Err(in_the_way())
    }

    /// Removes the folders above `path` which nothing is left in, up to the root.
    pub fn prune(&self, path: &Path) {
        let mut dir = path.parent();
        while let Some(folder) =
            dir.filter(|folder| *folder != self.root && folder.starts_with(&self.root))
        {
            if fs::remove_dir(folder).is_err() {
                return;
            }
            dir = folder.parent();
        }
    }

    /// The entries of a folder that stand for keys, in no order.
    pub fn read(&self, dir: &Path) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        self.read_into(dir, &mut Vec::new(), Path::new(""), &mut entries)?;
        if entries.is_empty() && dir != self.root && self.kind != Kind::Records {
            entries.push(Entry {
                sort: String::new(),
                rank: 0,
                name: PathBuf::from(FOLDER_FILE),
            });
        }
        Ok(entries)
    }

    fn read_into(
        &self,
        dir: &Path,
        chunks: &mut Vec<String>,
        below: &Path,
        out: &mut Vec<Entry>,
    ) -> io::Result<()> {
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let raw = entry.file_name();
            let Some(name) = raw.to_str() else { continue };
            if kind.is_dir() {
                match key_path::read_folder(name) {
                    Some(DiskName::More(chunk)) => {
                        chunks.push(chunk);
                        self.read_into(&entry.path(), chunks, &beneath(below, name), out)?;
                        chunks.pop();
                        continue;
                    }
                    Some(DiskName::Segment(segment)) if chunks.is_empty() => {
                        let rank = if key_path::literal_name(name).is_some() {
                            2
                        } else {
                            0
                        };
                        out.push(folder_entry(segment, rank, beneath(below, name)));
                    }
                    Some(DiskName::Segment(_)) | None => {
                        if let Some(segment) = read_long(chunks, name) {
                            out.push(folder_entry(segment, 0, beneath(below, name)));
                        }
                    }
                }
            } else if kind.is_file() {
                let read = if chunks.is_empty() {
                    key_path::read_file(name)
                } else {
                    let (chunk, beside) = key_path::bare_file_chunk(name);
                    read_long(chunks, chunk).map(|segment| (segment, u8::from(beside)))
                };
                if let Some((sort, rank)) = read {
                    let name = beneath(below, name);
                    out.push(Entry { sort, rank, name });
                }
            }
        }
        Ok(())
    }

    /// Whether a folder holds nothing that stands for a key.
    fn is_bare(&self, dir: &Path) -> io::Result<bool> {
        let mut entries = Vec::new();
        self.read_into(dir, &mut Vec::new(), Path::new(""), &mut entries)?;
        Ok(entries.is_empty())
    }

    fn find_folder(&self, dir: &Path, segment: &str) -> io::Result<Option<PathBuf>> {
        for names in self.folder_candidates(segment) {
            let mut path = dir.to_path_buf();
            let mut there = true;
            for name in &names {
                path.push(name);
                there = there
                    && look(&path)?.is_some_and(|metadata| metadata.is_dir())
                    && self.is_spelled(&path)?;
            }
            if there {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    fn folder_candidates(&self, segment: &str) -> Vec<Vec<String>> {
        let plain = || key_path::folder_names(segment, Spelling::Plain);
        let escaped = || key_path::folder_names(segment, Spelling::Escaped);
        let literal = || key_path::literal_name(segment).map(|name| vec![name.to_owned()]);
        match self.kind {
            Kind::Records => vec![escaped()],
            Kind::Bucket { folds } => {
                let mut names = vec![plain()];
                names.extend(literal());
                names.extend(folds.then(escaped));
                names
            }
        }
    }

    fn leaf_candidates(&self, leaf: &str) -> Vec<Vec<String>> {
        let escaped = || key_path::leaf_names(leaf, Spelling::Escaped);
        match self.kind {
            Kind::Records => vec![escaped().beside],
            Kind::Bucket { folds } => {
                let names = key_path::leaf_names(leaf, Spelling::Plain);
                let mut all = vec![names.plain, names.beside];
                all.extend(names.literal.map(|name| vec![name]));
                if folds {
                    all.extend([escaped().plain, escaped().beside]);
                }
                all
            }
        }
    }

    fn regular_file(&self, dir: &Path, names: &[String]) -> io::Result<Option<Found>> {
        let Some((file, folders)) = names.split_last() else {
            return Ok(None);
        };
        let mut path = dir.to_path_buf();
        for name in folders {
            path.push(name);
            if !look(&path)?.is_some_and(|metadata| metadata.is_dir()) {
                return Ok(None);
            }
        }
        path.push(file);
        let Some(metadata) = look(&path)?.filter(Metadata::is_file) else {
            return Ok(None);
        };
        if !self.is_spelled(&path)? {
            return Ok(None);
        }
        let stamp = Stamp::of(&metadata)?;
        let implied = false;
        Ok(Some(Found {
            path,
            stamp,
            implied,
        }))
    }

    fn make_folder(&self, dir: &Path, segment: &str) -> io::Result<PathBuf> {
        for names in self.folder_candidates(segment) {
            if let Some(path) = self.try_make_folder(dir, &names)? {
                return Ok(path);
            }
        }
        Err(in_the_way())
    }

    fn try_make_folder(&self, dir: &Path, names: &[String]) -> io::Result<Option<PathBuf>> {
        let mut path = dir.to_path_buf();
        for name in names {
            path.push(name);
            match look(&path)? {
                None => fs::create_dir(&path)?,
                Some(there) if there.is_dir() && self.is_spelled(&path)? => {}
                Some(there) if there.is_file() && self.is_spelled(&path)? => {
                    // An object has the name that this folder needs: it steps aside.
                    let aside = path.with_file_name(format!("{name}%file"));
                    if look(&aside)?.is_some() {
                        return Err(in_the_way());
                    }
                    fs::rename(&path, &aside)?;
                    fs::create_dir(&path)?;
                }
                Some(_) => return Ok(None),
            }
        }
        Ok(Some(path))
    }

    fn free_place(&self, dir: &Path, names: &[String]) -> io::Result<Option<PathBuf>> {
        let Some((file, folders)) = names.split_last() else {
            return Ok(None);
        };
        let dir = match folders {
            [] => dir.to_path_buf(),
            _ => match self.try_make_folder(dir, folders)? {
                Some(dir) => dir,
                None => return Ok(None),
            },
        };
        let path = dir.join(file);
        Ok(look(&path)?.is_none().then_some(path))
    }

    /// Whether the entry at `path` really has that name. On a disk that folds
    /// names, looking for `readme` finds `README`, which is another key.
    fn is_spelled(&self, path: &Path) -> io::Result<bool> {
        if !matches!(self.kind, Kind::Bucket { folds: true }) {
            return Ok(true);
        }
        let real = fs::canonicalize(path)?;
        Ok(real.file_name() == path.file_name())
    }
}

fn beneath(below: &Path, name: &str) -> PathBuf {
    match below.as_os_str().is_empty() {
        true => PathBuf::from(name),
        false => below.join(name),
    }
}

fn folder_entry(segment: String, rank: u8, name: PathBuf) -> Entry {
    let mut sort = segment;
    sort.push('/');
    Entry { sort, rank, name }
}

fn read_long(chunks: &[String], last: &str) -> Option<String> {
    if chunks.is_empty() {
        return None;
    }
    let mut parts = chunks.to_vec();
    parts.push(last.to_owned());
    key_path::read_chunks(&parts)
}

fn in_the_way() -> io::Error {
    io::Error::new(
        io::ErrorKind::PermissionDenied,
        "a symbolic link or another file is where this key belongs",
    )
}

/// What is at `path`, without following a link; nothing where there is nothing.
pub fn look(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(e) => Err(e),
    }
}

/// Opens a regular file for reading, and says which state of it was opened.
/// `None` where it is gone or is no regular file.
pub fn open(path: &Path) -> io::Result<Option<(File, Stamp)>> {
    let Some(seen) = look(path)?.filter(Metadata::is_file) else {
        return Ok(None);
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e),
    };
    let opened = file.metadata()?;
    if !opened.is_file() || (is_elsewhere(&seen, &opened) && is_link(path)?) {
        return Ok(None);
    }
    let stamp = Stamp::of(&opened)?;
    Ok(Some((file, stamp)))
}

fn is_link(path: &Path) -> io::Result<bool> {
    Ok(look(path)?.is_some_and(|metadata| metadata.is_symlink()))
}

#[cfg(unix)]
fn is_elsewhere(seen: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (seen.dev(), seen.ino()) != (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn is_elsewhere(_seen: &Metadata, _opened: &Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn put(tree: &Tree, key: &str) -> PathBuf {
        let path = tree.place(key).unwrap();
        fs::write(&path, key).unwrap();
        path
    }

    fn keys(tree: &Tree) -> Vec<String> {
        let mut entries = tree.read(tree.root()).unwrap();
        entries.sort();
        entries.into_iter().map(|entry| entry.sort).collect()
    }

    #[test]
    fn a_name_in_its_escaped_spelling_is_found_on_a_disk_that_folds_names() {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::bucket(folder.path().to_path_buf(), true);
        // Where such a disk has README already, readme is what place() cannot have.
        fs::write(folder.path().join("%52%45%41%44%4D%45"), "README").unwrap();
        put(&tree, "readme");

        let found = tree.find("README").unwrap().unwrap();
        assert_eq!(fs::read_to_string(found.path).unwrap(), "README");
        assert_eq!(keys(&tree), ["README", "readme"]);
    }

    #[test]
    fn an_object_steps_aside_for_a_folder_of_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::bucket(folder.path().to_path_buf(), false);
        put(&tree, "a");
        put(&tree, "a/b");

        assert_eq!(
            tree.find("a").unwrap().unwrap().path,
            folder.path().join("a%file")
        );
        assert_eq!(keys(&tree), ["a", "a/"]);
    }

    #[test]
    fn every_key_has_one_path_among_the_records() {
        let tree = Tree::records(PathBuf::from("records"));
        let path = |key: &str| tree.fixed_path(key).to_str().unwrap().replace('\\', "/");

        assert_eq!(path("Week 1/a.md"), "records/%57eek 1/a.md%file");
        assert_eq!(path("../x"), "records/.%2E/x%file");
        assert_eq!(path("a/"), "records/a/.lectern-folder");
    }

    #[test]
    fn times_before_1970_are_told_apart_too() {
        let before = UNIX_EPOCH - std::time::Duration::from_nanos(7);
        assert_eq!(nanos(before), -7);
    }
}
