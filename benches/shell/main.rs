//! An empty window of the same toolkit and the same size:
//! the floor that the memory of Lectern's window is compared with.

use std::process::ExitCode;

use tauri::WebviewUrl;

fn main() -> ExitCode {
    let mut context: tauri::Context = tauri::generate_context!("tauri.conf.json");
    for window in &mut context.config_mut().app.windows {
        if let Ok(blank) = "about:blank".parse() {
            window.url = WebviewUrl::External(blank);
        }
    }
    match tauri::Builder::default().run(context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
