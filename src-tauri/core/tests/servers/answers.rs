//! What a service may answer: regions, refusals and worse, from a server that
//! says just that.

use lectern_core::clock::Clock;
use lectern_core::connection::{
    self, Addressing, Check, Connection, ConnectionDraft, ConnectionId, CredentialSource, Outcome,
    SecretInput, Secrets, Step,
};
use lectern_core::store::CredentialsEnd;
use lectern_core::{Code, Error, Folders, Lectern};

use crate::stub::{Answer, Request, Stub};

const DENIED: &str = "<Message>Access Denied</Message>";

fn lectern() -> Lectern {
    let folders = Folders::below(std::path::Path::new("unused"));
    Lectern::in_memory(folders, Secrets::session_only(), Clock::system()).unwrap()
}

fn draft(endpoint: &str) -> ConnectionDraft {
    ConnectionDraft {
        name: "Test".into(),
        bucket: "course".into(),
        prefix: "bio/".into(),
        region: Some("us-west-2".into()),
        endpoint: Some(endpoint.into()),
        addressing: Addressing::Auto,
        source: CredentialSource::AccessKeys {
            access_key_id: "AKIAEXAMPLE".into(),
        },
    }
}

fn typed(session_token: Option<&str>) -> SecretInput {
    SecretInput::Typed {
        secret_access_key: "not-a-secret".into(),
        session_token: session_token.map(Into::into),
        for_session: true,
    }
}

async fn add(lectern: &Lectern, draft: ConnectionDraft) -> Connection {
    let secret = matches!(draft.source, CredentialSource::AccessKeys { .. });
    connection::add(lectern, draft, secret.then(|| typed(None)))
        .await
        .unwrap()
}

async fn check(draft: ConnectionDraft) -> Check {
    connection::check(&lectern(), draft, Some(typed(None)), None)
        .await
        .unwrap()
}

fn failure(check: &Check, step: Step) -> Option<&Error> {
    let found = check.steps.iter().find(|known| known.step == step).unwrap();
    match &found.outcome {
        Outcome::Failed { error } => Some(error),
        Outcome::Passed | Outcome::NotTried => None,
    }
}

fn passed(check: &Check) -> Vec<Step> {
    let passed = check.steps.iter().filter(|s| s.outcome == Outcome::Passed);
    passed.map(|known| known.step).collect()
}

#[tokio::test]
async fn a_wrong_region_is_repaired_by_the_answers_header_and_kept() {
    let stub = Stub::start(|request| {
        if request.is_signed_for("eu-central-1") {
            return Answer::empty_listing().with("x-amz-bucket-region", "eu-central-1");
        }
        Answer::error(301, "PermanentRedirect", "").with("x-amz-bucket-region", "eu-central-1")
    });
    let lectern = lectern();
    let added = add(&lectern, draft(&stub.endpoint)).await;

    let store = lectern.stores.of(&lectern, &added.id).await.unwrap();

    assert_eq!(store.region(), "eu-central-1");
    let listed = store
        .client()
        .list_objects_v2()
        .bucket("course")
        .send()
        .await;
    assert!(listed.is_ok());
    let kept = lectern.catalog.connection(&added.id).unwrap();
    assert_eq!(kept.region.as_deref(), Some("eu-central-1"));
}

#[tokio::test]
async fn a_region_that_only_the_body_of_an_error_names_is_found() {
    let stub = Stub::start(|request| {
        if request.is_signed_for("garage") {
            return Answer::empty_listing();
        }
        Answer::error(
            400,
            "AuthorizationHeaderMalformed",
            "<Message>the region is wrong</Message><Region>garage</Region>",
        )
    });
    let lectern = lectern();
    let added = add(&lectern, draft(&stub.endpoint)).await;

    let store = lectern.stores.of(&lectern, &added.id).await.unwrap();

    assert_eq!(store.region(), "garage");
}

#[tokio::test]
async fn a_test_tells_the_region_that_was_found() {
    let stub = Stub::start(|_| Answer::empty_listing().with("x-amz-bucket-region", "eu-central-1"));

    let check = check(draft(&stub.endpoint)).await;

    assert_eq!(check.region.as_deref(), Some("eu-central-1"));
}

#[tokio::test]
async fn a_region_that_is_none_is_not_believed() {
    let stub =
        Stub::start(|_| Answer::empty_listing().with("x-amz-bucket-region", "evil.example/"));
    let lectern = lectern();
    let added = add(&lectern, draft(&stub.endpoint)).await;

    let store = lectern.stores.of(&lectern, &added.id).await.unwrap();

    assert_eq!(store.region(), "us-west-2");
}

/// A bucket where one method is refused.
fn refusing(method: &'static str) -> Stub {
    Stub::start(move |request| respond(method, request))
}

