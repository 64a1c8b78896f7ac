//! The proxy in front of a store that answers every request with what it got.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::{Fault, FaultProxy, Kill, Operation, Request, Rule};

/// Bodies that arrived, one a request.
type Got = Arc<Mutex<Vec<Vec<u8>>>>;

fn echo() -> (String, Got) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let got = Got::default();
    let heard = Arc::clone(&got);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream);
            let Some((_, body)) = message(&mut reader) else {
                continue;
            };
            heard.lock().unwrap().push(body.clone());
            let head = format!(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: {}\r\n\
                 x-amz-checksum-crc32: AQID\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = reader.get_mut().write_all(head.as_bytes());
            let _ = reader.get_mut().write_all(&body);
        }
    });
    (endpoint, got)
}

/// A head and its body; `None` where it broke off.
fn message(reader: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let lower = head.to_ascii_lowercase();
    let length = lower.split_once("content-length: ");
    let length = length.map_or(0, |(_, rest)| rest.lines().next().unwrap().parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((head, body))
}

struct Client(BufReader<TcpStream>);

impl Client {
    fn of(proxy: &FaultProxy) -> Self {
        let address = proxy.endpoint().strip_prefix("http://").unwrap();
        Self(BufReader::new(TcpStream::connect(address).unwrap()))
    }

    fn ask(&mut self, line: &str, body: &[u8]) -> Option<(String, Vec<u8>)> {
        let head = format!(
            "{line} HTTP/1.1\r\nHost: here\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.0.get_mut().write_all(head.as_bytes()).ok()?;
        self.0.get_mut().write_all(body).ok()?;
        message(&mut self.0)
    }
}

const BODY: &[u8] = b"what a client sends to its store";

fn proxy() -> (FaultProxy, Got) {
    let (upstream, got) = echo();
    (FaultProxy::start(&upstream, 1).unwrap(), got)
}

fn put(proxy: &FaultProxy) -> Option<(String, Vec<u8>)> {
    Client::of(proxy).ask("PUT /b/k", BODY)
}

#[test]
fn what_nobody_disturbs_passes_unharmed_on_one_connection() {
    let (proxy, got) = proxy();
    let mut client = Client::of(&proxy);

    for _ in 0..3 {
        let (head, body) = client.ask("PUT /b/k", BODY).unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert_eq!(body, BODY);
    }

    assert_eq!(*got.lock().unwrap(), vec![BODY; 3]);
    assert_eq!(proxy.settled().completed(Operation::PutObject).len(), 3);
}

#[test]
fn a_corrupt_byte_is_one_other_bit() {
    let (proxy, got) = proxy();
    let sent = proxy.add(Rule::on(Operation::PutObject, Fault::CorruptRequest { at: 5 }).times(1));
    put(&proxy).unwrap();
    let arrived = got.lock().unwrap()[0].clone();
    let others = arrived.iter().zip(BODY).filter(|(a, b)| a != b).count();
    assert_eq!((others, arrived[5]), (1, BODY[5] ^ 1));
    assert_eq!(sent.fired(), 1);

    proxy.add(Rule::on(Operation::PutObject, Fault::CorruptAnswer { at: 31 }).times(1));
    let (_, answer) = put(&proxy).unwrap();
    assert_eq!(answer[31], BODY[31] ^ 1);
    assert_eq!(put(&proxy).unwrap().1, BODY);
}

#[test]
fn a_connection_breaks_where_the_rule_says() {
    let (proxy, got) = proxy();
    let faults = [
        Fault::Unreachable,
        Fault::ResetRequest { after: 7 },
        Fault::StallRequest {
            after: 3,
            pause: Duration::from_millis(1),
        },
        Fault::ResetAnswer { after: 7 },
        Fault::TruncatedAnswer { after: 7 },
        Fault::LostAnswer,
    ];
    for fault in faults {
        proxy.add(Rule::on(Operation::PutObject, fault).times(1));
        assert!(put(&proxy).is_none(), "{fault:?}");
        assert!(put(&proxy).is_some(), "{fault:?}");
    }

    let log = proxy.settled();
    let broken: Vec<_> = log.passed.iter().step_by(2).collect();
    let delivered: Vec<u64> = broken.iter().map(|passed| passed.delivered).collect();
    assert_eq!(delivered, [0, 7, 3, 32, 32, 32]);
    let received: Vec<u64> = broken.iter().map(|passed| passed.received).collect();
    assert_eq!(received, [0, 0, 0, 7, 7, 0]);
    assert!(broken.iter().all(|passed| !passed.is_complete()));
    assert_eq!(
        log.passed.iter().filter(|passed| passed.is_done()).count(),
        9
    );
    assert_eq!(got.lock().unwrap().len(), 9, "a cut request is none");
}

#[test]
fn a_reset_is_no_end_in_good_order() {
    let (proxy, _) = proxy();
    proxy.add(Rule::on(Operation::PutObject, Fault::LostAnswer));
    let mut client = Client::of(&proxy);
    let head = "PUT /b/k HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
    client.0.get_mut().write_all(head.as_bytes()).unwrap();

    let error = client.0.get_mut().read(&mut [0; 8]).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn the_proxy_refuses_as_a_store_would() {
    let (proxy, got) = proxy();
    let busy = Fault::Refuse {
        status: 503,
        code: "SlowDown",
    };
    proxy.add(Rule::on(Operation::PutObject, busy).times(1));
    let moved = Fault::Redirect {
        region: "eu-west-2",
    };
    proxy.add(Rule::on(Operation::HeadObject, moved));
    let mut client = Client::of(&proxy);

    let (head, body) = client.ask("PUT /b/k", BODY).unwrap();
    assert!(head.starts_with("HTTP/1.1 503"), "{head}");
    assert!(
        String::from_utf8(body)
            .unwrap()
            .contains("<Code>SlowDown</Code>")
    );
    client.ask("PUT /b/k", BODY).unwrap();
    assert_eq!(got.lock().unwrap().len(), 1);

    let head = "HEAD /b/k HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
    client.0.get_mut().write_all(head.as_bytes()).unwrap();
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        client.0.read_line(&mut head).unwrap();
    }
    assert!(head.contains("301") && head.contains("x-amz-bucket-region: eu-west-2"));
}

#[test]
fn an_answer_is_changed_where_the_rule_says() {
    let (proxy, _) = proxy();
    proxy.add(Rule::on(Operation::PutObject, Fault::WrongChecksum).times(1));
    let (head, body) = put(&proxy).unwrap();
    assert!(head.contains("x-amz-checksum-crc32: BQID"), "{head}");
    assert_eq!(body, BODY);

    proxy.add(Rule::on(Operation::PutObject, Fault::ShortAnswer { by: 2 }).times(1));
    let (_, body) = put(&proxy).unwrap();
    assert_eq!(body, BODY[..30]);
}

#[test]
fn a_request_is_delivered_twice() {
    let (proxy, got) = proxy();
    proxy.add(Rule::on(Operation::PutObject, Fault::Twice).times(1));

    assert_eq!(put(&proxy).unwrap().1, BODY);

    assert_eq!(*got.lock().unwrap(), vec![BODY; 2]);
}

#[test]
fn a_silent_store_answers_late() {
    let (proxy, got) = proxy();
    let silence = Duration::from_millis(50);
    proxy.add(Rule::on(Operation::PutObject, Fault::Silence(silence)));
    let began = Instant::now();

    assert_eq!(put(&proxy).unwrap().1, BODY);

    assert!(began.elapsed() >= silence);
    assert_eq!(got.lock().unwrap().len(), 1);
}

#[test]
fn a_slow_link_is_slow_for_all_together() {
    let (proxy, _) = proxy();
    // Each body goes there and comes back: 2 × 32 bytes.
    let slow = Fault::Bandwidth {
        bytes_a_second: 640,
    };
    proxy.add(Rule::on(Operation::PutObject, slow));
    let began = Instant::now();

    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| put(&proxy).unwrap());
        }
    });

    assert!(began.elapsed() >= Duration::from_millis(300));
}

