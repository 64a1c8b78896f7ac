//! Command lines that make no sense, and help for those that would.

use crate::bench::Bench;

#[test]
fn what_makes_no_sense_ends_with_2_and_says_how_it_would() {
    let bench = Bench::practice();
    for (arguments, said) in [
        (&["ls"][..], "<PATH>"),
        (&["ls", "no-colon-here"], "s3://bucket"),
        (&["ls", "s3://"], "names no bucket"),
        (&["link", "--expires", "soon", "s3://a/b"], "90s"),
        (
            &["--from-env", "link", "s3://my-course/folder/"],
            "one file",
        ),
        (
            &["put", "--on-conflict", "guess", "a", "s3://b"],
            "keep-both",
        ),
        (&["put", "--limit-rate", "fast", "a", "s3://b"], "1.5MiB"),
        (
            &["get", "--limit-rate", "10", "s3://b/a"],
            "the least is 1K",
        ),
        (&["frobnicate"], "unrecognized"),
        (&["connect", "add", "x", "--bucket", "b"], "--profile"),
        (&["--from-env", "ls", "name:key"], "s3://bucket"),
        (&["--from-env", "connect", "list"], "--from-env"),
    ] {
        let ran = bench.run(arguments).ended(2);
        assert!(ran.err.contains(said), "{arguments:?}: {ran:#?}");
        assert_eq!(ran.out, "");
    }
}

#[test]
fn usage_errors_are_json_where_json_is_asked_for() {
    let bench = Bench::bare();

    let ours = bench.run(&["--json", "ls", "no-colon-here"]).ended(2);
    assert_eq!(ours.error()["code"], "invalid_input");
    let claps = bench.run(&["ls", "--json"]).ended(2);
    assert_eq!(claps.error()["code"], "usage");
    let message = claps.error()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("<PATH>"), "{message}");
}

#[test]
fn every_command_explains_itself() {
    let bench = Bench::bare();
    for command in [
        "",
        "ls",
        "put",
        "get",
        "rm",
        "undo",
        "mv",
        "sync",
        "resume",
        "link",
        "connect add",
        "connect import-env",
        "connect test",
        "practice serve",
    ] {
        let words: Vec<_> = command.split_whitespace().chain(["--help"]).collect();
        let ran = bench.run(&words).done();
        assert!(ran.out.contains("Examples:"), "{command}: {}", ran.out);
        assert_eq!(ran.err, "");
    }
    let ran = bench.run(&["--version"]).done();
    assert_eq!(
        ran.out.trim(),
        format!("lectern-cli {}", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn without_credentials_from_env_says_what_to_set() {
    let bench = Bench::bare();
    let ran = bench.env(&["ls", "--json", "s3://my-course"]).ended(1);
    assert_eq!(ran.error()["code"], "no_credentials");
    let next = ran.error()["next_step"].as_str().unwrap().to_owned();
    assert!(next.contains("AWS_ACCESS_KEY_ID"), "{next}");
}

#[test]
fn a_wrong_secret_is_said_and_never_repeated() {
    let mut bench = Bench::practice();
    let secret = bench
        .environment
        .iter_mut()
        .find(|(name, _)| name == "AWS_SECRET_ACCESS_KEY");
    secret.unwrap().1 = "not-the-secret-at-all".to_owned();

    let ran = bench
        .env(&["ls", "--json", "--verbose", &bench.s3("")])
        .ended(1);

    assert_eq!(ran.error()["code"], "wrong_secret");
    assert!(!ran.err.contains("not-the-secret-at-all"), "{ran:#?}");
}
