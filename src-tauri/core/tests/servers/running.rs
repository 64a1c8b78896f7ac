//! `moto` and `rclone`, running beside the tests: started once a test binary, on
//! free loopback ports. A shell stands between: it ends its server, by process
//! id, when its standard input closes, which happens however the test binary
//! comes to its end. Shared with the tests of the command line.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// The keys that `rclone` knows; `moto` asks for none.
pub const ACCESS_KEY_ID: &str = "AKIATESTBED";
pub const SECRET_ACCESS_KEY: &str = "test-bed-secret";

/// A server that runs beside the tests.
pub struct Server {
    port: u16,
    // Ends with the binary, see the head of this file.
    _shell: Mutex<Child>,
}

impl Server {
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

pub fn moto() -> &'static Server {
    static MOTO: OnceLock<Server> = OnceLock::new();
    MOTO.get_or_init(|| {
        start("moto_server", None, |port| {
            vec![
                "-H".into(),
                "127.0.0.1".into(),
                "-p".into(),
                port.to_string(),
            ]
        })
    })
}

pub fn rclone() -> &'static Server {
    static RCLONE: OnceLock<Server> = OnceLock::new();
    RCLONE.get_or_init(|| {
        let folder = rclone_folder();
        start("rclone", Some(&scratch()), |port| {
            vec![
                "serve".into(),
                "s3".into(),
                "--addr".into(),
                format!("127.0.0.1:{port}"),
                "--auth-key".into(),
                format!("{ACCESS_KEY_ID},{SECRET_ACCESS_KEY}"),
                "--vfs-cache-mode".into(),
                "off".into(),
                // Longer than a run: when folders are forgotten while they change,
                // rclone locks itself up.
                "--dir-cache-time".into(),
                "10m".into(),
                "--config".into(),
                folder.join("none.conf").display().to_string(),
                folder.display().to_string(),
            ]
        })
    })
}

/// What `rclone` serves: each folder in it is a bucket.
pub fn rclone_folder() -> PathBuf {
    let folder = scratch().join("rclone");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A folder of this run for the servers' files; the shell removes it.
fn scratch() -> PathBuf {
    static SCRATCH: OnceLock<PathBuf> = OnceLock::new();
    SCRATCH
        .get_or_init(|| tempfile::tempdir().unwrap().keep())
        .clone()
}

/// Starts a program that listens on a port, and waits until it does. A port
/// that somebody took meanwhile is changed for another. `scratch` goes with it.
fn start(program: &str, scratch: Option<&Path>, arguments: impl Fn(u16) -> Vec<String>) -> Server {
    let path = find(program);
    for _ in 0..3 {
        let port = free_port();
        let mut shell = Command::new("sh")
            .args([
                "-c",
                r#""$@" </dev/null & server=$!; cat >/dev/null; kill "$server"; wait "$server"
                [ -z "$LECTERN_SCRATCH" ] || rm -rf "$LECTERN_SCRATCH""#,
                "sh",
            ])
            .arg(&path)
            .args(arguments(port))
            .env("LECTERN_SCRATCH", scratch.unwrap_or_else(|| Path::new("")))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        if answers(port) {
            return Server {
                port,
                _shell: Mutex::new(shell),
            };
        }
        drop(shell.stdin.take());
        shell.wait().unwrap();
    }
    panic!("{program} did not start to answer");
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn answers(port: u16) -> bool {
    let limit = Instant::now() + Duration::from_mins(1);
    while Instant::now() < limit {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

/// `make test` puts the programs into a virtual environment below the target folder.
fn find(program: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let places = [
        std::env::var_os("LECTERN_TEST_VENV").map(PathBuf::from),
        target.map(|target| target.join("venv")),
        Some(workspace.join("target/venv")),
    ];
    let found = places
        .into_iter()
        .flatten()
        .map(|venv| venv.join("bin").join(program))
        .find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!(
            "{program} is not there to test against. `make test` installs it below target/venv; \
             or name another virtual environment in LECTERN_TEST_VENV, made with \
             `pip install -r tests/requirements.txt`."
        )
    })
}
