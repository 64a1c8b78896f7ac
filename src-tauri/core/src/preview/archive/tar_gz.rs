//! A compressed tar archive can only be read from its beginning: it is unfolded
//! in memory, a little at a time, up to a bound, and what is not a header is
//! dropped at once.

use bytes::Bytes;
use flate2::{Decompress, FlushDecompress, Status};

use super::tar::{BLOCK, Walk};
use super::{Source, tar};
use crate::error::{Error, Result};
use crate::preview::ArchiveListing;

/// What is read of the object.
const MOST_PACKED: u64 = 32 * 1024 * 1024;
/// What it may unfold to. A bomb ends here, and so does a large archive.
const MOST_UNFOLDED: u64 = 256 * 1024 * 1024;
const PIECE: u64 = 1024 * 1024;
const UNFOLDED_AT_ONCE: usize = 256 * 1024;

pub(super) async fn list(source: &Source<'_>) -> Result<ArchiveListing> {
    let mut reader = Reader::default();
    let mut at = 0;
    while at < source.size().min(MOST_PACKED) && !reader.is_done() {
        let piece = source.read(at, PIECE).await?;
        at += piece.len() as u64;
        reader = tokio::task::spawn_blocking(move || reader.take(&piece))
            .await
            .map_err(|error| Error::internal(error.to_string()))?;
    }
    Ok(reader.listing(at < source.size()))
}

struct Reader {
    gzip: Gzip,
    walk: tar::Walk,
    /// Unfolded, and not yet understood: at most one header with its attributes.
    pending: Vec<u8>,
    /// Of the file that is being stepped over.
    to_skip: u64,
    unfolded: u64,
    most_unfolded: u64,
}

/// The header of the file must be passed before the compressed data begins.
enum Gzip {
    Header(Vec<u8>),
    Data(Box<Decompress>),
    Ended,
    Damaged,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            gzip: Gzip::Header(Vec::new()),
            walk: Walk::default(),
            pending: Vec::new(),
            to_skip: 0,
            unfolded: 0,
            most_unfolded: MOST_UNFOLDED,
        }
    }
}

impl Reader {
    fn is_done(&self) -> bool {
        self.walk.ended()
            || self.unfolded >= self.most_unfolded
            || matches!(self.gzip, Gzip::Ended | Gzip::Damaged)
    }

    fn take(mut self, piece: &Bytes) -> Self {
        let gzip = std::mem::replace(&mut self.gzip, Gzip::Ended);
        if let Gzip::Header(mut begun) = gzip {
            begun.extend_from_slice(piece);
            match header_length(&begun) {
                Some(length) => {
                    self.gzip = Gzip::Data(Box::new(Decompress::new(false)));
                    self.unfold(&begun[length..]);
                }
                None if begun.len() as u64 > PIECE => self.gzip = Gzip::Damaged,
                None => self.gzip = Gzip::Header(begun),
            }
        } else {
            self.gzip = gzip;
            self.unfold(piece);
        }
        self
    }

    fn unfold(&mut self, mut rest: &[u8]) {
        let mut out = vec![0; UNFOLDED_AT_ONCE];
        while !self.is_done() {
            let Gzip::Data(unfolding) = &mut self.gzip else {
                break;
            };
            let (read, written) = (unfolding.total_in(), unfolding.total_out());
            let status = unfolding.decompress(rest, &mut out, FlushDecompress::None);
            let read = usize::try_from(unfolding.total_in() - read).unwrap_or(rest.len());
            let written = usize::try_from(unfolding.total_out() - written).unwrap_or(0);
            rest = &rest[read..];
            match status {
                Ok(Status::StreamEnd) => self.gzip = Gzip::Ended,
                Ok(_) => {}
                Err(_) => self.gzip = Gzip::Damaged,
            }
            self.headers(&out[..written]);
            if read == 0 && written == 0 {
                break;
            }
        }
    }

