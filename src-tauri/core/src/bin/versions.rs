//! What stands at a key on a versioned bucket: the object, one of its delete
//! markers, or nothing, and what could come to light again.
//! Source: Amazon S3 API reference, ListObjectVersions.

use std::collections::HashMap;

use aws_sdk_s3::types::EncodingType;

use crate::browse::pages::plain;
use crate::catalog::BinRow;
use crate::clock::UnixMillis;
use crate::error::{Code, Error, Result};
use crate::store::{Operation, Store, classify};

/// A clock that is further off than this is refused by the service.
const MOST_SKEW_MS: i64 = 15 * 60 * 1_000;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Standing {
    pub(super) latest: Latest,
    /// Every delete marker at the key.
    pub(super) markers: Vec<Marker>,
    /// Some version of the object is kept.
    pub(super) has_version: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Latest {
    #[default]
    Nothing,
    Object,
    Marker,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) version_id: String,
    pub(super) made_at: UnixMillis,
    pub(super) is_latest: bool,
}

/// What to do to bring an object back.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    RemoveMarker(String),
    /// It is there already.
    IsBack,
    /// The deletion never reached it.
    NeverLeft,
    Fail(Error),
}

/// Decides by what stands at the key now. `deleted_at` is when the deletion began.
pub(super) fn step(row: &BinRow, standing: &Standing, deleted_at: UnixMillis) -> Step {
    let known = row.marker_version_id.as_deref();
    match standing.latest {
        Latest::Object if row.deleted_at.is_none() => Step::NeverLeft,
        Latest::Object if known.is_some_and(|marker| !has(standing, marker)) => Step::IsBack,
        Latest::Object => Step::Fail(taken(&row.key)),
        Latest::Nothing => Step::Fail(purged(&row.key)),
        Latest::Marker => {
            let latest = standing.markers.iter().find(|marker| marker.is_latest);
            let Some(latest) = latest else {
                return Step::Fail(purged(&row.key));
            };
            let ours = match known {
                Some(known) => latest.version_id == known,
                // The answer that would have named it was lost.
                None => latest.made_at >= deleted_at - MOST_SKEW_MS,
            };
            if !ours {
                return Step::Fail(deleted_again(&row.key));
            }
            if !standing.has_version {
                return Step::Fail(purged(&row.key));
            }
            Step::RemoveMarker(latest.version_id.clone())
        }
    }
}

fn has(standing: &Standing, marker: &str) -> bool {
    standing
        .markers
        .iter()
        .any(|known| known.version_id == marker)
}

/// What stands at each of the keys (ascending). Leaps over what lies between
/// them, so that a few keys of a large folder cost a few requests.
///
/// # Errors
/// `NotAllowed` without `s3:ListBucketVersions`, …
pub(super) async fn standings<'a>(
    store: &Store,
    keys: &[&'a str],
) -> Result<HashMap<&'a str, Standing>> {
    let mut found: HashMap<&str, Standing> =
        keys.iter().map(|key| (*key, Standing::default())).collect();
    let prefix = common_prefix(keys);
    let mut next = 0;
    let mut marker: Option<String> = None;
    let mut version_marker: Option<String> = None;
    while next < keys.len() {
        let asked = (marker.clone(), version_marker.clone());
        let answer = store
            .client()
            .list_object_versions()
            .bucket(store.bucket())
            .prefix(prefix)
            .encoding_type(EncodingType::Url)
            .set_key_marker(marker.take())
            .set_version_id_marker(version_marker.take())
            .send()
            .await
            .map_err(|error| classify(Operation::Other("ListObjectVersions"), prefix, error))?;
        let encoded = answer.encoding_type() == Some(&EncodingType::Url);
        let mut last = String::new();
        for version in answer.versions() {
            let key = plain(version.key().unwrap_or_default(), encoded);
            if let Some(standing) = found.get_mut(key.as_str()) {
                standing.has_version = true;
                if version.is_latest() == Some(true) {
                    standing.latest = Latest::Object;
                }
            }
            last = last.max(key);
        }
        for entry in answer.delete_markers() {
            let key = plain(entry.key().unwrap_or_default(), encoded);
            if let Some(standing) = found.get_mut(key.as_str()) {
                let is_latest = entry.is_latest() == Some(true);
                if is_latest {
                    standing.latest = Latest::Marker;
                }
                standing.markers.push(Marker {
                    version_id: entry.version_id().unwrap_or_default().to_owned(),
                    made_at: entry
                        .last_modified()
                        .and_then(|at| at.to_millis().ok())
                        .unwrap_or(UnixMillis::MIN),
                    is_latest,
                });
            }
            last = last.max(key);
        }
        if !answer.is_truncated().unwrap_or(false) {
            break;
        }
        let Some(next_key) = answer.next_key_marker().map(|key| plain(key, encoded)) else {
            break;
        };
        // Keys before the last one seen are known to their end.
        next += keys[next..].partition_point(|key| *key < last.as_str());
        let Some(wanted) = keys.get(next) else {
            break;
        };
        if before(wanted) > next_key.as_str() {
            marker = Some(before(wanted).to_owned());
        } else {
            marker = Some(next_key);
            version_marker = answer.next_version_id_marker().map(str::to_owned);
        }
        if (&marker, &version_marker) == (&asked.0, &asked.1) {
            return Err(circles(prefix));
        }
    }
    Ok(found)
}

