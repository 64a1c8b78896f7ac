//! `rm` and `undo`: what is said of the way back is true.

use crate::bench::Bench;

#[test]
fn nothing_is_deleted_when_nobody_can_be_asked() {
    let bench = Bench::practice();
    bench.put("a.txt", "1");

    let ran = bench.env(&["rm", "--json", &bench.s3("a.txt")]).ended(2);

    assert!(ran.error()["next_step"].as_str().unwrap().contains("--yes"));
    assert_eq!(bench.keys(), ["a.txt"]);
}

#[test]
fn a_folder_needs_recursive() {
    let bench = Bench::practice();
    bench.put("w/a.txt", "1");

    for path in ["w/", "w", ""] {
        let ran = bench.env(&["rm", "--yes", &bench.s3(path)]).ended(1);
        assert!(ran.err.contains("--recursive"), "{ran:#?}");
    }
    assert_eq!(bench.keys(), ["w/a.txt"]);
}

#[test]
fn several_files_go_at_once() {
    let bench = Bench::practice();
    for key in ["a.txt", "b.txt", "c.txt"] {
        bench.put(key, "1");
    }

    let (a, b) = (bench.s3("a.txt"), bench.s3("b.txt"));
    let ran = bench.env(&["rm", "--yes", "--json", &a, &b]).done();

    assert_eq!(ran.object()["done"], 2);
    assert_eq!(bench.keys(), ["c.txt"]);
}

#[test]
fn how_it_can_be_undone_depends_on_the_bucket() {
    for (bench, undo) in [
        (Bench::practice(), "bin"),
        (Bench::practice_with_versions(), "version"),
    ] {
        bench.put("a.txt", "1");
        let ran = bench.env(&["rm", "--yes", "--json", &bench.s3("a.txt")]);
        assert_eq!(ran.done().object()["undo"], undo);
        assert_eq!(bench.keys(), Vec::<String>::new());
    }
}

#[test]
fn what_a_saved_connection_deleted_comes_back_with_its_bytes() {
    let bench = Bench::bare();
    let add = [
        "connect",
        "add",
        "lab",
        "--practice",
        "store",
        "--bucket",
        "my-course",
    ];
    bench.run(&add).done();
    bench.write("week/a.txt", "one");
    bench.write("week/b.txt", "two");
    bench.run(&["put", "week", "lab:"]).done();

    let removed = bench
        .run(&["rm", "-r", "--yes", "--json", "lab:week"])
        .done();
    let id = removed.object()["deletion_id"].as_str().unwrap().to_owned();
    assert_eq!(bench.run(&["ls", "lab:"]).done().out, "");
    let listed = bench.run(&["undo", "--json"]).done().object();
    assert_eq!(
        (&listed["deletion_id"], &listed["can_undo"]),
        (&id.clone().into(), &true.into())
    );

    let undone = bench.run(&["undo", "--json", &id]).done().object();
    assert_eq!(undone["done"], 2);
    std::fs::create_dir(bench.path("out")).unwrap();
    bench.run(&["get", "lab:week", "out"]).done();
    assert_eq!(bench.read("out/week/b.txt"), "two");
    let listed = bench.run(&["undo", "--json"]).done().object();
    assert_eq!(listed["can_undo"], false);
}

#[test]
fn with_from_env_no_undo_is_promised() {
    let bench = Bench::practice();
    bench.put("a.txt", "1");

    let ran = bench.env(&["rm", "--yes", "--json", &bench.s3("a.txt")]);
    assert!(ran.done().object()["deletion_id"].is_null());
    bench.env(&["undo"]).ended(2);
}
