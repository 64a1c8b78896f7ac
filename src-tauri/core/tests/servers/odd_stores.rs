//! Transfers with stores that refuse, lose and mix up: answers that no real
//! server gives on demand.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use lectern_core::clock::Clock;
use lectern_core::connection::{
    self, Addressing, Connection, ConnectionDraft, CredentialSource, SecretInput, Secrets,
};
use lectern_core::transfer::{Summary, finished, plan_download, plan_upload, start};
use lectern_core::{Code, Folders, Lectern};

use crate::stub::{Answer, Request, Stub};
use crate::transfer::{answer, assert_all_done, object, only_failure};

/// A core with a connection on the stub, and one local file.
struct Bench {
    lectern: Arc<Lectern>,
    connection: Connection,
    folder: tempfile::TempDir,
}

impl Bench {
    async fn new(stub: &Stub) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let folders = Folders::below(&folder.path().join("lectern"));
        let lectern = Lectern::in_memory(folders, Secrets::session_only(), Clock::system());
        let lectern = Arc::new(lectern.unwrap());
        let draft = ConnectionDraft {
            name: "Odd".into(),
            bucket: "course".into(),
            prefix: String::new(),
            region: Some("us-east-1".into()),
            endpoint: Some(stub.endpoint.clone()),
            addressing: Addressing::Path,
            source: CredentialSource::AccessKeys {
                access_key_id: "AKIAEXAMPLE".into(),
            },
        };
        let secret = SecretInput::Typed {
            secret_access_key: "not-a-secret".into(),
            session_token: None,
            for_session: true,
        };
        let connection = connection::add(&lectern, draft, Some(secret))
            .await
            .unwrap();
        Self {
            lectern,
            connection,
            folder,
        }
    }

    async fn up(&self, name: &str, content: &str) -> Summary {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let paths: Vec<PathBuf> = vec![path];
        let plan = plan_upload(&self.lectern, &self.connection.id, "", paths)
            .await
            .unwrap();
        assert!(plan.conflicts.is_empty());
        let job = start(&self.lectern, plan.id, &answer(None)).await.unwrap();
        finished(&self.lectern, job.id).await.unwrap()
    }

    /// What came of it, and the names that are in the folder then.
    async fn down(&self, key: &str, size: u64) -> (Summary, Vec<String>) {
        let target = self.folder.path().join("back");
        std::fs::create_dir_all(&target).unwrap();
        let items = vec![object(key, size)];
        let plan = plan_download(&self.lectern, &self.connection.id, "", items, &target)
            .await
            .unwrap();
        let job = start(&self.lectern, plan.id, &answer(None)).await.unwrap();
        let summary = finished(&self.lectern, job.id).await.unwrap();
        let names = std::fs::read_dir(target).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        (summary, names.collect())
    }
}

fn has(request: &Request, header: &str) -> bool {
    let header = format!("\n{header}:");
    request.head.to_ascii_lowercase().contains(&header)
}

fn is_put(request: &Request) -> bool {
    request.method == "PUT" && request.target.starts_with("/course/")
}

/// An object's HEAD; a GET without a key is a listing or a question about the bucket.
fn is_head_of(request: &Request, key: &str) -> bool {
    request.method == "HEAD" && request.target.starts_with(&format!("/course/{key}"))
}

fn is_get_of(request: &Request, key: &str) -> bool {
    request.method == "GET" && request.target.starts_with(&format!("/course/{key}"))
}

#[tokio::test]
async fn a_store_without_conditions_is_looked_at_before_it_is_written_to() {
    let stub = Stub::start(|request| {
        if is_put(request) && has(request, "if-none-match") {
            return Answer::error(501, "NotImplemented", "<Message>If-None-Match</Message>");
        }
        if is_put(request) {
            assert!(request.target.starts_with("/course/new"), "written unseen");
            return Answer::ok("").with("etag", "\"e\"");
        }
        if is_head_of(request, "new") {
            return Answer::error(404, "NoSuchKey", "");
        }
        if is_head_of(request, "taken") {
            return Answer::ok("").with("etag", "\"theirs\"");
        }
        Answer::empty_listing()
    });
    let bench = Bench::new(&stub).await;

    let new = bench.up("new", "x").await;
    let taken = bench.up("taken", "x").await;

    assert_all_done(&new, 1);
    assert_eq!(only_failure(&taken).code, Code::AlreadyExists);
}

