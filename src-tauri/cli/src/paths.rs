//! Remote paths as they are typed: `s3://bucket/key` or `connection:key`.

use lectern_core::connection::Connection;

use crate::exit::Failure;

/// `s3://bucket/key`, taken apart; the key may be empty.
pub struct BucketPath<'a> {
    pub bucket: &'a str,
    pub key: &'a str,
}

/// `None`: this is a `connection:key` path.
///
/// # Errors
/// A usage error for `s3://` with no bucket after it.
pub fn bucket_path(text: &str) -> Result<Option<BucketPath<'_>>, Failure> {
    let Some(rest) = text.strip_prefix("s3://") else {
        return Ok(None);
    };
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    if bucket.is_empty() {
        return Err(Failure::usage(
            format!("“{text}” names no bucket."),
            "Write it like s3://bucket/folder/file.pdf.",
        ));
    }
    Ok(Some(BucketPath { bucket, key }))
}

/// The connections that a `name:key` path may mean, each with its key. A name
/// may hold a colon itself: the longest name that fits is meant.
pub fn named<'a>(text: &'a str, known: &'a [Connection]) -> Vec<(&'a Connection, &'a str)> {
    let mut fitting: Vec<_> = known
        .iter()
        .filter_map(|connection| {
            let key = text.strip_prefix(&connection.name)?.strip_prefix(':')?;
            Some((connection, key))
        })
        .collect();
    let longest = fitting.iter().map(|(c, _)| c.name.len()).max();
    fitting.retain(|(c, _)| Some(c.name.len()) == longest);
    fitting
}

/// The connections through which a key of a bucket can be reached: those with
/// the longest prefix that covers it.
pub fn having<'a>(path: &BucketPath<'_>, known: &'a [Connection]) -> Vec<&'a Connection> {
    let mut fitting: Vec<_> = known
        .iter()
        .filter(|connection| connection.bucket == path.bucket)
        .filter(|connection| covers(connection, path.key))
        .collect();
    let longest = fitting.iter().map(|c| c.prefix.len()).max();
    fitting.retain(|c| Some(c.prefix.len()) == longest);
    fitting
}

fn covers(connection: &Connection, key: &str) -> bool {
    let prefix = connection.prefix.trim_end_matches('/');
    match key.strip_prefix(prefix) {
        Some(rest) => prefix.is_empty() || rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}

/// Whether a key is written as a folder: the root, or ending in `/`.
pub fn is_folder(key: &str) -> bool {
    key.is_empty() || key.ends_with('/')
}

/// Folder and name: `a/b.txt` is `a/` and `b.txt`, `a/b/` is `a/` and `b`.
pub fn split(key: &str) -> (&str, &str) {
    let name_ends = key.trim_end_matches('/').len();
    let name_starts = key[..name_ends].rfind('/').map_or(0, |slash| slash + 1);
    (&key[..name_starts], &key[name_starts..name_ends])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use lectern_core::connection::{Addressing, ConnectionDraft, ConnectionId, CredentialSource};

    fn connection(name: &str, bucket: &str, prefix: &str) -> Connection {
        Connection {
            id: ConnectionId(name.to_owned()),
            draft: ConnectionDraft {
                name: name.to_owned(),
                bucket: bucket.to_owned(),
                prefix: prefix.to_owned(),
                region: None,
                endpoint: None,
                addressing: Addressing::Auto,
                source: CredentialSource::Anonymous,
            },
        }
    }

    #[test]
    fn a_bucket_path_is_taken_apart() {
        let path = bucket_path("s3://course/a/b.txt").unwrap().unwrap();
        assert_eq!((path.bucket, path.key), ("course", "a/b.txt"));
        let path = bucket_path("s3://course").unwrap().unwrap();
        assert_eq!((path.bucket, path.key), ("course", ""));
        assert!(bucket_path("s3:///a").is_err());
        assert!(bucket_path("course:a").unwrap().is_none());
    }

    #[test]
    fn the_longest_name_that_fits_is_meant() {
        let known = [connection("a", "x", ""), connection("a:b", "y", "")];

        assert_eq!(named("a:b:c", &known)[0].1, "c");
        assert_eq!(named("a:c", &known)[0].1, "c");
        assert!(named("other:c", &known).is_empty());
    }

    #[test]
    fn the_connection_nearest_to_the_key_is_meant() {
        let known = [
            connection("all", "course", ""),
            connection("week", "course", "week/"),
            connection("other", "else", ""),
        ];
        let reached = |text| {
            let path = bucket_path(text).unwrap().unwrap();
            having(&path, &known)
                .iter()
                .map(|c| c.name.clone())
                .collect::<Vec<_>>()
        };

        assert_eq!(reached("s3://course/week/a"), ["week"]);
        assert_eq!(reached("s3://course/week"), ["week"]);
        assert_eq!(reached("s3://course/weekend"), ["all"]);
        assert!(reached("s3://nowhere/a").is_empty());
    }

    #[test]
    fn a_key_has_a_folder_and_a_name() {
        assert_eq!(split("a/b.txt"), ("a/", "b.txt"));
        assert_eq!(split("a/b/"), ("a/", "b"));
        assert_eq!(split("b"), ("", "b"));
        assert_eq!(split(""), ("", ""));
    }
}
