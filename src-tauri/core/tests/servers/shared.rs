//! The shared AWS configuration and the environment, each in a process whose
//! environment says where.

use lectern_core::clock::Clock;
use lectern_core::connection::{
    self, Addressing, ConnectionDraft, CredentialSource, ProfileKind, Secrets,
};
use lectern_core::store::{CredentialsEnd, Store};
use lectern_core::{Code, Folders, Lectern, Result};
use std::sync::Arc;

use crate::inside;
use crate::stub::{Answer, Stub};

const CONFIG: &str = "\
[default]
region = eu-west-1

[profile keys]
region = eu-west-2

[profile role]
role_arn = arn:aws:iam::123456789012:role/teacher
source_profile = keys

[profile sign-in]
sso_session = school
sso_account_id = 123456789012
sso_role_name = teacher

[profile process]
credential_process = sh -c 'echo \"{\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"ASIAEXAMPLE\\\",\\\"SecretAccessKey\\\":\\\"s\\\",\\\"SessionToken\\\":\\\"t\\\",\\\"Expiration\\\":\\\"2099-01-01T00:00:00Z\\\"}\"'

[profile with-mfa]
role_arn = arn:aws:iam::123456789012:role/teacher
source_profile = keys
mfa_serial = arn:aws:iam::123456789012:mfa/phone

[profile broken-process]
credential_process = sh -c 'echo the-secret-of-the-process >&2; exit 3'

[sso-session school]
sso_start_url = https://school.example/start
sso_region = eu-west-1
";

const CREDENTIALS: &str = "\
[keys]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = not-a-secret
";

/// Runs an inner test with a shared configuration and nothing of this user's.
fn with_profiles(name: &str, more: &[(&str, &str)]) {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("config");
    let credentials = home.path().join("credentials");
    std::fs::write(&config, CONFIG).unwrap();
    std::fs::write(&credentials, CREDENTIALS).unwrap();
    let mut environment = vec![
        ("HOME", home.path().to_str().unwrap()),
        ("AWS_CONFIG_FILE", config.to_str().unwrap()),
        ("AWS_SHARED_CREDENTIALS_FILE", credentials.to_str().unwrap()),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    environment.extend_from_slice(more);
    inside::run(name, &[], &environment);
}

fn lectern() -> Lectern {
    let folders = Folders::below(std::path::Path::new("unused"));
    Lectern::in_memory(folders, Secrets::session_only(), Clock::system()).unwrap()
}

fn draft(endpoint: &str, source: CredentialSource) -> ConnectionDraft {
    ConnectionDraft {
        name: "Test".into(),
        bucket: "course".into(),
        prefix: String::new(),
        region: None,
        endpoint: Some(endpoint.into()),
        addressing: Addressing::Auto,
        source,
    }
}

async fn open(endpoint: &str, profile: &str) -> Result<Arc<Store>> {
    let lectern = lectern();
    let source = CredentialSource::Profile {
        name: profile.into(),
    };
    let added = connection::add(&lectern, draft(endpoint, source), None)
        .await
        .unwrap();
    lectern.stores.of(&lectern, &added.id).await
}

#[test]
fn profiles_are_listed_with_their_kind() {
    with_profiles("shared::listed", &[]);
}

#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn listed() {
    let found = connection::profiles().await.unwrap();

    let kinds: Vec<_> = found.iter().map(|p| (&*p.name, p.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("broken-process", ProfileKind::Process),
            ("keys", ProfileKind::Keys),
            ("process", ProfileKind::Process),
            ("role", ProfileKind::Role),
            ("sign-in", ProfileKind::SignIn),
            ("with-mfa", ProfileKind::Role),
        ]
    );
    assert_eq!(found[1].region.as_deref(), Some("eu-west-2"));
}

#[test]
fn a_profile_signs_with_its_own_keys_and_region_whatever_the_environment_has() {
    with_profiles(
        "shared::profile_keys",
        &[
            ("AWS_ACCESS_KEY_ID", "AKIAOTHER"),
            ("AWS_SECRET_ACCESS_KEY", "other"),
            ("AWS_REGION", "us-west-1"),
        ],
    );
}

#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn profile_keys() {
    let stub = Stub::start(|request| {
        assert!(request.head.contains("AKIAEXAMPLE"), "{}", request.head);
        assert!(request.is_signed_for("eu-west-2"), "{}", request.head);
        Answer::empty_listing()
    });

    let store = open(&stub.endpoint, "keys").await.unwrap();

    assert!(stub.asked() > 0);
    let end = store.credentials_end().await.unwrap();
    assert_eq!(end, CredentialsEnd::Never);
}

#[test]
fn the_credentials_of_a_process_end_when_it_says() {
    with_profiles("shared::process_end", &[]);
}

#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn process_end() {
    let stub = Stub::start(|_| Answer::empty_listing());

    let store = open(&stub.endpoint, "process").await.unwrap();

    let end = store.credentials_end().await.unwrap();
    assert_eq!(end, CredentialsEnd::At(4_070_908_800_000));
}

#[test]
fn a_profile_that_gives_nothing_says_why() {
    with_profiles("shared::profile_errors", &[]);
}

#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn profile_errors() {
    let stub = Stub::start(|_| Answer::empty_listing());
    let cases = [
        ("sign-in", Code::SignInNeeded),
        ("no-such-profile", Code::ProfileNotFound),
        ("default", Code::NoCredentials),
        ("with-mfa", Code::SignInNeeded),
        ("broken-process", Code::NoCredentials),
    ];
    for (profile, code) in cases {
        let error = open(&stub.endpoint, profile).await.unwrap_err();

        assert_eq!(error.code, code, "{profile}: {error:?}");
        assert!(error.next_step.is_some());
        assert!(!format!("{error:?}").contains("the-secret-of-the-process"));
    }
}

#[test]
fn the_environment_makes_a_connection() {
    with_profiles(
        "shared::environment",
        &[
            ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "not-a-secret"),
            ("AWS_SESSION_TOKEN", "token"),
            ("AWS_REGION", "eu-north-1"),
        ],
    );
}

#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn environment() {
    let stub = Stub::start(|request| {
        assert!(request.head.contains("ASIAEXAMPLE"));
        assert!(request.is_signed_for("eu-north-1"));
        Answer::empty_listing()
    });
    let lectern = lectern();
    let found = connection::from_environment(&lectern, "course").unwrap();
    assert_eq!(found.region.as_deref(), Some("eu-north-1"));
    assert_eq!(found.endpoint, None);
    let mut here = found.clone();
    here.draft.endpoint = Some(stub.endpoint.clone());
    lectern.catalog.update_connection(&here).unwrap();

    let store = lectern.stores.of(&lectern, &found.id).await.unwrap();

    let end = store.credentials_end().await.unwrap();
    assert_eq!(end, CredentialsEnd::Unknown);
}

#[test]
fn an_environment_without_credentials_says_so() {
    with_profiles("shared::empty_environment", &[]);
}

#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn empty_environment() {
    let lectern = lectern();
    let error = connection::from_environment(&lectern, "course").unwrap_err();

    assert_eq!(error.code, Code::NoCredentials);
    assert!(lectern.catalog.connections().unwrap().is_empty());
}
