//! One request after the other of a connection: read, passed on to the store on
//! a connection of its own, answered, and broken where a rule says so.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::answer::{refusal, spoil_head, spoil_xml};
use crate::body::{Arrived, Journey};
use crate::head::{Head, Reader};
use crate::proxy::Shared;
use crate::request::Request;
use crate::rule::Fault;

/// All faults of one request, sorted by where they strike.
#[derive(Debug, Default)]
struct Way {
    latency: Duration,
    silence: Duration,
    request: Journey,
    answer: Journey,
    resets_request: bool,
    resets_answer: bool,
    short_by: u64,
    unreachable: bool,
    refuses: Option<Refusal>,
    wrong_checksum: bool,
    loses_answer: bool,
    twice: bool,
}

#[derive(Debug, Clone, Copy)]
enum Refusal {
    Error { status: u16, code: &'static str },
    Region(&'static str),
}

/// What is to become of the client's connection.
#[derive(Debug, PartialEq, Eq)]
enum Then {
    GoesOn,
    Closes,
    Resets,
}

pub(crate) async fn serve(stream: TcpStream, shared: &Shared) {
    let _ = stream.set_nodelay(true);
    let mut client = Reader::new(stream);
    loop {
        let Ok(Some(head)) = client.head().await else {
            return;
        };
        let Some(request) = Request::of(&head) else {
            return;
        };
        let faults = shared.faults_of(&request);
        let index = shared.begin(&request, &faults);
        let then = pass(&mut client, head, &request, &faults, shared, index).await;
        shared.note(index, |passed| passed.ended = Some(Instant::now()));
        match then {
            Then::GoesOn => {}
            Then::Closes => {
                let _ = client.stream.shutdown().await;
                return;
            }
            Then::Resets => {
                let _ = client.stream.set_zero_linger();
                return;
            }
        }
    }
}

async fn pass(
    client: &mut Reader<TcpStream>,
    head: Head,
    request: &Request,
    faults: &[Fault],
    shared: &Shared,
    index: usize,
) -> Then {
    let way = Way::of(faults);
    tokio::time::sleep(way.latency).await;
    if way.unreachable {
        return Then::Resets;
    }
    if head.get("expect").is_some() {
        let goes_on = client.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
        if goes_on.await.is_err() {
            return Then::Closes;
        }
    }
    if let Some(refusal) = way.refuses {
        return refuse(client, request, refusal, shared, index).await;
    }
    let sent = if way.twice {
        send_twice(client, &head, request, shared, index).await
    } else {
        send(client, &head, request, &way, shared, index).await
    };
    let mut store = match sent {
        Ok(store) => store,
        Err(then) => return then,
    };
    let Some(answer) = final_head(&mut store).await else {
        return Then::Resets;
    };
    shared.note(index, |passed| passed.status = Some(answer.status()));
    if way.loses_answer {
        return Then::Resets;
    }
    tokio::time::sleep(way.silence).await;
    give(client, store, answer, request, &way, shared, index).await
}

/// Takes the request to its end, so that the client listens, and refuses it.
async fn refuse(
    client: &mut Reader<TcpStream>,
    request: &Request,
    refused: Refusal,
    shared: &Shared,
    index: usize,
) -> Then {
    let mut nowhere = tokio::io::sink();
    let length = Some(request.length);
    let taken = Journey::default()
        .take(client, &mut nowhere, length, &shared.pace, |_| {})
        .await;
    if taken != Arrived::Whole {
        return Then::Closes;
    }
    let method = &request.method;
    let (status, bytes) = match refused {
        Refusal::Error { status, code } => (status, refusal(method, status, code, &[])),
        Refusal::Region(region) => {
            let more = [("x-amz-bucket-region", region), ("Region", region)];
            (301, refusal(method, 301, "PermanentRedirect", &more))
        }
    };
    let written = client.stream.write_all(&bytes).await.is_ok();
    shared.note(index, |passed| {
        passed.status = Some(status);
        passed.refused_here = true;
        passed.answered = written;
    });
    if written { Then::GoesOn } else { Then::Closes }
}

/// The request on its way to the store. `Err` where it does not get there.
async fn send(
    client: &mut Reader<TcpStream>,
    head: &Head,
    request: &Request,
    way: &Way,
    shared: &Shared,
    index: usize,
) -> Result<Reader<TcpStream>, Then> {
    let mut store = begin(head, shared).await?;
    let count = |bytes| shared.carry(index, bytes, |passed| passed.delivered += bytes);
    let length = Some(request.length);
    let arrived = way
        .request
        .take(client, &mut store.stream, length, &shared.pace, count)
        .await;
    match arrived {
        Arrived::Whole if way.resets_request => Err(Then::Resets),
        Arrived::Whole => Ok(store),
        Arrived::BrokenOff => Err(Then::Resets),
        Arrived::SideWent => Err(Then::Closes),
    }
}

/// The first answer is nobody's.
async fn send_twice(
    client: &mut Reader<TcpStream>,
    head: &Head,
    request: &Request,
    shared: &Shared,
    index: usize,
) -> Result<Reader<TcpStream>, Then> {
    let mut body = Vec::new();
    let length = Some(request.length);
    let taken = Journey::default()
        .take(client, &mut body, length, &shared.pace, |_| {})
        .await;
    if taken != Arrived::Whole {
        return Err(Then::Closes);
    }
    let mut first = begin(head, shared).await?;
    deliver(&mut first, &body).await?;
    while first
        .some(1 << 16)
        .await
        .is_ok_and(|bytes| !bytes.is_empty())
    {}
    let mut second = begin(head, shared).await?;
    deliver(&mut second, &body).await?;
    shared.note(index, |passed| passed.delivered = body.len() as u64);
    Ok(second)
}

async fn deliver(store: &mut Reader<TcpStream>, body: &[u8]) -> Result<(), Then> {
    let sent = store.stream.write_all(body).await;
    sent.map_err(|_| Then::Resets)
}

/// A connection to the store with the head sent. It ends with the answer, so
/// that the answer's end is known whatever its form.
async fn begin(head: &Head, shared: &Shared) -> Result<Reader<TcpStream>, Then> {
    let mut head = head.clone();
    head.set("Connection", "close");
    let store = TcpStream::connect(shared.upstream()).await;
    let mut store = Reader::new(store.map_err(|_| Then::Resets)?);
    let _ = store.stream.set_nodelay(true);
    let sent = store.stream.write_all(&head.bytes()).await;
    sent.map_err(|_| Then::Resets)?;
    Ok(store)
}

/// The head that counts, after any `100 Continue`.
async fn final_head(store: &mut Reader<TcpStream>) -> Option<Head> {
    loop {
        let head = store.head().await.ok()??;
        if head.status() >= 200 {
            return Some(head);
        }
    }
}

/// The store's answer on its way to the client.
async fn give(
    client: &mut Reader<TcpStream>,
    mut store: Reader<TcpStream>,
    mut head: Head,
    request: &Request,
    way: &Way,
    shared: &Shared,
    index: usize,
) -> Then {
    head.remove("connection");
    let mut length = length(&head, request);
    if way.wrong_checksum {
        spoil_head(&mut head);
        if head.get("content-type").is_some_and(|t| t.contains("xml")) {
            let Some(body) = whole_body(&mut store, &head).await else {
                return Then::Resets;
            };
            store.ahead = spoil_xml(&body);
            head.remove("transfer-encoding");
            length = Some(store.ahead.len() as u64);
            head.set("Content-Length", &store.ahead.len().to_string());
        }
    }
    if let Some(whole) = length.filter(|_| way.short_by > 0) {
        let shorter = whole.saturating_sub(way.short_by);
        head.set("Content-Length", &shorter.to_string());
        length = Some(shorter);
    }
    if client.stream.write_all(&head.bytes()).await.is_err() {
        return Then::Closes;
    }
    let count = |bytes| shared.carry(index, bytes, |passed| passed.received += bytes);
    let arrived = way
        .answer
        .take(&mut store, &mut client.stream, length, &shared.pace, count)
        .await;
    match arrived {
        Arrived::Whole => {
            shared.note(index, |passed| passed.answered = true);
            Then::GoesOn
        }
        Arrived::BrokenOff if way.resets_answer => Then::Resets,
        Arrived::BrokenOff | Arrived::SideWent => Then::Closes,
    }
}

/// Bytes of the answer's body; `None`: up to the end of the connection.
fn length(head: &Head, request: &Request) -> Option<u64> {
    if request.method == "HEAD" || matches!(head.status(), 204 | 304) {
        return Some(0);
    }
    head.get("content-length").and_then(|n| n.parse().ok())
}

/// A small body, without the form in which it was sent.
async fn whole_body(store: &mut Reader<TcpStream>, head: &Head) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let more = store.some(1 << 16).await.ok()?;
        if more.is_empty() {
            break;
        }
        body.extend_from_slice(&more);
    }
    let is_chunked = head.get("transfer-encoding").is_some();
    if is_chunked {
        unchunked(&body)
    } else {
        Some(body)
    }
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(&rest[..end]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(end + 2..end + 2 + size)?);
        rest = rest.get(end + 4 + size..)?;
    }
}

