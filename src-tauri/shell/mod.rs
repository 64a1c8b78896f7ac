//! What only a desktop has: the window and its events, the menu bar, dialogs,
//! the clipboard, notifications, the taskbar.

mod awake;
mod busy;
mod clipboard;
pub mod dialogs;
#[cfg(target_os = "linux")]
mod drawing;
mod drops;
mod events;
mod menu;
pub mod notify;
pub mod open;
mod preview;
mod startup;
mod state;
mod taskbar;
mod thumbnails;

pub use drops::OfferId;
pub use events::ShellEvent;
pub use menu::MenuGroup;
pub use startup::Startup;
pub use state::App;

use std::process::ExitCode;

use tauri::{Manager, WindowEvent};

use crate::commands;

/// Runs the app until its window is closed.
pub fn run() -> ExitCode {
    if let Some(code) = thumbnails::draw_if_asked() {
        return code;
    }
    let app = match App::open() {
        Ok(app) => app,
        Err(error) => return startup::give_up(&error),
    };
    let handler = commands::builder().invoke_handler();
    let mut context = tauri::generate_context!("tauri.conf.json");
    preview::media::allow(&mut context, app.media.as_ref());
    let result = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            if let Some(window) = app.get_webview_window("main") {
                // Nothing to do when the window manager says no.
                let _ = window.unminimize();
                let _ = window.set_focus();
            }
        }))
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .manage(app)
        .register_asynchronous_uri_scheme_protocol(preview::SCHEME, preview::serve)
        .setup(|app| {
            #[cfg(target_os = "linux")]
            if let Some(window) = app.get_webview_window("main") {
                drawing::suit(&window);
            }
            preview::media::start(app.handle());
            tauri::async_runtime::spawn(busy::follow(app.handle().clone()));
            Ok(())
        })
        .invoke_handler(handler)
        .register_asynchronous_uri_scheme_protocol(thumbnails::SCHEME, thumbnails::answer)
        .on_window_event(|window, event| {
            if let WindowEvent::DragDrop(event) = event {
                let scale = window.scale_factor().unwrap_or(1.0);
                drops::tell(&window.state::<App>(), event, scale);
            }
        })
        .on_menu_event(|app, event| {
            let command = event.id().as_ref().to_owned();
            app.state::<App>().events.send(ShellEvent::Menu { command });
        })
        .run(context);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            ExitCode::FAILURE
        }
    }
}
