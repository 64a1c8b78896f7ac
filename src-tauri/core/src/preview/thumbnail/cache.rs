//! Thumbnails on the disk, in the platform's folder for what may be made anew:
//! a folder a connection, a file a thumbnail, readable by this person only. What
//! was not looked at for longest goes when there is no more room. A file carries
//! its own checksum, so that a damaged one is as good as none.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::draw::{Picture, PictureFormat};
use crate::connection::ConnectionId;

/// The first bytes of each file; the number goes up when thumbnails come to look different.
const MAGIC: &[u8; 8] = b"LecThu1\n";
const HEAD: usize = MAGIC.len() + 32 + 1;

/// No thumbnail is larger.
const MOST_BYTES: u64 = 4 << 20;

pub(super) struct Cache {
    root: PathBuf,
    /// Bytes of all files together.
    limit: u64,
    index: Mutex<Option<Index>>,
}

/// A thumbnail's file: the connection's folder and a name made of what the
/// thumbnail shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    connection: String,
    name: String,
}

/// What is there, and in which order it was looked at.
#[derive(Default)]
struct Index {
    files: HashMap<Place, (u64, u64)>,
    by_use: BTreeMap<u64, Place>,
    uses: u64,
    bytes: u64,
}

impl Place {
    pub(super) fn of(connection: &ConnectionId, shows: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in shows {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self {
            connection: connection.0.clone(),
            name: hex(&hash.finalize()),
        }
    }
}

impl Cache {
    pub(super) fn new(root: PathBuf, limit: u64) -> Self {
        Self {
            root,
            limit,
            index: Mutex::default(),
        }
    }

    /// Reads from the disk: not for a thread that must not wait.
    pub(super) fn get(&self, place: &Place) -> Option<Picture> {
        let mut index = self.index();
        let index = index.as_mut()?;
        if !index.touch(place) {
            return None;
        }
        let path = self.path(place);
        let picture = read(&path);
        if picture.is_none() {
            index.remove(place);
            // Gone already, or to be written over.
            let _ = fs::remove_file(&path);
        } else if let Ok(file) = fs::File::options().append(true).open(&path) {
            // So that the order is the same after a restart; no harm where it is not.
            let _ = file.set_modified(SystemTime::now());
        }
        picture
    }

    /// Keeps it, if `wanted` still says so when nobody can remove the connection's
    /// folder in between. A cache that cannot be written is no cache, and no error.
    pub(super) fn put(&self, place: &Place, picture: &Picture, wanted: impl FnOnce() -> bool) {
        let mut index = self.index();
        let Some(index) = index.as_mut() else { return };
        if !wanted() {
            return;
        }
        match write(&self.path(place), picture) {
            Ok(bytes) => index.insert(place.clone(), bytes),
            Err(error) => {
                tracing::debug!(kind = ?error.kind(), "a thumbnail could not be kept");
                return;
            }
        }
        while index.bytes > self.limit {
            let Some(oldest) = index.oldest() else { break };
            index.remove(&oldest);
            let _ = fs::remove_file(self.path(&oldest));
        }
    }

    /// Nothing of this connection stays.
    pub(super) fn forget(&self, connection: &ConnectionId) {
        let mut index = self.index();
        if let Some(index) = index.as_mut() {
            index.forget(&connection.0);
        }
        if let Some(folder) = self.folder(&connection.0) {
            remove_folder(&folder);
        }
    }

    /// Nothing stays of any other connection than these: what was removed while
    /// nobody could write here.
    pub(super) fn keep_only(&self, connections: &[ConnectionId]) {
        let mut index = self.index();
        for name in names_in(&self.root) {
            if connections.iter().any(|known| known.0 == name) {
                continue;
            }
            if let Some(index) = index.as_mut() {
                index.forget(&name);
            }
            remove_folder(&self.root.join(name));
        }
    }

    fn index(&self) -> MutexGuard<'_, Option<Index>> {
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        if index.is_none() {
            *index = Some(Index::read(&self.root));
        }
        index
    }

    fn path(&self, place: &Place) -> PathBuf {
        self.root.join(&place.connection).join(&place.name)
    }

