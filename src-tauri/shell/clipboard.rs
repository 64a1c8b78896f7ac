//! The system's clipboard. On X11 and Wayland what was copied lives only as
//! long as its owner, so the handle is kept while the app runs.

use std::sync::{Mutex, PoisonError};

use lectern_core::{Code, Error, Result};

#[derive(Default)]
pub struct Clipboard {
    handle: Mutex<Option<arboard::Clipboard>>,
}

impl Clipboard {
    /// # Errors
    /// `Unsupported` when the system gives no clipboard. The text is in no error.
    pub fn set_text(&self, text: &str) -> Result<()> {
        let mut handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
        if handle.is_none() {
            *handle = Some(arboard::Clipboard::new().map_err(unavailable)?);
        }
        let Some(clipboard) = handle.as_mut() else {
            return Ok(());
        };
        clipboard.set_text(text).map_err(unavailable)
    }
}

fn unavailable(error: arboard::Error) -> Error {
    Error::new(Code::Unsupported, "The clipboard cannot be used.")
        .next("Close the program that holds it and try again.")
        .detail(error.to_string())
}
