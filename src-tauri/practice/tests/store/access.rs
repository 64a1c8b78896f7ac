//! Who is let in: signatures, presigned URLs, clocks, regions.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_sdk_s3::presigning::PresigningConfig;
use aws_smithy_async::time::StaticTimeSource;
use secrecy::ExposeSecret;

use crate::setup::{BUCKET, Store, client_with, code, config_for, fetch};

async fn presigned(store: &Store, key: &str, start: SystemTime, seconds: u64) -> String {
    let config = PresigningConfig::builder()
        .start_time(start)
        .expires_in(Duration::from_secs(seconds))
        .build()
        .unwrap();
    let get = store.client.get_object().bucket(BUCKET).key(key);
    get.presigned(config).await.unwrap().uri().to_owned()
}

#[tokio::test]
async fn an_unsigned_request_is_refused() {
    let store = Store::plain().await;
    store.put("a", "hello").await;

    let answer = fetch(
        "GET",
        &format!("{}/{BUCKET}/a", store.practice.endpoint()),
        &[],
        b"",
    )
    .await;

    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("<Code>AccessDenied</Code>"));
}

#[tokio::test]
async fn an_unknown_key_and_a_wrong_secret_are_told_apart() {
    let store = Store::plain().await;
    let secret = store.practice.secret_access_key().expose_secret();

    let unknown = client_with(&store.practice, "AKIANOBODY", secret);
    let error = unknown.list_buckets().send().await.unwrap_err();
    assert_eq!(code(&error), "InvalidAccessKeyId");
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 403);

    let wrong = client_with(&store.practice, store.practice.access_key_id(), "wrong");
    let error = wrong.list_buckets().send().await.unwrap_err();
    assert_eq!(code(&error), "SignatureDoesNotMatch");
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 403);
}

#[tokio::test]
async fn a_presigned_url_gives_the_object_until_it_ends() {
    let store = Store::plain().await;
    store.put("Woche 1/a b+c.txt", "hello").await;

    let url = presigned(&store, "Woche 1/a b+c.txt", SystemTime::now(), 60).await;
    let answer = fetch("GET", &url, &[], b"").await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "hello"));

    let past = SystemTime::now() - Duration::from_secs(120);
    let url = presigned(&store, "Woche 1/a b+c.txt", past, 60).await;
    let answer = fetch("GET", &url, &[], b"").await;
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("<Code>AccessDenied</Code>"));
    assert!(answer.text().contains("Request has expired"));
}

