//! How an object key is written as a path, and read back from one.
//!
//! A key is split at `/`, and each segment becomes the name of a folder or, for
//! the last one, of a file. Most segments are written as they are, so that a
//! person finds `Week 1/Slides.pdf` under just that name. What some file system
//! cannot hold is escaped, on every operating system alike, so that the folder
//! can be moved between them:
//!
//! | segment | name on disk |
//! |---|---|
//! | `\ : * ? " < > \|`, a last dot or space | the character as `%XX` |
//! | `.`, `..` | `%2E`, `.%2E` |
//! | `CON`, `lpt1.txt` and the other Windows device names | first character as `%XX` |
//! | `.DS_Store`, `Thumbs.db`, `desktop.ini` (left about by operating systems) | first character as `%XX` |
//! | `%` where it could be taken for an escape | `%25` |
//! | empty, before or between slashes | a folder `%empty` |
//! | empty, after the last slash (a folder marker) | a file [`FOLDER_FILE`] |
//! | longer than [`MAX_NAME`] bytes | folders `…%more`, each holding the `%-…` that goes on |
//! | a file whose name a folder already has (`a` beside `a/b`) | a file `…%file` |
//!
//! Names that a person chose and that this table would never write (such as
//! `What?.pdf` on Linux) stand for themselves: see [`literal_name`].
//! This module only maps names. What exists on disk is for [`crate::disk`].

/// The longest name written for one chunk of a segment, in bytes. Leaves room
/// below the usual limit of 255 for the suffixes of the table above.
pub const MAX_NAME: usize = 240;

/// The file that stands for a folder marker, the key that ends in `/`.
pub const FOLDER_FILE: &str = ".lectern-folder";

const EMPTY: &str = "%empty";
const MORE: &str = "%more";
const BESIDE: &str = "%file";
const AGAIN: &str = "%-";

/// Longest key in bytes of UTF-8 (S3 user guide, "Object key naming").
pub const MAX_KEY: usize = 1024;

/// Why a key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    #[error("Your key is too long: a key has at most 1024 bytes")]
    TooLong,
    #[error("A key cannot hold control characters here: XML has no way to list them")]
    Control,
    #[error("A key cannot be empty")]
    Empty,
}

/// Refuses the keys which cannot be kept: over 1,024 bytes, or holding
/// characters that XML 1.0 cannot carry unchanged in a listing.
pub fn check(key: &str) -> Result<(), KeyProblem> {
    if key.is_empty() {
        return Err(KeyProblem::Empty);
    }
    if key.len() > MAX_KEY {
        return Err(KeyProblem::TooLong);
    }
    if key.chars().any(unlistable) {
        return Err(KeyProblem::Control);
    }
    Ok(())
}

fn unlistable(c: char) -> bool {
    c.is_ascii_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

/// The names under which a file of the last segment may be kept, in the order
/// in which they are tried: each a list of folders ending with the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafNames {
    /// Where it is put when nothing is in the way.
    pub plain: Vec<String>,
    /// Where it is put when a folder has its name.
    pub beside: Vec<String>,
    /// The name as a person would have typed it, where that differs.
    pub literal: Option<String>,
}

/// Splits a key into its folders and its last segment.
pub fn split(key: &str) -> (Vec<&str>, &str) {
    let mut segments: Vec<&str> = key.split('/').collect();
    let leaf = segments.pop().unwrap_or_default();
    (segments, leaf)
}

/// The names of a folder for `segment`: one, or several inside each other.
pub fn folder_names(segment: &str, spelling: Spelling) -> Vec<String> {
    if segment.is_empty() {
        return vec![EMPTY.to_owned()];
    }
    chunks(&encode(segment, spelling))
}

/// The names of a file for the last segment of a key.
pub fn leaf_names(segment: &str, spelling: Spelling) -> LeafNames {
    if segment.is_empty() {
        let plain = vec![FOLDER_FILE.to_owned()];
        return LeafNames {
            beside: plain.clone(),
            plain,
            literal: None,
        };
    }
    let plain = chunks(&encode(segment, spelling));
    let mut beside = plain.clone();
    if let Some(last) = beside.last_mut() {
        last.push_str(BESIDE);
    }
    LeafNames {
        plain,
        beside,
        literal: literal_name(segment).map(str::to_owned),
    }
}

