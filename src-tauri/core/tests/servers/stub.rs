//! A server that says just what a test tells it to: for answers that no real
//! server gives on demand.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A request as far as a test looks at it.
pub struct Request {
    pub method: String,
    /// With the query.
    pub target: String,
    pub head: String,
    pub body: Vec<u8>,
}

impl Request {
    /// It is signed for this region.
    pub fn is_signed_for(&self, region: &str) -> bool {
        self.head.contains(&format!("/{region}/s3/aws4_request"))
    }

    pub fn is_signed(&self) -> bool {
        self.head.to_ascii_lowercase().contains("\nauthorization:")
    }
}

pub struct Stub {
    pub endpoint: String,
    asked: Arc<AtomicUsize>,
}

impl Stub {
    /// Answers each request, one connection each, until the process ends.
    pub fn start(answer: impl Fn(&Request) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream);
                let Some(request) = read(&mut reader) else {
                    continue;
                };
                count.fetch_add(1, Ordering::SeqCst);
                let bytes = answer(&request).bytes(request.method == "HEAD");
                let _ = reader.get_mut().write_all(&bytes);
            }
        });
        Self { endpoint, asked }
    }

    /// How many requests have come.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn read(reader: &mut BufReader<std::net::TcpStream>) -> Option<Request> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let lower = head.to_ascii_lowercase();
    let length = lower.split_once("content-length:").map_or(0, |(_, rest)| {
        rest.lines().next().unwrap().trim().parse().unwrap()
    });
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut words = head.split(' ');
    Some(Request {
        method: words.next()?.to_owned(),
        target: words.next()?.to_owned(),
        head,
        body,
    })
}

pub struct Answer {
    status: u16,
    headers: String,
    body: Vec<u8>,
    /// The connection breaks after so many bytes of the body.
    breaks_after: usize,
}

impl Answer {
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: String::new(),
            body: body.into(),
            breaks_after: usize::MAX,
        }
    }

    /// An error as S3 writes it.
    pub fn error(status: u16, code: &str, more: &str) -> Self {
        Self {
            status,
            ..Self::ok(format!(
                "<?xml version=\"1.0\"?><Error><Code>{code}</Code>{more}</Error>"
            ))
        }
    }

    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub fn breaking_after(mut self, bytes: usize) -> Self {
        self.breaks_after = bytes;
        self
    }

    /// A listing of nothing.
    pub fn empty_listing() -> Self {
        Self::ok(
            "<?xml version=\"1.0\"?><ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>",
        )
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers += &format!("{name}: {value}\r\n");
        self
    }

    fn bytes(&self, head_only: bool) -> Vec<u8> {
        let mut bytes = format!(
            "HTTP/1.1 {} Answer\r\n{}x-amz-request-id: STUB1\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            self.status,
            self.headers,
            self.body.len()
        )
        .into_bytes();
        if !head_only {
            let sent = self.body.len().min(self.breaks_after);
            bytes.extend_from_slice(&self.body[..sent]);
        }
        bytes
    }
}
