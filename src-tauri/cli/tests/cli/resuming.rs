//! Going on after a run that ended early: killed, or with credentials that ended.

use std::process::Stdio;
use std::time::{Duration, Instant};

use lectern_faults::{Fault, FaultProxy, Operation, Rule};

use crate::bench::{Bench, Process, Ran};

/// Eight parts and one more.
const LARGE: usize = 65 * 1024 * 1024;

/// A bench with a large file, a saved connection to its bucket, and a proxy in
/// between that counts.
fn bench_with_a_large_file() -> (Bench, FaultProxy) {
    let mut bench = Bench::practice();
    let endpoint = bench
        .environment
        .iter_mut()
        .find(|(name, _)| name == "AWS_ENDPOINT_URL");
    let endpoint = &mut endpoint.unwrap().1;
    let proxy = FaultProxy::start(endpoint, 1).unwrap();
    *endpoint = proxy.endpoint().to_owned();
    bench.connect("course");
    let mut bytes = vec![0; LARGE];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = (index / 4_099 % 251) as u8;
    }
    std::fs::write(bench.path("large.bin"), bytes).unwrap();
    (bench, proxy)
}

const PUT: [&str; 6] = [
    "put",
    "--json",
    "--limit-rate",
    "20M",
    "large.bin",
    "course:",
];

/// Starts an upload and waits until some of its parts have arrived.
fn put_under_way(bench: &Bench, proxy: &FaultProxy) -> Process {
    let mut command = bench.command(&PUT);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let process = Process(child.unwrap());
    let limit = Instant::now() + Duration::from_mins(1);
    while proxy.log().completed(Operation::UploadPart).len() < 3 {
        assert!(Instant::now() < limit, "no part arrived");
        std::thread::sleep(Duration::from_millis(20));
    }
    process
}

/// As if the power went, after some of the parts.
fn killed_under_way() -> (Bench, FaultProxy) {
    let (bench, proxy) = bench_with_a_large_file();
    // Gone with its process.
    drop(put_under_way(&bench, &proxy));
    (bench, proxy)
}

fn assert_all_there(bench: &Bench) {
    let _ = std::fs::remove_file(bench.path("back.bin"));
    bench.run(&["get", "course:large.bin", "back.bin"]).done();
    let read = |name: &str| std::fs::read(bench.path(name)).unwrap();
    assert!(read("back.bin") == read("large.bin"));
}

fn resume(bench: &Bench, options: &[&str]) -> Ran {
    bench.run(&[&["resume", "--json"], options].concat())
}

#[test]
fn an_upload_that_was_killed_goes_on_from_its_parts() {
    let (bench, proxy) = killed_under_way();
    let parts = || proxy.settled().completed(Operation::UploadPart).len();
    let sent_before = parts();

    let looked = resume(&bench, &["--dry-run"]).done();
    let left = &looked.events("unfinished")[0];
    assert_eq!((&left["files"], &left["elsewhere"]), (&1.into(), &0.into()));
    assert!(left["bytes_done"].as_u64().unwrap() > 0, "{left}");

    let ran = resume(&bench, &[]).done();
    let summary = ran.object();
    assert_eq!(
        (&summary["done"], &summary["verified"]),
        (&1.into(), &1.into())
    );
    assert_eq!(ran.events("plan")[0]["direction"], "upload");
    assert_eq!(ran.events("done")[0]["key"], "large.bin");
    assert!(parts() < sent_before + 9, "everything was sent again");
    assert_all_there(&bench);

    let nothing = resume(&bench, &[]).done();
    assert_eq!(nothing.events("unfinished")[0]["files"], 0);
    let said = bench.run(&["resume"]).done();
    assert_eq!(said.out, "nothing is unfinished\n");
}

#[test]
fn what_another_lectern_works_on_stays_with_it() {
    let (bench, proxy) = bench_with_a_large_file();
    let working = put_under_way(&bench, &proxy);

    let ran = resume(&bench, &[]).done();

    let left = &ran.events("unfinished")[0];
    assert_eq!((&left["files"], &left["elsewhere"]), (&0.into(), &1.into()));
    let said = bench.run(&["resume"]).done();
    assert!(said.err.contains("another Lectern"), "{said:#?}");
    drop(working);
}

