//! The native menu bar, made from the window's own command table, so that each
//! command has one name, one shortcut and one translation.

use lectern_core::{Error, Result};
use serde::Deserialize;
use specta::Type;
use tauri::AppHandle;
use tauri::menu::{MenuBuilder, MenuItemBuilder, Submenu, SubmenuBuilder};

#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MenuGroup {
    pub label: String,
    pub items: Vec<MenuItem>,
    /// The system's own text commands (cut, copy, paste, select all) belong here.
    pub edit: bool,
}

#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MenuItem {
    /// The command's name, given back when it is chosen.
    pub command: String,
    pub label: String,
    /// e.g. `CmdOrCtrl+Shift+N`.
    pub accelerator: Option<String>,
    pub enabled: bool,
    /// A line above it.
    pub separated: bool,
}

pub fn set(app: &AppHandle, groups: &[MenuGroup]) -> Result<()> {
    build(app, groups).map_err(|error| {
        Error::invalid("menu", "The menu could not be built.").detail(error.to_string())
    })
}

fn build(app: &AppHandle, groups: &[MenuGroup]) -> tauri::Result<()> {
    let mut menu = MenuBuilder::new(app);
    if cfg!(target_os = "macos") {
        menu = menu.item(&app_menu(app)?);
    }
    for group in groups {
        menu = menu.item(&submenu(app, group)?);
    }
    app.set_menu(menu.build()?)?;
    Ok(())
}

/// macOS puts the app's own menu first.
fn app_menu(app: &AppHandle) -> tauri::Result<Submenu<tauri::Wry>> {
    SubmenuBuilder::new(app, &app.package_info().name)
        .about(None)
        .separator()
        .services()
        .separator()
        .hide()
        .hide_others()
        .show_all()
        .separator()
        .quit()
        .build()
}

fn submenu(app: &AppHandle, group: &MenuGroup) -> tauri::Result<Submenu<tauri::Wry>> {
    let mut submenu = SubmenuBuilder::new(app, &group.label);
    for item in &group.items {
        if item.separated {
            submenu = submenu.separator();
        }
        let mut builder =
            MenuItemBuilder::with_id(item.command.as_str(), &item.label).enabled(item.enabled);
        if let Some(accelerator) = &item.accelerator {
            builder = builder.accelerator(accelerator);
        }
        submenu = submenu.item(&builder.build(app)?);
    }
    // Elsewhere the web view has these keys by itself; on macOS only a menu gives them.
    if group.edit && cfg!(target_os = "macos") {
        submenu = submenu.separator().cut().copy().paste().select_all();
    }
    submenu.build()
}
