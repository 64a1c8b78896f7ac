//! The clipboard of the desk, read as another program would.

use std::path::PathBuf;
use std::process::Stdio;

use crate::desk::Desk;
use crate::process::{Owned, first_line, output};

/// The text on the clipboard; empty when there is none.
pub fn text(desk: &Desk) -> String {
    String::from_utf8(output(&mut desk.script("clipboard.py"))).unwrap()
}

/// Puts a text there, from another program that has to stay for it to be read.
pub fn hold(desk: &Desk, text: &str) -> Owned {
    let mut command = desk.script("clipboard.py");
    command
        .arg(text)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut holder = Owned::start(&mut command);
    assert_eq!(first_line(&mut holder), "held");
    holder
}

/// Copies files, as a file manager does, which has to stay for them to be pasted.
pub fn hold_files(desk: &Desk, files: &[PathBuf]) -> Owned {
    let mut command = desk.script("clipboard_files.py");
    command
        .args(files)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut holder = Owned::start(&mut command);
    assert_eq!(first_line(&mut holder), "held");
    holder
}
