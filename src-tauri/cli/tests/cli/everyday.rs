//! A day's work with `--from-env`, on every store: put, ls, link, get, mv, rm.

use crate::bench::{Bench, get};

on_every_store!(a_file_goes_in_and_comes_out_and_is_shared_and_removed);
fn a_file_goes_in_and_comes_out_and_is_shared_and_removed(bench: &Bench) {
    let file = bench.write("week 3/slides.txt", "The cell.\n");
    let key = "week 3/slides.txt";

    let put = bench.env(&[
        "put",
        "--json",
        file.to_str().unwrap(),
        &bench.s3("week 3/"),
    ]);
    let summary = put.done().object();
    assert_eq!(
        (&summary["event"], &summary["done"]),
        (&"summary".into(), &1.into())
    );
    assert_eq!(summary["bytes"], 10);
    assert_eq!(bench.keys(), [key]);

    let link = bench.env(&["link", "--json", "--expires", "90s", &bench.s3(key)]);
    let url = link.done().object()["url"].as_str().unwrap().to_owned();
    assert_eq!(get(&url), (200, "The cell.\n".to_owned()));

    bench.env(&["get", &bench.s3(key), "copy.txt"]).done();
    assert_eq!(bench.read("copy.txt"), "The cell.\n");

    bench
        .env(&["mv", &bench.s3(key), &bench.s3("week 4/cell.txt")])
        .done();
    assert_eq!(bench.keys(), ["week 4/cell.txt"]);

    bench
        .env(&["rm", "--yes", &bench.s3("week 4/cell.txt")])
        .done();
    assert_eq!(bench.keys(), Vec::<String>::new());
    assert!(!bench.data().exists(), "--from-env keeps no record");
}

on_every_store!(a_folder_goes_in_and_comes_out_with_everything_in_it);
fn a_folder_goes_in_and_comes_out_with_everything_in_it(bench: &Bench) {
    bench.write("handouts/a.txt", "one");
    bench.write("handouts/deep/er/b.txt", "two");
    bench.write("handouts/.DS_Store", "junk");

    let put = bench.env(&["put", "--json", "handouts", &bench.s3("week-3/")]);
    let summary = put.done().object();
    assert_eq!(summary["done"], 2);
    assert_eq!(summary["skipped"][0]["name"], "handouts/.DS_Store");
    assert_eq!(summary["skipped"][0]["why"], "junk");
    let below = "week-3/handouts";
    assert_eq!(
        bench.keys(),
        [format!("{below}/a.txt"), format!("{below}/deep/er/b.txt")]
    );

    std::fs::create_dir(bench.path("out")).unwrap();
    bench.env(&["get", &bench.s3("week-3/"), "out"]).done();
    assert_eq!(bench.read("out/week-3/handouts/a.txt"), "one");
    assert_eq!(bench.read("out/week-3/handouts/deep/er/b.txt"), "two");

    bench
        .env(&["mv", &bench.s3("week-3/handouts"), &bench.s3("archive/")])
        .done();
    assert_eq!(
        bench.keys(),
        ["archive/handouts/a.txt", "archive/handouts/deep/er/b.txt"]
    );

    bench
        .env(&["rm", "--recursive", "--yes", &bench.s3("archive")])
        .done();
    assert_eq!(bench.keys(), Vec::<String>::new());
}

on_every_store!(what_is_not_there_is_said_and_ends_with_1);
fn what_is_not_there_is_said_and_ends_with_1(bench: &Bench) {
    let nothing = bench.s3("nothing.pdf");
    for arguments in [
        vec!["ls", &nothing],
        vec!["get", &nothing],
        vec!["link", &nothing],
        vec!["rm", "--yes", &nothing],
        vec!["mv", &nothing, "s3://BUCKET/else.pdf"],
    ] {
        let else_where = bench.s3("else.pdf");
        let arguments: Vec<_> = arguments
            .into_iter()
            .map(|word| {
                if word.starts_with("s3://BUCKET") {
                    &else_where
                } else {
                    word
                }
            })
            .collect();
        let ran = bench.env(&[&["--json"], arguments.as_slice()].concat());
        assert_eq!(ran.error()["code"], "not_found", "{ran:#?}");
        ran.ended(1);
    }
}