fn part_sent(proxy: &FaultProxy, number: u32) {
    let line = format!("PUT /b/k?partNumber={number}&uploadId=u");
    Client::of(proxy).ask(&line, BODY).unwrap();
}

#[test]
fn a_part_sent_twice_is_told_unless_a_kill_excuses_it() {
    let (proxy, _) = proxy();
    part_sent(&proxy, 1);
    proxy.settled();
    let before = Instant::now();
    let slow = Rule::on(
        Operation::UploadPart,
        Fault::Latency(Duration::from_millis(30)),
    );
    proxy.add(slow.part(2).times(1));
    std::thread::scope(|scope| {
        scope.spawn(|| part_sent(&proxy, 2));
        while proxy.log().passed.len() < 2 {
            std::thread::yield_now();
        }
    });
    let kill = Kill {
        before,
        after: Instant::now(),
    };
    part_sent(&proxy, 2);
    assert_eq!(proxy.settled().sent_twice(&[kill], Duration::ZERO), []);

    part_sent(&proxy, 1);

    let twice = [("u".to_owned(), 1, 2)];
    assert_eq!(proxy.settled().sent_twice(&[kill], Duration::ZERO), twice);
}

#[test]
fn a_range_fetched_twice_is_told() {
    let (proxy, _) = proxy();
    let fetch = |first: u64, last: u64| {
        let line = format!("GET /b/k HTTP/1.1\r\nRange: bytes={first}-{last}\r\nX:");
        Client::of(&proxy).ask(&line, b"").unwrap();
    };
    fetch(0, 7);
    fetch(8, 15);
    assert_eq!(proxy.settled().fetched_twice(&[], Duration::ZERO), []);

    fetch(8, 15);

    assert_eq!(
        proxy.settled().fetched_twice(&[], Duration::ZERO),
        [(8, 15)]
    );
}

#[test]
fn a_rule_may_look_at_everything_of_a_request() {
    let (proxy, _) = proxy();
    let is_long = |request: &Request| request.length > 3;
    let fired = proxy.add(Rule::matching(is_long, Fault::LostAnswer));

    assert!(Client::of(&proxy).ask("PUT /b/k", b"abc").is_some());
    assert!(Client::of(&proxy).ask("PUT /b/k", b"abcd").is_none());
    assert_eq!(fired.fired(), 1);
    proxy.clear();
    assert!(Client::of(&proxy).ask("PUT /b/k", b"abcd").is_some());
}
