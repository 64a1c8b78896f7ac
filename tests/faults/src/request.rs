//! What a request asks for, read from its head: as much as rules and the log
//! need. Path-style addressing only. Source of the shapes: Amazon S3 API reference.

use crate::head::Head;

/// The S3 operation of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    PutObject,
    CopyObject,
    GetObject,
    HeadObject,
    DeleteObject,
    DeleteObjects,
    CreateMultipartUpload,
    UploadPart,
    UploadPartCopy,
    CompleteMultipartUpload,
    AbortMultipartUpload,
    ListParts,
    ListMultipartUploads,
    ListObjects,
    /// Anything that concerns the bucket as a whole, and what is not named above.
    Other,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// Path and query, as they were sent.
    pub target: String,
    pub operation: Operation,
    pub bucket: String,
    /// As it was sent, percent-encoded; empty for the bucket itself.
    pub key: String,
    pub part: Option<u32>,
    pub upload_id: Option<String>,
    /// The first and last byte that are asked for.
    pub range: Option<(u64, u64)>,
    /// Bytes of the body, by `Content-Length`.
    pub length: u64,
    /// The session token that it was signed with.
    pub session: Option<String>,
}

impl Request {
    /// `None` where it is no request that this proxy can pass on.
    pub(crate) fn of(head: &Head) -> Option<Self> {
        let mut words = head.first_line().split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let path = path.strip_prefix('/')?;
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        let query = Query(query);
        let copies = head.get("x-amz-copy-source").is_some();
        Some(Self {
            operation: operation(&method, key, &query, copies),
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            part: query
                .get("partNumber")
                .and_then(|number| number.parse().ok()),
            upload_id: query.get("uploadId").map(str::to_owned),
            range: head.get("range").and_then(range),
            length: match head.get("content-length") {
                Some(length) => length.parse().ok()?,
                None => 0,
            },
            session: head.get("x-amz-security-token").map(str::to_owned),
            method,
            target,
        })
    }
}

fn operation(method: &str, key: &str, query: &Query<'_>, copies: bool) -> Operation {
    if key.is_empty() {
        return match method {
            "POST" if query.has("delete") => Operation::DeleteObjects,
            "GET" if query.has("uploads") => Operation::ListMultipartUploads,
            "GET" if query.has("list-type") => Operation::ListObjects,
            _ => Operation::Other,
        };
    }
    match method {
        "PUT" if query.has("partNumber") && copies => Operation::UploadPartCopy,
        "PUT" if query.has("partNumber") => Operation::UploadPart,
        "PUT" if query.is_plain() && copies => Operation::CopyObject,
        "PUT" if query.is_plain() => Operation::PutObject,
        "POST" if query.has("uploads") => Operation::CreateMultipartUpload,
        "POST" if query.has("uploadId") => Operation::CompleteMultipartUpload,
        "DELETE" if query.has("uploadId") => Operation::AbortMultipartUpload,
        "DELETE" if query.is_plain() => Operation::DeleteObject,
        "GET" if query.has("uploadId") => Operation::ListParts,
        "GET" if query.is_plain() => Operation::GetObject,
        "HEAD" => Operation::HeadObject,
        _ => Operation::Other,
    }
}

fn range(value: &str) -> Option<(u64, u64)> {
    let (first, last) = value.strip_prefix("bytes=")?.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

struct Query<'a>(&'a str);

impl Query<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.pairs()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// No subresource: only what says how, such as `x-id` or a version.
    fn is_plain(&self) -> bool {
        self.pairs().all(|(key, _)| {
            matches!(key, "" | "x-id" | "versionId") || key.starts_with("response-")
        })
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn read(head: &str) -> Request {
        Request::of(&Head::parse(head.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn operations_are_told_apart() {
        let cases = [
            ("PUT /b/k?x-id=PutObject HTTP/1.1", Operation::PutObject),
            (
                "PUT /b/k?partNumber=3&uploadId=u HTTP/1.1",
                Operation::UploadPart,
            ),
            ("PUT /b/k?tagging HTTP/1.1", Operation::Other),
            ("PUT /b HTTP/1.1", Operation::Other),
            (
                "POST /b/k?uploads HTTP/1.1",
                Operation::CreateMultipartUpload,
            ),
            (
                "POST /b/k?uploadId=u HTTP/1.1",
                Operation::CompleteMultipartUpload,
            ),
            ("POST /b/?delete HTTP/1.1", Operation::DeleteObjects),
            (
                "DELETE /b/k?uploadId=u HTTP/1.1",
                Operation::AbortMultipartUpload,
            ),
            ("DELETE /b/k?versionId=v HTTP/1.1", Operation::DeleteObject),
            ("GET /b/k?uploadId=u HTTP/1.1", Operation::ListParts),
            ("GET /b/a/k?x-id=GetObject HTTP/1.1", Operation::GetObject),
            (
                "GET /b?list-type=2&prefix=a HTTP/1.1",
                Operation::ListObjects,
            ),
            ("GET /b?versioning HTTP/1.1", Operation::Other),
            ("HEAD /b/k HTTP/1.1", Operation::HeadObject),
        ];
        for (line, operation) in cases {
            assert_eq!(read(line).operation, operation, "{line}");
        }
        let copy = "PUT /b/k HTTP/1.1\r\nX-Amz-Copy-Source: b/from";
        assert_eq!(read(copy).operation, Operation::CopyObject);
    }

    #[test]
    fn what_is_asked_for_is_read() {
        let part = read("PUT /b/a/k?partNumber=3&uploadId=u HTTP/1.1\r\nContent-Length: 12");
        assert_eq!((part.bucket.as_str(), part.key.as_str()), ("b", "a/k"));
        assert_eq!((part.part, part.upload_id.as_deref()), (Some(3), Some("u")));
        assert_eq!(part.length, 12);

        let range = read("GET /b/k HTTP/1.1\r\nrange: bytes=8-15\r\nx-amz-security-token: t");
        assert_eq!(range.range, Some((8, 15)));
        assert_eq!(range.session.as_deref(), Some("t"));
    }
}
