//! What a connection may say of itself, and its tidy form.
//! Source of the bucket rules: Amazon S3 user guide, "General purpose bucket
//! naming rules". Other stores' older, looser names (capitals, underscores)
//! are taken where an endpoint is given.

use super::{ConnectionDraft, CredentialSource};
use crate::error::{Code, Error, Result};
use crate::store::is_region;

const LONGEST_NAME: usize = 100;
/// Bytes of a key, and so of a prefix.
const LONGEST_PREFIX: usize = 1_024;

/// The draft trimmed and with its prefix ending in `/`.
///
/// # Errors
/// `InvalidBucketName`, or `InvalidInput` whose subject is the field.
pub(super) fn checked(draft: ConnectionDraft) -> Result<ConnectionDraft> {
    let is_practice = draft.is_practice();
    // The practice store brings an endpoint of its own.
    let endpoint = tidy(draft.endpoint).filter(|_| !is_practice);
    let bucket = draft.bucket.trim().to_owned();
    check_bucket(&bucket, endpoint.is_some())?;
    if let Some(endpoint) = &endpoint {
        check_endpoint(endpoint)?;
    }
    let name = tidy(Some(draft.name)).unwrap_or_else(|| bucket.clone());
    check_name(&name)?;
    let region = tidy(draft.region);
    if region.as_deref().is_some_and(|region| !is_region(region)) {
        return Err(Error::invalid("region", "This cannot be a region.")
            .next("Write it like eu-central-1, or leave it empty and the service is asked."));
    }
    Ok(ConnectionDraft {
        name,
        prefix: tidy_prefix(&draft.prefix)?,
        bucket,
        region,
        endpoint: endpoint.map(|endpoint| endpoint.trim_end_matches('/').to_owned()),
        addressing: draft.addressing,
        source: checked_source(draft.source)?,
    })
}

fn tidy(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

fn check_name(name: &str) -> Result<()> {
    if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(
            Error::invalid("name", "This cannot be a connection's name.").next(format!(
                "Choose one of at most {LONGEST_NAME} characters, in one line."
            )),
        );
    }
    Ok(())
}

fn checked_source(source: CredentialSource) -> Result<CredentialSource> {
    match source {
        CredentialSource::AccessKeys { access_key_id } => {
            let id = access_key_id.trim().to_owned();
            let fits =
                !id.is_empty() && id.len() <= 128 && id.chars().all(|c| c.is_ascii_graphic());
            if !fits {
                return Err(
                    Error::invalid("accessKeyId", "This cannot be an access key ID.")
                        .next("Copy it again, without spaces; on Amazon S3 it begins with AKIA."),
                );
            }
            Ok(CredentialSource::AccessKeys { access_key_id: id })
        }
        CredentialSource::Profile { name } => {
            let name = name.trim().to_owned();
            if name.is_empty() {
                return Err(Error::invalid("profile", "No profile is chosen.")
                    .next("Choose a profile of the shared AWS configuration."));
            }
            Ok(CredentialSource::Profile { name })
        }
        CredentialSource::Practice { folder } => {
            let folder = tidy(folder);
            if folder
                .as_deref()
                .is_some_and(|folder| !std::path::Path::new(folder).is_absolute())
            {
                return Err(
                    Error::invalid("folder", "This is not a whole path of a folder.")
                        .next("Choose the folder with the button."),
                );
            }
            Ok(CredentialSource::Practice { folder })
        }
        CredentialSource::Environment => Ok(CredentialSource::Environment),
        CredentialSource::Anonymous => Ok(CredentialSource::Anonymous),
    }
}

/// Ends with `/` unless empty; leading slashes would make an object nobody finds.
fn tidy_prefix(prefix: &str) -> Result<String> {
    let prefix = prefix.trim().trim_matches('/');
    if prefix.is_empty() {
        return Ok(String::new());
    }
    let segments_fit = prefix
        .split('/')
        .all(|segment| !segment.is_empty() && segment != "." && segment != "..");
    if !segments_fit || prefix.len() >= LONGEST_PREFIX || prefix.chars().any(char::is_control) {
        return Err(
            Error::invalid("prefix", "This cannot be a folder in a bucket.")
                .next("Write it like courses/biology, without “..”, “//” and line breaks."),
        );
    }
    Ok(format!("{prefix}/"))
}

