//! Names that are taken: nothing is written before every one has its answer.

use std::time::{Duration, SystemTime};

use crate::bench::{Bench, Ran};

fn bench_with_a_conflict() -> Bench {
    let bench = Bench::practice();
    bench.put("week/a.txt", "old");
    bench.write("week/a.txt", "new");
    bench.write("week/b.txt", "new");
    bench
}

fn put(bench: &Bench, options: &[&str]) -> Ran {
    let to = bench.s3("");
    let arguments = [&["put", "--json"], options, &["week", &to]].concat();
    bench.env(&arguments)
}

fn text_of(bench: &Bench, key: &str) -> String {
    let _ = std::fs::remove_file(bench.path("read"));
    bench.env(&["get", &bench.s3(key), "read"]).done();
    bench.read("read")
}

#[test]
fn a_taken_name_fails_before_anything_is_written() {
    let bench = bench_with_a_conflict();

    let ran = put(&bench, &[]).ended(1);

    assert_eq!(ran.error()["code"], "already_exists");
    assert!(
        ran.error()["next_step"]
            .as_str()
            .unwrap()
            .contains("--on-conflict")
    );
    assert_eq!(ran.out, "");
    assert_eq!(bench.keys(), ["week/a.txt"]);
    assert_eq!(text_of(&bench, "week/a.txt"), "old");
}

#[test]
fn a_taken_name_can_be_replaced() {
    let bench = bench_with_a_conflict();

    let summary = put(&bench, &["--on-conflict", "replace"]).done().object();

    assert_eq!(summary["done"], 2);
    assert_eq!(text_of(&bench, "week/a.txt"), "new");
}

#[test]
fn both_can_be_kept() {
    let bench = bench_with_a_conflict();

    put(&bench, &["--on-conflict", "keep-both"]).done();

    let both = ["week/a (2).txt", "week/a.txt", "week/b.txt"];
    assert_eq!(bench.keys(), both);
    assert_eq!(text_of(&bench, "week/a.txt"), "old");
    assert_eq!(text_of(&bench, "week/a (2).txt"), "new");
}

#[test]
fn a_taken_name_can_be_skipped() {
    let bench = bench_with_a_conflict();

    let summary = put(&bench, &["--on-conflict", "skip"]).done().object();

    assert_eq!(
        (&summary["done"], &summary["skipped"][0]["why"]),
        (&1.into(), &"chosen".into())
    );
    assert_eq!(text_of(&bench, "week/a.txt"), "old");
}

#[test]
fn a_file_on_this_computer_is_not_written_over_either() {
    let bench = Bench::practice();
    bench.put("a.txt", "theirs");
    bench.write("a.txt", "mine");

    let get = |options: &[&str]| bench.env(&[&["get", &bench.s3("a.txt")], options].concat());

    get(&["--json"]).ended(1);
    assert_eq!(bench.read("a.txt"), "mine");
    get(&["--on-conflict", "keep-both"]).done();
    assert_eq!(bench.read("a.txt"), "mine");
    assert_eq!(bench.read("a (2).txt"), "theirs");
    get(&["--on-conflict", "replace"]).done();
    assert_eq!(bench.read("a.txt"), "theirs");
}

#[test]
fn what_could_not_be_sent_ends_with_3_and_the_rest_is_there() {
    let bench = Bench::practice();
    bench.write("a.txt", "one");

    let ran = bench.env(&["put", "--json", "a.txt", "gone.txt", &bench.s3("")]);
    let ran = ran.ended(3);

    let skipped = &ran.object()["skipped"][0];
    assert_eq!(
        (&skipped["name"], &skipped["why"]),
        (&"gone.txt".into(), &"unreadable".into())
    );
    assert_eq!(bench.keys(), ["a.txt"]);
    bench.env(&["put", "gone.txt", &bench.s3("")]).ended(1);
}

#[test]
fn only_what_is_older_is_replaced_if_newer() {
    let bench = bench_with_a_conflict();
    set_modified(&bench, "week/a.txt", SystemTime::now() - HOUR);
    let summary = put(&bench, &["--on-conflict", "if-newer"]).done().object();
    assert_eq!(
        (&summary["done"], &summary["skipped"][0]["why"]),
        (&1.into(), &"not_newer".into())
    );
    assert_eq!(text_of(&bench, "week/a.txt"), "old");

    set_modified(&bench, "week/a.txt", SystemTime::now() + HOUR);
    put(&bench, &["--on-conflict", "if-newer"]).done();
    assert_eq!(text_of(&bench, "week/a.txt"), "new");

    bench.write("a.txt", "mine");
    let get = || {
        let from = bench.s3("week/a.txt");
        bench
            .env(&["get", "--on-conflict", "if-newer", &from])
            .done()
    };
    set_modified(&bench, "a.txt", SystemTime::now() + HOUR);
    get();
    assert_eq!(bench.read("a.txt"), "mine");
    set_modified(&bench, "a.txt", SystemTime::now() - HOUR);
    get();
    assert_eq!(bench.read("a.txt"), "new");
}

#[test]
fn only_what_differs_is_replaced_if_different() {
    let bench = Bench::practice();
    bench.put("week/same.txt", "same");
    bench.put("week/other.txt", "this");
    bench.put("week/longer.txt", "long");
    bench.write("week/same.txt", "same");
    bench.write("week/other.txt", "that");
    bench.write("week/longer.txt", "longer");

    let ran = put(&bench, &["--on-conflict", "if-different"]).done();

    assert_eq!(ran.object()["done"], 2);
    let skipped = &ran.events("skipped")[0];
    assert_eq!(
        (&skipped["name"], &skipped["why"]),
        (&"week/same.txt".into(), &"same".into())
    );
    assert_eq!(ran.object()["skipped"][0]["why"], "same");
    assert_eq!(text_of(&bench, "week/other.txt"), "that");

    bench.write("week/other.txt", "mine");
    let from = bench.s3("week/");
    let arguments = ["get", "--json", "--on-conflict", "if-different", &from];
    let ran = bench.env(&arguments).done();
    assert_eq!(
        (&ran.object()["done"], ran.events("skipped").len()),
        (&1.into(), 2)
    );
    assert_eq!(bench.read("week/other.txt"), "that");
}

#[test]
fn a_file_that_was_sent_and_verified_goes_when_that_is_asked_for() {
    let bench = Bench::practice();
    bench.put("week/same.txt", "same");
    bench.write("week/same.txt", "same");
    bench.write("week/a.txt", "one");

    put(&bench, &["--remove-local", "--on-conflict", "skip"]).done();

    assert_eq!(text_of(&bench, "week/a.txt"), "one");
    assert!(!bench.path("week/a.txt").exists());
    assert!(bench.path("week/same.txt").exists());
}

const HOUR: Duration = Duration::from_secs(3_600);

fn set_modified(bench: &Bench, name: &str, at: SystemTime) {
    let file = std::fs::File::options().append(true).open(bench.path(name));
    file.unwrap().set_modified(at).unwrap();
}
