//! A store that answers as a test tells it to: for what no real one does on
//! purpose (repeating itself, refusing, being slow).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lectern_core::clock::Clock;
use lectern_core::connection::{ConnectionId, Secrets};
use lectern_core::{Folders, Lectern};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::server;

/// A request as far as a script looks at it.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// The path without the bucket, then `?` and the query.
    pub target: String,
}

pub enum Answer {
    Now(u16, String),
    /// Never: the connection stays open until the client goes.
    Never,
}

pub struct Scripted {
    pub lectern: Arc<Lectern>,
    pub connection: ConnectionId,
    requests: Arc<Mutex<Vec<Request>>>,
    /// A client waits for an answer that will not come.
    pub waiting: Arc<Notify>,
    /// Such a client went.
    pub gone: Arc<Notify>,
}

/// An open core with a connection on a store that answers through `script`,
/// which is told how many requests like this one came before.
pub async fn scripted(
    script: impl Fn(&Request, usize) -> Answer + Send + Sync + 'static,
) -> Scripted {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let (waiting, gone) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let server = Arc::new(Server {
        script,
        seen: Arc::clone(&requests),
        waiting: Arc::clone(&waiting),
        gone: Arc::clone(&gone),
    });
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let server = Arc::clone(&server);
            tokio::spawn(async move { server.serve(stream).await });
        }
    });
    let lectern = Lectern::in_memory(
        Folders::below(std::path::Path::new("unused")),
        Secrets::session_only(),
        Clock::system(),
    );
    let lectern = Arc::new(lectern.unwrap());
    let connection = server::keyed_connection(&lectern, endpoint);
    Scripted {
        lectern,
        connection,
        requests,
        waiting,
        gone,
    }
}

impl Scripted {
    pub fn count(&self, matching: impl Fn(&Request) -> bool) -> usize {
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|request| matching(request)).count()
    }

    pub async fn client_went(&self) {
        tokio::time::timeout(Duration::from_mins(1), self.gone.notified())
            .await
            .expect("the client goes within a minute");
    }
}

struct Server<F> {
    script: F,
    seen: Arc<Mutex<Vec<Request>>>,
    waiting: Arc<Notify>,
    gone: Arc<Notify>,
}

impl<F: Fn(&Request, usize) -> Answer> Server<F> {
    async fn serve(&self, mut stream: TcpStream) {
        let mut buffer = Vec::new();
        while let Some(request) = read_request(&mut stream, &mut buffer).await {
            match (self.script)(&request, self.note(&request)) {
                Answer::Now(status, body) => {
                    let body = if request.method == "HEAD" { "" } else { &body };
                    let head = format!(
                        "HTTP/1.1 {status} Said\r\nContent-Length: {}\r\n\
                         Content-Type: application/xml\r\n\
                         x-amz-bucket-region: us-east-1\r\n\r\n",
                        body.len()
                    );
                    if stream.write_all((head + body).as_bytes()).await.is_err() {
                        return;
                    }
                }
                Answer::Never => {
                    self.waiting.notify_one();
                    // Ends when the client closes its side.
                    let _ = stream.read(&mut [0]).await;
                    self.gone.notify_one();
                    return;
                }
            }
        }
    }

    /// How many requests like this one came before.
    fn note(&self, request: &Request) -> usize {
        let mut seen = self.seen.lock().unwrap();
        let before = seen.iter().filter(|known| is_alike(known, request)).count();
        seen.push(request.clone());
        before
    }
}

fn is_alike(a: &Request, b: &Request) -> bool {
    let kind = |request: &Request| {
        let query = request
            .target
            .split_once('?')
            .map_or("", |(_, query)| query);
        let first = query
            .split(['=', '&'])
            .next()
            .unwrap_or_default()
            .to_owned();
        (request.method.clone(), first)
    };
    kind(a) == kind(b)
}

/// Reads a head and its body; what came beyond them stays in the buffer.
async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .and_then(|(_, value)| value.trim().parse::<usize>().ok())
                .unwrap_or(0);
            if buffer.len() >= end + 4 + length {
                buffer.drain(..end + 4 + length);
                let mut words = head.split_whitespace();
                let method = words.next()?.to_owned();
                let whole = words.next()?.trim_start_matches('/').to_owned();
                let target = whole
                    .find(['/', '?'])
                    .map_or("", |at| &whole[at..])
                    .to_owned();
                return Some(Request { method, target });
            }
        }
        let mut more = [0; 4_096];
        let read = stream.read(&mut more).await.ok()?;
        if read == 0 {
            return None;
        }
        buffer.extend_from_slice(&more[..read]);
    }
}

/// One page of a listing; with a token, more is announced.
pub fn page(keys: impl IntoIterator<Item = String>, token: Option<&str>) -> Answer {
    let contents: String = keys
        .into_iter()
        .map(|key| {
            format!(
                "<Contents><Key>{key}</Key><Size>1</Size>\
                 <LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
            )
        })
        .collect();
    let more = token.map_or(String::new(), |token| {
        format!("<NextContinuationToken>{token}</NextContinuationToken>")
    });
    Answer::Now(
        200,
        format!(
            "<ListBucketResult><IsTruncated>{}</IsTruncated>{more}{contents}</ListBucketResult>",
            token.is_some()
        ),
    )
}

pub fn refused(status: u16, code: &str) -> Answer {
    Answer::Now(
        status,
        format!("<Error><Code>{code}</Code><Message>as the test wants it</Message></Error>"),
    )
}

/// A script's answer to what it has nothing to say about.
pub fn fine() -> Answer {
    Answer::Now(200, String::new())
}

pub fn is_listing(request: &Request) -> bool {
    request.target.contains("list-type=2")
}
