//! Making one side like the other.

use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::bench::{Bench, Ran};

const HOUR: Duration = Duration::from_secs(3_600);

/// A folder of three files, all written an hour ago.
fn bench_with_a_folder() -> Bench {
    let bench = Bench::practice();
    write_before(&bench, "week/a.txt", "one");
    write_before(&bench, "week/b.txt", "two");
    write_before(&bench, "week/sub/c.txt", "three");
    bench
}

fn write_before(bench: &Bench, name: &str, text: &str) {
    let path = bench.write(name, text);
    set_modified(&path, SystemTime::now() - HOUR);
}

fn set_modified(path: &Path, at: SystemTime) {
    let file = std::fs::File::options().append(true).open(path).unwrap();
    file.set_modified(at).unwrap();
}

fn up(bench: &Bench, options: &[&str]) -> Ran {
    let to = bench.s3("w/");
    bench.env(&[&["sync", "--json"], options, &["week", &to]].concat())
}

fn down(bench: &Bench, options: &[&str]) -> Ran {
    let from = bench.s3("w/");
    bench.env(&[&["sync", "--json"], options, &[&from, "here"]].concat())
}

/// New, changed, same, extra.
fn counts(plan: &Value) -> [u64; 4] {
    ["new", "changed", "same", "extra"].map(|what| plan[what]["files"].as_u64().unwrap())
}

#[test]
fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let bench = bench_with_a_folder();
    bench.put("w/a.txt", "old!");
    bench.put("w/gone.txt", "only there");

    let ran = up(&bench, &["--dry-run", "--delete"]).done();

    assert_eq!(counts(&ran.events("plan")[0]), [2, 1, 0, 1]);
    let would: Vec<_> = ran
        .events("would")
        .iter()
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap().to_owned();
            format!("{} {}", text("what"), text("name"))
        })
        .collect();
    let expected = [
        "new b.txt",
        "new sub/c.txt",
        "changed a.txt",
        "delete gone.txt",
    ];
    assert_eq!(would, expected);
    assert_eq!(ran.object()["dry_run"], true);
    assert_eq!(bench.keys(), ["w/a.txt", "w/gone.txt"]);

    let to = bench.s3("w/");
    let text = bench.env(&["sync", "-n", "week", &to]).done();
    assert_eq!(
        text.out,
        "+ b.txt (3 B)\n+ sub/c.txt (5 B)\n~ a.txt (3 B)\n"
    );
    assert!(text.err.contains("1 (10 B) only there"), "{text:#?}");
}

#[test]
fn what_is_new_or_changed_is_sent_and_nothing_else() {
    let bench = bench_with_a_folder();
    let first = up(&bench, &["--yes"]).done();
    assert_eq!(first.object()["done"], 3);
    assert_eq!(bench.keys(), ["w/a.txt", "w/b.txt", "w/sub/c.txt"]);

    let again = up(&bench, &["--yes"]).done();
    let summary = again.object();
    assert_eq!((&summary["done"], &summary["same"]), (&0.into(), &3.into()));

    // Another size, and the same size but newer.
    write_before(&bench, "week/a.txt", "longer");
    bench.write("week/b.txt", "owt");
    set_modified(&bench.path("week/b.txt"), SystemTime::now() + HOUR);
    bench.put("w/there.txt", "somebody's");
    let third = up(&bench, &["--yes"]).done();
    assert_eq!(counts(&third.events("plan")[0]), [0, 2, 1, 1]);
    let keys = ["w/a.txt", "w/b.txt", "w/sub/c.txt", "w/there.txt"];
    assert_eq!(bench.keys(), keys);
    bench.env(&["get", &bench.s3("w/b.txt"), "read"]).done();
    assert_eq!(bench.read("read"), "owt");
}

