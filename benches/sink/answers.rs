//! From a request to its answer: the operations that clients need to move files,
//! and the few questions of the one who measures.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};

use crate::body::{Answer, checksum_of_zeros};
use crate::counters::Counters;
use crate::listing::{Asked, page};
use crate::objects::{NO_MD5, Object, Objects, began, checksum, etag};
use crate::parts::Uploads;
use crate::varied;
use crate::xml::{escape, texts};

#[derive(Default)]
pub struct Sink {
    pub counters: Counters,
    objects: Objects,
    uploads: Uploads,
    latency_ms: AtomicU64,
    /// Said to keep versions: what is deleted leaves a marker.
    versioned: AtomicBool,
}

/// What a request is about.
struct Asking {
    head: Parts,
    key: String,
    query: HashMap<String, String>,
}

impl Asking {
    fn of(head: Parts) -> Self {
        let path = decoded(head.uri.path());
        let key = path.trim_start_matches('/').split_once('/');
        let key = key.map(|(_, key)| key.to_owned()).unwrap_or_default();
        let query = head.uri.query().unwrap_or_default();
        let query = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decoded(name), decoded(&value.replace('+', " ")))
            });
        Self {
            query: query.collect(),
            key,
            head,
        }
    }

    fn has(&self, name: &str) -> bool {
        self.query.contains_key(name)
    }

    fn get(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).parse().ok()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    fn operation(&self) -> &'static str {
        let copies = self.header("x-amz-copy-source").is_some();
        match (&self.head.method, self.key.is_empty()) {
            (&Method::GET, true) if self.has("versioning") => "GetBucketVersioning",
            (&Method::GET, true) if self.has("location") => "GetBucketLocation",
            (&Method::GET, true) if self.has("uploads") => "ListMultipartUploads",
            (&Method::GET, true) => "ListObjects",
            (&Method::HEAD, true) => "HeadBucket",
            (&Method::POST, true) if self.has("delete") => "DeleteObjects",
            (&Method::PUT, true) => "CreateBucket",
            (&Method::GET, false) if self.has("uploadId") => "ListParts",
            (&Method::GET, false) => "GetObject",
            (&Method::HEAD, false) => "HeadObject",
            (&Method::POST, false) if self.has("uploads") => "CreateMultipartUpload",
            (&Method::POST, false) => "CompleteMultipartUpload",
            (&Method::PUT, false) if self.has("partNumber") && copies => "UploadPartCopy",
            (&Method::PUT, false) if self.has("partNumber") => "UploadPart",
            (&Method::PUT, false) if copies => "CopyObject",
            (&Method::PUT, false) => "PutObject",
            (&Method::DELETE, false) if self.has("uploadId") => "AbortMultipartUpload",
            (&Method::DELETE, false) => "DeleteObject",
            _ => "Other",
        }
    }
}

impl Sink {
    /// Holds these objects too, as if they had been sent.
    pub fn hold(&self, objects: impl IntoIterator<Item = (String, Object)>) {
        self.objects.all().extend(objects);
    }

    /// How many objects there are.
    pub fn count(&self) -> usize {
        self.objects.all().len()
    }

    pub(crate) async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Answer> {
        let (head, body) = request.into_parts();
        let asking = Asking::of(head);
        if let Some(what) = asking.head.uri.path().strip_prefix("/-/") {
            return self.measure(what, &asking);
        }
        let operation = asking.operation();
        let _under_way = self.counters.request(operation);
        let Some((length, text)) = self.swallow(body, keeps_body(operation)).await else {
            return refuse(StatusCode::BAD_REQUEST, "IncompleteBody");
        };
        let length = asking
            .header("x-amz-decoded-content-length")
            .and_then(|decoded| decoded.parse().ok())
            .unwrap_or(length);
        let latency = self.latency_ms.load(Ordering::Relaxed);
        if latency > 0 {
            tokio::time::sleep(Duration::from_millis(latency)).await;
        }
        match operation {
            "ListObjects" => self.list(&asking),
            "GetBucketVersioning" => xml(self.versioning().to_owned()),
            "GetBucketLocation" => xml("<LocationConstraint/>".to_owned()),
            "ListMultipartUploads" => xml(self.uploads.list()),
            "HeadBucket" | "CreateBucket" => plain(StatusCode::OK),
            "DeleteObjects" => self.delete_many(&text),
            "ListParts" => match self.uploads.list_parts(asking.get("uploadId")) {
                Some(parts) => xml(parts),
                None => refuse(StatusCode::NOT_FOUND, "NoSuchUpload"),
            },
            "GetObject" | "HeadObject" => self.read(&asking),
            "PutObject" => self.put(&asking, length),
            "CopyObject" => self.copy(&asking),
            "CreateMultipartUpload" => self.begin(asking),
            "UploadPart" => self.part(&asking, length),
            "CompleteMultipartUpload" => self.complete(&asking),
            "AbortMultipartUpload" => {
                self.uploads.all().remove(asking.get("uploadId"));
                plain(StatusCode::NO_CONTENT)
            }
            "DeleteObject" => {
                self.objects.all().remove(&asking.key);
                plain(StatusCode::NO_CONTENT)
            }
            _ => refuse(StatusCode::NOT_IMPLEMENTED, "NotImplemented"),
        }
    }

