//! `connect` for connections that need no secret: practice, `.env`, profiles.

use crate::bench::Bench;

fn add_practice(bench: &Bench, name: &str, more: &[&str]) {
    let add = [
        "connect",
        "add",
        name,
        "--practice",
        "store",
        "--bucket",
        "my-course",
    ];
    bench.run(&[&add[..], more].concat()).done();
}

#[test]
fn a_saved_connection_is_listed_tested_used_and_removed() {
    let bench = Bench::bare();
    add_practice(&bench, "My lab", &[]);

    let listed = bench.run(&["connect", "list", "--json"]).done().object();
    assert_eq!(listed["name"], "My lab");
    assert_eq!(
        (&listed["source"], &listed["secret"]),
        (&"practice".into(), &"not_needed".into())
    );
    assert_eq!(listed["folder"], bench.path("store").to_str().unwrap());

    let tested = bench
        .run(&["connect", "test", "--json", "My lab"])
        .done()
        .object();
    assert_eq!(tested["passed"], true);
    assert_eq!(tested["steps"].as_array().unwrap().len(), 6);

    let file = bench.write("a.txt", "one");
    bench
        .run(&["put", file.to_str().unwrap(), "My lab:week/"])
        .done();
    let listed = bench.run(&["ls", "--json", "s3://my-course/week/"]).done();
    assert_eq!(listed.object()["key"], "week/a.txt");
    let link = bench.run(&["link", "--json", "My lab:week/a.txt"]).done();
    assert_eq!(link.object()["only_here"], true);

    bench.run(&["connect", "remove", "My lab"]).ended(2);
    bench.run(&["connect", "remove", "--yes", "My lab"]).done();
    assert_eq!(bench.run(&["connect", "list", "--json"]).done().out, "");
    assert_eq!(bench.read("store/my-course/week/a.txt"), "one");
}

#[test]
fn a_path_through_a_connection_is_below_its_prefix() {
    let bench = Bench::bare();
    add_practice(&bench, "biology", &["--prefix", "biology"]);
    let file = bench.write("a.txt", "one");

    bench
        .run(&["put", file.to_str().unwrap(), "biology:"])
        .done();

    assert_eq!(bench.read("store/my-course/biology/a.txt"), "one");
    let listed = bench.run(&["ls", "--json", "biology:"]).done().object();
    assert_eq!(
        (&listed["name"], &listed["key"]),
        (&"a.txt".into(), &"biology/a.txt".into())
    );
    bench.run(&["get", "biology:a.txt", "back.txt"]).done();
    assert_eq!(bench.read("back.txt"), "one");
    // The rest of the bucket is not this connection's.
    let ran = bench.run(&["ls", "--json", "s3://my-course/"]).ended(1);
    assert_eq!(ran.error()["code"], "not_found");
}

#[test]
fn a_name_stands_for_one_connection() {
    let bench = Bench::bare();
    add_practice(&bench, "lab", &[]);

    let again = [
        "connect",
        "add",
        "lab",
        "--anonymous",
        "--bucket",
        "other",
        "--json",
    ];
    assert_eq!(bench.run(&again).ended(1).error()["code"], "already_exists");

    add_practice(&bench, "lab2", &[]);
    let ran = bench.run(&["ls", "s3://my-course/"]).ended(2);
    assert!(ran.err.contains("lab, lab2"), "{ran:#?}");
}

#[test]
fn a_failed_test_says_which_step_and_why() {
    let bench = Bench::bare();
    let missing = [
        "connect",
        "add",
        "team",
        "--bucket",
        "my-course",
        "--profile",
        "nobody",
    ];
    bench.run(&missing).done();

    let ran = bench.run(&["connect", "test", "--json", "team"]).ended(1);

    let tested = ran.object();
    assert_eq!(tested["passed"], false);
    assert_eq!(tested["steps"][0]["outcome"], "failed");
    assert_eq!(tested["steps"][0]["error"]["code"], "profile_not_found");
    assert_eq!(tested["steps"][1]["outcome"], "not_tried");
}

#[test]
fn the_environment_can_be_tested_without_saving_anything() {
    let bench = Bench::practice();
    let ran = bench
        .env(&["connect", "test", "--json", &bench.s3("")])
        .done();
    assert_eq!(ran.object()["passed"], true);
    assert!(!bench.data().exists());
}

#[test]
fn a_local_env_file_makes_a_practice_connection() {
    let bench = Bench::bare();
    bench.write(
        "local.env",
        "STORAGE_TYPE=local\r\nAWS_S3_BUCKET_NAME=\"my-course\"\r\n",
    );

    let import = [
        "connect",
        "import-env",
        "--name",
        "here",
        "--folder",
        "store",
        "local.env",
    ];
    bench.run(&import).done();

    bench.write("a.txt", "one");
    bench.run(&["put", "a.txt", "here:"]).done();
    assert_eq!(bench.read("store/my-course/a.txt"), "one");
}

#[test]
fn an_env_file_that_lacks_something_says_what() {
    let bench = Bench::bare();
    let text = "AWS_ACCESS_KEY_ID=AKIAEXAMPLE\nAWS_S3_BUCKET_NAME=\nSTORAGE_TYPE=s3\n";

    let ran = bench
        .run_with(text, &["connect", "import-env", "--json", "-"])
        .ended(1);

    let message = ran.error()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("AWS_SECRET_ACCESS_KEY"), "{message}");
    assert!(message.contains("AWS_S3_BUCKET_NAME"), "{message}");
    assert_eq!(bench.run(&["connect", "list"]).done().out, "");
}
