//! `uploads`: what was never finished is listed with its cost, and aborted.

use crate::bench::Bench;

/// A multipart upload with one part that nobody finishes, begun past the product.
fn leave_an_upload(bench: &Bench, key: &str) {
    let url = format!(
        "{}/{}/{key}",
        crate::running::moto().endpoint(),
        bench.bucket
    );
    let begun = ureq::post(format!("{url}?uploads")).send_empty();
    let answer = begun.unwrap().body_mut().read_to_string().unwrap();
    let id = answer.split("<UploadId>").nth(1).unwrap();
    let id = id.split('<').next().unwrap();
    let part = ureq::put(format!("{url}?partNumber=1&uploadId={id}"));
    part.send(&[b'x'; 1_000][..]).unwrap();
}

#[test]
fn unfinished_uploads_below_a_path_are_listed() {
    let bench = Bench::moto();
    leave_an_upload(&bench, "w/film.mp4");

    let listed = bench.env(&["uploads", "list", "--json", &bench.s3("w/")]);

    let line = listed.done().object();
    assert_eq!(line["key"], "w/film.mp4");
    assert_eq!(line["whose"], "foreign");
    assert!(line["started_at"].is_string());
    let none = bench.env(&["uploads", "list", "--json", &bench.s3("v/")]);
    assert_eq!(none.done().out, "");
}

#[test]
fn a_dry_run_aborts_nothing_and_what_is_too_young_stays() {
    let bench = Bench::moto();
    leave_an_upload(&bench, "film.mp4");
    let abort = |options: &[&str]| {
        let path = bench.s3("");
        let arguments = [&["uploads", "abort", "--json"], options, &[&path]].concat();
        bench.env(&arguments)
    };

    abort(&["--yes"]).ended(2);
    abort(&["--all"]).ended(2);
    // moto begins every upload in the year 2010.
    let young = abort(&["--all", "--older-than", "40000d", "--yes"]).done();
    assert_eq!(young.object()["would_abort"], 0);
    let dry = abort(&["--all", "--dry-run"]).done().object();
    assert_eq!(
        (&dry["aborted"], &dry["would_abort"]),
        (&0.into(), &1.into())
    );
    let done = abort(&["--all", "--yes"]).done();
    assert_eq!(done.object()["aborted"], 1);

    let left = bench.env(&["uploads", "list", "--json", &bench.s3("")]);
    assert_eq!(left.done().out, "");
}
