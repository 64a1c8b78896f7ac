//! Tells Tauri which commands exist: exactly those that the capability file
//! lets the web view call, so that the file is the only list of them.

use std::path::Path;

const CAPABILITY: &str = "src-tauri/capabilities/main.json";

fn main() {
    println!("cargo:rerun-if-changed={CAPABILITY}");
    let commands: &'static [&'static str] = allowed_commands(Path::new(CAPABILITY)).leak();
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(commands));
    if let Err(error) = tauri_build::try_build(attributes) {
        panic!("{error:#}");
    }
}

/// `allow-browse-open` in the capability names the command `browse_open`.
fn allowed_commands(capability: &Path) -> Vec<&'static str> {
    let text = match std::fs::read_to_string(capability) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", capability.display()),
    };
    let json: serde_json::Value = match serde_json::from_str(&text) {
        Ok(json) => json,
        Err(error) => panic!("{}: {error}", capability.display()),
    };
    json["permissions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|permission| permission.as_str()?.strip_prefix("allow-"))
        .map(|command| &*command.replace('-', "_").leak())
        .collect()
}
