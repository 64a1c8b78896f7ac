//! The native menu bar, made from the window's own command table, so that each
//! command has one name, one shortcut and one translation.
//!
//! The window sends the table whenever a command becomes possible or
//! impossible, or the language changes. As long as the same commands stand in
//! it, the menu is changed in place: a menu that is open stays open.

use std::sync::{Mutex, PoisonError};

use lectern_core::{Error, Result};
use serde::Deserialize;
use specta::Type;
use tauri::menu::{MenuBuilder, MenuItem as NativeItem, MenuItemBuilder, Submenu, SubmenuBuilder};
use tauri::{AppHandle, Wry};

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

/// The menu bar that stands now.
#[derive(Default)]
pub struct MenuBar {
    standing: Mutex<Vec<StandingGroup>>,
}

struct StandingGroup {
    submenu: Submenu<Wry>,
    items: Vec<(String, NativeItem<Wry>)>,
}

impl MenuBar {
    /// # Errors
    /// `InvalidInput` for what is no menu (e.g. an accelerator that is none).
    pub fn set(&self, app: &AppHandle, groups: &[MenuGroup]) -> Result<()> {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let done = if same_commands(&standing, groups) {
            refresh(&standing, groups)
        } else {
            build(app, groups).map(|built| *standing = built)
        };
        done.map_err(|error| {
            Error::invalid("menu", "The menu could not be built.").detail(error.to_string())
        })
    }
}

fn same_commands(standing: &[StandingGroup], groups: &[MenuGroup]) -> bool {
    standing.len() == groups.len()
        && standing.iter().zip(groups).all(|(stands, group)| {
            let standing = stands.items.iter().map(|(command, _)| command);
            standing.eq(group.items.iter().map(|item| &item.command))
        })
}

fn refresh(standing: &[StandingGroup], groups: &[MenuGroup]) -> tauri::Result<()> {
    for (stands, group) in standing.iter().zip(groups) {
        if stands.submenu.text()? != group.label {
            stands.submenu.set_text(&group.label)?;
        }
        for ((_, native), item) in stands.items.iter().zip(&group.items) {
            if native.text()? != item.label {
                native.set_text(&item.label)?;
            }
            if native.is_enabled()? != item.enabled {
                native.set_enabled(item.enabled)?;
            }
        }
    }
    Ok(())
}

fn build(app: &AppHandle, groups: &[MenuGroup]) -> tauri::Result<Vec<StandingGroup>> {
    let mut menu = MenuBuilder::new(app);
    if cfg!(target_os = "macos") {
        menu = menu.item(&app_menu(app)?);
    }
    let mut built = Vec::with_capacity(groups.len());
    for group in groups {
        let stands = submenu(app, group)?;
        menu = menu.item(&stands.submenu);
        built.push(stands);
    }
    app.set_menu(menu.build()?)?;
    Ok(built)
}

/// macOS puts the app's own menu first.
fn app_menu(app: &AppHandle) -> tauri::Result<Submenu<Wry>> {
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

fn submenu(app: &AppHandle, group: &MenuGroup) -> tauri::Result<StandingGroup> {
    let mut submenu = SubmenuBuilder::new(app, &group.label);
    let mut items = Vec::with_capacity(group.items.len());
    for item in &group.items {
        if item.separated {
            submenu = submenu.separator();
        }
        let mut builder =
            MenuItemBuilder::with_id(item.command.as_str(), &item.label).enabled(item.enabled);
        if let Some(accelerator) = &item.accelerator {
            builder = builder.accelerator(accelerator);
        }
        let native = builder.build(app)?;
        submenu = submenu.item(&native);
        items.push((item.command.clone(), native));
    }
    // Elsewhere the web view has these keys by itself; on macOS only a menu gives them.
    if group.edit && cfg!(target_os = "macos") {
        submenu = submenu.separator().cut().copy().paste().select_all();
    }
    Ok(StandingGroup {
        submenu: submenu.build()?,
        items,
    })
}
