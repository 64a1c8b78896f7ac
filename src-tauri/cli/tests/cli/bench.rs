//! What each test works on: a folder, a store with an empty bucket, and the
//! program, whose every run is taken down.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::running;

pub const BUCKET: &str = "my-course";

/// Ends a process that a test started, and no other.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub struct Bench {
    pub folder: tempfile::TempDir,
    /// `AWS_*` for the store, where there is one.
    pub environment: Vec<(String, String)>,
    pub bucket: String,
    _store: Option<Process>,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Bench {
    /// No store: for saved connections, usage and the like.
    pub fn bare() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
            bucket: BUCKET.to_owned(),
            _store: None,
        }
    }

    /// The practice store, served by the program itself.
    pub fn practice() -> Self {
        Self::serving(&[])
    }

    pub fn practice_with_versions() -> Self {
        Self::serving(&["--versioned"])
    }

    pub fn moto() -> Self {
        let bench = Self::on(&running::moto().endpoint());
        // moto asks for no signature.
        let url = format!("{}/{}", running::moto().endpoint(), bench.bucket);
        assert_eq!(ureq::put(url).send_empty().unwrap().status(), 200);
        bench
    }

    pub fn rclone() -> Self {
        let bucket = rclone_bucket();
        Self {
            bucket,
            ..Self::on(&running::rclone().endpoint())
        }
    }

    fn serving(options: &[&str]) -> Self {
        let mut bench = Self::bare();
        let (process, line) = bench.serve(options);
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        bench.environment = variables(
            &text("endpoint"),
            &text("access_key_id"),
            &text("secret_access_key"),
        );
        bench._store = Some(process);
        bench
    }

    /// Starts `practice serve` on the bench's `store` folder and reads its line.
    pub fn serve(&self, options: &[&str]) -> (Process, Value) {
        let mut command = self.command(&["practice", "serve", "--json", "--bucket", &self.bucket]);
        command
            .arg("--folder")
            .arg(self.path("store"))
            .args(options);
        let child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut process = Process(child);
        let mut line = String::new();
        let stdout = process.0.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        (process, serde_json::from_str(&line).unwrap())
    }

    /// On a server that other tests use too: a bucket of its own.
    fn on(endpoint: &str) -> Self {
        let mut bench = Self::bare();
        bench.environment = variables(endpoint, running::ACCESS_KEY_ID, running::SECRET_ACCESS_KEY);
        let own = bench.folder.path().file_name().unwrap().to_string_lossy();
        bench.bucket = format!("course-{}", own.replace('.', "").to_lowercase());
        bench
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where a saved connection's records would go.
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// A file below the bench's folder, with its folders.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// `s3://bucket/key` in the bench's bucket.
    pub fn s3(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.bucket)
    }

    /// The program with its arguments, in the bench's folder and environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lectern-cli"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("LECTERN_DATA_DIR", self.data())
            // Nobody's own profiles.
            .env("AWS_CONFIG_FILE", self.path("no-config"))
            .env("AWS_SHARED_CREDENTIALS_FILE", self.path("no-credentials"))
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    /// With `--from-env`.
    pub fn env(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["--from-env"], arguments].concat())
    }

    /// At a terminal, where each expected text is answered; all that was written
    /// is taken for standard output.
    #[cfg(unix)]
    pub fn at_terminal(&self, answers: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let program = self.command(arguments);
        let mut command = Command::new("python3");
        command
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/cli/terminal.py"
            ))
            .arg(serde_json::to_string(answers).unwrap())
            .arg(program.get_program())
            .args(program.get_args())
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Ran::of(command.output().unwrap())
    }

    /// With a text on standard input.
    pub fn run_with(&self, input: &str, arguments: &[&str]) -> Ran {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that reads nothing may have closed it.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        Ran::of(child.wait_with_output().unwrap())
    }

    /// Puts an object there.
    pub fn put(&self, key: &str, text: &str) {
        let path = self.write("to-put", text);
        self.env(&["put", path.to_str().unwrap(), &self.s3(key)])
            .done();
    }

    /// A saved connection to the bench's bucket, as whom the environment says.
    pub fn connect(&self, name: &str) {
        let add = [
            "connect",
            "add",
            name,
            "--environment",
            "--bucket",
            &self.bucket,
        ];
        self.run(&add).done();
    }

    /// All keys of the bucket.
    pub fn keys(&self) -> Vec<String> {
        let ran = self.env(&["ls", "--recursive", "--json", &self.s3("")]);
        let lines = ran.done().lines();
        let mut keys: Vec<_> = lines
            .iter()
            .map(|line| line["key"].as_str().unwrap().to_owned())
            .collect();
        keys.sort();
        keys
    }
}