#[test]
fn nothing_is_done_without_an_answer() {
    let bench = bench_with_a_folder();

    let ran = up(&bench, &[]).ended(2);

    assert!(ran.error()["next_step"].as_str().unwrap().contains("--yes"));
    assert_eq!(bench.keys(), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn a_person_sees_what_would_be_done_and_is_asked() {
    let bench = bench_with_a_folder();
    let to = bench.s3("w/");
    let arguments = ["--from-env", "sync", "week", &to];

    let no = bench.at_terminal(&[("Go on? [y/N]", "n\n")], &arguments);
    assert!(no.out.contains("+ sub/c.txt"), "{no:#?}");
    assert_eq!(no.status, 1);
    assert_eq!(bench.keys(), Vec::<String>::new());

    let yes = bench.at_terminal(&[("Go on? [y/N]", "y\n")], &arguments);
    assert!(yes.out.contains("3 files"), "{yes:#?}");
    assert_eq!(bench.keys().len(), 3);
}

#[test]
fn what_is_extra_in_the_bucket_goes_through_the_bin_and_comes_back() {
    let bench = bench_with_a_folder();
    bench.connect("course");
    bench.put("w/gone.txt", "only there");
    bench.put("other/kept.txt", "not below");

    let arguments = ["sync", "--json", "--yes", "--delete", "week", "course:w/"];
    let ran = bench.run(&arguments).done();

    let summary = ran.object();
    assert_eq!(
        (&summary["done"], &summary["deleted"]),
        (&3.into(), &1.into())
    );
    let keys = ["other/kept.txt", "w/a.txt", "w/b.txt", "w/sub/c.txt"];
    assert_eq!(bench.keys(), keys);
    let id = summary["deletion_id"].as_str().unwrap();
    bench.run(&["undo", id]).done();
    assert!(bench.keys().contains(&"w/gone.txt".to_owned()));
}

#[test]
fn a_download_makes_the_folder_like_the_bucket() {
    let bench = Bench::practice();
    bench.put("w/a.txt", "one");
    bench.put("w/sub/b.txt", "two");

    down(&bench, &["--yes"]).done();
    assert_eq!(bench.read("here/sub/b.txt"), "two");

    bench.write("here/extra.txt", "only here");
    let again = down(&bench, &["--yes"]).done();
    assert_eq!(counts(&again.events("plan")[0]), [0, 0, 2, 1]);
    assert_eq!(bench.read("here/extra.txt"), "only here");

    bench.write("here/a.txt", "eno");
    set_modified(&bench.path("here/a.txt"), SystemTime::now() - HOUR * 24);
    let third = down(&bench, &["--yes", "--delete"]).done();
    let summary = third.object();
    assert_eq!(
        (&summary["done"], &summary["deleted"]),
        (&1.into(), &1.into())
    );
    assert_eq!(bench.read("here/a.txt"), "one");
    assert!(!bench.path("here/extra.txt").exists());
}

#[test]
fn what_was_fetched_is_not_newer_than_where_it_came_from() {
    let bench = Bench::practice();
    bench.put("w/a.txt", "one");
    down(&bench, &["--yes"]).done();

    let back = bench.env(&["sync", "--json", "--yes", "here", &bench.s3("w/")]);

    assert_eq!(counts(&back.done().events("plan")[0]), [0, 0, 1, 0]);
}

#[test]
fn an_empty_source_deletes_nothing_unless_forced() {
    let bench = Bench::practice();
    std::fs::create_dir(bench.path("week")).unwrap();
    bench.put("w/a.txt", "one");
    bench.write("here/b.txt", "two");

    let ran = up(&bench, &["--yes", "--delete"]).ended(1);
    assert!(
        ran.error()["next_step"]
            .as_str()
            .unwrap()
            .contains("--force")
    );
    assert_eq!(bench.keys(), ["w/a.txt"]);
    bench
        .env(&["sync", "--yes", "--delete", &bench.s3("nothing/"), "here"])
        .ended(1);
    assert_eq!(bench.read("here/b.txt"), "two");

    up(&bench, &["--yes", "--delete", "--force"]).done();
    assert_eq!(bench.keys(), Vec::<String>::new());
}

#[test]
fn a_source_that_is_not_there_changes_nothing() {
    let bench = Bench::practice();
    bench.put("w/a.txt", "one");

    let ran = up(&bench, &["--yes", "--delete", "--force"]).ended(1);

    assert_eq!(ran.error()["code"], "local_file");
    assert_eq!(bench.keys(), ["w/a.txt"]);
}

#[test]
fn patterns_leave_files_alone_on_both_sides() {
    let bench = bench_with_a_folder();
    write_before(&bench, "week/draft.tmp", "not meant");
    bench.put("w/old.tmp", "not touched");
    bench.put("w/old.txt", "goes");

    let options = [
        "--yes",
        "--delete",
        "--exclude",
        "*.tmp",
        "--exclude",
        "sub",
    ];
    up(&bench, &options).done();
    assert_eq!(bench.keys(), ["w/a.txt", "w/b.txt", "w/old.tmp"]);

    let options = ["--yes", "--delete", "--include", "sub/*.txt"];
    up(&bench, &options).done();
    let keys = ["w/a.txt", "w/b.txt", "w/old.tmp", "w/sub/c.txt"];
    assert_eq!(bench.keys(), keys);
}

#[test]
fn contents_are_compared_where_that_is_asked_for() {
    let bench = bench_with_a_folder();
    up(&bench, &["--yes"]).done();
    // As if copied anew: newer, and the same; older, and another.
    set_modified(&bench.path("week/a.txt"), SystemTime::now() + HOUR);
    write_before(&bench, "week/b.txt", "owt");

    let by_time = up(&bench, &["--dry-run"]).done();
    assert_eq!(by_time.events("would")[0]["name"], "a.txt");
    let by_content = up(&bench, &["--dry-run", "--checksum"]).done();
    let would = by_content.events("would");
    assert_eq!((would.len(), &would[0]["name"]), (1, &"b.txt".into()));
}

#[cfg(unix)]
#[test]
fn links_are_neither_followed_nor_replaced_nor_deleted() {
    let bench = bench_with_a_folder();
    bench.write("outside/secret.txt", "not sent");
    let link = |from: &str, to: &str| std::os::unix::fs::symlink(bench.path(from), bench.path(to));
    link("outside", "week/linked").unwrap();
    let ran = up(&bench, &["--yes"]).done();
    assert_eq!(ran.events("skipped")[0]["why"], "not_a_file");
    assert_eq!(bench.keys().len(), 3);

    bench.put("w/linked/secret.txt", "theirs");
    std::fs::create_dir(bench.path("here")).unwrap();
    link("outside", "here/linked").unwrap();
    let ran = down(&bench, &["--yes", "--delete"]).ended(0);
    assert_eq!(ran.object()["skipped"][0]["name"], "linked/secret.txt");
    assert_eq!(bench.read("outside/secret.txt"), "not sent");
    assert!(bench.path("here/linked").is_symlink());
}

#[test]
fn accented_names_are_one_file_however_they_are_spelled() {
    let bench = Bench::practice();
    write_before(&bench, "week/Re\u{301}sume\u{301}.txt", "one");

    up(&bench, &["--yes"]).done();
    let again = up(&bench, &["--yes", "--delete"]).done();

    assert_eq!(counts(&again.events("plan")[0]), [0, 0, 1, 0]);
    assert_eq!(bench.keys(), ["w/R\u{e9}sum\u{e9}.txt"]);
    let local = bench.path("week/Re\u{301}sume\u{301}.txt");
    set_modified(&local, SystemTime::now() + HOUR);
    let back = bench.env(&[
        "sync",
        "--json",
        "--yes",
        "--delete",
        &bench.s3("w/"),
        "week",
    ]);
    assert_eq!(counts(&back.done().events("plan")[0]), [0, 0, 1, 0]);
}

#[test]
fn what_did_not_arrive_keeps_what_is_extra() {
    let bench = Bench::practice();
    bench.put("w/a.txt", "one");
    bench.put("w/sub/b.txt", "two");
    bench.write("here/extra.txt", "only here");
    // A file stands where a folder has to be.
    bench.write("here/sub", "in the way");

    let ran = down(&bench, &["--yes", "--delete"]).ended(3);

    assert_eq!(ran.object()["deleted"], 0);
    assert_eq!(bench.read("here/extra.txt"), "only here");
    assert_eq!(bench.read("here/sub"), "in the way");
}

#[test]
fn what_is_no_sync_is_said() {
    let bench = bench_with_a_folder();
    let to = bench.s3("w/");
    for (arguments, said) in [
        (&["week", "other"][..], "is in a bucket"),
        (&[to.as_str(), to.as_str()], "Both are in a bucket"),
        (&["--force", "week", &to], "--delete"),
        (&["--yes", "--dry-run", "week", &to], "cannot be used with"),
        (&["--dry-run", "--include", "a[", "week", &to], "pattern"),
    ] {
        let ran = bench.env(&[&["sync"], arguments].concat()).ended(2);
        assert!(ran.err.contains(said), "{arguments:?}: {ran:#?}");
    }
}
