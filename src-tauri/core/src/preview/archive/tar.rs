//! A tar archive: headers one behind the other, each followed by its file.
//! Files are stepped over, so that a large archive costs a read a window of
//! headers. Source: POSIX.1-2017, "pax", and the GNU tar manual, "Basic Tar Format".

use tar::{EntryType, Header, PaxExtensions};

use super::{Entries, Source};
use crate::error::Result;
use crate::preview::{ArchiveEntry, ArchiveListing};

pub(super) const BLOCK: usize = 512;

/// Small files lie side by side: one read serves many headers.
const WINDOW: u64 = 256 * 1024;

/// Reads of one listing: an archive of films takes one each.
const MOST_READS: usize = 200;

/// Long names and other attributes stand in blocks of their own before the header.
const LONGEST_ATTRIBUTES: u64 = 64 * 1024;

pub(super) async fn list(source: &Source<'_>) -> Result<ArchiveListing> {
    let mut walk = Walk::default();
    let mut at = 0;
    for _ in 0..MOST_READS {
        if at >= source.size() {
            break;
        }
        let window = source.read(at, WINDOW).await?;
        let taken = walk.take(&window);
        if walk.ended() || taken == 0 {
            break;
        }
        at += taken;
    }
    Ok(walk.listing(at < source.size()))
}

/// Reads headers from windows of bytes that follow each other.
#[derive(Default)]
pub(super) struct Walk {
    entries: Entries,
    /// What the next header is told by the blocks before it.
    path: Option<String>,
    size: Option<u64>,
    end: Option<End>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// A block of zeros, as it should be.
    Regular,
    Damaged,
}

impl Walk {
    /// Takes the headers that lie in `window` as a whole and says how many bytes
    /// on the next one is, which may be beyond the window. Nothing taken: the
    /// window ends within a header.
    pub(super) fn take(&mut self, window: &[u8]) -> u64 {
        let mut at = 0_u64;
        while !self.ended() {
            let Some(rest) = usize::try_from(at).ok().and_then(|at| window.get(at..)) else {
                break;
            };
            let Some(block) = rest.first_chunk::<BLOCK>() else {
                break;
            };
            match self.header(block, &rest[BLOCK..]) {
                Some(length) => at = at.saturating_add(length),
                None => break,
            }
        }
        at
    }

    /// One header: how many bytes it takes with what belongs to it; `None` when
    /// the window does not hold all that is needed, or the archive ends.
    fn header(&mut self, block: &[u8; BLOCK], behind: &[u8]) -> Option<u64> {
        if block.iter().all(|&byte| byte == 0) {
            self.end = Some(End::Regular);
            return None;
        }
        let header = Header::from_byte_slice(block);
        let size = header.entry_size().ok().filter(|_| is_sound(block, header));
        let Some(size) = size else {
            self.end = Some(End::Damaged);
            return None;
        };
        let kind = header.entry_type();
        let is_attribute = kind.is_gnu_longname()
            || kind.is_gnu_longlink()
            || kind.is_pax_local_extensions()
            || kind.is_pax_global_extensions();
        if is_attribute {
            return self.attribute(kind, size, behind);
        }
        let path = self.path.take();
        let size = self.size.take().unwrap_or(size);
        let path =
            path.unwrap_or_else(|| String::from_utf8_lossy(&header.path_bytes()).into_owned());
        self.entries.add(ArchiveEntry {
            is_folder: kind.is_dir() || path.ends_with('/'),
            path,
            size,
            packed: None,
            encrypted: false,
        });
        Some(padded(size).saturating_add(BLOCK as u64))
    }

    fn attribute(&mut self, kind: EntryType, size: u64, behind: &[u8]) -> Option<u64> {
        if size > LONGEST_ATTRIBUTES {
            self.end = Some(End::Damaged);
            return None;
        }
        let value = behind.get(..usize::try_from(size).ok()?)?;
        if kind.is_gnu_longname() {
            let name = value.split(|&byte| byte == 0).next().unwrap_or_default();
            self.path = Some(String::from_utf8_lossy(name).into_owned());
        } else if kind.is_pax_local_extensions() {
            for extension in PaxExtensions::new(value).flatten() {
                match extension.key() {
                    Ok("path") => {
                        self.path =
                            Some(String::from_utf8_lossy(extension.value_bytes()).into_owned());
                    }
                    Ok("size") => self.size = extension.value().ok().and_then(|n| n.parse().ok()),
                    _ => {}
                }
            }
        }
        Some(padded(size) + BLOCK as u64)
    }

    pub(super) fn ended(&self) -> bool {
        self.end.is_some() || self.entries.full
    }

    /// `cut`: reading stopped, though there was more to read.
    pub(super) fn listing(self, cut: bool) -> ArchiveListing {
        let complete =
            self.end == Some(End::Regular) || self.end.is_none() && !cut && !self.entries.full;
        ArchiveListing {
            count: complete.then_some(self.entries.entries.len() as u64),
            complete,
            damaged: self.end == Some(End::Damaged),
            entries: self.entries.entries,
        }
    }
}

/// The checksum of a header: the sum of its bytes, with its own eight as spaces.
fn is_sound(block: &[u8; BLOCK], header: &Header) -> bool {
    let own = 148..156;
    let sum: u32 = block
        .iter()
        .enumerate()
        .map(|(at, &byte)| u32::from(if own.contains(&at) { b' ' } else { byte }))
        .sum();
    header.cksum().is_ok_and(|told| told == sum)
}

fn padded(size: u64) -> u64 {
    size.checked_next_multiple_of(BLOCK as u64)
        .unwrap_or(u64::MAX)
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    pub(in crate::preview::archive) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, bytes) in files {
            let mut header = Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, path, *bytes).unwrap();
        }
        builder.into_inner().unwrap()
    }

    #[test]
    fn files_are_listed_with_long_names_and_sizes() {
        let long = format!("{}/notes.txt", "week".repeat(60));
        let bytes = archive(&[("a.txt", b"12345"), (&long, b"x")]);
        let mut walk = Walk::default();
        walk.take(&bytes);
        let listing = walk.listing(false);

        assert!(listing.complete && !listing.damaged);
        assert_eq!(listing.entries[0].path, "a.txt");
        assert_eq!(listing.entries[0].size, 5);
        assert_eq!(listing.entries[1].path, long);
    }

    #[test]
    fn a_file_is_stepped_over() {
        let bytes = archive(&[("film.mp4", &vec![7; 100_000]), ("b", b"")]);
        let mut walk = Walk::default();

        let next = walk.take(&bytes[..BLOCK]);
        assert_eq!(next, 512 + padded(100_000));
        walk.take(&bytes[usize::try_from(next).unwrap()..]);
        assert_eq!(walk.listing(false).entries.len(), 2);
    }

    #[test]
    fn what_is_damaged_gives_what_could_be_read() {
        let mut bytes = archive(&[("a", b"1"), ("b", b"2")]);
        bytes[1024 + 10] ^= 0xff;
        let mut walk = Walk::default();
        walk.take(&bytes);
        let listing = walk.listing(false);

        assert!(listing.damaged && !listing.complete);
        assert_eq!(listing.entries.len(), 1);
    }
}
