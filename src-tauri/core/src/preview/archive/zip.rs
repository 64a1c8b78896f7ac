//! The central directory of a zip archive, read from its end.
//! Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16 and 4.5.3.

use super::{Entries, Source};
use crate::error::Result;
use crate::preview::{ArchiveEntry, ArchiveListing};

const END: &[u8] = b"PK\x05\x06";
const END_BYTES: usize = 22;
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const LOCATOR_64_BYTES: usize = 20;
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_BYTES: usize = 46;
/// The end record, and the longest comment behind it.
const TAIL: u64 = 65_535 + END_BYTES as u64 + LOCATOR_64_BYTES as u64;

/// What the end record tells of the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Directory {
    entries: u64,
    /// It ends where its end record begins, whatever stands before the archive.
    bytes: u64,
}

pub(super) async fn list(source: &Source<'_>) -> Result<ArchiveListing> {
    let tail_from = source.size().saturating_sub(TAIL);
    let tail = source.read(tail_from, TAIL).await?;
    let Some((end_at, mut directory)) = end_record(&tail) else {
        return Ok(damaged());
    };
    let mut ends_at = tail_from + end_at as u64;
    if let Some(at) = locator_64(&tail[..end_at])
        && let Some(told) = end_record_64(&source.read(at, 56).await?)
    {
        directory = told;
        ends_at = at;
    }
    // What stands before the archive (a program that unpacks it) shifts everything.
    let Some(from) = ends_at.checked_sub(directory.bytes) else {
        return Ok(damaged());
    };
    let bytes = source.read(from, directory.bytes).await?;
    Ok(listing(&bytes, directory))
}

fn damaged() -> ArchiveListing {
    ArchiveListing {
        entries: Vec::new(),
        count: None,
        complete: false,
        damaged: true,
    }
}

/// `bytes` may be only the first of a large directory.
fn listing(bytes: &[u8], directory: Directory) -> ArchiveListing {
    let mut entries = Entries::default();
    let mut rest = bytes;
    while !entries.full && rest.len() >= ENTRY_BYTES && rest.starts_with(ENTRY) {
        let Some((entry, length)) = entry(rest) else {
            break;
        };
        entries.add(entry);
        rest = &rest[length..];
    }
    let listed = entries.entries.len() as u64;
    let all_read = bytes.len() as u64 == directory.bytes;
    ArchiveListing {
        complete: listed == directory.entries,
        damaged: listed != directory.entries && all_read && !entries.full,
        count: Some(directory.entries),
        entries: entries.entries,
    }
}

/// The last end record, and where it stands. A comment may hold the signature
/// too: the record that reaches exactly to the end is the one.
fn end_record(tail: &[u8]) -> Option<(usize, Directory)> {
    let last = tail.len().checked_sub(END_BYTES)?;
    (0..=last).rev().find_map(|at| {
        let record = &tail[at..];
        let fits = record.starts_with(END)
            && at + END_BYTES + usize::from(u16_at(record, 20)?) == tail.len();
        let directory = Directory {
            entries: u16_at(record, 10)?.into(),
            bytes: u32_at(record, 12)?.into(),
        };
        fits.then_some((at, directory))
    })
}

/// Where the end record for large archives stands, from what precedes the end record.
fn locator_64(before: &[u8]) -> Option<u64> {
    let locator = &before[before.len().checked_sub(LOCATOR_64_BYTES)?..];
    locator
        .starts_with(LOCATOR_64)
        .then(|| u64_at(locator, 8))?
}

fn end_record_64(record: &[u8]) -> Option<Directory> {
    if !record.starts_with(END_64) {
        return None;
    }
    Some(Directory {
        entries: u64_at(record, 32)?,
        bytes: u64_at(record, 40)?,
    })
}

/// One entry, and how many bytes of the directory it takes.
fn entry(record: &[u8]) -> Option<(ArchiveEntry, usize)> {
    let flags = u16_at(record, 8)?;
    let name_length = usize::from(u16_at(record, 28)?);
    let extra_length = usize::from(u16_at(record, 30)?);
    let comment_length = usize::from(u16_at(record, 32)?);
    let name = record.get(ENTRY_BYTES..ENTRY_BYTES + name_length)?;
    let extra_at = ENTRY_BYTES + name_length;
    let extra = record.get(extra_at..extra_at + extra_length)?;
    let (packed, size) = sizes(u32_at(record, 20)?, u32_at(record, 24)?, extra);
    let path = path(name, flags & 1 << 11 != 0);
    let entry = ArchiveEntry {
        is_folder: path.ends_with('/'),
        path,
        size,
        packed: Some(packed),
        encrypted: flags & 1 != 0,
    };
    Some((entry, extra_at + extra_length + comment_length))
}

