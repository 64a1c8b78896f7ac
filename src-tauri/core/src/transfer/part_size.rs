//! How an object is cut into parts.
//!
//! Source of the limits: Amazon S3 User Guide, "Amazon S3 multipart upload
//! limits": at most 10,000 parts, each of at most 5 GiB (all but the last of at
//! least 5 MiB), objects of at most 50 TB, and 5 GiB in one PutObject or
//! CopyObject.

use crate::error::{Error, Result};

pub(super) const MIB: u64 = 1 << 20;
pub(super) const GIB: u64 = 1 << 30;

/// Larger objects are sent in parts.
pub(super) const MULTIPART_ABOVE: u64 = 16 * MIB;

/// Bytes of the largest object that a store takes.
pub(super) const MAX_OBJECT: u64 = 50 * 1_000_000_000_000;

const MIN_PART: u64 = 8 * MIB;
const MAX_PART: u64 = 5 * GIB;
/// Larger parts for objects that make many.
const LARGE_OBJECT: u64 = 4 * GIB;
const LARGE_PART: u64 = 16 * MIB;
/// Below the 10,000 that are allowed, so that rounding cannot exceed them.
const AIMED_PARTS: u64 = 9_000;

/// Bytes of each part but the last.
///
/// # Errors
/// `InvalidInput` above [`MAX_OBJECT`].
pub(super) fn part_size(object: u64) -> Result<u64> {
    if object > MAX_OBJECT {
        return Err(too_large());
    }
    let floor = if object >= LARGE_OBJECT {
        LARGE_PART
    } else {
        MIN_PART
    };
    let even = object.div_ceil(AIMED_PARTS).next_multiple_of(MIB);
    Ok(even.clamp(floor, MAX_PART))
}

/// The parts as (number from one, offset, length), in order.
pub(super) fn parts(object: u64, part: u64) -> impl Iterator<Item = (u32, u64, u64)> {
    (1..)
        .zip(ranges(object, part))
        .map(|(n, (at, len))| (n, at, len))
}

/// Pieces of at most `piece` bytes as (offset, length), in order.
pub(super) fn ranges(object: u64, piece: u64) -> impl Iterator<Item = (u64, u64)> {
    (0..object.div_ceil(piece.max(1))).map(move |index| {
        let at = index * piece;
        (at, piece.min(object - at))
    })
}

pub(super) fn too_large() -> Error {
    Error::invalid("size", "A file of more than 50 TB cannot be stored.")
        .next("Split it into smaller files.")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_grow_with_the_object() {
        assert_eq!(part_size(17 * MIB).unwrap(), 8 * MIB);
        assert_eq!(part_size(4 * GIB).unwrap(), 16 * MIB);
        assert_eq!(part_size(1_000 * GIB).unwrap(), 114 * MIB);
        assert_eq!(part_size(MAX_OBJECT).unwrap(), MAX_PART);
    }

    #[test]
    fn an_object_over_the_limit_is_refused() {
        assert!(part_size(MAX_OBJECT + 1).is_err());
    }

    proptest! {
        #[test]
        fn parts_keep_the_limits_of_s3(object in 1..=MAX_OBJECT) {
            let part = part_size(object).unwrap();
            prop_assert!((5 * MIB..=MAX_PART).contains(&part));
            prop_assert!(object.div_ceil(part) <= 10_000);
        }

        #[test]
        fn parts_cover_the_object_without_gap_or_overlap(object in 0..200 * MIB) {
            let mut next = 0;
            for (index, (number, at, len)) in parts(object, 8 * MIB).enumerate() {
                prop_assert_eq!(usize::try_from(number).unwrap(), index + 1);
                prop_assert_eq!(at, next);
                prop_assert!(len > 0);
                next = at + len;
            }
            prop_assert_eq!(next, object);
        }
    }
}