fn check_bucket(bucket: &str, has_endpoint: bool) -> Result<()> {
    let problem = if has_endpoint {
        loose_problem(bucket)
    } else {
        strict_problem(bucket)
    };
    let Some(problem) = problem else {
        return Ok(());
    };
    Err(Error::new(
        Code::InvalidBucketName,
        format!(
            "“{}” cannot be the name of a bucket: {problem}.",
            shown(bucket)
        ),
    )
    .about("bucket")
    .next("Copy the bucket's name from where it was made, without s3:// and without a path."))
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

fn strict_problem(bucket: &str) -> Option<&'static str> {
    if !(3..=63).contains(&bucket.len()) {
        return Some("it must have 3 to 63 characters");
    }
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = bucket.as_bytes();
    if !bytes.iter().all(|&b| plain(b) || b == b'.' || b == b'-') {
        return Some("only small letters, digits, dots and hyphens are allowed");
    }
    let ends = [bytes.first(), bytes.last()];
    if !ends.iter().all(|end| end.is_some_and(|&b| plain(b))) {
        return Some("it must begin and end with a letter or digit");
    }
    if bucket.contains("..") {
        return Some("two dots must not stand side by side");
    }
    if bucket.parse::<std::net::Ipv4Addr>().is_ok() {
        return Some("it looks like an IP address");
    }
    let prefixes = ["xn--", "sthree-", "amzn-s3-demo-"];
    let suffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];
    if prefixes.iter().any(|p| bucket.starts_with(p)) {
        return Some("it begins with something reserved");
    }
    if suffixes.iter().any(|s| bucket.ends_with(s)) {
        return Some("it ends with something reserved");
    }
    None
}

/// What no store can serve at `/bucket/key`.
fn loose_problem(bucket: &str) -> Option<&'static str> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if !(1..=255).contains(&bucket.len()) {
        return Some("it must have 1 to 255 characters");
    }
    if !bucket.bytes().all(allowed) {
        return Some("only letters, digits, dots, hyphens and underscores are allowed");
    }
    if bucket.bytes().all(|byte| byte == b'.') {
        return Some("it has dots only");
    }
    None
}

fn check_endpoint(endpoint: &str) -> Result<()> {
    let invalid = |message: &str| {
        Err(Error::invalid("endpoint", message)
            .next("Write it like https://storage.example.org, or leave it empty for Amazon S3."))
    };
    let Some((scheme, rest)) = endpoint.split_once("://") else {
        return invalid("The endpoint does not begin with https:// or http://.");
    };
    if scheme != "https" && scheme != "http" {
        return invalid("The endpoint does not begin with https:// or http://.");
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return invalid("The endpoint must not contain a user name or password.");
    }
    if rest.contains(['?', '#']) || rest.contains(char::is_whitespace) || !rest.is_ascii() {
        return invalid("The endpoint contains something that does not belong there.");
    }
    if !path
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "/-._~".contains(c))
    {
        return invalid("The endpoint's path contains something that does not belong there.");
    }
    let Some((host, port)) = host_and_port(authority) else {
        return invalid("The endpoint names no host.");
    };
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return invalid("The endpoint's port is no number from 1 to 65535.");
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    if host.is_empty() || !host.chars().all(fits) {
        return invalid("The endpoint names no host.");
    }
    Ok(())
}

/// `[::1]:9000`, `host:9000` or `host`.
fn host_and_port(authority: &str) -> Option<(&str, Option<&str>)> {
    if authority.starts_with('[') {
        let end = authority.find(']')? + 1;
        let (host, rest) = authority.split_at(end);
        host[1..end - 1].parse::<std::net::Ipv6Addr>().ok()?;
        return match rest.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => rest.is_empty().then_some((host, None)),
        };
    }
    match authority.split_once(':') {
        Some((host, port)) => Some((host, Some(port))),
        None => Some((authority, None)),
    }
}

fn host(endpoint: &str) -> Option<&str> {
    let (_, rest) = endpoint.split_once("://")?;
    let authority = rest.split('/').next()?;
    Some(host_and_port(authority)?.0)
}

/// An address of Amazon's own.
pub(super) fn is_amazon(endpoint: &str) -> bool {
    host(endpoint).is_some_and(|host| {
        let host = host.to_ascii_lowercase();
        host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn")
    })
}

/// An address that only this computer reaches.
pub(crate) fn is_loopback(endpoint: &str) -> bool {
    let Some(host) = host(endpoint) else {
        return false;
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
