//! What the session's keyring holds, asked past the app.

use crate::desk::Desk;
use crate::process::output;

pub struct Item {
    pub label: String,
    pub secret: String,
}

pub fn items(desk: &Desk) -> Vec<Item> {
    let printed = output(&mut desk.script("keyring_items.py"));
    let items: Vec<serde_json::Value> = serde_json::from_slice(&printed).unwrap();
    let text = |item: &serde_json::Value, name: &str| item[name].as_str().unwrap().to_owned();
    items
        .iter()
        .map(|item| Item {
            label: text(item, "label"),
            secret: text(item, "secret"),
        })
        .collect()
}

pub fn is_there(desk: &Desk) -> bool {
    let mut ask = desk.command("dbus-send");
    ask.args(["--session", "--print-reply=literal"])
        .arg("--dest=org.freedesktop.DBus")
        .args(["/", "org.freedesktop.DBus.NameHasOwner"])
        .arg("string:org.freedesktop.secrets");
    let printed = output(&mut ask);
    String::from_utf8_lossy(&printed).contains("true")
}