    /// The length of a body, and its text where that matters. `None` when it
    /// breaks off.
    async fn swallow(&self, mut body: Incoming, keep: bool) -> Option<(u64, String)> {
        let (mut length, mut kept) = (0, Vec::new());
        while let Some(frame) = body.frame().await {
            let frame = frame.ok()?;
            if let Some(bytes) = frame.data_ref() {
                length += bytes.len() as u64;
                self.counters.came_in(bytes.len() as u64);
                if keep {
                    kept.extend_from_slice(bytes);
                }
            }
        }
        Some((length, String::from_utf8(kept).ok()?))
    }

    fn measure(&self, what: &str, asking: &Asking) -> Response<Answer> {
        match what {
            "counters" => {
                return xml(self.counters.json(self.count()).to_string());
            }
            "reset" => {
                self.counters.reset();
                self.latency_ms.store(0, Ordering::Relaxed);
                self.versioned.store(false, Ordering::Relaxed);
                if asking.has("objects") {
                    self.objects.all().clear();
                    self.uploads.all().clear();
                }
            }
            "latency" => {
                let ms = asking.number("ms").unwrap_or(0);
                self.latency_ms.store(ms, Ordering::Relaxed);
            }
            "versioned" => self.versioned.store(true, Ordering::Relaxed),
            "seed" => {
                let prefix = asking.get("prefix");
                let count = asking.number("count").unwrap_or(0);
                if asking.has("varied") {
                    self.hold(varied::objects(prefix, count));
                } else {
                    let size = asking.number("size").unwrap_or(0);
                    self.hold((0..count).map(|number| {
                        let key = seeded_name(prefix, number, asking.number("folder"));
                        (key, Object::of(size))
                    }));
                }
            }
            _ => return plain(StatusCode::NOT_FOUND),
        }
        plain(StatusCode::OK)
    }

