//! `mv`: renames and moves, never over another.

use crate::bench::Bench;

#[test]
fn a_rename_in_its_folder() {
    let bench = Bench::practice();
    bench.put("w/a.txt", "1");

    let ran = bench.env(&["mv", "--json", &bench.s3("w/a.txt"), &bench.s3("w/b.txt")]);

    assert_eq!(ran.done().object()["done"], 1);
    assert_eq!(bench.keys(), ["w/b.txt"]);
}

#[test]
fn a_folder_moves_with_everything_under_a_new_name() {
    let bench = Bench::practice();
    bench.put("old/a.txt", "1");
    bench.put("old/deep/b.txt", "2");

    bench
        .env(&["mv", &bench.s3("old/"), &bench.s3("archive/2026")])
        .done();

    assert_eq!(
        bench.keys(),
        ["archive/2026/a.txt", "archive/2026/deep/b.txt"]
    );
}

#[test]
fn a_move_is_never_over_another() {
    let bench = Bench::practice();
    bench.put("a.txt", "1");
    bench.put("b.txt", "22");

    let ran = bench.env(&["mv", "--json", &bench.s3("a.txt"), &bench.s3("b.txt")]);

    assert_eq!(ran.ended(1).error()["code"], "already_exists");
    assert_eq!(bench.keys(), ["a.txt", "b.txt"]);
}

#[test]
fn a_file_never_comes_to_lie_beside_a_folder_of_its_name() {
    let bench = Bench::practice();
    bench.put("week/a.txt", "1");
    bench.put("b.txt", "2");
    bench.write("c.txt", "3");

    for arguments in [
        ["mv", &bench.s3("b.txt"), &bench.s3("week")],
        ["put", "c.txt", &bench.s3("week")],
    ] {
        let ran = bench.env(&arguments).ended(2);
        assert!(ran.err.contains("is a folder"), "{ran:#?}");
    }
    assert_eq!(bench.keys(), ["b.txt", "week/a.txt"]);
}

#[test]
fn a_whole_bucket_is_refused() {
    let bench = Bench::practice();
    bench.env(&["mv", &bench.s3(""), &bench.s3("a/")]).ended(2);
    bench.env(&["cp", &bench.s3(""), &bench.s3("a/")]).ended(2);
}

#[test]
fn a_folder_is_copied_with_everything_in_it() {
    let bench = Bench::practice();
    bench.put("w/a.txt", "1");
    bench.put("w/deep/b.txt", "2");

    let ran = bench.env(&["cp", "--json", &bench.s3("w/"), &bench.s3("archive/")]);

    assert_eq!(ran.done().object()["done"], 2);
    assert_eq!(
        bench.keys(),
        [
            "archive/w/a.txt",
            "archive/w/deep/b.txt",
            "w/a.txt",
            "w/deep/b.txt"
        ]
    );
}

#[test]
fn a_taken_name_needs_an_answer_and_gets_it() {
    let bench = Bench::practice();
    bench.put("a.txt", "new");
    bench.put("w/a.txt", "old");
    let cp = |options: &[&str]| {
        let (from, to) = (bench.s3("a.txt"), bench.s3("w/"));
        bench.env(&[&["cp", "--json"], options, &[&from, &to]].concat())
    };

    assert_eq!(cp(&[]).ended(1).error()["code"], "already_exists");
    let skipped = cp(&["--on-conflict", "skip"]).done();
    assert_eq!(skipped.object()["skipped"][0]["why"], "chosen");
    cp(&["--on-conflict", "keep-both"]).done();
    assert_eq!(bench.keys(), ["a.txt", "w/a (2).txt", "w/a.txt"]);
    cp(&["--on-conflict", "replace"]).done();
    bench.env(&["get", &bench.s3("w/a.txt"), "got"]).done();
    assert_eq!(bench.read("got"), "new");
}

#[test]
fn a_folder_moves_into_another_bucket() {
    let bench = Bench::moto();
    let other = format!("{}-archive", bench.bucket);
    let url = format!("{}/{other}", crate::running::moto().endpoint());
    assert_eq!(ureq::put(url).send_empty().unwrap().status(), 200);
    bench.put("w/a.txt", "1");
    bench.put("b.txt", "2");

    let archive = format!("s3://{other}/2026/");
    bench.env(&["mv", &bench.s3("w/"), &archive]).done();
    bench.env(&["cp", &bench.s3("b.txt"), &archive]).done();

    assert_eq!(bench.keys(), ["b.txt"]);
    let there = bench.env(&["ls", "--recursive", "--json", &archive]).done();
    let keys: Vec<_> = there.lines().iter().map(|l| l["key"].clone()).collect();
    assert_eq!(keys, ["2026/b.txt", "2026/w/a.txt"]);
}