/// Sizes that do not fit into 32 bits stand in the extra field 1, the unpacked
/// one first, and each only where its 32 bits are all set.
fn sizes(packed: u32, unpacked: u32, mut extra: &[u8]) -> (u64, u64) {
    let (mut packed, mut unpacked) = (u64::from(packed), u64::from(unpacked));
    while let (Some(id), Some(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
        let Some(field) = extra.get(4..4 + usize::from(length)) else {
            break;
        };
        if id == 1 {
            let mut at = 0;
            for size in [&mut unpacked, &mut packed] {
                if *size == u64::from(u32::MAX)
                    && let Some(told) = u64_at(field, at)
                {
                    *size = told;
                    at += 8;
                }
            }
        }
        extra = &extra[4 + usize::from(length)..];
    }
    (packed, unpacked)
}

/// Many archives hold UTF-8 without saying so. What is not is written in code
/// page 437 or that of some computer: the letters that all of them share are kept.
fn path(name: &[u8], is_utf8: bool) -> String {
    match std::str::from_utf8(name) {
        Ok(name) => name.to_owned(),
        Err(_) if is_utf8 => String::from_utf8_lossy(name).into_owned(),
        Err(_) => {
            let letter = |&byte: &u8| {
                if byte.is_ascii() {
                    char::from(byte)
                } else {
                    '\u{fffd}'
                }
            };
            name.iter().map(letter).collect()
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn record(name: &str, size: u32, extra: &[u8]) -> Vec<u8> {
        let mut record = vec![0; ENTRY_BYTES];
        record[..4].copy_from_slice(ENTRY);
        record[20..24].copy_from_slice(&7_u32.to_le_bytes());
        record[24..28].copy_from_slice(&size.to_le_bytes());
        record[28..30].copy_from_slice(&(name.len() as u16).to_le_bytes());
        record[30..32].copy_from_slice(&(extra.len() as u16).to_le_bytes());
        record.extend(name.as_bytes());
        record.extend(extra);
        record
    }

    fn of(bytes: &[u8], entries: u64) -> ArchiveListing {
        let directory = Directory {
            entries,
            bytes: bytes.len() as u64,
        };
        listing(bytes, directory)
    }

    #[test]
    fn entries_are_listed_as_the_archive_says() {
        let bytes = [record("a/", 0, b""), record("a/b.txt", 12, b"")].concat();
        let listing = of(&bytes, 2);

        assert!(listing.complete && !listing.damaged);
        assert!(listing.entries[0].is_folder);
        assert_eq!(listing.entries[1].path, "a/b.txt");
        assert_eq!(listing.entries[1].size, 12);
        assert_eq!(listing.entries[1].packed, Some(7));
    }

    #[test]
    fn a_bomb_is_only_a_number() {
        let mut extra = vec![1, 0, 8, 0];
        extra.extend((1_u64 << 50).to_le_bytes());
        let listing = of(&record("bomb", u32::MAX, &extra), 1);

        assert_eq!(listing.entries[0].size, 1 << 50);
        assert_eq!(listing.entries[0].packed, Some(7));
    }

    #[test]
    fn a_directory_that_ends_early_is_damaged() {
        let bytes = record("a", 1, b"");
        assert!(of(&bytes, 2).damaged);
        let cut = [&bytes[..], &bytes[..40]].concat();
        let listing = of(&cut, 2);
        assert!(listing.damaged && listing.entries.len() == 1);
    }

    #[test]
    fn only_so_many_entries_are_listed() {
        let bytes = record("a", 1, b"").repeat(super::super::MOST_ENTRIES + 5);
        let listing = of(&bytes, super::super::MOST_ENTRIES as u64 + 5);

        assert_eq!(listing.entries.len(), super::super::MOST_ENTRIES);
        assert!(!listing.complete && !listing.damaged);
    }

    #[test]
    fn the_end_record_is_found_behind_a_comment_that_holds_its_signature() {
        let mut tail = vec![9; 30];
        let at = tail.len();
        tail.extend(END);
        tail.extend([0; 6]);
        tail.extend(3_u16.to_le_bytes());
        tail.extend(100_u32.to_le_bytes());
        tail.extend(200_u32.to_le_bytes());
        tail.extend(26_u16.to_le_bytes());
        tail.extend(END);
        tail.extend([0; 22]);
        let (found, directory) = end_record(&tail).unwrap();

        assert_eq!(found, at);
        assert_eq!((directory.entries, directory.bytes), (3, 100));
        assert_eq!(end_record(b"no archive"), None);
    }

    #[test]
    fn noise_is_never_a_reason_to_stop_working() {
        let mut seed = 1_u32;
        for length in 0..400 {
            let noise: Vec<u8> = (0..length)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 24) as u8
                })
                .collect();
            let noise = [ENTRY, &noise].concat();
            let _ = (
                end_record(&noise),
                locator_64(&noise),
                end_record_64(&noise),
            );
            let _ = of(&noise, 5);
        }
    }
}
