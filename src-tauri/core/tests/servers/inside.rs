//! Running a test in a process of its own, with an environment of its own: for
//! what a process reads of its environment (`AWS_*`, the session bus), which
//! cannot be changed safely once threads run.
//!
//! The inner half is a test that is `#[ignore]`d, so that it runs only when it
//! is asked for by name.

use std::process::Command;

/// Runs the ignored test `name` of this binary; `before` is a command that is
/// to run it (`dbus-run-session --`), or empty.
pub fn run(name: &str, before: &[&str], environment: &[(&str, &str)]) {
    let this = std::env::current_exe().unwrap();
    let mut words = before
        .iter()
        .map(std::ffi::OsString::from)
        .collect::<Vec<_>>();
    words.push(this.into_os_string());
    let mut words = words.into_iter();
    let program = words.next().unwrap();
    let mut command = Command::new(&program);
    command.args(words).args([
        "--exact",
        name,
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]);
    for (known, _) in std::env::vars_os() {
        if known.to_string_lossy().starts_with("AWS_") {
            command.env_remove(known);
        }
    }
    command.envs(environment.iter().copied());
    let output = command.output().unwrap_or_else(|error| {
        panic!(
            "{} is not there to run a test in ({error}). `make test` installs it.",
            program.display()
        )
    });
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{name} inside: {said}");
    assert!(said.contains("1 passed"), "{name} did not run: {said}");
}