    /// An id is a name that we gave; whatever else would be no folder of ours.
    fn folder(&self, connection: &str) -> Option<PathBuf> {
        let plain = !connection.is_empty()
            && connection
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        plain.then(|| self.root.join(connection))
    }
}

impl Index {
    fn read(root: &Path) -> Self {
        let mut found: Vec<(SystemTime, Place, u64)> = Vec::new();
        for connection in names_in(root) {
            let folder = root.join(&connection);
            for name in names_in(&folder) {
                let Ok(about) = fs::symlink_metadata(folder.join(&name)) else {
                    continue;
                };
                if about.is_file() {
                    let used = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                    let connection = connection.clone();
                    found.push((used, Place { connection, name }, about.len()));
                }
            }
        }
        found.sort_by_key(|(used, ..)| *used);
        let mut index = Self::default();
        for (_, place, bytes) in found {
            index.insert(place, bytes);
        }
        index
    }

    fn insert(&mut self, place: Place, bytes: u64) {
        self.remove(&place);
        self.uses += 1;
        self.bytes += bytes;
        self.by_use.insert(self.uses, place.clone());
        self.files.insert(place, (bytes, self.uses));
    }

    fn remove(&mut self, place: &Place) {
        if let Some((bytes, used)) = self.files.remove(place) {
            self.bytes -= bytes;
            self.by_use.remove(&used);
        }
    }

    fn touch(&mut self, place: &Place) -> bool {
        let Some((bytes, _)) = self.files.get(place).copied() else {
            return false;
        };
        self.insert(place.clone(), bytes);
        true
    }

    fn oldest(&self) -> Option<Place> {
        self.by_use
            .first_key_value()
            .map(|(_, place)| place.clone())
    }

    fn forget(&mut self, connection: &str) {
        let gone: Vec<Place> = self
            .files
            .keys()
            .filter(|place| place.connection == connection)
            .cloned()
            .collect();
        for place in gone {
            self.remove(&place);
        }
    }
}

/// `None` where it is not there or not what was written.
fn read(path: &Path) -> Option<Picture> {
    if fs::metadata(path).ok()?.len() > MOST_BYTES {
        return None;
    }
    let file = fs::read(path).ok()?;
    let (head, bytes) = file.split_at_checked(HEAD)?;
    let rest = head.strip_prefix(MAGIC.as_slice())?;
    let (sum, format) = rest.split_at_checked(32)?;
    if Sha256::digest(bytes).as_slice() != sum {
        return None;
    }
    let format = match format {
        b"j" => PictureFormat::Jpeg,
        b"p" => PictureFormat::Png,
        _ => return None,
    };
    Some(Picture {
        format,
        bytes: bytes.to_vec(),
    })
}

/// Beside its place first, so that no half of a file is ever there; gives its bytes.
fn write(path: &Path, picture: &Picture) -> std::io::Result<u64> {
    let folder = path
        .parent()
        .ok_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidInput))?;
    make_private(folder)?;
    let format = match picture.format {
        PictureFormat::Jpeg => b"j",
        PictureFormat::Png => b"p",
    };
    // Made for its owner only.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(MAGIC)?;
    file.write_all(&Sha256::digest(&picture.bytes))?;
    file.write_all(format)?;
    file.write_all(&picture.bytes)?;
    file.persist(path)?;
    Ok((HEAD + picture.bytes.len()) as u64)
}

fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