/// Something that comes before the key and after little else: the key without
/// its last character.
fn before(key: &str) -> &str {
    let end = key.char_indices().last().map_or(0, |(at, _)| at);
    &key[..end]
}

/// The beginning that the first and last (and so all) of the sorted keys share.
fn common_prefix<'a>(keys: &[&'a str]) -> &'a str {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else {
        return "";
    };
    let shared = first
        .char_indices()
        .zip(last.chars())
        .take_while(|((_, a), b)| a == b)
        .last()
        .map_or(0, |((at, c), _)| at + c.len_utf8());
    &first[..shared]
}

fn circles(prefix: &str) -> Error {
    Error::new(
        Code::ServiceFailed,
        "The versions could not be listed to their end: the service repeats itself.",
    )
    .about(prefix)
    .next("Try again later.")
}

pub(super) fn taken(key: &str) -> Error {
    Error::new(
        Code::AlreadyExists,
        "There is a newer file of this name: it was not touched.",
    )
    .about(key)
    .next("Rename the newer file, then undo again.")
}

pub(super) fn purged(key: &str) -> Error {
    Error::new(
        Code::NotFound,
        "What would be brought back is not in the bucket any more.",
    )
    .about(key)
    .next("A lifecycle rule or another program has removed it for good. Add the file again.")
}

fn deleted_again(key: &str) -> Error {
    Error::new(Code::Changed, "This file was deleted again since.")
        .about(key)
        .next("Undo the later deletion first.")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const HOUR: i64 = 3_600_000;

    fn row(marker: Option<&str>, deleted: bool) -> BinRow {
        BinRow {
            key: "a".into(),
            size: 1,
            marker_version_id: marker.map(str::to_owned),
            bin_key: None,
            deleted_at: deleted.then_some(10 * HOUR),
        }
    }

    fn standing(latest: Latest, markers: &[(&str, i64)], has_version: bool) -> Standing {
        Standing {
            latest,
            markers: markers
                .iter()
                .enumerate()
                .map(|(at, (id, made_at))| Marker {
                    version_id: (*id).to_owned(),
                    made_at: *made_at,
                    is_latest: at == 0 && latest == Latest::Marker,
                })
                .collect(),
            has_version,
        }
    }

    fn code(step: Step) -> Option<Code> {
        match step {
            Step::Fail(error) => Some(error.code),
            _ => None,
        }
    }

    #[test]
    fn the_marker_that_the_deletion_made_is_removed() {
        let standing = standing(Latest::Marker, &[("m", 10 * HOUR)], true);

        let step = step(&row(Some("m"), true), &standing, 10 * HOUR);

        assert_eq!(step, Step::RemoveMarker("m".into()));
    }

    #[test]
    fn a_marker_of_somebody_else_is_left_alone() {
        let standing = standing(
            Latest::Marker,
            &[("theirs", 11 * HOUR), ("m", 10 * HOUR)],
            true,
        );

        let step = step(&row(Some("m"), true), &standing, 10 * HOUR);

        assert_eq!(code(step), Some(Code::Changed));
    }

    #[test]
    fn after_a_crash_the_latest_marker_counts_if_it_is_as_young_as_the_deletion() {
        let young = standing(Latest::Marker, &[("m", 10 * HOUR - 60_000)], true);
        let old = standing(Latest::Marker, &[("m", 9 * HOUR)], true);

        assert_eq!(
            step(&row(None, false), &young, 10 * HOUR),
            Step::RemoveMarker("m".into())
        );
        assert_eq!(
            code(step(&row(None, false), &old, 10 * HOUR)),
            Some(Code::Changed)
        );
    }

    #[test]
    fn an_object_that_has_appeared_meanwhile_is_left_alone() {
        let standing = standing(Latest::Object, &[("m", 10 * HOUR)], true);

        assert_eq!(
            code(step(&row(Some("m"), true), &standing, 10 * HOUR)),
            Some(Code::AlreadyExists)
        );
    }

    #[test]
    fn an_object_whose_marker_is_gone_is_back_already() {
        let standing = standing(Latest::Object, &[], true);

        assert_eq!(
            step(&row(Some("m"), true), &standing, 10 * HOUR),
            Step::IsBack
        );
        assert_eq!(
            step(&row(None, false), &standing, 10 * HOUR),
            Step::NeverLeft
        );
    }

    #[test]
    fn what_was_purged_is_not_said_to_be_back() {
        let hidden = standing(Latest::Marker, &[("m", 10 * HOUR)], false);

        assert_eq!(
            code(step(&row(Some("m"), true), &hidden, 10 * HOUR)),
            Some(Code::NotFound)
        );
        assert_eq!(
            code(step(&row(Some("m"), true), &Standing::default(), 10 * HOUR)),
            Some(Code::NotFound)
        );
    }

    #[test]
    fn the_common_beginning_of_keys_ends_at_a_character() {
        assert_eq!(common_prefix(&["w/a", "w/b"]), "w/");
        assert_eq!(common_prefix(&["w/\u{e4}", "w/\u{e5}"]), "w/");
        assert_eq!(common_prefix(&["only"]), "only");
        assert_eq!(before("w/\u{e4}"), "w/");
        assert_eq!(before(""), "");
    }
}
