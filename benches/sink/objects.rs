//! The names that there are, and what was said of each when it was sent.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hyper::HeaderMap;
use hyper::header::HeaderValue;

#[derive(Clone)]
pub struct Object {
    pub size: u64,
    /// With its quotes.
    pub etag: String,
    /// Checksums and `x-amz-meta-…`, told again to whoever asks.
    pub headers: Vec<(String, HeaderValue)>,
    pub modified: Arc<Moment>,
}

/// The keys of the one bucket there is, whatever it is called.
#[derive(Default)]
pub struct Objects(Mutex<BTreeMap<String, Object>>);

impl Objects {
    pub fn all(&self) -> MutexGuard<'_, BTreeMap<String, Object>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Object {
    /// One that nothing was said of.
    pub fn of(size: u64) -> Self {
        Self {
            size,
            etag: NO_MD5.to_owned(),
            headers: Vec::new(),
            modified: Arc::clone(began()),
        }
    }

    /// What a request's headers say of the object it sends.
    pub fn told(headers: &HeaderMap, size: u64) -> Self {
        let kept = headers.iter().filter(|(name, _)| {
            let name = name.as_str();
            name.starts_with("x-amz-meta-") || checksum(name)
        });
        Self {
            size,
            etag: etag(headers),
            headers: kept
                .map(|(name, value)| (name.as_str().to_owned(), value.clone()))
                .collect(),
            modified: Arc::clone(began()),
        }
    }
}

/// `x-amz-checksum-crc32` and its kin, not the names of algorithms and kinds.
pub fn checksum(name: &str) -> bool {
    name.strip_prefix("x-amz-checksum-")
        .is_some_and(|rest| rest.starts_with("crc") || rest.starts_with("sha"))
}

/// The MD5 where the client names it (it compares), and otherwise one that
/// cannot be taken for an MD5: nothing is computed here.
pub fn etag(headers: &HeaderMap) -> String {
    let md5 = headers.get("content-md5").and_then(|md5| md5.to_str().ok());
    match md5.and_then(|md5| BASE64_STANDARD.decode(md5).ok()) {
        Some(md5) => {
            let hex: String = md5.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("\"{hex}\"")
        }
        None => NO_MD5.to_owned(),
    }
}

pub const NO_MD5: &str = "\"0123456789abcdef0123456789abcdef-1\"";

/// A time of change.
pub struct Moment {
    /// As listings spell it.
    pub listed: String,
    /// As headers do.
    pub header: String,
}

impl Moment {
    pub fn of(time: jiff::Timestamp) -> Self {
        Self {
            listed: time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string(),
            header: time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        }
    }
}

/// When the sink began, which is when all that was sent to it was last changed.
/// Some clients leave out what is newer than their start.
pub fn began() -> &'static Arc<Moment> {
    static BEGAN: OnceLock<Arc<Moment>> = OnceLock::new();
    BEGAN.get_or_init(|| Arc::new(Moment::of(jiff::Timestamp::now())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_etag_is_the_md5_where_one_was_named() {
        let mut headers = HeaderMap::new();
        assert_eq!(etag(&headers), NO_MD5);

        headers.insert(
            "content-md5",
            HeaderValue::from_static("1B2M2Y8AsgTpgAmY7PhCfg=="),
        );
        assert_eq!(etag(&headers), "\"d41d8cd98f00b204e9800998ecf8427e\"");
    }
}