fn remove_folder(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(kind = ?error.kind(), "kept thumbnails could not be removed");
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
        text
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn picture(bytes: usize) -> Picture {
        Picture {
            format: PictureFormat::Png,
            bytes: vec![7; bytes],
        }
    }

    fn connection(id: &str) -> ConnectionId {
        ConnectionId(id.to_owned())
    }

    fn place(name: &str) -> Place {
        Place::of(&connection("c-1"), &[name])
    }

    fn in_folder(folder: &tempfile::TempDir, limit: u64) -> Cache {
        Cache::new(folder.path().join("thumbnails"), limit)
    }

    #[test]
    fn what_was_kept_is_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        in_folder(&folder, 10_000).put(&place("a"), &picture(50), || true);

        assert_eq!(
            in_folder(&folder, 10_000).get(&place("a")),
            Some(picture(50))
        );
        assert_eq!(in_folder(&folder, 10_000).get(&place("b")), None);
    }

    #[test]
    fn what_was_not_looked_at_for_longest_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let cache = in_folder(&folder, 400);
        cache.put(&place("a"), &picture(100), || true);
        cache.put(&place("b"), &picture(100), || true);
        cache.get(&place("a"));

        cache.put(&place("c"), &picture(100), || true);

        let there = |name| cache.get(&place(name)).is_some();
        assert_eq!([there("a"), there("b"), there("c")], [true, false, true]);
        let files = names_in(&folder.path().join("thumbnails/c-1"));
        assert_eq!(files.len(), 2, "the disk agrees");
    }

    #[test]
    fn a_file_larger_than_the_limit_does_not_stay() {
        let folder = tempfile::tempdir().unwrap();
        let cache = in_folder(&folder, 100);

        cache.put(&place("a"), &picture(200), || true);

        assert_eq!(cache.get(&place("a")), None);
        assert!(names_in(&folder.path().join("thumbnails/c-1")).is_empty());
    }

    #[test]
    fn a_damaged_file_is_as_good_as_none_and_goes() {
        for spoil in [
            (|bytes: &mut Vec<u8>| bytes.truncate(60)) as fn(&mut Vec<u8>),
            |bytes| bytes.clear(),
            |bytes| bytes[0] ^= 1,
            |bytes| *bytes.last_mut().unwrap() ^= 1,
        ] {
            let folder = tempfile::tempdir().unwrap();
            let cache = in_folder(&folder, 10_000);
            cache.put(&place("a"), &picture(50), || true);
            let path = cache.path(&place("a"));
            let mut bytes = fs::read(&path).unwrap();
            spoil(&mut bytes);
            fs::write(&path, bytes).unwrap();

            assert_eq!(cache.get(&place("a")), None);
            assert!(!path.exists());
            cache.put(&place("a"), &picture(50), || true);
            assert_eq!(cache.get(&place("a")), Some(picture(50)));
        }
    }

    #[test]
    fn nothing_of_a_removed_connection_stays_or_comes() {
        let folder = tempfile::tempdir().unwrap();
        let cache = in_folder(&folder, 10_000);
        cache.put(&place("a"), &picture(50), || true);
        let other = Place::of(&connection("c-2"), &["a"]);
        cache.put(&other, &picture(50), || true);

        cache.forget(&connection("c-1"));
        cache.put(&place("b"), &picture(50), || false);

        assert!(!folder.path().join("thumbnails/c-1").exists());
        assert_eq!(cache.get(&place("a")), None);
        assert_eq!(cache.get(&other), Some(picture(50)));
    }

    #[test]
    fn what_another_run_left_of_unknown_connections_goes() {
        let folder = tempfile::tempdir().unwrap();
        in_folder(&folder, 10_000).put(&place("a"), &picture(50), || true);
        let cache = in_folder(&folder, 10_000);

        cache.keep_only(&[connection("c-2")]);

        assert_eq!(cache.get(&place("a")), None);
        assert!(!folder.path().join("thumbnails/c-1").exists());
    }

    #[test]
    fn an_odd_id_removes_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("precious"), "x").unwrap();
        let cache = in_folder(&folder, 10_000);

        for odd in ["", "..", ".", "../..", "a/b"] {
            cache.forget(&connection(odd));
        }

        assert!(folder.path().join("precious").exists());
    }

    #[test]
    fn another_state_of_a_file_has_another_place() {
        let of = |parts: &[&str]| Place::of(&connection("c-1"), parts);

        assert_ne!(of(&["key", "12"]), of(&["key", "13"]));
        assert_ne!(of(&["key1", "2"]), of(&["key", "12"]));
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_can_look_into_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let cache = in_folder(&folder, 10_000);
        cache.put(&place("a"), &picture(50), || true);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;

        let path = cache.path(&place("a"));
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(mode(&cache.root), 0o700);
    }
}
