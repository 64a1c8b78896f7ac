//! The program killed at random moments, and taken up again, through a proxy
//! that counts what passes: whatever the moment, the bytes end up identical and
//! no part goes twice that was not under way at a kill.
//!
//! `LECTERN_KILLS` says how often to kill (and `LECTERN_KILLS_SEED` by which
//! seed); a run of the whole suite does a few.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use lectern_faults::{Fault, FaultProxy, Kill, Log, Operation, Request, Rule};

use crate::bench::{Bench, Process};

/// Of a file, when kills are asked for; and otherwise.
const SIZE: u64 = 500 << 20;
const SMALLER: u64 = 200 << 20;
/// Kills of a run of the whole suite.
const FEW: usize = 20;
/// Of both directions together.
const BYTES_A_SECOND: u64 = 150 << 20;
/// A run is killed after so much has passed, at most, or after so long.
const MOST_PASSES: u64 = 160 << 20;
const LONGEST_LIFE: Duration = Duration::from_millis(1_500);
/// What was answered so shortly before a kill may not have been noted yet.
const UNNOTED: Duration = Duration::from_millis(500);
const ENDS_WITHIN: Duration = Duration::from_mins(3);

#[test]
fn a_transfer_that_is_killed_at_any_moment_goes_on_from_its_finished_parts() {
    let asked = number("LECTERN_KILLS");
    let seed = number("LECTERN_KILLS_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let size = if asked.is_some() { SIZE } else { SMALLER };
    let half = asked.map_or(FEW, |kills| kills as usize).div_ceil(2);
    say(&format!(
        "LECTERN_KILLS={} LECTERN_KILLS_SEED={seed}",
        half * 2
    ));
    let mut bench = KillBench::begin(seed, size);
    let mut files = 0;
    while bench.up.kills < half || bench.down.kills < half {
        files += 1;
        bench.upload(&format!("{files}.bin"), half);
        bench.download(&format!("{files}.bin"), half);
    }
    bench.report(files);
}

#[derive(Default)]
struct Counted {
    kills: usize,
    /// Parts that went again, or MiB that came again, since they were under way at a kill.
    again: u64,
}

struct KillBench {
    bench: Bench,
    proxy: FaultProxy,
    size: u64,
    chance: u64,
    kills: Vec<Kill>,
    up: Counted,
    down: Counted,
}

/// When a run is killed.
#[derive(Clone, Copy)]
enum Death {
    After(Duration),
    Carried(u64),
    /// It is not.
    Never,
}

impl KillBench {
    fn begin(seed: u64, size: u64) -> Self {
        let mut bench = Bench::practice();
        let mut variables = bench.environment.iter_mut();
        let endpoint = variables.find(|(name, _)| name == "AWS_ENDPOINT_URL");
        let (_, endpoint) = endpoint.unwrap();
        let proxy = FaultProxy::start(endpoint, seed).unwrap();
        proxy.endpoint().clone_into(endpoint);
        bench.connect("course");
        let slow = Fault::Bandwidth {
            bytes_a_second: BYTES_A_SECOND,
        };
        proxy.add(Rule::matching(|_| true, slow));
        write_random(&bench.path("source.bin"), seed, size);
        std::fs::create_dir(bench.path("out")).unwrap();
        Self {
            bench,
            proxy,
            size,
            chance: seed | 1,
            kills: Vec::new(),
            up: Counted::default(),
            down: Counted::default(),
        }
    }

    /// One file up, killed until it is there or enough kills have been.
    fn upload(&mut self, name: &str, most: usize) {
        let local = self.bench.path(name);
        std::fs::hard_link(self.bench.path("source.bin"), &local).unwrap();
        let stored = self.stored(name);
        let before = self.kills.len();
        let left = most - self.up.kills;
        self.until_there(&["put", name, "course:"], &stored, left);
        self.up.kills += self.kills.len() - before;

        assert_same(&local, &stored);
        let log = about(self.proxy.settled(), name);
        let kills = &self.kills[before..];
        assert_eq!(log.sent_twice(kills, Duration::ZERO), [], "{name}");
        assert_one_upload(&log, kills);
        let done = log.of(Operation::UploadPart).filter(|part| part.is_done());
        self.up.again += (done.count() - distinct_parts(&log)) as u64;
        std::fs::remove_file(local).unwrap();
    }

    /// And down again.
    fn download(&mut self, name: &str, most: usize) {
        let out = self.bench.path("out");
        let fetched = out.join(name);
        let before = self.kills.len();
        let left = most - self.down.kills;
        self.until_there(&["get", &format!("course:{name}"), "out"], &fetched, left);
        self.down.kills += self.kills.len() - before;

        assert_same(&self.bench.path("source.bin"), &fetched);
        let entries = std::fs::read_dir(&out).unwrap().count();
        assert_eq!(entries, 1, "nothing but the file is left");
        let log = about(self.proxy.settled(), name);
        let kills = &self.kills[before..];
        assert_eq!(log.fetched_twice(kills, UNNOTED), [], "{name}");
        let bytes: u64 = log.of(Operation::GetObject).map(|get| get.received).sum();
        self.down.again += bytes.saturating_sub(self.size) >> 20;
        std::fs::remove_file(fetched).unwrap();
        std::fs::remove_file(self.stored(name)).unwrap();
    }

    fn stored(&self, name: &str) -> PathBuf {
        self.bench.path("store").join(&self.bench.bucket).join(name)
    }

    /// Runs a command, kills it, and resumes it, until the file is there.
    fn until_there(&mut self, first: &[&str], file: &Path, most: usize) {
        let enough = self.kills.len() + most;
        let mut arguments = first;
        while !file.exists() {
            let death = match self.kills.len() < enough {
                true => self.random_death(),
                false => Death::Never,
            };
            let status = self.run(arguments, death);
            arguments = match status.code() {
                // Nothing had been written down when it was killed.
                Some(0) if !file.exists() => first,
                Some(0) | None => &["resume"],
                Some(_) => panic!("{arguments:?} ended with {status}: {}", self.said()),
            };
        }
        // A kill may have come between the file and the note of it.
        let status = self.run(&["resume"], Death::Never);
        assert!(status.success(), "{}", self.said());
        let left = self.bench.run(&["resume", "--dry-run", "--json"]).done();
        assert_eq!(left.lines()[0]["files"], 0, "{left:?}");
    }

    /// Ends by itself, or is killed.
    fn run(&mut self, arguments: &[&str], death: Death) -> ExitStatus {
        let said = File::create(self.bench.path("said")).unwrap();
        let mut command = self.bench.command(arguments);
        command.stdout(Stdio::null()).stderr(said);
        let mut process = Process(command.spawn().unwrap());
        let (began, carried) = (Instant::now(), self.proxy.carried());
        loop {
            if let Some(status) = process.0.try_wait().unwrap() {
                return status;
            }
            let is_due = match death {
                Death::After(life) => began.elapsed() >= life,
                Death::Carried(bytes) => self.proxy.carried() - carried >= bytes,
                Death::Never => false,
            };
            if is_due {
                break;
            }
            assert!(began.elapsed() < ENDS_WITHIN, "{arguments:?} does not end");
            std::thread::sleep(Duration::from_millis(2));
        }
        let before = Instant::now();
        process.0.kill().unwrap();
        let status = process.0.wait().unwrap();
        if status.code().is_none() {
            let after = Instant::now();
            self.kills.push(Kill { before, after });
        }
        status
    }

    /// What the last run said.
    fn said(&self) -> String {
        self.bench.read("said")
    }

    /// One in four by the clock, to come before and between the transfers as
    /// well; the others while bytes are on their way.
    fn random_death(&mut self) -> Death {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        let share = (self.chance >> 11) as f64 / (1_u64 << 53) as f64;
        match self.chance % 4 {
            0 => Death::After(LONGEST_LIFE.mul_f64(share)),
            _ => Death::Carried((MOST_PASSES as f64 * share) as u64),
        }
    }

    fn report(&self, files: usize) {
        say(&format!(
            "{} kills during {files} uploads and {} during {files} downloads of {} MiB: identical \
             bytes each time; under way at a kill, and so again: {} parts up, {} MiB down",
            self.up.kills,
            self.down.kills,
            self.size >> 20,
            self.up.again,
            self.down.again,
        ));
    }
}

/// What concerns one key.
fn about(mut log: Log, key: &str) -> Log {
    log.passed.retain(|passed| passed.request.key == key);
    log
}

/// Begun once, unless a kill came between the beginning and the note of it.
#[track_caller]
fn assert_one_upload(log: &Log, kills: &[Kill]) {
    let begun = log.completed(Operation::CreateMultipartUpload);
    let (_, earlier) = begun.split_last().unwrap();
    for begun in earlier {
        let killed = kills
            .iter()
            .any(|kill| begun.is_in_flight_at(kill, UNNOTED));
        assert!(killed, "an upload was begun anew without need: {begun:?}");
    }
}

fn distinct_parts(log: &Log) -> usize {
    let done = log.of(Operation::UploadPart).filter(|part| part.is_done());
    let id = |request: &Request| (request.upload_id.clone(), request.part);
    let parts: std::collections::HashSet<_> = done.map(|part| id(&part.request)).collect();
    parts.len()
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable)
        .ok()
        .map(|text| text.parse().unwrap())
}

#[allow(clippy::print_stdout, reason = "shown with --nocapture")]
fn say(text: &str) {
    println!("{text}");
}

/// Bytes that no two places have in common.
fn write_random(path: &Path, seed: u64, size: u64) {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    let mut state = seed | 1;
    for _ in 0..size / 8 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        file.write_all(&state.to_le_bytes()).unwrap();
    }
    file.flush().unwrap();
}

#[track_caller]
fn assert_same(one: &Path, other: &Path) {
    let (mut one, mut other) = (File::open(one).unwrap(), File::open(other).unwrap());
    let size = one.metadata().unwrap().len();
    assert_eq!(size, other.metadata().unwrap().len());
    let (mut a, mut b) = (vec![0; 1 << 20], vec![0; 1 << 20]);
    for mebibyte in 0..size >> 20 {
        one.read_exact(&mut a).unwrap();
        other.read_exact(&mut b).unwrap();
        assert!(a == b, "the bytes differ at {mebibyte} MiB");
    }
}
