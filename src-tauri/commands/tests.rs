#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use specta_typescript::Typescript;

const WRITE: &str = "LECTERN_WRITE_BINDINGS";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn committed() -> PathBuf {
    root().join("ui/src/generated/bindings.ts")
}

/// With `LECTERN_WRITE_BINDINGS` set (`make bindings`) it writes them instead.
#[test]
fn the_committed_bindings_are_those_of_the_commands() {
    let language =
        Typescript::default().header("// Generated from the Rust commands; do not edit.\n");
    let folder = tempfile::tempdir().unwrap();
    let fresh = folder.path().join("bindings.ts");
    super::builder().export(language, &fresh).unwrap();
    let fresh = std::fs::read_to_string(fresh).unwrap();

    if std::env::var_os(WRITE).is_some() {
        std::fs::create_dir_all(committed().parent().unwrap()).unwrap();
        std::fs::write(committed(), &fresh).unwrap();
    }

    let committed = std::fs::read_to_string(committed()).unwrap();
    assert!(
        committed == fresh,
        "stale: run `make bindings` and commit the result"
    );
}

#[test]
fn the_window_may_call_exactly_the_commands_there_are() {
    let bindings = std::fs::read_to_string(committed()).unwrap();
    let existing: BTreeSet<String> = bindings
        .split("__TAURI_INVOKE")
        // What cannot fail is called with its type: `__TAURI_INVOKE<T>("…`.
        .filter_map(|rest| rest.split_once("(\"")?.1.split('"').next())
        .map(str::to_owned)
        .collect();
    let capability =
        std::fs::read_to_string(root().join("src-tauri/capabilities/main.json")).unwrap();
    let capability: serde_json::Value = serde_json::from_str(&capability).unwrap();
    let allowed: BTreeSet<String> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|permission| permission.as_str().unwrap())
        .map(|permission| permission.trim_start_matches("allow-").replace('-', "_"))
        .collect();

    assert!(existing.len() > 30, "the bindings are read rightly");
    assert_eq!(allowed, existing);
}
