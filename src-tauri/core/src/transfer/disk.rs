//! Local files, read and written at positions from many threads at once.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::checksum::{Seal, Sealing};
use crate::clock::UnixMillis;
use crate::error::{Code, Error, Result};
use crate::store::Checksum;

/// Bytes read at once: they are still in the processor's cache when they are summed.
const READ: usize = 256 << 10;

/// A local file as it was when it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Source {
    #[serde(with = "super::path_text")]
    pub(super) path: PathBuf,
    /// Bytes.
    pub(super) size: u64,
    pub(super) modified: Option<SystemTime>,
}

impl Source {
    /// The file as it is now. Blocks.
    ///
    /// # Errors
    /// `SourceVanished`, or `LocalFile` when it cannot be looked at.
    pub(super) fn look(path: &Path) -> Result<Self> {
        let metadata = std::fs::metadata(path).map_err(|error| source_error(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            size: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }

    /// Opens it, still as it was. Blocks.
    ///
    /// # Errors
    /// `SourceVanished`, `LocalFile`, or `Changed`.
    pub(super) fn open(&self) -> Result<File> {
        let file = File::open(&self.path).map_err(|error| source_error(&self.path, &error))?;
        self.check()?;
        Ok(file)
    }

    /// Whether it is still as it was, by size and time. Blocks.
    ///
    /// # Errors
    /// `SourceVanished`, `LocalFile`, or `Changed`.
    pub(super) fn check(&self) -> Result<()> {
        if Self::look(&self.path)? == *self {
            return Ok(());
        }
        Err(self.changed())
    }

    /// Reads as many bytes as there is room for, at a position, and seals them
    /// piece by piece while they are near at hand. Blocks.
    ///
    /// # Errors
    /// As above; a file that has become shorter is `Changed`.
    pub(super) fn read_sealed(
        &self,
        file: &File,
        at: u64,
        bytes: &mut [u8],
        checksum: Checksum,
    ) -> Result<Seal> {
        let mut sealing = Sealing::begin(checksum);
        self.read_pieces(file, at, bytes, |piece| sealing.update(piece))?;
        Ok(sealing.end())
    }

    /// Reads `length` bytes at a position. Blocks.
    ///
    /// # Errors
    /// As above.
    pub(super) fn read(&self, file: &File, at: u64, length: usize) -> Result<Bytes> {
        let mut bytes = vec![0; length];
        self.read_pieces(file, at, &mut bytes, |_| {})?;
        Ok(bytes.into())
    }

    fn read_pieces(
        &self,
        file: &File,
        at: u64,
        bytes: &mut [u8],
        mut take: impl FnMut(&[u8]),
    ) -> Result<()> {
        let mut done = 0;
        while done < bytes.len() {
            let end = bytes.len().min(done + READ);
            match read_at(file, &mut bytes[done..end], at + done as u64) {
                Ok(0) => return Err(self.changed()),
                Ok(n) => {
                    take(&bytes[done..done + n]);
                    done += n;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(source_error(&self.path, &error)),
            }
        }
        Ok(())
    }

    pub(super) fn modified_ms(&self) -> Option<UnixMillis> {
        self.modified.map(millis)
    }

    pub(super) fn changed(&self) -> Error {
        Error::new(
            Code::Changed,
            "The file was changed while it was being added. Nothing was stored.",
        )
        .about(file_name(&self.path))
        .next("Save and close it, then try again.")
    }
}

/// Runs blocking work on the threads that are there for it.
///
/// # Errors
/// Those of the work; `Internal` when it panics.
pub(super) async fn blocking<T, F>(work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T> + Send + 'static,
{
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::internal(error.to_string()))?
}

pub(super) fn millis(time: SystemTime) -> UnixMillis {
    let since = time.duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

pub(super) fn write_all_at(file: &File, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match write_at(file, bytes, at) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(n) => {
                bytes = &bytes[n..];
                at += n as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

pub(super) fn read_all_at(file: &File, mut bytes: &mut [u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match read_at(file, bytes, at) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(n) => {
                bytes = &mut bytes[n..];
                at += n as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Takes the space on the disk, so that a full one shows before anything is
/// fetched. Where the file system cannot, only the length is set.
pub(super) fn reserve(file: &File, size: u64) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if size > 0 {
        use rustix::fs::{FallocateFlags, fallocate};
        use rustix::io::Errno;
        if is_in_memory(file) {
            return reserve_in_memory(file, size);
        }
        match fallocate(file, FallocateFlags::empty(), 0, size) {
            Ok(()) => return Ok(()),
            Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => {}
            Err(error) => return Err(error.into()),
        }
    }
    file.set_len(size)
}

/// Whether reserving means filling with zeros at once, page by page: that costs
/// as much as writing the file. Source of the number: Linux, `linux/magic.h`.
#[cfg(target_os = "linux")]
fn is_in_memory(file: &File) -> bool {
    const TMPFS: i64 = 0x0102_1994;
    #[allow(clippy::useless_conversion, reason = "narrower on other processors")]
    rustix::fs::fstatfs(file).is_ok_and(|fs| i64::from(fs.f_type) == TMPFS)
}

#[cfg(target_os = "linux")]
fn reserve_in_memory(file: &File, size: u64) -> io::Result<()> {
    let fs = rustix::fs::fstatfs(file)?;
    let block = u64::try_from(fs.f_bsize).unwrap_or(0);
    // A file system without a bound has no blocks at all.
    if fs.f_blocks > 0 && fs.f_bavail.saturating_mul(block) < size {
        return Err(ErrorKind::StorageFull.into());
    }
    file.set_len(size)
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, at)
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::write_at(file, bytes, at)
}

#[cfg(windows)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_write(file, bytes, at)
}

pub(super) fn source_error(path: &Path, error: &io::Error) -> Error {
    let name = file_name(path);
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Error::new(
            Code::SourceVanished,
            "The file is not where it was any more.",
        )
        .next("Put it back, or add it from where it is now."),
        _ => Error::new(Code::LocalFile, "The file cannot be read.")
            .next("Check that you may open it and that no other program holds it."),
    }
    .about(name)
    .detail(error.to_string())
}

pub(super) fn target_error(path: &Path, error: &io::Error) -> Error {
    let name = file_name(path);
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::new(
            Code::DiskFull,
            "There is not enough space on the disk. Nothing of the file was kept.",
        )
        .next("Free some space, or choose a folder on another disk."),
        ErrorKind::FileTooLarge => Error::new(
            Code::DiskFull,
            "The file is larger than this disk allows. Nothing of it was kept.",
        )
        .next("Choose a folder on another disk."),
        ErrorKind::AlreadyExists => Error::new(
            Code::AlreadyExists,
            "There is a file of this name in the folder already.",
        )
        .next("Download it again and choose what to do with the one that is there."),
        _ => Error::new(Code::LocalFile, "The file cannot be written.")
            .next("Check that the folder is still there and that you may write to it."),
    }
    .about(name)
    .detail(error.to_string())
}

pub(super) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_file_that_grew_is_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"one").unwrap();
        let source = Source::look(&path).unwrap();
        assert!(source.check().is_ok());

        std::fs::write(&path, b"three").unwrap();

        assert_eq!(source.check().unwrap_err().code, Code::Changed);
        assert_eq!(source.open().unwrap_err().code, Code::Changed);
    }

    #[test]
    fn a_file_that_shrank_under_way_is_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"three").unwrap();
        let source = Source::look(&path).unwrap();
        let file = source.open().unwrap();
        std::fs::write(&path, b"one").unwrap();

