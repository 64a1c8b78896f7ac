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
fn a_whole_bucket_and_two_buckets_are_refused() {
    let bench = Bench::practice();
    bench.env(&["mv", &bench.s3(""), &bench.s3("a/")]).ended(2);
    bench.env(&["mv", &bench.s3("a"), "s3://another/"]).ended(2);
}