impl Ran {
    pub fn of(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// It ended with 0.
    #[track_caller]
    pub fn done(self) -> Self {
        self.ended(0)
    }

    #[track_caller]
    pub fn ended(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        self
    }

    /// Standard output as JSON, one value a line.
    pub fn lines(&self) -> Vec<Value> {
        let lines = self.out.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().unwrap()
    }

    /// The one JSON object on standard output, apart from what was told on the way.
    #[track_caller]
    pub fn object(&self) -> Value {
        let mut lines = self.lines();
        lines.retain(|line| line["event"].is_null() || line["event"] == "summary");
        assert_eq!(lines.len(), 1, "{self:#?}");
        lines.remove(0)
    }

    /// What was told on the way, of one kind.
    pub fn events(&self, kind: &str) -> Vec<Value> {
        let mut lines = self.lines();
        lines.retain(|line| line["event"] == kind);
        lines
    }

    /// The first JSON error on standard error.
    #[track_caller]
    pub fn error(&self) -> Value {
        let first = self.err.lines().next().unwrap_or_default();
        let value: Value = serde_json::from_str(first).unwrap_or_else(|_| panic!("{self:#?}"));
        value["error"].clone()
    }
}

/// A bucket that no other test has. It sees only those that were there when it
/// began, and the program makes none.
fn rclone_bucket() -> String {
    static MADE: Once = Once::new();
    static TAKEN: AtomicUsize = AtomicUsize::new(0);
    const ENOUGH: usize = 16;
    MADE.call_once(|| {
        for number in 0..ENOUGH {
            let folder = running::rclone_folder().join(format!("course-{number}"));
            std::fs::create_dir(folder).unwrap();
        }
    });
    let number = TAKEN.fetch_add(1, Ordering::Relaxed);
    assert!(number < ENOUGH, "more tests on rclone than buckets");
    format!("course-{number}")
}

fn variables(endpoint: &str, id: &str, secret: &str) -> Vec<(String, String)> {
    [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", id),
        ("AWS_SECRET_ACCESS_KEY", secret),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// Makes one test a store of an `fn(&Bench)` of the same name.
#[macro_export]
macro_rules! on_every_store {
    ($name:ident) => {
        mod $name {
            use $crate::bench::Bench;

            #[test]
            fn practice() {
                super::$name(&Bench::practice());
            }

            #[test]
            fn moto() {
                super::$name(&Bench::moto());
            }

            #[test]
            fn rclone() {
                super::$name(&Bench::rclone());
            }
        }
    };
}

/// The status and body of a plain HTTP GET: what a browser would see.
pub fn get(url: &str) -> (u16, String) {
    let answer = ureq::get(url)
        .config()
        .http_status_as_error(false)
        .build()
        .call();
    let mut answer = answer.unwrap();
    let status = answer.status().as_u16();
    (status, answer.body_mut().read_to_string().unwrap())
}

/// The files below a folder that hold a text.
pub fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if let Ok(bytes) = std::fs::read(&path)
            && bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        {
            found.push(path);
        }
    }
    found
}