/// `segment` itself, where a person may have given a file or folder that name
/// although [`encode`] would write it otherwise.
pub fn literal_name(segment: &str) -> Option<&str> {
    if is_ordinary(segment) {
        return None;
    }
    let impossible = matches!(segment, "" | "." | "..")
        || segment.len() > 255
        || segment.contains(['/', '\0'])
        || (cfg!(windows) && segment.contains(['\\', ':', '*', '?', '"', '<', '>', '|']))
        || is_clutter(segment);
    let differs = segment.len() > MAX_NAME || encode(segment, Spelling::Plain) != segment;
    // Where a name is one that this module writes, it belongs to another key.
    (!impossible && differs && !is_ours(segment)).then_some(segment)
}

/// Whether `name` is surely written as it is and stands for itself. True of nearly
/// all names, and much cheaper than to write and compare.
fn is_ordinary(name: &str) -> bool {
    // 0xEF begins U+FFFE and U+FFFF, among others.
    let harmless = |byte: &u8| {
        !matches!(
            byte,
            ..0x20 | b'%' | b'\\' | b':' | b'*' | b'?' | b'"' | b'<' | b'>' | b'|' | 0x7f | 0xef
        )
    };
    let bytes = name.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    let suspect = matches!(
        first,
        b'.' | b'c'
            | b'C'
            | b'p'
            | b'P'
            | b'a'
            | b'A'
            | b'n'
            | b'N'
            | b'l'
            | b'L'
            | b't'
            | b'T'
            | b'd'
            | b'D'
    );
    bytes.len() <= MAX_NAME
        && !matches!(last, b'.' | b' ')
        && bytes.iter().all(harmless)
        && !(suspect && is_reserved(name))
}

/// Names that mean something to an operating system, or to this module.
fn is_reserved(segment: &str) -> bool {
    is_device(segment) || is_clutter(segment) || segment.eq_ignore_ascii_case(FOLDER_FILE)
}

/// What a name on disk stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiskName {
    /// A whole segment.
    Segment(String),
    /// A folder in which the segment that begins so goes on: the chunk, still encoded.
    More(String),
}

/// Reads the name of a folder. `None` where it can stand for no key.
pub fn read_folder(name: &str) -> Option<DiskName> {
    if is_ordinary(name) {
        return Some(DiskName::Segment(name.to_owned()));
    }
    if name == EMPTY {
        return Some(DiskName::Segment(String::new()));
    }
    if let Some(chunk) = name.strip_suffix(MORE).filter(|chunk| !chunk.is_empty()) {
        return Some(DiskName::More(chunk.to_owned()));
    }
    read_plain(name).map(DiskName::Segment)
}

/// Reads the name of a file: the segment, and its rank among the names which
/// that segment may have (the lowest that exists is the object). `None` where it
/// can stand for no key.
pub fn read_file(name: &str) -> Option<(String, u8)> {
    if is_ordinary(name) {
        return Some((name.to_owned(), 0));
    }
    if name == FOLDER_FILE {
        return Some((String::new(), 0));
    }
    if let Some(segment) = read_beside(name) {
        return Some((segment, 1));
    }
    read_plain(name).map(|segment| {
        let rank = if literal_name(name).is_some() { 2 } else { 0 };
        (segment, rank)
    })
}

fn read_beside(name: &str) -> Option<String> {
    let stem = name.strip_suffix(BESIDE).filter(|stem| !stem.is_empty())?;
    let segment = decode(stem)?;
    written_as(&segment, stem).then_some(segment)
}

fn read_plain(name: &str) -> Option<String> {
    if name.is_empty() || name.chars().any(unlistable) {
        return None;
    }
    if let Some(segment) = decode(name).filter(|segment| written_as(segment, name)) {
        return Some(segment);
    }
    (literal_name(name) == Some(name)).then(|| name.to_owned())
}