#[tokio::test]
async fn who_may_not_list_still_writes_over_nothing() {
    let stub = Stub::start(|request| {
        if is_put(request) && has(request, "if-none-match") {
            return Answer::error(412, "PreconditionFailed", "");
        }
        if is_put(request) {
            panic!("written without a condition");
        }
        Answer::error(403, "AccessDenied", "")
    });
    let bench = Bench::new(&stub).await;

    let summary = bench.up("taken", "x").await;

    assert_eq!(only_failure(&summary).code, Code::AlreadyExists);
}

#[tokio::test]
async fn a_store_that_refuses_checksums_is_verified_by_md5() {
    let stub = Stub::start(|request| {
        if is_put(request) && has(request, "x-amz-checksum-crc32") {
            let message = "<Message>Unsupported header x-amz-checksum-crc32</Message>";
            return Answer::error(400, "InvalidArgument", message);
        }
        if is_put(request) {
            assert!(has(request, "content-md5"));
            return Answer::ok("").with("etag", "\"5d41402abc4b2a76b9719d911017c592\"");
        }
        Answer::empty_listing()
    });
    let bench = Bench::new(&stub).await;

    let summary = bench.up("a", "hello").await;

    assert_all_done(&summary, 1);
    assert_eq!(summary.verified, 1);
}

#[tokio::test]
async fn another_checksum_in_the_answer_is_a_failure() {
    let stub = Stub::start(|request| {
        if is_put(request) || is_get_of(request, "a") {
            return Answer::ok("hello")
                .with("etag", "\"e\"")
                .with("x-amz-checksum-crc32", "AAAAAA==");
        }
        Answer::empty_listing()
    });
    let bench = Bench::new(&stub).await;

    let sent = bench.up("a", "hello").await;
    let (fetched, left) = bench.down("a", 5).await;

    assert_eq!(only_failure(&sent).code, Code::ChecksumMismatch);
    assert_eq!(only_failure(&fetched).code, Code::ChecksumMismatch);
    assert_eq!(left, Vec::<String>::new());
}

/// CRC32 of "hello".
const HELLO: &str = "NhCmhg==";

#[tokio::test]
async fn an_upload_whose_answer_was_lost_is_no_conflict() {
    let stored = Arc::new(Mutex::new(false));
    let stub = Stub::start(move |request| {
        let mut stored = stored.lock().unwrap();
        if is_put(request) && !*stored {
            *stored = true;
            return Answer::error(500, "InternalError", "");
        }
        if is_put(request) {
            return Answer::error(412, "PreconditionFailed", "");
        }
        if is_head_of(request, "a") {
            return Answer::ok("hello")
                .with("etag", "\"e\"")
                .with("x-amz-checksum-crc32", HELLO);
        }
        Answer::empty_listing()
    });
    let bench = Bench::new(&stub).await;

    let summary = bench.up("a", "hello").await;

    assert_all_done(&summary, 1);
    assert_eq!(summary.verified, 1);
}

#[tokio::test]
async fn a_download_goes_on_where_the_connection_broke() {
    let stub = Stub::start(|request| {
        if is_get_of(request, "a") && has(request, "range") {
            assert!(request.head.contains("bytes=3-4"), "{}", request.head);
            assert!(has(request, "if-match"));
            return Answer::ok("lo").with_status(206).with("etag", "\"e\"");
        }
        if is_get_of(request, "a") {
            return Answer::ok("hello")
                .breaking_after(3)
                .with("etag", "\"e\"")
                .with("x-amz-checksum-crc32", HELLO);
        }
        Answer::empty_listing()
    });
    let bench = Bench::new(&stub).await;

    let (summary, names) = bench.down("a", 5).await;

    assert_all_done(&summary, 1);
    assert_eq!((summary.verified, summary.bytes), (1, 5));
    assert_eq!(names, ["a"]);
}

#[tokio::test]
async fn an_object_changed_under_way_is_not_kept() {
    let stub = Stub::start(|request| {
        if is_get_of(request, "a") && has(request, "range") {
            return Answer::error(412, "PreconditionFailed", "");
        }
        if is_get_of(request, "a") {
            return Answer::ok("hello").breaking_after(3).with("etag", "\"e\"");
        }
        Answer::empty_listing()
    });
    let bench = Bench::new(&stub).await;

    let (summary, names) = bench.down("a", 5).await;

    assert_eq!(only_failure(&summary).code, Code::Changed);
    assert_eq!(names, Vec::<String>::new());
}
