//! What `--json` tells while a transfer runs, and the bandwidth limit.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::bench::Bench;

/// The kind of every line, those about the progress left out: how many there
/// are depends on how long it takes.
fn kinds(lines: &[Value]) -> Vec<&str> {
    let kinds = lines.iter().filter_map(|line| line["event"].as_str());
    kinds.filter(|kind| *kind != "progress").collect()
}

#[test]
fn a_put_tells_its_plan_every_begin_and_end_and_its_summary() {
    let bench = Bench::practice();
    bench.write("week/a.txt", "hello");
    bench.write("week/.DS_Store", "litter");

    let ran = bench.env(&["put", "--json", "week", &bench.s3("")]).done();

    let lines = ran.lines();
    let expected = ["plan", "skipped", "started", "done", "summary"];
    assert_eq!(kinds(&lines), expected, "{ran:#?}");
    let plan = &ran.events("plan")[0];
    assert_eq!(
        (&plan["direction"], &plan["files"], &plan["bytes"]),
        (&"upload".into(), &1.into(), &5.into())
    );
    assert_eq!(ran.events("skipped")[0]["why"], "junk");
    let done = &ran.events("done")[0];
    assert_eq!(
        (&done["name"], &done["key"], &done["bytes"]),
        (&"week/a.txt".into(), &"week/a.txt".into(), &5.into())
    );
    assert_eq!(done["verified"], true);
    let progress = &ran.events("progress")[0];
    assert_eq!(progress["bytes_total"], 5);
}

#[test]
fn a_get_tells_which_object_came_under_which_name() {
    let bench = Bench::practice();
    bench.put("week/a.txt", "hello");

    let ran = bench.env(&["get", "--json", &bench.s3("week/a.txt"), "new.txt"]);
    let ran = ran.done();

    let expected = ["plan", "started", "done", "summary"];
    assert_eq!(kinds(&ran.lines()), expected);
    let done = &ran.events("done")[0];
    assert_eq!(
        (&done["name"], &done["key"]),
        (&"new.txt".into(), &"week/a.txt".into())
    );
}

#[test]
fn a_move_tells_where_each_object_went() {
    let bench = Bench::practice();
    bench.put("old/a.txt", "hello");

    let ran = bench.env(&["mv", "--json", &bench.s3("old/"), &bench.s3("new/")]);
    let ran = ran.done();

    let expected = ["plan", "started", "done", "summary"];
    assert_eq!(kinds(&ran.lines()), expected);
    assert_eq!(ran.events("done")[0]["key"], "new/old/a.txt");
}

#[test]
fn a_deletion_tells_what_would_go_before_it_goes() {
    let bench = Bench::practice_with_versions();
    bench.put("a.txt", "hello");

    let ran = bench.env(&["rm", "--json", "--yes", &bench.s3("a.txt")]);
    let ran = ran.done();

    let plan = &ran.events("plan")[0];
    assert_eq!(
        (&plan["direction"], &plan["files"], &plan["undo"]),
        (&"delete".into(), &1.into(), &"version".into())
    );
    let done = ran.events("done");
    assert_eq!((done.len(), &done[0]["key"]), (1, &"a.txt".into()));
}

#[test]
fn an_item_that_fails_is_told_with_its_error() {
    let bench = Bench::practice();
    bench.put("taken.txt", "a file where a folder should be");
    bench.write("out/taken", "not a folder");
    bench.put("taken/a.txt", "cannot come");

    let ran = bench.env(&["get", "--json", &bench.s3("taken/"), "out"]);
    let ran = ran.ended(1);

    let failed = &ran.events("failed")[0];
    assert_eq!(failed["key"], "taken/a.txt");
    assert_eq!(failed["error"]["code"], "local_file");
    assert_eq!(ran.object()["failures"][0]["name"], failed["name"]);
}

#[test]
fn nobody_who_stops_reading_stops_a_transfer() {
    let bench = Bench::practice();
    for name in ["a", "b", "c"] {
        bench.write(&format!("week/{name}.txt"), name);
    }
    let mut child = bench
        .command(&["--from-env", "put", "--json", "week", &bench.s3("")])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());

    child.wait().unwrap();

    assert_eq!(bench.keys().len(), 3);
}

#[test]
fn a_rate_limits_both_ways() {
    let bench = Bench::practice();
    bench.write("a.bin", &"x".repeat(500_000));

    // 0.1 s of it may go at once.
    let at_least = Duration::from_millis(900);
    let began = Instant::now();
    bench
        .env(&["put", "--limit-rate", "500K", "a.bin", &bench.s3("")])
        .done();
    assert!(began.elapsed() >= at_least, "{:?}", began.elapsed());

    let began = Instant::now();
    bench
        .env(&["get", "--limit-rate", "0.5M", &bench.s3("a.bin"), "b.bin"])
        .done();
    assert!(began.elapsed() >= at_least, "{:?}", began.elapsed());
    assert_eq!(bench.read("b.bin").len(), 500_000);
}