impl Way {
    fn of(faults: &[Fault]) -> Self {
        let mut way = Self::default();
        for fault in faults {
            way.meet(*fault);
        }
        way
    }

    fn meet(&mut self, fault: Fault) {
        match fault {
            Fault::Latency(latency) => self.latency += latency,
            Fault::Bandwidth { bytes_a_second } => {
                self.request.bytes_a_second = Some(bytes_a_second);
                self.answer.bytes_a_second = Some(bytes_a_second);
            }
            Fault::Unreachable => self.unreachable = true,
            Fault::ResetRequest { after } => {
                self.request.ends = Some(after);
                self.resets_request = true;
            }
            Fault::ResetAnswer { after } => {
                self.answer.ends = Some(after);
                self.resets_answer = true;
            }
            Fault::StallRequest { after, pause } => {
                self.request.pause = Some((after, pause));
                self.request.ends = Some(after);
                self.resets_request = true;
            }
            Fault::Silence(silence) => self.silence += silence,
            Fault::StallAnswer { after, pause } => self.answer.pause = Some((after, pause)),
            Fault::TruncatedAnswer { after } => self.answer.ends = Some(after),
            Fault::ShortAnswer { by } => self.short_by = by,
            Fault::CorruptRequest { at } => self.request.corrupt = Some(at),
            Fault::CorruptAnswer { at } => self.answer.corrupt = Some(at),
            Fault::Refuse { status, code } => {
                self.refuses = Some(Refusal::Error { status, code });
            }
            Fault::Redirect { region } => self.refuses = Some(Refusal::Region(region)),
            Fault::WrongChecksum => self.wrong_checksum = true,
            Fault::LostAnswer => self.loses_answer = true,
            Fault::Twice => self.twice = true,
        }
    }
}
