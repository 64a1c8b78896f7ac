//! Ctrl-C during a transfer: it ends soon, says so, and leaves nothing half-done.
#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::bench::{Bench, Process};

/// To this process and no other.
pub fn send(signal: &str, process: &Process) {
    let status = Command::new("kill")
        .args([format!("-{signal}"), process.0.id().to_string()])
        .status();
    assert!(status.unwrap().success());
}

/// Large enough that it is still on its way when the first part has arrived.
const LARGE: u64 = 512 * 1024 * 1024;

#[test]
fn a_put_that_is_stopped_leaves_no_object_and_no_parts() {
    let bench = Bench::practice();
    let large = std::fs::File::create(bench.path("large.bin")).unwrap();
    large.set_len(LARGE).unwrap();
    let store = bench.path("store");
    let before = bytes_below(&store);

    let process = start(&bench, &["put", "--json", "large.bin", &bench.s3("")]);
    wait_until(|| bytes_below(&store) > before + 1024 * 1024);
    // As a wrapper does, to the process and to its group.
    send("INT", &process);
    send("INT", &process);

    assert_stopped(process);
    assert_eq!(bench.keys(), Vec::<String>::new());
    // The store notices a part that was cut off when it reads on.
    wait_until(|| bytes_below(&store) < before + 1024 * 1024);
}

#[test]
fn a_get_that_is_stopped_leaves_no_file() {
    let bench = Bench::practice();
    // As if put there by hand.
    let path = bench.write("store/my-course/large.bin", "");
    let large = std::fs::File::options().write(true).open(path).unwrap();
    large.set_len(LARGE).unwrap();
    std::fs::create_dir(bench.path("out")).unwrap();
    let out = bench.path("out");

    let process = start(&bench, &["get", "--json", &bench.s3("large.bin"), "out"]);
    wait_until(|| std::fs::read_dir(&out).unwrap().next().is_some());
    send("TERM", &process);

    assert_stopped(process);
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 0);
}

fn start(bench: &Bench, arguments: &[&str]) -> Process {
    let child = bench
        .command(&[&["--from-env"], arguments].concat())
        .stderr(Stdio::piped())
        .spawn();
    Process(child.unwrap())
}

#[track_caller]
fn assert_stopped(mut process: Process) {
    let mut said = String::new();
    std::io::Read::read_to_string(process.0.stderr.as_mut().unwrap(), &mut said).unwrap();
    assert_eq!(process.0.wait().unwrap().code(), Some(130), "{said}");
    assert!(said.contains("\"cancelled\""), "{said}");
}

#[track_caller]
fn wait_until(condition: impl Fn() -> bool) {
    let limit = Instant::now() + Duration::from_mins(1);
    while !condition() {
        assert!(Instant::now() < limit, "it did not come to be");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Files come and go while it looks.
fn bytes_below(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => bytes_below(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}
