#![allow(clippy::unwrap_used)]

use super::*;
use crate::connection::Addressing;

fn draft() -> ConnectionDraft {
    ConnectionDraft {
        name: "Biology".into(),
        bucket: "course-materials".into(),
        prefix: String::new(),
        region: None,
        endpoint: None,
        addressing: Addressing::Auto,
        source: CredentialSource::Anonymous,
    }
}

#[test]
fn a_prefix_ends_with_one_slash_and_begins_with_none() {
    let cases = [("", ""), ("a", "a/"), ("/a/b//", "a/b/"), (" a/b ", "a/b/")];
    for (given, expected) in cases {
        let draft = ConnectionDraft {
            prefix: given.into(),
            ..draft()
        };
        assert_eq!(checked(draft).unwrap().prefix, expected, "{given:?}");
    }
}

#[test]
fn a_prefix_that_leads_elsewhere_is_refused() {
    for prefix in ["a/../b", "..", "a//b", "a/./b", "a\nb", &"x".repeat(1_024)] {
        let draft = ConnectionDraft {
            prefix: prefix.into(),
            ..draft()
        };
        let error = checked(draft).unwrap_err();
        assert_eq!(error.subject.as_deref(), Some("prefix"), "{prefix:?}");
    }
}

#[test]
fn a_bucket_name_that_cannot_be_is_refused() {
    let long = "a".repeat(64);
    let names = [
        "",
        "ab",
        &long,
        "Capital",
        "under_score",
        "-dash",
        "dot.",
        "a..b",
        "192.168.5.4",
        "xn--abc",
        "abc-s3alias",
        "s3://abc",
        "abc/def",
        "ünïcode",
    ];
    for name in names {
        let draft = ConnectionDraft {
            bucket: name.into(),
            ..draft()
        };
        assert_eq!(
            checked(draft).unwrap_err().code,
            Code::InvalidBucketName,
            "{name:?}"
        );
    }
}

#[test]
fn a_bucket_name_that_can_be_is_taken() {
    for name in ["abc", "a.b-c", "1bucket", &"a".repeat(63)] {
        let draft = ConnectionDraft {
            bucket: name.into(),
            ..draft()
        };
        assert!(checked(draft).is_ok(), "{name}");
    }
}

#[test]
fn another_store_may_have_looser_bucket_names() {
    let with = |bucket: &str| ConnectionDraft {
        bucket: bucket.into(),
        endpoint: Some("https://store.example".into()),
        ..draft()
    };
    assert!(checked(with("Old_Bucket")).is_ok());
    for name in ["a/b", "..", "a b"] {
        assert!(checked(with(name)).is_err(), "{name}");
    }
}

#[test]
fn an_endpoint_is_an_address_and_nothing_more() {
    let with = |endpoint: &str| {
        checked(ConnectionDraft {
            endpoint: Some(endpoint.into()),
            ..draft()
        })
    };
    for endpoint in [
        "https://store.example",
        "http://127.0.0.1:9000/",
        "http://[::1]:9000",
        "https://store.example/s3",
    ] {
        assert!(with(endpoint).is_ok(), "{endpoint}");
    }
    for endpoint in [
        "store.example",
        "ftp://store.example",
        "https://",
        "https://user:hunter2@store.example",
        "https://store.example?x=1",
        "https://store.example:99999",
        "https://store example",
        "https://[zz]:1",
    ] {
        let error = with(endpoint).unwrap_err();
        assert_eq!(error.subject.as_deref(), Some("endpoint"), "{endpoint}");
        assert!(!error.message.contains("hunter2"));
    }
}

#[test]
fn an_empty_name_becomes_the_buckets() {
    let draft = ConnectionDraft {
        name: "  ".into(),
        ..draft()
    };
    assert_eq!(checked(draft).unwrap().name, "course-materials");
}

#[test]
fn a_region_that_could_be_part_of_another_host_is_refused() {
    let draft = ConnectionDraft {
        region: Some("eu.evil.example/".into()),
        ..draft()
    };
    assert_eq!(
        checked(draft).unwrap_err().subject.as_deref(),
        Some("region")
    );
}

#[test]
fn only_this_computer_is_loopback() {
    assert!(is_loopback("http://127.0.0.1:1"));
    assert!(is_loopback("http://[::1]:1"));
    assert!(is_loopback("http://LOCALHOST"));
    assert!(!is_loopback("http://127.0.0.1.example"));
    assert!(!is_loopback("http://localhost.example"));
}

#[test]
fn amazon_is_known_by_the_end_of_its_name() {
    assert!(is_amazon("https://s3.eu-west-1.amazonaws.com"));
    assert!(!is_amazon("https://amazonaws.com.example"));
}