/// Reads a segment that was cut in `chunks`, the first as [`DiskName::More`]
/// gave it, each later one with its `%-`. `None` where they were not written here.
pub fn read_chunks(parts: &[String]) -> Option<String> {
    let (first, rest) = parts.split_first()?;
    let mut encoded = first.clone();
    for part in rest {
        encoded.push_str(part.strip_prefix(AGAIN)?);
    }
    let segment = decode(&encoded)?;
    [Spelling::Plain, Spelling::Escaped]
        .into_iter()
        .map(|spelling| encode(&segment, spelling))
        .any(|whole| whole == encoded && bare_chunks(&whole) == parts)
        .then_some(segment)
}

/// Reads the last file chunk of a long segment, and whether it stood beside a folder.
pub fn bare_file_chunk(name: &str) -> (&str, bool) {
    match name.strip_suffix(BESIDE) {
        Some(chunk) => (chunk, true),
        None => (name, false),
    }
}

fn bare_chunks(encoded: &str) -> Vec<String> {
    chunks(encoded)
        .into_iter()
        .map(|name| name.strip_suffix(MORE).map_or(name.clone(), str::to_owned))
        .collect()
}

/// How far a segment is escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// Only what a file system cannot hold: names that people see.
    Plain,
    /// Upper case and everything beyond ASCII too: names that stay apart on a
    /// disk which takes `A` for `a`, or one form of an accented letter for the other.
    Escaped,
}

/// Writes a segment that is not empty as one name of any length.
pub fn encode(segment: &str, spelling: Spelling) -> String {
    if spelling == Spelling::Plain && is_ordinary(segment) {
        return segment.to_owned();
    }
    let mut out = String::with_capacity(segment.len());
    let reserved = is_reserved(segment);
    for (at, c) in segment.char_indices() {
        let last = at + c.len_utf8() == segment.len();
        let escaped = match c {
            '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => true,
            '.' | ' ' if last => true,
            '%' => looks_escaped(&segment[at + 1..], at == 0),
            _ if at == 0 && reserved => true,
            _ if unlistable(c) => true,
            _ => spelling == Spelling::Escaped && (c.is_ascii_uppercase() || !c.is_ascii()),
        };
        if escaped {
            push_escaped(&mut out, c);
        } else {
            out.push(c);
        }
    }
    out
}

fn push_escaped(out: &mut String, c: char) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        out.push('%');
        out.push(char::from(HEX[usize::from(byte >> 4)]));
        out.push(char::from(HEX[usize::from(byte & 15)]));
    }
}

fn looks_escaped(after: &str, first: bool) -> bool {
    after.bytes().take(2).filter_map(hex_digit).count() == 2
        || [EMPTY, MORE, BESIDE]
            .iter()
            .any(|token| after.starts_with(&token[1..]))
        || (first && after.starts_with('-'))
}

/// The names that Windows keeps for devices, with or without an extension
/// (Microsoft, "Naming Files, Paths, and Namespaces").
fn is_device(segment: &str) -> bool {
    let stem = segment
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end_matches(' ');
    let upper = stem.to_ascii_uppercase();
    match upper.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" => true,
        _ => ["COM", "LPT"].iter().any(|device| {
            upper.strip_prefix(device).is_some_and(|n| {
                matches!(
                    n,
                    "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
                )
            })
        }),
    }
}

/// Files that operating systems leave in the folders they show. Found under
/// these names they are nobody's objects.
fn is_clutter(segment: &str) -> bool {
    [".DS_Store", "Thumbs.db", "desktop.ini"]
        .iter()
        .any(|name| segment.eq_ignore_ascii_case(name))
}

