//! Secrets in a real keyring: a GNOME Keyring on a session bus of the test's
//! own, with its files below a folder of the test's own.
#![cfg(target_os = "linux")]

use lectern_core::clock::Clock;
use lectern_core::connection::{
    self, Addressing, ConnectionDraft, CredentialSource, SecretInput, SecretPlace, Secrets,
};
use lectern_core::{Code, Folders, Lectern};

use crate::inside;

const SECRET: &str = "a-secret-that-is-nowhere-on-disk";

#[test]
fn a_secret_lives_in_the_keyring_and_nowhere_else() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().to_str().unwrap();
    // The daemon returns once it is on the bus, and ends with the bus.
    let session = [
        "dbus-run-session",
        "--",
        "sh",
        "-c",
        "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec \"$@\"",
        "sh",
    ];
    inside::run(
        "keyring::with_a_keyring",
        &session,
        &[
            ("HOME", path),
            ("XDG_DATA_HOME", path),
            ("XDG_RUNTIME_DIR", path),
            ("LECTERN_TEST_HOME", path),
        ],
    );
}

#[test]
fn without_a_keyring_nothing_is_kept_on_disk() {
    inside::run(
        "keyring::without_a_keyring",
        &[],
        &[(
            "DBUS_SESSION_BUS_ADDRESS",
            "unix:path=/nonexistent/lectern-test-bus",
        )],
    );
}

fn draft() -> ConnectionDraft {
    ConnectionDraft {
        name: "Biology".into(),
        bucket: "course".into(),
        prefix: String::new(),
        region: None,
        endpoint: None,
        addressing: Addressing::Auto,
        source: CredentialSource::AccessKeys {
            access_key_id: "AKIAEXAMPLE".into(),
        },
    }
}

fn typed(for_session: bool) -> SecretInput {
    SecretInput::Typed {
        secret_access_key: SECRET.into(),
        session_token: Some("a-token-that-is-nowhere-on-disk".into()),
        for_session,
    }
}

fn open(folder: &std::path::Path) -> Lectern {
    Lectern::open(Folders::below(folder), Secrets::system(), Clock::system()).unwrap()
}

async fn place(lectern: &Lectern) -> SecretPlace {
    connection::list(lectern).await.unwrap()[0].secret
}

#[tokio::test]
#[ignore = "runs inside a session of its own"]
async fn with_a_keyring() {
    let home = std::env::var("LECTERN_TEST_HOME").unwrap();
    let folder = std::path::Path::new(&home).join("lectern");
    let lectern = open(&folder);
    let status = lectern.secrets.status().await.unwrap();
    assert!(status.available, "{status:?}");
    assert_eq!(status.service, "Secret Service");

    let added = connection::add(&lectern, draft(), Some(typed(false)))
        .await
        .unwrap();
    assert_eq!(place(&lectern).await, SecretPlace::Keyring);
    drop(lectern);

    // After a restart it is still there, and nowhere on disk.
    let lectern = open(&folder);
    assert_eq!(place(&lectern).await, SecretPlace::Keyring);
    assert_eq!(files_with(&home, SECRET), Vec::<String>::new());

    // An edit without a secret leaves the kept one.
    let renamed = ConnectionDraft {
        name: "Botany".into(),
        ..draft()
    };
    connection::edit(&lectern, &added.id, renamed, None)
        .await
        .unwrap();
    assert_eq!(place(&lectern).await, SecretPlace::Keyring);

    // A source that needs no secret loses it.
    let anonymous = ConnectionDraft {
        source: CredentialSource::Anonymous,
        ..draft()
    };
    connection::edit(&lectern, &added.id, anonymous, None)
        .await
        .unwrap();
    connection::edit(&lectern, &added.id, draft(), None)
        .await
        .unwrap();
    assert_eq!(place(&lectern).await, SecretPlace::Missing);

    // A session's secret is gone with the session.
    connection::edit(&lectern, &added.id, draft(), Some(typed(true)))
        .await
        .unwrap();
    assert_eq!(place(&lectern).await, SecretPlace::Session);
    assert_eq!(place(&open(&folder)).await, SecretPlace::Missing);

    // Removing a connection removes its secret.
    connection::edit(&lectern, &added.id, draft(), Some(typed(false)))
        .await
        .unwrap();
    assert_eq!(place(&lectern).await, SecretPlace::Keyring);
    connection::remove(&lectern, &added.id).await.unwrap();
    lectern.catalog.insert_connection(&added, 0).unwrap();
    assert_eq!(place(&lectern).await, SecretPlace::Missing);
}

#[tokio::test]
#[ignore = "runs inside a session of its own"]
async fn without_a_keyring() {
    let folder = tempfile::tempdir().unwrap();
    let lectern = open(folder.path());
    let status = lectern.secrets.status().await.unwrap();
    assert!(!status.available);
    assert!(status.problem.unwrap().contains("Secret Service"));

    let error = connection::add(&lectern, draft(), Some(typed(false)))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::KeyringUnavailable);
    assert!(error.next_step.unwrap().contains("for this session only"));
    assert!(connection::list(&lectern).await.unwrap().is_empty());

    let added = connection::add(&lectern, draft(), Some(typed(true)))
        .await
        .unwrap();
    assert_eq!(place(&lectern).await, SecretPlace::Session);
    let path = folder.path().to_str().unwrap();
    assert_eq!(files_with(path, SECRET), Vec::<String>::new());

    // An edit whose secret cannot be kept changes nothing.
    let renamed = ConnectionDraft {
        name: "Botany".into(),
        ..draft()
    };
    let error = connection::edit(&lectern, &added.id, renamed, Some(typed(false)))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::KeyringUnavailable);
    assert_eq!(lectern.catalog.connection(&added.id).unwrap(), added);
    assert_eq!(place(&lectern).await, SecretPlace::Session);

    // Nobody is kept from removing it.
    connection::remove(&open(folder.path()), &added.id)
        .await
        .unwrap();
}

/// The files below a folder that hold a text.
fn files_with(folder: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(path.to_str().unwrap(), text));
        } else if let Ok(bytes) = std::fs::read(&path)
            && bytes.windows(text.len()).any(|w| w == text.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
    found
}