        let error = source
            .read_sealed(&file, 0, &mut [0; 5], Checksum::Crc32)
            .unwrap_err();

        assert_eq!(error.code, Code::Changed);
    }

    #[test]
    fn a_file_that_went_is_vanished() {
        let error = Source::look(Path::new("/no/such/file")).unwrap_err();

        assert_eq!(error.code, Code::SourceVanished);
        assert_eq!(error.subject.as_deref(), Some("file"));
    }

    #[test]
    fn more_than_the_disk_has_is_not_reserved() {
        let file = tempfile::tempfile().unwrap();
        assert!(reserve(&file, 1 << 20).is_ok());
        assert_eq!(file.metadata().unwrap().len(), 1 << 20);
        assert!(reserve(&file, 1 << 60).is_err());

        let Ok(in_memory) = tempfile::tempfile_in("/dev/shm") else {
            return;
        };
        assert!(reserve(&in_memory, 1 << 20).is_ok());
        let error = reserve(&in_memory, 1 << 60).unwrap_err();
        assert_eq!(target_error(Path::new("x"), &error).code, Code::DiskFull);
    }

    #[test]
    fn what_was_written_at_positions_is_read_there() {
        let file = tempfile::tempfile().unwrap();
        write_all_at(&file, b"world", 6).unwrap();
        write_all_at(&file, b"hello ", 0).unwrap();
        let source = Source {
            path: "x".into(),
            size: 11,
            modified: None,
        };

        let mut read = [0; 11];
        let seal = source
            .read_sealed(&file, 0, &mut read, Checksum::Crc64Nvme)
            .unwrap();
        assert_eq!(&read, b"hello world");
        assert_eq!(seal, Seal::of(Checksum::Crc64Nvme, b"hello world"));
    }
}