    fn headers(&mut self, mut bytes: &[u8]) {
        self.unfolded += bytes.len() as u64;
        let length = |n: u64, most: usize| usize::try_from(n).unwrap_or(usize::MAX).min(most);
        let skipped = length(self.to_skip, bytes.len());
        self.to_skip -= skipped as u64;
        bytes = &bytes[skipped..];
        self.pending.extend_from_slice(bytes);
        if self.pending.len() < BLOCK {
            return;
        }
        let taken = self.walk.take(&self.pending);
        let here = length(taken, self.pending.len());
        self.pending.drain(..here);
        self.to_skip = taken - here as u64;
    }

    fn listing(self, more: bool) -> ArchiveListing {
        let ended = matches!(self.gzip, Gzip::Ended);
        let damaged = matches!(self.gzip, Gzip::Damaged) || !ended && !more && !self.is_done();
        let mut listing = self.walk.listing(!ended);
        listing.damaged |= damaged && !listing.complete;
        listing
    }
}

/// RFC 1952, section 2.3. `None` while it is not all there, or is none.
fn header_length(bytes: &[u8]) -> Option<usize> {
    const CHECKSUM: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    let flags = *bytes.get(3)?;
    let mut at = 10;
    if flags & EXTRA != 0 {
        at += 2 + usize::from(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            at += 1 + bytes.get(at..)?.iter().position(|&byte| byte == 0)?;
        }
    }
    if flags & CHECKSUM != 0 {
        at += 2;
    }
    (at <= bytes.len()).then_some(at)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::super::tar::tests::archive;
    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn listed(bytes: &[u8], piece: usize) -> (ArchiveListing, u64) {
        listed_by(Reader::default(), bytes, piece)
    }

    fn listed_by(mut reader: Reader, bytes: &[u8], piece: usize) -> (ArchiveListing, u64) {
        for piece in bytes.chunks(piece) {
            if !reader.is_done() {
                reader = reader.take(&Bytes::copy_from_slice(piece));
            }
        }
        let unfolded = reader.unfolded;
        (reader.listing(false), unfolded)
    }

    #[test]
    fn files_are_listed_however_the_pieces_fall() {
        let bytes = packed(&archive(&[("a.txt", &vec![3; 70_000]), ("b/c.txt", b"x")]));
        for piece in [1, 7, 4096, 1 << 20] {
            let (listing, _) = listed(&bytes, piece);
            assert!(listing.complete && !listing.damaged, "{piece}");
            assert_eq!(listing.entries.len(), 2, "{piece}");
            assert_eq!(listing.entries[1].path, "b/c.txt");
        }
    }

    #[test]
    fn a_bomb_ends_at_the_bound() {
        let mut header = ::tar::Header::new_gnu();
        header.set_path("bomb").unwrap();
        header.set_size(1 << 40);
        header.set_cksum();
        let mut bytes = header.as_bytes().to_vec();
        bytes.resize(bytes.len() + (8 << 20), 0);
        let reader = Reader {
            most_unfolded: 1 << 20,
            ..Reader::default()
        };
        let (listing, unfolded) = listed_by(reader, &packed(&bytes), 1 << 20);

        assert_eq!(listing.entries[0].size, 1 << 40);
        assert!(!listing.complete && !listing.damaged);
        assert!(unfolded <= (1 << 20) + UNFOLDED_AT_ONCE as u64);
    }

    #[test]
    fn what_is_cut_or_damaged_says_so() {
        let bytes = packed(&archive(&[("a.txt", b"1"), ("b.txt", b"2")]));
        let (cut, _) = listed(&bytes[..bytes.len() / 2], 64);
        assert!(cut.damaged && !cut.complete);

        let mut noisy = bytes.clone();
        noisy[20..40].fill(0xff);
        let (noisy, _) = listed(&noisy, 64);
        assert!(noisy.damaged && !noisy.complete);
    }
}
