//! A folder as people fill them, of any length and the same each time: numbered
//! names that sort otherwise than their bytes do, sizes and dates of all kinds,
//! and first of all some names that are odd.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::objects::{Moment, Object};

/// Names that are legal and that programs stumble over. None of them has a `/`.
pub const ODD: [&str; 12] = [
    " begins with a space.txt",
    "ends with a space ",
    "two  spaces.txt",
    "..",
    "a+b & c<d> \"e\" 100%25.txt",
    "no extension",
    "\u{202e}txt.exe",
    "e\u{301}te\u{301}.txt",
    "ete\u{301} in two ways.txt",
    "👩‍🔬 results.csv",
    "الأسبوع ١.pdf",
    LAST_BY_NAME,
];

/// Comes after all the others in the order of names of any language that
/// Lectern speaks: Han characters sort last.
pub const LAST_BY_NAME: &str = "資料.pdf";

const EXTENSIONS: [&str; 8] = ["pdf", "docx", "csv", "mp4", "png", "txt", "pptx", "zip"];
/// So many different dates there are, this far apart.
const DATES: u64 = 1_000;
const BETWEEN_DATES: SignedDuration = SignedDuration::from_hours(26);
/// 1 September 2022, in seconds since 1970.
const FIRST_DATE: i64 = 1_661_990_400;
/// A prime, so that the sizes of fewer objects are all different.
const SIZES: u64 = 1_000_003;

/// Names and sizes, in no order: what `objects` holds below its prefix.
pub fn files(count: u32) -> impl Iterator<Item = (String, u64)> {
    (0..count).map(|number| (name(number), size(number)))
}

/// Keys below `prefix` with their objects.
pub fn objects(prefix: &str, count: u32) -> impl Iterator<Item = (String, Object)> {
    let dates = dates();
    files(count).zip(0u64..).map(move |((name, size), number)| {
        let at = number * 7_919 % DATES;
        let mut object = Object::of(size);
        if let Some(date) = usize::try_from(at).ok().and_then(|at| dates.get(at)) {
            object.modified = Arc::clone(date);
        }
        (format!("{prefix}{name}"), object)
    })
}

fn name(number: u32) -> String {
    let at = number as usize;
    match ODD.get(at) {
        Some(odd) => (*odd).to_owned(),
        None => format!("Submission {number}.{}", EXTENSIONS[at % EXTENSIONS.len()]),
    }
}

/// From nothing to some gigabytes.
fn size(number: u32) -> u64 {
    (u64::from(number) * 48_271 % SIZES) * 3_001
}

fn dates() -> Vec<Arc<Moment>> {
    let first = Timestamp::from_second(FIRST_DATE).unwrap_or_default();
    let mut next = Some(first);
    std::iter::from_fn(|| {
        let date = next?;
        next = date.checked_add(BETWEEN_DATES).ok();
        Some(Arc::new(Moment::of(date)))
    })
    .take(usize::try_from(DATES).unwrap_or_default())
    .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_names_and_no_two_sizes_are_the_same() {
        let names: HashSet<String> = files(50_000).map(|(name, _)| name).collect();
        let sizes: HashSet<u64> = files(50_000).map(|(_, size)| size).collect();

        assert_eq!((names.len(), sizes.len()), (50_000, 50_000));
    }

    #[test]
    fn dates_differ() {
        let dates: HashSet<String> = objects("a/", 5_000)
            .map(|(_, object)| object.modified.listed.clone())
            .collect();

        assert_eq!(dates.len(), 1_000);
    }
}
