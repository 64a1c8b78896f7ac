//! An empty window of the same toolkit and the same size:
//! the floor that the memory of Lectern's window is compared with.

use std::process::ExitCode;

use tauri::WebviewUrl;
use tauri::http::Response;

fn main() -> ExitCode {
    let mut context: tauri::Context = tauri::generate_context!("tauri.conf.json");
    for window in &mut context.config_mut().app.windows {
        if let Ok(page) = "blank://localhost/".parse() {
            window.url = WebviewUrl::CustomProtocol(page);
        }
    }
    // For `about:blank` the web view would not even start the page's process.
    let app = tauri::Builder::default().register_uri_scheme_protocol("blank", |_, _| {
        let page = b"<!doctype html><title>Empty</title>".to_vec();
        Response::builder()
            .header("content-type", "text/html")
            .body(page)
            .unwrap_or_default()
    });
    match app.run(context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