fn respond(refused: &str, request: &Request) -> Answer {
    let is_list = request.target.contains("list-type=2");
    let method = if is_list { "LIST" } else { &request.method };
    if method == refused {
        return Answer::error(403, "AccessDenied", DENIED);
    }
    if is_list {
        return Answer::empty_listing();
    }
    if request.method == "GET" {
        return Answer::ok("Lectern tests this connection. This file may be deleted.");
    }
    Answer::ok("")
}

#[tokio::test]
async fn each_missing_permission_is_named() {
    let cases = [
        ("LIST", Step::List, Code::NotAllowedToList, "s3:ListBucket"),
        ("PUT", Step::Write, Code::NotAllowedToWrite, "s3:PutObject"),
        ("GET", Step::Read, Code::NotAllowedToRead, "s3:GetObject"),
        (
            "DELETE",
            Step::Delete,
            Code::NotAllowedToDelete,
            "s3:DeleteObject",
        ),
    ];
    for (method, step, code, permission) in cases {
        let stub = refusing(method);

        let check = check(draft(&stub.endpoint)).await;

        let error = failure(&check, step).unwrap();
        assert_eq!(error.code, code);
        assert_eq!(error.subject.as_deref(), Some(permission));
        assert!(error.message.contains(permission));
        let technical = error.technical.as_ref().unwrap();
        assert_eq!(technical.request_id.as_deref(), Some("STUB1"));
        assert_eq!(technical.http_status, Some(403));
        // The other permissions are tried all the same.
        let expected = if step == Step::Write { 3 } else { 5 };
        assert_eq!(passed(&check).len(), expected, "{method}: {check:?}");
    }
}

#[tokio::test]
async fn a_listing_that_is_refused_with_head_as_well_still_finds_the_bucket() {
    let stub = Stub::start(|request| {
        if request.method == "HEAD" || request.target.contains("list-type=2") {
            return Answer::error(403, "AccessDenied", DENIED);
        }
        respond("", request)
    });

    let check = check(draft(&stub.endpoint)).await;

    assert_eq!(
        passed(&check),
        [
            Step::Credentials,
            Step::Bucket,
            Step::Write,
            Step::Read,
            Step::Delete
        ]
    );
}

#[tokio::test]
async fn what_is_wrong_with_credentials_is_told_apart() {
    let cases = [
        (403, "InvalidAccessKeyId", Code::WrongAccessKey),
        (403, "SignatureDoesNotMatch", Code::WrongSecret),
        (400, "ExpiredToken", Code::CredentialsExpired),
        (403, "RequestTimeTooSkewed", Code::ClockSkew),
    ];
    for (status, code, expected) in cases {
        let stub = Stub::start(move |_| Answer::error(status, code, ""));

        let check = check(draft(&stub.endpoint)).await;

        let error = failure(&check, Step::Credentials).unwrap();
        assert_eq!(error.code, expected);
        assert!(error.next_step.is_some());
        assert_eq!(passed(&check), []);
    }
}

#[tokio::test]
async fn a_bucket_that_is_not_there_ends_the_test() {
    let stub = Stub::start(|_| Answer::error(404, "NoSuchBucket", ""));

    let check = check(draft(&stub.endpoint)).await;

    let error = failure(&check, Step::Bucket).unwrap();
    assert_eq!(error.code, Code::BucketNotFound);
    assert_eq!(error.subject.as_deref(), Some("course"));
    assert_eq!(passed(&check), [Step::Credentials]);
}

