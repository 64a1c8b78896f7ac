//! The clipboard of the desk, read as another program would.

use crate::desk::Desk;
use crate::process::output;

/// The text on the clipboard; empty when there is none.
pub fn text(desk: &Desk) -> String {
    String::from_utf8(output(&mut desk.script("clipboard.py"))).unwrap()
}
