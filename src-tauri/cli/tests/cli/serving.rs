//! `practice serve`: its line, its store, its end.

use crate::bench::{Bench, get};

#[test]
fn the_line_is_enough_for_any_client() {
    let bench = Bench::bare();
    let (_process, line) = bench.serve(&[]);

    let mut names: Vec<_> = line.as_object().unwrap().keys().cloned().collect();
    names.sort();
    let expected = [
        "access_key_id",
        "bucket",
        "endpoint",
        "region",
        "secret_access_key",
    ];
    assert_eq!(names, expected);
    // It answers already, and only to those who sign.
    let endpoint = line["endpoint"].as_str().unwrap();
    assert!(endpoint.starts_with("http://127.0.0.1:"), "{endpoint}");
    assert_eq!(get(&format!("{endpoint}/{}/a", bench.bucket)).0, 403);
}

#[test]
fn files_stay_plain_files_in_the_folder() {
    let bench = Bench::practice();
    bench.put("week/a.txt", "one");
    assert_eq!(bench.read("store/my-course/week/a.txt"), "one");

    bench.write("store/my-course/by-hand.txt", "two");
    assert_eq!(bench.keys(), ["by-hand.txt", "week/a.txt"]);
}

#[test]
fn a_port_can_be_chosen_and_a_taken_one_is_said() {
    let bench = Bench::bare();
    let (process, line) = bench.serve(&[]);
    let endpoint = line["endpoint"].as_str().unwrap().to_owned();
    let port = endpoint.rsplit(':').next().unwrap().to_owned();

    let other = [
        "practice",
        "serve",
        "--folder",
        "other",
        "--bucket",
        "my-course",
    ];
    let ran = bench
        .run(&[&other[..], &["--port", &port]].concat())
        .ended(1);
    assert!(ran.err.contains("--port"), "{ran:#?}");

    drop(process);
    let (_process, line) = bench.serve(&["--port", &port]);
    assert_eq!(line["endpoint"], endpoint);
}

#[test]
fn a_folder_is_served_once() {
    let bench = Bench::bare();
    let (_process, _) = bench.serve(&[]);

    let again = [
        "practice",
        "serve",
        "--folder",
        "store",
        "--bucket",
        "my-course",
        "--json",
    ];
    let ran = bench.run(&again).ended(1);

    assert!(
        ran.error()["message"]
            .as_str()
            .unwrap()
            .contains("served already")
    );
}

#[test]
fn a_bucket_name_that_cannot_be_is_said() {
    let bench = Bench::bare();
    let ran = bench.run(&[
        "practice",
        "serve",
        "--folder",
        "store",
        "--bucket",
        "My_Course",
        "--json",
    ]);
    assert_eq!(ran.ended(1).error()["code"], "invalid_bucket_name");
}

#[cfg(unix)]
#[test]
fn it_ends_well_when_it_is_asked_to() {
    for signal in ["TERM", "INT"] {
        let bench = Bench::bare();
        let (mut process, line) = bench.serve(&[]);

        crate::stopping::send(signal, &process);

        assert_eq!(process.0.wait().unwrap().code(), Some(0), "{signal}");
        let endpoint = line["endpoint"].as_str().unwrap();
        assert!(ureq::get(endpoint).call().is_err());
        // The folder is free for the next one.
        bench.serve(&[]);
    }
}
