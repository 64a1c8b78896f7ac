//! Connections with keys: the secret goes from standard input to the keyring,
//! and nowhere else. The keyring is one of the test's own (see the same in the
//! core's tests).
#![cfg(target_os = "linux")]

use crate::bench::{Bench, files_with};
use crate::inside;

#[test]
fn a_connection_with_keys_keeps_its_secret_in_the_keyring() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().to_str().unwrap();
    // The daemon returns once it is on the bus, and ends with the bus.
    let session = [
        "dbus-run-session",
        "--",
        "sh",
        "-c",
        "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec \"$@\"",
        "sh",
    ];
    let environment = [
        ("HOME", path),
        ("XDG_DATA_HOME", path),
        ("XDG_RUNTIME_DIR", path),
    ];
    inside::run("keyring::with_a_keyring", &session, &environment);
}

#[test]
fn without_a_keyring_nothing_is_saved() {
    let bus = "unix:path=/nonexistent/lectern-test-bus";
    let environment = [("DBUS_SESSION_BUS_ADDRESS", bus)];
    inside::run("keyring::without_a_keyring", &[], &environment);
}

#[test]
#[ignore = "runs inside a session of its own"]
fn with_a_keyring() {
    let mut bench = Bench::practice();
    // Saved connections are used here, not the environment.
    let store = std::mem::take(&mut bench.environment);
    let value = |name: &str| {
        store
            .iter()
            .find(|(known, _)| known == name)
            .unwrap()
            .1
            .clone()
    };
    let (endpoint, secret) = (value("AWS_ENDPOINT_URL"), value("AWS_SECRET_ACCESS_KEY"));
    let id = value("AWS_ACCESS_KEY_ID");
    let add = |name: &str, secret: &str| {
        let place = [
            "--bucket",
            "my-course",
            "--endpoint",
            &endpoint,
            "--region",
            "us-east-1",
        ];
        let add = ["connect", "add", name, "--access-key-id", &id];
        bench.run_with(secret, &[&add[..], &place].concat()).done();
    };

    add("lab", &format!("{secret}\n"));
    let listed = bench.run(&["connect", "list", "--json"]).done().object();
    assert_eq!(
        (&listed["source"], &listed["secret"]),
        (&"access_keys".into(), &"keyring".into())
    );
    let tested = bench
        .run(&["connect", "test", "lab", "--json"])
        .done()
        .object();
    assert_eq!(tested["passed"], true);

    bench.write("a.txt", "one");
    bench.run(&["put", "a.txt", "lab:"]).done();
    bench.run(&["get", "lab:a.txt", "b.txt"]).done();
    assert_eq!(bench.read("b.txt"), "one");
    assert_eq!(
        files_with(&bench.data(), &secret),
        Vec::<std::path::PathBuf>::new()
    );

    add("wrong", "another-secret");
    let ran = bench.run(&["connect", "test", "wrong", "--json"]).ended(1);
    let steps = ran.object()["steps"].clone();
    let failed = steps
        .as_array()
        .unwrap()
        .iter()
        .find(|step| step["outcome"] == "failed");
    assert_eq!(failed.unwrap()["error"]["code"], "wrong_secret");

    let file = format!(
        "AWS_ACCESS_KEY_ID='{id}'\r\nAWS_SECRET_ACCESS_KEY=\"{secret}\"\r\nAWS_REGION=us-east-1\r\n\
         AWS_S3_BUCKET_NAME=my-course\r\nSTORAGE_TYPE=s3\r\nAWS_ENDPOINT_URL={endpoint}\r\n"
    );
    let import = ["connect", "import-env", "--name", "imported", "-"];
    bench.run_with(&file, &import).done();
    let listed = bench.run(&["ls", "--json", "imported:"]).done().object();
    assert_eq!(listed["key"], "a.txt");

    for name in ["lab", "wrong", "imported"] {
        bench.run(&["connect", "remove", "--yes", name]).done();
    }
    assert_eq!(bench.run(&["connect", "list"]).done().out, "");
}

#[test]
#[ignore = "runs inside a session of its own"]
fn without_a_keyring() {
    let bench = Bench::bare();
    let add = [
        "connect",
        "add",
        "lab",
        "--bucket",
        "b-1",
        "--access-key-id",
        "AKIAEXAMPLE",
        "--json",
    ];

    let ran = bench.run_with("a-secret-of-the-test", &add).ended(1);

    assert_eq!(ran.error()["code"], "keyring_unavailable");
    let next = ran.error()["next_step"].as_str().unwrap().to_owned();
    assert!(next.contains("--from-env"), "{next}");
    assert_eq!(bench.run(&["connect", "list"]).done().out, "");
    assert_eq!(
        files_with(bench.folder.path(), "a-secret-of-the-test"),
        Vec::<std::path::PathBuf>::new()
    );

    let none = bench.run_with("\n", &add).ended(1);
    assert_eq!(none.error()["code"], "invalid_input");
}