    fn versioning(&self) -> &'static str {
        if self.versioned.load(Ordering::Relaxed) {
            "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        } else {
            "<VersioningConfiguration/>"
        }
    }

    fn list(&self, asking: &Asking) -> Response<Answer> {
        let after = ["continuation-token", "start-after", "marker"]
            .into_iter()
            .map(|name| asking.get(name))
            .find(|after| !after.is_empty());
        xml(page(
            &self.objects.all(),
            &Asked {
                prefix: asking.get("prefix"),
                delimiter: asking.get("delimiter"),
                after: after.unwrap_or_default(),
                most: asking.number("max-keys").unwrap_or(1_000),
                encoded: asking.get("encoding-type") == "url",
            },
        ))
    }

    fn read(self: &Arc<Self>, asking: &Asking) -> Response<Answer> {
        let Some(object) = self.objects.all().get(&asking.key).cloned() else {
            return refuse(StatusCode::NOT_FOUND, "NoSuchKey");
        };
        let size = object.size;
        let range = asking.header("range").and_then(|range| span(range, size));
        let (from, to) = range.unwrap_or((0, size));
        let mut answer = Response::builder()
            .header("etag", object.etag)
            .header("last-modified", object.modified.header.as_str())
            .header("accept-ranges", "bytes")
            .header("content-type", "application/octet-stream")
            .header("content-length", to - from);
        for (name, value) in &object.headers {
            if !checksum(name) {
                answer = answer.header(name, value);
            }
        }
        if range.is_some() {
            answer = answer
                .status(StatusCode::PARTIAL_CONTENT)
                .header("content-range", format!("bytes {from}-{}/{size}", to - 1));
        } else if asking.header("x-amz-checksum-mode").is_some() {
            answer = answer
                .header("x-amz-checksum-crc64nvme", checksum_of_zeros(size))
                .header("x-amz-checksum-type", "FULL_OBJECT");
        }
        let body = match asking.head.method {
            Method::HEAD => Answer::empty(),
            _ => Answer::Zeros(to - from, Arc::clone(self)),
        };
        built(answer.body(body))
    }

    fn put(&self, asking: &Asking, length: u64) -> Response<Answer> {
        let told = Object::told(&asking.head.headers, length);
        let answer = accepted(&told);
        let mut objects = self.objects.all();
        if asking.header("if-none-match") == Some("*") && objects.contains_key(&asking.key) {
            return refuse(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
        }
        objects.insert(asking.key.clone(), told);
        answer
    }

    fn copy(&self, asking: &Asking) -> Response<Answer> {
        let from = decoded(asking.header("x-amz-copy-source").unwrap_or_default());
        let from = from.trim_start_matches('/');
        let from = from.split_once('/').map_or("", |(_, key)| key);
        let mut objects = self.objects.all();
        let Some(object) = objects.get(from).cloned() else {
            return refuse(StatusCode::NOT_FOUND, "NoSuchKey");
        };
        if asking.header("if-none-match") == Some("*") && objects.contains_key(&asking.key) {
            return refuse(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
        }
        let etag = object.etag.replace('"', "&quot;");
        objects.insert(asking.key.clone(), object);
        let modified = &began().listed;
        xml(format!(
            "<CopyObjectResult><ETag>{etag}</ETag><LastModified>{modified}</LastModified>\
             </CopyObjectResult>"
        ))
    }

    fn begin(&self, asking: Asking) -> Response<Answer> {
        let told = Object::told(&asking.head.headers, 0);
        let id = self.uploads.begin(asking.key, told);
        xml(format!(
            "<InitiateMultipartUploadResult><UploadId>{id}</UploadId>\
             </InitiateMultipartUploadResult>"
        ))
    }

    fn part(&self, asking: &Asking, length: u64) -> Response<Answer> {
        let mut told = Object::told(&asking.head.headers, length);
        told.etag = etag(&asking.head.headers);
        let answer = accepted(&told);
        let number = asking.number("partNumber").unwrap_or(1);
        match self.uploads.all().get_mut(asking.get("uploadId")) {
            Some(upload) => upload.parts.insert(number, told),
            None => return refuse(StatusCode::NOT_FOUND, "NoSuchUpload"),
        };
        answer
    }

    fn complete(&self, asking: &Asking) -> Response<Answer> {
        let Some(upload) = self.uploads.all().remove(asking.get("uploadId")) else {
            return refuse(StatusCode::NOT_FOUND, "NoSuchUpload");
        };
        let mut object = upload.told;
        object.size = upload.parts.values().map(|part| part.size).sum();
        let etag = NO_MD5.to_owned();
        object.etag.clone_from(&etag);
        self.objects.all().insert(upload.key, object);
        let whole = asking.header("x-amz-checksum-crc64nvme").map(|told| {
            format!(
                "<ChecksumCRC64NVME>{told}</ChecksumCRC64NVME>\
                 <ChecksumType>FULL_OBJECT</ChecksumType>"
            )
        });
        xml(format!(
            "<CompleteMultipartUploadResult><ETag>{}</ETag>{}</CompleteMultipartUploadResult>",
            etag.replace('"', "&quot;"),
            whole.unwrap_or_default(),
        ))
    }

    fn delete_many(&self, text: &str) -> Response<Answer> {
        let quiet = texts(text, "Quiet").next().as_deref() == Some("true");
        let mut answer = String::from("<DeleteResult>");
        let marker = if self.versioned.load(Ordering::Relaxed) {
            "<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>1</DeleteMarkerVersionId>"
        } else {
            ""
        };
        let mut objects = self.objects.all();
        for key in texts(text, "Key") {
            objects.remove(&key);
            if !quiet {
                answer.push_str("<Deleted><Key>");
                escape(&key, &mut answer);
                answer.push_str("</Key>");
                answer.push_str(marker);
                answer.push_str("</Deleted>");
            }
        }
        answer.push_str("</DeleteResult>");
        xml(answer)
    }
}

/// `folder`: so many of them are in a folder each.
fn seeded_name(prefix: &str, number: u32, folder: Option<u32>) -> String {
    match folder.filter(|files| *files > 0) {
        Some(files) => format!("{prefix}{:05}/{:05}.bin", number / files, number % files),
        None => format!("{prefix}{number:07}.bin"),
    }
}

fn keeps_body(operation: &str) -> bool {
    operation == "DeleteObjects"
}

/// The good answer to what was sent, with its checksums told back.
fn accepted(told: &Object) -> Response<Answer> {
    let mut answer = Response::builder().header("etag", &told.etag);
    for (name, value) in &told.headers {
        if checksum(name) {
            answer = answer.header(name, value);
        }
    }
    built(answer.body(Answer::empty()))
}

/// From and up to, as `bytes=0-7` or `bytes=8-` says.
fn span(range: &str, size: u64) -> Option<(u64, u64)> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let from = from.parse().ok()?;
    let to = to.parse().map_or(size, |last: u64| size.min(last + 1));
    (from < to).then_some((from, to))
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

fn xml(text: String) -> Response<Answer> {
    built(
        Response::builder()
            .header("content-type", "application/xml")
            .body(Answer::from(text)),
    )
}

fn plain(status: StatusCode) -> Response<Answer> {
    let answer = Response::builder()
        .status(status)
        .header("x-amz-bucket-region", "us-east-1");
    built(answer.body(Answer::empty()))
}

fn refuse(status: StatusCode, code: &str) -> Response<Answer> {
    let text = format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>");
    built(Response::builder().status(status).body(Answer::from(text)))
}

/// An answer can be malformed only by a header that a client sent.
fn built(answer: hyper::http::Result<Response<Answer>>) -> Response<Answer> {
    let mut answer = answer.unwrap_or_else(|_| {
        let mut bad = Response::new(Answer::empty());
        *bad.status_mut() = StatusCode::BAD_REQUEST;
        bad
    });
    let id = HeaderValue::from_static("0000000000000000");
    let headers: &mut HeaderMap = answer.headers_mut();
    headers.insert("x-amz-request-id", id);
    answer
}
