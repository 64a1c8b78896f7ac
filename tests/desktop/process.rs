//! Programs that a test starts, and that end with it, also when it panics.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(30);

/// A program in a process group of its own, ended with all that it started.
pub struct Owned {
    pub child: Child,
}

impl Owned {
    pub fn start(command: &mut Command) -> Self {
        let child = command.process_group(0).spawn();
        let child = child.unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
        Self { child }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        for signal in ["-TERM", "-KILL"] {
            let _ = Command::new("kill")
                .args([signal, "--", &group])
                .stderr(Stdio::null())
                .status();
            if ended(&mut self.child, Duration::from_secs(2)) && signal == "-KILL" {
                return;
            }
        }
    }
}

fn ended(child: &mut Child, patience: Duration) -> bool {
    let limit = Instant::now() + patience;
    while Instant::now() < limit {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

/// A port of the loopback interface that nobody uses at this moment.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// Runs a program to its end and gives what it printed.
pub fn output(command: &mut Command) -> Vec<u8> {
    let output = command.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", output.status);
    output.stdout
}

/// The first line that a program prints; empty when it ends before.
pub fn first_line(program: &mut Owned) -> String {
    let mut line = String::new();
    let output = program.child.stdout.take().unwrap();
    BufReader::new(output).read_line(&mut line).unwrap();
    line.trim().to_owned()
}

/// Feeds a program's standard input and closes it.
pub fn feed(child: &mut Child, text: &str) {
    let mut input = child.stdin.take().unwrap();
    input.write_all(text.as_bytes()).unwrap();
}

/// Waits for a condition that no driver can be asked about.
pub fn wait_until(what: impl AsRef<OsStr>, mut holds: impl FnMut() -> bool) {
    let limit = Instant::now() + LIMIT;
    while !holds() {
        assert!(Instant::now() < limit, "waited for {:?}", what.as_ref());
        std::thread::sleep(Duration::from_millis(20));
    }
}