#[test]
fn a_file_that_changed_is_left_out_unless_it_is_to_be_sent() {
    let (bench, _proxy) = killed_under_way();
    std::fs::write(bench.path("large.bin"), "something else").unwrap();

    let looked = resume(&bench, &["--dry-run"]).done();
    let changed = &looked.events("unfinished")[0]["changed"][0];
    assert_eq!(
        (&changed["name"], &changed["new_size"]),
        (&"large.bin".into(), &14.into())
    );
    resume(&bench, &["--changed", "send"]).done();
    assert_all_there(&bench);

    let (bench, _proxy) = killed_under_way();
    std::fs::write(bench.path("large.bin"), "something else").unwrap();
    // Nobody is there to be asked.
    let ran = resume(&bench, &[]).ended(1);
    assert_eq!(ran.object()["skipped"][0]["why"], "changed");
    assert_eq!(bench.keys(), Vec::<String>::new());
    assert_eq!(
        resume(&bench, &[]).done().object()["skipped"],
        serde_json::json!([])
    );
}

#[test]
fn credentials_that_end_under_way_end_the_run_with_4_and_lose_no_part() {
    let (bench, proxy) = bench_with_a_large_file();
    let expired = Fault::Refuse {
        status: 400,
        code: "ExpiredToken",
    };
    let refused = proxy.add(Rule::matching(|_| true, expired).after(6));

    let ran = bench.run(&PUT).ended(4);

    assert!(refused.fired() > 0);
    assert_eq!(ran.events("paused")[0]["why"], "sign_in");
    assert_eq!(ran.error()["code"], "sign_in_needed");
    let next = ran.error()["next_step"].as_str().unwrap().to_owned();
    assert!(next.contains("lectern-cli resume"), "{next}");
    let sent_before = proxy.settled().completed(Operation::UploadPart).len();
    assert!(sent_before > 0);

    resume(&bench, &[]).ended(4);

    // Signed in again.
    proxy.clear();
    assert_eq!(resume(&bench, &[]).done().object()["verified"], 1);
    let sent = proxy.settled().completed(Operation::UploadPart).len();
    assert_eq!(sent, 9, "each part once");
    assert_all_there(&bench);
}

#[cfg(unix)]
#[test]
fn at_a_terminal_a_person_signs_in_and_the_run_goes_on() {
    let (bench, proxy) = bench_with_a_large_file();
    let expired = Fault::Refuse {
        status: 400,
        code: "ExpiredToken",
    };
    // Again on the first request after the first yes.
    proxy.add(Rule::matching(|_| true, expired).after(6).times(3));

    let asked = ("Go on now? [y/N]", "y\n");
    let arguments = ["put", "--limit-rate", "20M", "large.bin", "course:"];
    let ran = bench.at_terminal(&[asked; 8], &arguments).done();

    assert!(ran.out.contains("Sign in"), "{ran:#?}");
    assert_all_there(&bench);
}

#[cfg(unix)]
#[test]
fn at_a_terminal_a_sign_in_can_wait_and_a_changed_file_is_asked_about() {
    let (bench, proxy) = bench_with_a_large_file();
    let expired = Fault::Refuse {
        status: 400,
        code: "ExpiredToken",
    };
    proxy.add(Rule::matching(|_| true, expired).after(6));
    let later = [("Go on now? [y/N]", "n\n")];
    let ran = bench.at_terminal(&later, &["put", "large.bin", "course:"]);
    assert_eq!(ran.status, 4, "{ran:#?}");
    assert!(ran.out.contains("lectern-cli resume"));

    proxy.clear();
    std::fs::write(bench.path("large.bin"), "something else").unwrap();
    let send = [("as they are now", "y\n")];
    let ran = bench.at_terminal(&send, &["resume"]).done();
    assert!(ran.out.contains("large.bin (was 65.00 MiB"), "{ran:#?}");
    assert_all_there(&bench);
}

#[test]
fn with_from_env_there_is_nothing_to_go_on_with() {
    let bench = Bench::bare();
    let ran = bench.env(&["resume"]).ended(2);
    assert!(ran.err.contains("saved connection"), "{ran:#?}");
}
