//! `ls`: folders, single objects, JSON lines, names that mean harm.

use std::process::Stdio;

use crate::bench::{Bench, Process};

#[test]
fn a_folder_lists_its_files_and_folders_in_order() {
    let bench = Bench::practice();
    for key in ["b.txt", "a/one.txt", "c/two.txt"] {
        bench.put(key, "12345");
    }

    let lines = bench.env(&["ls", "--json", &bench.s3("")]).done().lines();

    let shown: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line["kind"].as_str().unwrap(),
                line["key"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [("folder", "a/"), ("object", "b.txt"), ("folder", "c/")]
    );
    assert_eq!(
        (&lines[1]["size"], &lines[0]["size"]),
        (&5.into(), &().into())
    );
    let modified = lines[1]["modified_at"].as_str().unwrap();
    modified.parse::<jiff::Timestamp>().unwrap();
}

#[test]
fn names_are_relative_to_the_folder_and_keys_are_whole() {
    let bench = Bench::practice();
    bench.put("week/deep/one.txt", "1");

    for path in ["week", "week/"] {
        let ran = bench.env(&["ls", "-r", "--json", &bench.s3(path)]).done();
        let line = ran.object();
        assert_eq!(line["name"], "deep/one.txt");
        assert_eq!(line["key"], "week/deep/one.txt");
    }
    let one = bench
        .env(&["ls", "--bytes", &bench.s3("week/deep/one.txt")])
        .done();
    assert!(one.out.trim_end().ends_with("1  one.txt"), "{one:#?}");
}

#[test]
fn an_empty_bucket_is_no_error() {
    let ran = Bench::practice();
    let ran = ran.env(&["ls", &ran.s3("")]).done();
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
}

#[test]
fn a_bucket_that_is_not_there_is_an_error() {
    let bench = Bench::practice();
    let ran = bench
        .env(&["ls", "--json", "s3://nobody-has-this/"])
        .ended(1);
    assert_eq!(ran.error()["code"], "bucket_not_found");
    assert_eq!(ran.error()["technical"]["service_code"], "NoSuchBucket");
}

#[test]
fn technical_details_are_shown_only_when_asked_for() {
    let bench = Bench::practice();
    let plain = bench.env(&["ls", "s3://nobody-has-this/"]).ended(1);
    assert!(!plain.err.contains("NoSuchBucket"), "{plain:#?}");

    let verbose = bench
        .env(&["ls", "--verbose", "s3://nobody-has-this/"])
        .ended(1);
    assert!(
        verbose.err.contains("service code: NoSuchBucket"),
        "{verbose:#?}"
    );
}

#[cfg(unix)]
#[test]
fn a_name_cannot_steer_the_terminal_and_is_exact_in_json() {
    let bench = Bench::practice();
    let name = "exam\u{202e}fdp.exe";
    bench.put(name, "1");

    let text = bench.env(&["ls", &bench.s3("")]).done();
    assert!(text.out.contains("exam\\u{202e}fdp.exe"), "{text:#?}");
    let json = bench.env(&["ls", "--json", &bench.s3("")]).done();
    assert_eq!(json.object()["key"], name);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let bench = Bench::practice();
    bench.put("a.txt", "1");

    let mut child = Process(
        bench
            .command(&["--from-env", "ls", &bench.s3("")])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    drop(child.0.stdout.take());
    let mut said = String::new();
    std::io::Read::read_to_string(child.0.stderr.as_mut().unwrap(), &mut said).unwrap();

    assert_eq!(said, "");
    assert_eq!(child.0.wait().unwrap().code(), Some(0));
}