/// Undoes [`encode`]. `None` where the escapes are no UTF-8 or hold what no key has.
fn decode(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = match after {
            [high, low, ..] if *first == b'%' => hex_digit(*high).zip(hex_digit(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes)
        .ok()
        .filter(|decoded| !decoded.contains('/'))
}

/// Upper case only: others are never written.
fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

fn written_as(segment: &str, name: &str) -> bool {
    !segment.is_empty()
        && name.len() <= MAX_NAME
        && !segment.chars().any(unlistable)
        && (encode(segment, Spelling::Plain) == name || encode(segment, Spelling::Escaped) == name)
}

/// Whether this module could have written `name`, for some other segment.
fn is_ours(name: &str) -> bool {
    name == EMPTY
        || name == FOLDER_FILE
        || name.ends_with(MORE)
        || name.starts_with(AGAIN)
        || read_beside(name).is_some()
        || decode(name).is_some_and(|segment| written_as(&segment, name))
}

/// Cuts a long encoded segment into names of at most [`MAX_NAME`] bytes, never
/// inside a character or an escape.
fn chunks(encoded: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = encoded;
    while rest.len() > MAX_NAME {
        let mut cut = rest.floor_char_boundary(MAX_NAME);
        if let Some(back) = (1..=2).find(|back| rest.as_bytes()[cut - back] == b'%') {
            cut -= back;
        }
        names.push(format!("{}{}{MORE}", again(&names), &rest[..cut]));
        rest = &rest[cut..];
    }
    names.push(format!("{}{rest}", again(&names)));
    names
}

fn again(before: &[String]) -> &'static str {
    if before.is_empty() { "" } else { AGAIN }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    /// Segments with everything in them that some disk, or this module, could trip over.
    fn segment() -> impl Strategy<Value = String> {
        let odd = prop::sample::select(vec![
            "%",
            "%2E",
            "%41",
            "%file",
            "%more",
            "%empty",
            "%-",
            ".",
            "..",
            " ",
            "\\",
            ":",
            "CON",
            "con.txt",
            "lpt1",
            "a",
            "A",
            "é",
            "e\u{301}",
            "–",
            "漢",
            "😀",
            "-",
            "file",
            "more",
            "NUL ",
            ".lectern-folder",
            ".DS_Store",
            "?",
        ]);
        let text = prop::collection::vec(odd, 0..12).prop_map(|parts| parts.concat());
        let long = ("[a-z%. é]{1,12}", 1..90_usize).prop_map(|(text, times)| text.repeat(times));
        let any = "[^/\\x00-\\x1f\\x7f\u{fffe}\u{ffff}]{0,20}";
        prop_oneof![text, long, any].prop_filter("fits a key", |text| text.len() <= MAX_KEY)
    }

    /// Reads back the names of a folder or file as a walk over the disk would.
    fn read(names: &[String], is_file: bool) -> Option<String> {
        let (last, folders) = names.split_last()?;
        let mut chunks = Vec::new();
        for name in folders {
            match read_folder(name)? {
                DiskName::More(chunk) => chunks.push(chunk),
                DiskName::Segment(_) => return None,
            }
        }
        if chunks.is_empty() {
            return match is_file {
                true => read_file(last).map(|(segment, _)| segment),
                false => match read_folder(last)? {
                    DiskName::Segment(segment) => Some(segment),
                    DiskName::More(_) => None,
                },
            };
        }
        let last = if is_file {
            bare_file_chunk(last).0
        } else {
            last
        };
        chunks.push(last.to_owned());
        read_chunks(&chunks)
    }

    fn is_harmless(name: &str) -> bool {
        let components: Vec<_> = Path::new(name).components().collect();
        matches!(components[..], [Component::Normal(only)] if only == name)
            && name.len() <= 255
            && !name.ends_with(['.', ' '])
            && !name.contains(['\\', ':', '*', '?', '"', '<', '>', '|', '/'])
            && !is_device(name)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn every_segment_is_read_back_from_the_names_written_for_it(segment in segment()) {
            for spelling in [Spelling::Plain, Spelling::Escaped] {
                let names = leaf_names(&segment, spelling);
                prop_assert_eq!(read(&names.plain, true), Some(segment.clone()), "{:?}", names.plain);
                prop_assert_eq!(read(&names.beside, true), Some(segment.clone()), "{:?}", names.beside);
                let names = folder_names(&segment, spelling);
                prop_assert_eq!(read(&names, false), Some(segment.clone()), "{:?}", names);
            }
        }

        #[test]
        fn no_name_leaves_its_folder_or_troubles_any_file_system(segment in segment()) {
            for spelling in [Spelling::Plain, Spelling::Escaped] {
                let leaf = leaf_names(&segment, spelling);
                for name in leaf.plain.iter().chain(&leaf.beside).chain(&folder_names(&segment, spelling)) {
                    prop_assert!(is_harmless(name), "{:?}", name);
                }
            }
            if let Some(name) = literal_name(&segment) {
                let components: Vec<_> = Path::new(name).components().collect();
                prop_assert!(matches!(components[..], [Component::Normal(only)] if only == name));
            }
        }

        #[test]
        fn a_name_that_a_person_chose_stands_for_one_segment_that_finds_it_again(name in segment()) {
            prop_assume!(!matches!(name.as_str(), "" | "." | ".."));
            if let Some((segment, _)) = read_file(&name) {
                let names = leaf_names(&segment, Spelling::Plain);
                let escaped = leaf_names(&segment, Spelling::Escaped);
                let finds = [names.plain, names.beside, escaped.plain, escaped.beside];
                let found = finds.contains(&vec![name.clone()]) || names.literal == Some(name.clone());
                prop_assert!(found, "{:?} reads as {:?}, which is not looked for there", name, segment);
            }
        }

        #[test]
        fn an_ordinary_name_is_written_as_the_long_way_would(segment in segment()) {
            if is_ordinary(&segment) {
                let long_way = encode(&format!("{segment}?"), Spelling::Plain);
                prop_assert_eq!(long_way.strip_suffix("%3F"), Some(segment.as_str()));
                prop_assert!(written_as(&segment, &segment) && !is_reserved(&segment));
            }
        }

        #[test]
        fn two_segments_never_share_a_name(one in segment(), other in segment()) {
            prop_assume!(one != other);
            let names = |segment: &str| {
                let leaf = leaf_names(segment, Spelling::Plain);
                let mut all = vec![leaf.plain, leaf.beside];
                all.extend(leaf.literal.map(|name| vec![name]));
                all
            };
            let others = names(&other);
            prop_assert!(names(&one).iter().all(|name| !others.contains(name)));
        }
    }

    #[test]
    fn ordinary_names_are_written_as_they_are() {
        for name in [
            "Week 1 – Vectors",
            "Übung.pdf",
            "100% done.txt",
            "a_b-c (2).md",
            ".well-known",
            "console",
            "50%",
        ] {
            assert_eq!(folder_names(name, Spelling::Plain), [name]);
        }
    }

    #[test]
    fn odd_names_are_written_as_documented() {
        let written = |name: &str| folder_names(name, Spelling::Plain).join("/");
        assert_eq!(written(".."), ".%2E");
        assert_eq!(written("."), "%2E");
        assert_eq!(written("CON"), "%43ON");
        assert_eq!(written("lpt1.txt"), "%6Cpt1.txt");
        assert_eq!(written("a\\b:c"), "a%5Cb%3Ac");
        assert_eq!(written("end."), "end%2E");
        assert_eq!(written("50%41"), "50%2541");
        assert_eq!(written(""), "%empty");
        assert_eq!(leaf_names("", Spelling::Plain).plain, [FOLDER_FILE]);
        assert_eq!(leaf_names("a", Spelling::Plain).beside, ["a%file"]);
    }

    #[test]
    fn a_disk_that_folds_names_gets_spellings_that_stay_apart() {
        let names = ["README", "readme", "Readme", "\u{e9}", "e\u{301}"]
            .map(|name| encode(name, Spelling::Escaped));
        for (at, name) in names.iter().enumerate() {
            assert!(name.is_ascii());
            assert!(
                !names[..at]
                    .iter()
                    .any(|other| other.eq_ignore_ascii_case(name))
            );
        }
    }

    #[test]
    fn keys_that_cannot_be_kept_are_refused() {
        assert_eq!(check(&"x".repeat(1025)), Err(KeyProblem::TooLong));
        assert_eq!(check(&"x".repeat(1024)), Ok(()));
        assert_eq!(check("a\nb"), Err(KeyProblem::Control));
        assert_eq!(check("a\u{ffff}"), Err(KeyProblem::Control));
        assert_eq!(check(""), Err(KeyProblem::Empty));
        assert_eq!(check("../../etc/passwd"), Ok(()));
    }
}
