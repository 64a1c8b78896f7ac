//! `link`: what it says of the end is true.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::bench::{Bench, get};

#[test]
fn a_link_ends_when_it_says_on_the_practice_store() {
    ends_when_it_says(&Bench::practice());
}

/// rclone is another hand's implementation of presigned URLs.
#[test]
fn a_link_ends_when_it_says_on_rclone() {
    ends_when_it_says(&Bench::rclone());
}

fn ends_when_it_says(bench: &Bench) {
    bench.put("a.txt", "one");
    let made = bench.env(&["link", "--json", "--expires", "3s", &bench.s3("a.txt")]);
    let made = made.done().object();
    let url = made["url"].as_str().unwrap();
    let ends_at: Timestamp = made["ends_at"].as_str().unwrap().parse().unwrap();

    // Unless this machine was held up for longer than the link lives.
    let (status, body) = get(url);
    if Timestamp::now() < ends_at {
        assert_eq!((status, body.as_str()), (200, "one"));
    }

    let limit = Instant::now() + Duration::from_secs(30);
    while get(url).0 == 200 {
        assert!(Instant::now() < limit, "it still works");
        // An end to the second, checked by another clock's reading.
        assert!(Timestamp::now().as_second() <= ends_at.as_second() + 2);
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(Timestamp::now() >= ends_at, "it ended too soon");
}

#[test]
fn a_link_is_one_url_on_standard_output() {
    let bench = Bench::practice();
    bench.put("a.txt", "one");

    let ran = bench.env(&["link", &bench.s3("a.txt")]).done();

    let url = ran.out.strip_suffix('\n').unwrap();
    assert_eq!(get(url), (200, "one".to_owned()));
    assert!(ran.err.starts_with("It works until"), "{ran:#?}");
}

#[test]
fn a_link_to_download_says_so_to_the_browser() {
    let bench = Bench::practice();
    bench.put("a.txt", "one");
    let url = |options: &[&str]| {
        let path = bench.s3("a.txt");
        let arguments = [&["link", "--json"], options, &[path.as_str()]].concat();
        let made = bench.env(&arguments).done().object();
        made["url"].as_str().unwrap().to_owned()
    };
    let disposition = |url: &str| {
        let answer = ureq::get(url).call().unwrap();
        let header = answer.headers()["content-disposition"].to_str().unwrap();
        header.split(';').next().unwrap().to_owned()
    };

    assert_eq!(disposition(&url(&[])), "inline");
    assert_eq!(disposition(&url(&["--download"])), "attachment");
}

#[test]
fn a_link_never_outlives_seven_days_and_says_so() {
    let bench = Bench::practice();
    bench.put("a.txt", "one");

    let made = bench.env(&["link", "--json", "--expires", "30d", &bench.s3("a.txt")]);
    let made = made.done().object();

    assert_eq!(made["limited_by"], "seven_days");
    let ends_at: Timestamp = made["ends_at"].as_str().unwrap().parse().unwrap();
    assert!(ends_at.as_second() <= Timestamp::now().as_second() + 7 * 86_400);
    assert_eq!(get(made["url"].as_str().unwrap()).0, 200);
}

#[test]
fn a_link_ends_when_its_credentials_end() {
    let mut bench = Bench::moto();
    bench.put("a.txt", "one");
    let end = Timestamp::from_second(Timestamp::now().as_second() + 600).unwrap();
    bench.environment.extend([
        ("AWS_SESSION_TOKEN".to_owned(), "token".to_owned()),
        ("AWS_CREDENTIAL_EXPIRATION".to_owned(), end.to_string()),
    ]);

    let made = bench.env(&["link", "--json", "--expires", "2h", &bench.s3("a.txt")]);
    let made = made.done().object();

    assert_eq!(made["limited_by"], "credentials");
    assert_eq!(made["ends_at"], end.to_string());
    assert_eq!(made["may_end_sooner"], false);
}

#[test]
fn an_end_of_the_credentials_that_nobody_tells_is_said() {
    let mut bench = Bench::moto();
    bench.put("a.txt", "one");
    let token = ("AWS_SESSION_TOKEN".to_owned(), "token".to_owned());
    bench.environment.push(token);

    let json = bench.env(&["link", "--json", &bench.s3("a.txt")]).done();
    assert_eq!(json.object()["may_end_sooner"], true);
    let text = bench.env(&["link", &bench.s3("a.txt")]).done();
    assert!(text.err.contains("may end sooner"), "{text:#?}");
}
