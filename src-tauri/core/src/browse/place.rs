//! Which keys and prefixes a connection may touch: those below its own prefix,
//! and not Lectern's own (the bin, the probe keys of a connection test).

use crate::bin::BIN_PREFIX;
use crate::connection::ConnectionDraft;
use crate::error::{Error, Result};

/// Keys that "Test connection" makes and removes begin so, at the connection's root.
pub(crate) const PROBE_PREFIX: &str = ".lectern-probe-";

/// The connection's own prefix: empty, or ends with `/`.
pub(crate) fn root(connection: &ConnectionDraft) -> String {
    let mut root = connection.prefix.clone();
    if !root.is_empty() && !root.ends_with('/') {
        root.push('/');
    }
    root
}

/// Where the connection's bin lies.
pub(crate) fn bin(connection: &ConnectionDraft) -> String {
    root(connection) + BIN_PREFIX
}

/// The prefix of a folder, ending with `/` (or the bucket's root, empty).
/// An empty one asks for the connection's root.
///
/// # Errors
/// `InvalidInput` when it lies outside the connection's prefix or in the bin.
pub(crate) fn folder(connection: &ConnectionDraft, prefix: &str) -> Result<String> {
    if prefix.is_empty() {
        return Ok(root(connection));
    }
    let mut prefix = prefix.to_owned();
    if !prefix.ends_with('/') {
        prefix.push('/');
    }
    check(connection, &prefix)?;
    Ok(prefix)
}

/// # Errors
/// `InvalidInput` for a key outside the connection's prefix or in the bin.
pub(crate) fn check(connection: &ConnectionDraft, key: &str) -> Result<()> {
    let outside = !key.starts_with(&root(connection));
    if outside || key.starts_with(&bin(connection)) {
        return Err(
            Error::invalid("path", format!("“{key}” is not part of this connection."))
                .next("Go back to the connection's first folder and look from there."),
        );
    }
    Ok(())
}

/// Not for people's eyes: the bin and the probe keys.
pub(crate) fn is_ours(connection: &ConnectionDraft, key: &str) -> bool {
    key.strip_prefix(root(connection).as_str())
        .is_some_and(|rest| rest.starts_with(BIN_PREFIX) || rest.starts_with(PROBE_PREFIX))
}

/// The last segment: how a person calls it. `a/b.txt` and `a/b/` give `b.txt` and `b`.
pub(crate) fn last_segment(key: &str) -> &str {
    let key = key.strip_suffix('/').unwrap_or(key);
    key.rsplit_once('/').map_or(key, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::connection::{Addressing, CredentialSource};
    use crate::error::Code;

    fn connection(prefix: &str) -> ConnectionDraft {
        ConnectionDraft {
            name: "Materials".into(),
            bucket: "materials".into(),
            prefix: prefix.into(),
            region: None,
            endpoint: None,
            addressing: Addressing::Auto,
            source: CredentialSource::Anonymous,
        }
    }

    #[test]
    fn an_empty_prefix_is_the_connections_root() {
        assert_eq!(folder(&connection("staff"), "").unwrap(), "staff/");
        assert_eq!(folder(&connection(""), "").unwrap(), "");
    }

    #[test]
    fn what_lies_outside_the_connections_prefix_is_refused() {
        let connection = connection("staff/");

        assert_eq!(folder(&connection, "staff/a").unwrap(), "staff/a/");
        for outside in ["staff", "staffroom/", "other/", "/staff/"] {
            let verdict = check(&connection, outside);
            assert_eq!(verdict.unwrap_err().code, Code::InvalidInput, "{outside}");
        }
    }

    #[test]
    fn the_bin_is_no_place_to_go_to() {
        let connection = connection("staff/");

        assert!(folder(&connection, "staff/.lectern-bin/x/").is_err());
        assert!(is_ours(&connection, "staff/.lectern-bin/"));
        assert!(is_ours(&connection, "staff/.lectern-probe-7"));
        assert!(!is_ours(&connection, "staff/week/.lectern-bin/"));
    }

    #[test]
    fn the_last_segment_is_what_people_call_it() {
        assert_eq!(last_segment("a/b.txt"), "b.txt");
        assert_eq!(last_segment("a/b/"), "b");
        assert_eq!(last_segment("a"), "a");
        assert_eq!(last_segment("a//"), "");
    }
}
