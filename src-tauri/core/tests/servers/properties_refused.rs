//! What a service refuses or lacks when an object is looked at or changed, told
//! by a store that says just that.

use std::path::Path;
use std::sync::{Arc, Mutex};

use lectern_core::clock::Clock;
use lectern_core::connection::{ConnectionId, Secrets};
use lectern_core::properties::{self, Archive, EncryptionKind, Tags, Wanted};
use lectern_core::{Code, Folders, Lectern};

use crate::server::keyed_connection;
use crate::stub::{Answer, Request, Stub};

const NO_TAGS: &str = "<?xml version=\"1.0\"?><Tagging><TagSet></TagSet></Tagging>";

struct Bed {
    lectern: Arc<Lectern>,
    connection: ConnectionId,
    /// Method and target of every request, in their order.
    seen: Arc<Mutex<Vec<(String, String)>>>,
}

impl Bed {
    fn new(answer: impl Fn(&Request) -> Answer + Send + 'static) -> Self {
        let folders = Folders::below(Path::new("unused"));
        let lectern = Lectern::in_memory(folders, Secrets::session_only(), Clock::system());
        let lectern = Arc::new(lectern.unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        let stub = Stub::start(move |request| {
            let line = (request.method.clone(), request.target.clone());
            noted.lock().unwrap().push(line);
            answer(request)
        });
        let connection = keyed_connection(&lectern, stub.endpoint);
        Self {
            lectern,
            connection,
            seen,
        }
    }

    async fn look(&self) -> properties::Properties {
        properties::properties(&self.lectern, &self.connection, "a.txt")
            .await
            .unwrap()
    }

    async fn plan(
        &self,
        seen: &properties::Properties,
        wanted: &Wanted,
    ) -> lectern_core::Result<properties::EditPlan> {
        properties::plan(
            &self.lectern,
            &self.connection,
            "a.txt",
            &seen.looked,
            wanted,
        )
        .await
    }

    fn sent(&self, method: &str, part: &str) -> usize {
        let seen = self.seen.lock().unwrap();
        let alike = |(m, target): &&(String, String)| m == method && target.contains(part);
        seen.iter().filter(alike).count()
    }
}

/// What HeadObject answers.
fn object() -> Answer {
    Answer::ok(Vec::new())
        .with("etag", "\"e1\"")
        .with("last-modified", "Wed, 01 Jan 2025 00:00:00 GMT")
        .with("content-type", "text/plain")
}

fn versioning() -> Answer {
    Answer::ok("<?xml version=\"1.0\"?><VersioningConfiguration/>")
}

fn bucket_tags() -> Answer {
    Answer::error(404, "NoSuchTagSet", "")
}

fn typed(content_type: &str) -> Wanted {
    Wanted {
        content_type: content_type.into(),
        content_disposition: String::new(),
        cache_control: String::new(),
        content_language: String::new(),
        metadata: Vec::new(),
        tags: None,
    }
}

fn is_about(request: &Request, what: &str) -> bool {
    let query = request
        .target
        .split_once('?')
        .map_or("", |(_, query)| query);
    query
        .split('&')
        .any(|part| part == what || part.starts_with(&format!("{what}=")))
}

fn is_of_bucket(request: &Request) -> bool {
    !request.target.contains("a.txt")
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_permission_for_tags_the_rest_still_shows() {
    let bed = Bed::new(|request| match request {
        it if is_about(it, "tagging") && is_of_bucket(it) => bucket_tags(),
        it if is_about(it, "tagging") => Answer::error(403, "AccessDenied", ""),
        it if is_about(it, "versioning") => versioning(),
        it if it.method == "HEAD" => object(),
        it if it.method == "PUT" => Answer::ok("<?xml version=\"1.0\"?><CopyObjectResult/>"),
        _ => Answer::empty_listing(),
    });

    let seen = bed.look().await;

    assert_eq!(seen.content.content_type.as_deref(), Some("text/plain"));
    let Tags::Refused { why } = &seen.tags else {
        panic!("{:?}", seen.tags);
    };
    assert_eq!(why.code, Code::NotAllowed);
    assert_eq!(why.subject.as_deref(), Some("s3:GetObjectTagging"));
    let planned = bed.plan(&seen, &typed("text/csv")).await.unwrap();
    assert_eq!(planned.changes.len(), 1, "what is no tag can be changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_takes_tags_for_an_upload_is_never_sent_any() {
    // It knows no subresources: a question about tags gets a listing or the object.
    let bed = Bed::new(|request| match request {
        it if it.method == "HEAD" => object(),
        it if is_of_bucket(it) => Answer::empty_listing(),
        _ => Answer::ok("the object itself"),
    });

    let seen = bed.look().await;
    let wanted = Wanted {
        tags: Some(vec![("course".into(), "a".into())]),
        ..typed("text/plain")
    };
    let refused = bed.plan(&seen, &wanted).await.unwrap_err();

    assert_eq!(
        (seen.tags, refused.code),
        (Tags::Unsupported, Code::Unsupported)
    );
    assert_eq!(
        bed.sent("GET", "a.txt"),
        0,
        "nor is the object fetched for its tags"
    );
    assert_eq!(bed.sent("PUT", ""), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_refuses_tags_is_said_to_keep_none() {
    let bed = Bed::new(|request| match request {
        it if it.method == "HEAD" => object(),
        it if is_about(it, "tagging") => Answer::error(501, "NotImplemented", ""),
        _ => versioning(),
    });

    assert_eq!(bed.look().await.tags, Tags::Unsupported);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_file_shows_and_is_not_rewritten() {
    let bed = Bed::new(|request| match request {
        it if is_about(it, "tagging") && is_of_bucket(it) => bucket_tags(),
        it if is_about(it, "tagging") => Answer::ok(NO_TAGS),
        it if it.method == "HEAD" => object()
            .with("x-amz-storage-class", "GLACIER")
            .with("x-amz-server-side-encryption", "aws:kms")
            .with("x-amz-server-side-encryption-aws-kms-key-id", "key/1")
            .with("x-amz-object-lock-mode", "GOVERNANCE")
            .with(
                "x-amz-object-lock-retain-until-date",
                "2030-01-01T00:00:00Z",
            )
            .with("x-amz-object-lock-legal-hold", "ON"),
        _ => versioning(),
    });

    let seen = bed.look().await;
    let refused = bed.plan(&seen, &typed("text/csv")).await.unwrap_err();
    let tagged = Wanted {
        tags: Some(vec![("course".into(), "a".into())]),
        ..typed("text/plain")
    };
    let tags_only = bed.plan(&seen, &tagged).await;

    assert_eq!(seen.archive, Archive::Archived);
    assert_eq!(seen.storage_class.as_deref(), Some("GLACIER"));
    let encryption = seen.encryption.unwrap();
    assert_eq!(encryption.kind, EncryptionKind::Kms);
    assert_eq!(encryption.key.as_deref(), Some("key/1"));
    assert_eq!(seen.lock.mode.as_deref(), Some("GOVERNANCE"));
    assert_eq!(seen.lock.until, Some(1_893_456_000_000));
    assert!(seen.lock.legal_hold);
    assert_eq!(refused.code, Code::Unsupported);
    assert_eq!(tags_only.unwrap().changes.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_a_copy_would_lose_is_said_again() {
    let copy = Arc::new(Mutex::new(String::new()));
    let noted = Arc::clone(&copy);
    let copied = Arc::new(Mutex::new(false));
    let bed = Bed::new(move |request| match request {
        it if is_about(it, "tagging") => bucket_tags(),
        it if it.method == "HEAD" => {
            let kind = match *copied.lock().unwrap() {
                true => "text/csv",
                false => "text/plain",
            };
            Answer::ok(Vec::new())
                .with("etag", "\"e1\"")
                .with("last-modified", "Wed, 01 Jan 2025 00:00:00 GMT")
                .with("content-type", kind)
                .with("content-encoding", "gzip")
                .with("expires", "Fri, 01 Jan 2027 00:00:00 GMT")
                .with("x-amz-website-redirect-location", "/elsewhere")
                .with("x-amz-storage-class", "STANDARD_IA")
                .with("x-amz-server-side-encryption", "aws:kms")
                .with("x-amz-server-side-encryption-aws-kms-key-id", "key/1")
                .with("x-amz-server-side-encryption-bucket-key-enabled", "true")
                .with("x-amz-object-lock-mode", "GOVERNANCE")
                .with(
                    "x-amz-object-lock-retain-until-date",
                    "2030-01-01T00:00:00Z",
                )
                .with("x-amz-object-lock-legal-hold", "ON")
                .with("x-amz-meta-term", "=?UTF-8?Q?=C3=84?=")
        }
        it if it.method == "PUT" => {
            *noted.lock().unwrap() = it.head.to_ascii_lowercase();
            *copied.lock().unwrap() = true;
            Answer::ok(
                "<?xml version=\"1.0\"?><CopyObjectResult><ETag>\"e1\"</ETag></CopyObjectResult>",
            )
        }
        _ => versioning(),
    });
    let seen = bed.look().await;
    let wanted = Wanted {
        metadata: seen.metadata.clone(),
        ..typed("text/csv")
    };

    let plan = bed.plan(&seen, &wanted).await.unwrap();
    properties::save(&bed.lectern, plan.id).await.unwrap();

    let head = copy.lock().unwrap().clone();
    for line in [
        "x-amz-metadata-directive: replace",
        "x-amz-copy-source-if-match: \"e1\"",
        "if-match: \"e1\"",
        "content-type: text/csv",
        "content-encoding: gzip",
        "expires: fri, 01 jan 2027 00:00:00 gmt",
        "x-amz-website-redirect-location: /elsewhere",
        "x-amz-storage-class: standard_ia",
        "x-amz-server-side-encryption: aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id: key/1",
        "x-amz-server-side-encryption-bucket-key-enabled: true",
        "x-amz-object-lock-mode: governance",
        "x-amz-object-lock-retain-until-date: 2030-01-01t00:00:00z",
        "x-amz-object-lock-legal-hold: on",
        // As it came, not encoded anew.
        "x-amz-meta-term: =?utf-8?q?=c3=84?=",
    ] {
        let name = line.split(':').next().unwrap();
        let sent = head
            .lines()
            .find(|sent| sent.starts_with(&format!("{name}:")));
        assert_eq!(sent, Some(line));
    }
    assert!(!head.contains("x-amz-tagging"), "tags stay by themselves");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_at_the_very_moment_of_saving_is_not_written_over() {
    let bed = Bed::new(|request| match request {
        it if is_about(it, "tagging") => bucket_tags(),
        it if it.method == "HEAD" => object(),
        it if it.method == "PUT" => Answer::error(412, "PreconditionFailed", ""),
        _ => versioning(),
    });
    let seen = bed.look().await;

    let plan = bed.plan(&seen, &typed("text/csv")).await.unwrap();
    let refused = properties::save(&bed.lectern, plan.id).await.unwrap_err();

    assert_eq!(refused.code, Code::Changed);
    assert!(bed.lectern.catalog.recent_activity(1).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_keeps_less_than_it_accepts_is_found_out() {
    let bed = Bed::new(|request| match request {
        it if is_about(it, "tagging") => bucket_tags(),
        it if it.method == "HEAD" => object(),
        it if it.method == "PUT" => Answer::ok("<?xml version=\"1.0\"?><CopyObjectResult/>"),
        _ => versioning(),
    });
    let seen = bed.look().await;

    let plan = bed.plan(&seen, &typed("text/csv")).await.unwrap();
    let outcome = properties::save(&bed.lectern, plan.id).await;

    assert_eq!(outcome.unwrap_err().code, Code::Unsupported);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_versions_are_counted_with_one_request() {
    let bed = Bed::new(|request| match request {
        it if is_about(it, "versions") => {
            let one = "<Version><Key>a.txt</Key><VersionId>v</VersionId></Version>";
            Answer::ok(format!(
                "<?xml version=\"1.0\"?><ListVersionsResult><IsTruncated>true</IsTruncated>\
                 <NextKeyMarker>a.txt</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>\
                 {}</ListVersionsResult>",
                one.repeat(1_000)
            ))
        }
        _ => versioning(),
    });

    let count = properties::count_versions(&bed.lectern, &bed.connection, "a.txt");
    let count = count.await.unwrap();

    assert_eq!((count.versions, count.more), (1_000, true));
    assert_eq!(bed.sent("GET", "versions"), 1);
}
