#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::sync::{Arc, Mutex};

use super::*;
use crate::connection::{
    self, Addressing, ConnectionDraft, CredentialSource, SecretInput, Secrets,
};
use crate::{Folders, Lectern, clock::Clock};

/// Keeps what is written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Kept {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

fn writer(kept: &Kept) -> impl for<'a> MakeWriter<'a> + Send + Sync + 'static {
    let kept = kept.clone();
    move || kept.clone()
}

/// Answers everything with 403, so that each request fails after it was signed.
fn refusing_server() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 8192];
            let _ = std::io::Read::read(&mut stream, &mut request);
            let _ = stream.write_all(
                b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            );
        }
    });
    format!("http://{address}")
}

#[test]
fn a_failing_signed_request_leaves_no_secret_in_the_log_whatever_is_asked_for() {
    const SECRET: &str = "wJalrXUtnFEMI-very-secret";
    const TOKEN: &str = "session-token-very-secret";
    let kept = Kept::default();
    let asked = Some("trace,aws=trace,hyper=trace,lectern=trace");
    let draft = ConnectionDraft {
        name: "Test".into(),
        bucket: "course".into(),
        prefix: String::new(),
        region: Some("eu-west-1".into()),
        endpoint: Some(refusing_server()),
        addressing: Addressing::Auto,
        source: CredentialSource::AccessKeys {
            access_key_id: "AKIAEXAMPLE".into(),
        },
    };
    let secret = SecretInput::Typed {
        secret_access_key: SECRET.into(),
        session_token: Some(TOKEN.into()),
        for_session: true,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();

    let check = tracing::subscriber::with_default(subscriber(writer(&kept), asked), || {
        tracing::info!("the log is on");
        runtime.block_on(async {
            let folders = Folders::below(Path::new("unused"));
            let lectern =
                Lectern::in_memory(folders, Secrets::session_only(), Clock::system()).unwrap();
            connection::check(&lectern, draft, Some(secret), None).await
        })
    })
    .unwrap();

    let answers = format!("{check:?} {}", serde_json::to_string(&check).unwrap());
    let written = kept.text();
    assert!(written.contains("the log is on"));
    assert!(answers.contains("NotAllowedToList"), "{answers}");
    for hidden in [SECRET, TOKEN, "AWS4-HMAC", "Signature", "authorization"] {
        assert!(!written.contains(hidden), "{hidden} in the log: {written}");
        assert!(!answers.contains(hidden), "{hidden} in the answer");
    }
}

#[test]
fn whoever_is_close_to_secrets_is_heard_for_errors_only() {
    let cap = cap(Some("trace"));

    assert!(!cap.would_enable("aws_smithy_runtime::client", &tracing::Level::WARN));
    assert!(!cap.would_enable("hyper_util::client", &tracing::Level::DEBUG));
    assert!(!cap.would_enable("zbus", &tracing::Level::WARN));
    assert!(cap.would_enable("aws_config", &tracing::Level::ERROR));
    assert!(!cap.would_enable("somebody_else", &tracing::Level::INFO));
    assert!(cap.would_enable("lectern_core::store", &tracing::Level::DEBUG));
    assert!(!cap.would_enable("lectern_core::store", &tracing::Level::TRACE));
}

#[test]
fn only_the_last_files_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    for day in 10..30 {
        let name = format!("lectern.2020-01-{day}.log");
        std::fs::write(folder.path().join(name), "old").unwrap();
    }

    drop(start(folder.path()).unwrap());

    assert!(std::fs::read_dir(folder.path()).unwrap().count() <= FILES_KEPT);
}