#[tokio::test]
async fn a_presigned_url_may_be_good_for_seven_days_and_no_longer() {
    let store = Store::plain().await;
    store.put("a", "hello").await;
    let week = presigned(&store, "a", SystemTime::now(), 604_800).await;

    assert_eq!(fetch("GET", &week, &[], b"").await.status, 200);
    for (expires, why) in [
        ("604801", "less than a week"),
        ("-1", "non-negative"),
        ("soon", "number"),
    ] {
        let longer = week.replace("X-Amz-Expires=604800", &format!("X-Amz-Expires={expires}"));
        let answer = fetch("GET", &longer, &[], b"").await;
        assert_eq!(answer.status, 400);
        assert!(
            answer
                .text()
                .contains("<Code>AuthorizationQueryParametersError</Code>")
        );
        assert!(answer.text().contains(why), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_presigned_url_that_was_tampered_with_is_refused() {
    let store = Store::plain().await;
    store.put("a", "hello").await;
    store.put("b", "secret").await;
    let url = presigned(&store, "a", SystemTime::now(), 60).await;

    let other = fetch("GET", &url.replace("/a?", "/b?"), &[], b"").await;
    let longer = fetch(
        "GET",
        &url.replace("X-Amz-Expires=60", "X-Amz-Expires=600"),
        &[],
        b"",
    )
    .await;
    let put = fetch("PUT", &url, &[], b"mine").await;

    for answer in [other, longer, put] {
        assert_eq!(answer.status, 403);
        assert!(
            answer.text().contains("SignatureDoesNotMatch"),
            "{}",
            answer.text()
        );
    }
    assert_eq!(store.get("a").await.unwrap(), "hello");
}

#[tokio::test]
async fn a_presigned_put_stores_what_is_sent() {
    let store = Store::plain().await;
    let config = PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
    let put = store
        .client
        .put_object()
        .bucket(BUCKET)
        .key("in.txt")
        .content_type("text/plain");
    let request = put.presigned(config).await.unwrap();
    let headers: Vec<_> = request.headers().collect();

    let answer = fetch("PUT", request.uri(), &headers, b"handed in").await;

    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(store.get("in.txt").await.unwrap(), "handed in");
}

#[tokio::test]
async fn a_clock_that_is_off_by_more_than_fifteen_minutes_is_refused() {
    let store = Store::plain().await;
    for off in [16 * 60, -16 * 60, 14 * 60] {
        let now = SystemTime::now();
        let apart = Duration::from_secs(i64::unsigned_abs(off));
        let time = if off > 0 { now + apart } else { now - apart };
        let config = config_for(&store.practice).time_source(StaticTimeSource::new(time));
        let client = aws_sdk_s3::Client::from_conf(config.build());

        let listed = client.list_buckets().send().await;

        match off.abs() > 15 * 60 {
            true => assert_eq!(code(&listed.unwrap_err()), "RequestTimeTooSkewed"),
            false => assert!(listed.is_ok()),
        }
    }
}

#[tokio::test]
async fn a_request_signed_for_another_region_is_told_the_right_one() {
    let store = Store::plain().await;
    let config = config_for(&store.practice).region(aws_sdk_s3::config::Region::new("eu-west-1"));
    let client = aws_sdk_s3::Client::from_conf(config.build());

    let error = client
        .list_objects_v2()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap_err();

    assert_eq!(code(&error), "AuthorizationHeaderMalformed");
    let headers = error.raw_response().unwrap().headers();
    assert_eq!(headers.get("x-amz-bucket-region"), Some("us-east-1"));
}

#[tokio::test]
async fn the_old_signature_version_is_refused() {
    let store = Store::plain().await;
    let url = format!("{}/{BUCKET}/a", store.practice.endpoint());

    let header = fetch("GET", &url, &[("Authorization", "AWS AKID:c2ln")], b"").await;
    let query = fetch(
        "GET",
        &format!("{url}?AWSAccessKeyId=AKID&Expires=9999999999&Signature=x"),
        &[],
        b"",
    )
    .await;

    for answer in [header, query] {
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains("AWS4-HMAC-SHA256"));
    }
}

#[tokio::test]
async fn no_cross_origin_request_is_answered_with_leave() {
    let store = Store::plain().await;
    let url = format!("{}/{BUCKET}/a", store.practice.endpoint());
    let headers = [
        ("Origin", "http://example.com"),
        ("Access-Control-Request-Method", "GET"),
    ];

    let answer = fetch("OPTIONS", &url, &headers, b"").await;

    assert!(answer.status >= 400);
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn nothing_that_is_printed_holds_the_secret() {
    let store = Store::plain().await;
    let secret = store.practice.secret_access_key().expose_secret();

    assert!(!format!("{:?}", store.practice).contains(secret));
    assert!(store.practice.endpoint().starts_with("http://127.0.0.1:"));
}

/// What is logged, as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_signature_reaches_a_log_however_much_is_logged() {
    let store = Store::plain().await;
    store.put("a", "hello").await;
    let url = presigned(&store, "a", SystemTime::now(), 60).await;
    let signature = url
        .split("X-Amz-Signature=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    let log = Log::default();
    let writer = log.clone();
    let everything = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone());
    let _guard = tracing::subscriber::set_default(everything.finish());

    assert_eq!(fetch("GET", &url, &[], b"").await.status, 200);
    assert_eq!(
        fetch("GET", &url.replace("/a?", "/b?"), &[], b"")
            .await
            .status,
        403
    );

    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        logged.contains("the practice store answered"),
        "something is logged at all"
    );
    assert!(
        !logged.contains(signature) && !logged.contains("X-Amz-"),
        "{logged}"
    );
}