#[tokio::test]
async fn nobody_at_the_address_is_no_network() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);

    let check = check(draft(&endpoint)).await;

    let error = failure(&check, Step::Bucket).unwrap();
    assert_eq!(error.code, Code::NoNetwork);
    assert!(error.message.contains("Nobody answers"), "{error:?}");
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_named_as_that() {
    let stub = Stub::start(|_| Answer::ok(""));
    let endpoint = stub.endpoint.replace("http:", "https:");

    let check = check(draft(&endpoint)).await;

    let error = failure(&check, Step::Bucket).unwrap();
    assert_eq!(error.code, Code::NoNetwork);
    assert!(error.message.contains("secure connection"), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_is_no_s3_is_no_success() {
    let stub = Stub::start(|_| Answer::ok("<html>Welcome to the hotel's network</html>"));

    let check = check(draft(&stub.endpoint)).await;

    let error = failure(&check, Step::List).unwrap();
    assert_eq!(error.code, Code::ServiceFailed);
}

#[tokio::test]
async fn whoever_is_anonymous_signs_nothing_and_only_reads() {
    let stub = Stub::start(|request| {
        assert!(!request.is_signed());
        if request.target.contains("list-type=2") {
            return Answer::ok(
                "<ListBucketResult><Contents><Key>bio/a.txt</Key><Size>1</Size></Contents></ListBucketResult>",
            );
        }
        assert!(matches!(&*request.method, "GET" | "HEAD"));
        Answer::ok("a")
    });
    let draft = ConnectionDraft {
        source: CredentialSource::Anonymous,
        ..draft(&stub.endpoint)
    };

    let check = connection::check(&lectern(), draft, None, None)
        .await
        .unwrap();

    assert_eq!(
        passed(&check),
        [Step::Credentials, Step::Bucket, Step::List, Step::Read]
    );
}

#[tokio::test]
async fn temporary_keys_without_an_end_have_an_unknown_one() {
    let stub = Stub::start(|_| Answer::empty_listing());
    let lectern = lectern();
    let added = connection::add(&lectern, draft(&stub.endpoint), Some(typed(Some("token"))))
        .await
        .unwrap();

    let store = lectern.stores.of(&lectern, &added.id).await.unwrap();

    assert_eq!(
        store.credentials_end().await.unwrap(),
        CredentialsEnd::Unknown
    );
}

#[tokio::test]
async fn a_body_is_not_hashed_on_loopback() {
    let stub = Stub::start(|request| {
        if request.method == "PUT" {
            assert!(
                request.head.contains("UNSIGNED-PAYLOAD"),
                "{}",
                request.head
            );
            assert_eq!(request.body, b"hello", "no chunks, no trailer");
        }
        Answer::empty_listing()
    });
    let lectern = lectern();
    let added = add(&lectern, draft(&stub.endpoint)).await;
    let store = lectern.stores.of(&lectern, &added.id).await.unwrap();

    let put = store.client().put_object().bucket("course").key("k");
    put.body(b"hello".to_vec().into()).send().await.unwrap();
}

#[tokio::test]
async fn a_busy_service_is_asked_five_times() {
    let stub = Stub::start(|request| {
        if request.method == "HEAD" {
            return Answer::ok("");
        }
        Answer::error(503, "SlowDown", "")
    });
    let lectern = lectern();
    let added = add(&lectern, draft(&stub.endpoint)).await;
    let store = lectern.stores.of(&lectern, &added.id).await.unwrap();
    let before = stub.asked();

    let error = store.versioning_now().await.unwrap_err();

    assert_eq!(error.code, Code::Throttled);
    assert_eq!(stub.asked() - before, 5);
}

#[tokio::test]
async fn a_refused_header_is_learned_once() {
    let stub = Stub::start(|request| {
        if request.method == "PUT" {
            return Answer::error(
                501,
                "NotImplemented",
                "<Message>x-amz-checksum-crc32</Message>",
            );
        }
        Answer::empty_listing()
    });
    let lectern = lectern();
    let added = add(&lectern, draft(&stub.endpoint)).await;
    let store = lectern.stores.of(&lectern, &added.id).await.unwrap();
    let put = store.client().put_object().bucket("course").key("k");
    let error = put.send().await.unwrap_err();
    let error = lectern_core::store::classify(lectern_core::store::Operation::Write, "k", error);

    assert!(store.learn_from(&error));
    assert!(!store.learn_from(&error), "nothing new the second time");
    assert_eq!(
        store.capabilities().await.unwrap().checksum,
        lectern_core::store::Checksum::None
    );
}

#[tokio::test]
async fn a_connection_that_was_never_added_is_not_found() {
    let lectern = lectern();
    let id = ConnectionId::fresh();

    let error = lectern.stores.of(&lectern, &id).await.unwrap_err();

    assert_eq!(error.code, Code::NotFound);
}

#[tokio::test]
async fn an_imported_secret_goes_with_its_connection_and_is_held_no_longer() {
    let stub = Stub::start(|request| {
        assert!(request.head.contains("AKIAIMPORTED"));
        Answer::empty_listing()
    });
    let text = format!(
        "AWS_ACCESS_KEY_ID=AKIAIMPORTED\nAWS_SECRET_ACCESS_KEY=not-a-secret\n\
         AWS_REGION=eu-west-1\nAWS_S3_BUCKET_NAME=course\nSTORAGE_TYPE=s3\n\
         AWS_ENDPOINT_URL={}\n",
        stub.endpoint
    );
    let lectern = lectern();
    let imported = connection::read_env(&lectern, &text).unwrap();
    let held = || SecretInput::Held {
        id: imported.secret.unwrap(),
        for_session: true,
    };

    // Looked over and tested first, as the window does.
    let draft = imported.draft.clone();
    let check = connection::check(&lectern, draft.clone(), Some(held()), None);
    assert!(passed(&check.await.unwrap()).contains(&Step::List));
    let added = connection::add(&lectern, draft.clone(), Some(held()))
        .await
        .unwrap();

    lectern.stores.of(&lectern, &added.id).await.unwrap();
    let error = connection::add(&lectern, draft, Some(held()))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::SecretMissing);
}

#[tokio::test]
async fn keys_without_their_secret_are_not_added() {
    let lectern = lectern();

    let error = connection::add(&lectern, draft("http://127.0.0.1:9"), None)
        .await
        .unwrap_err();

    assert_eq!(error.code, Code::InvalidInput);
    assert_eq!(error.subject.as_deref(), Some("secretAccessKey"));
    assert!(connection::list(&lectern).await.unwrap().is_empty());
}
