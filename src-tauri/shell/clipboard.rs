//! The system's clipboard: texts go there, and files that were copied in a file
//! manager come from there. On X11 and Wayland what was copied lives only as
//! long as its owner, so the handle is kept while the app runs.

use std::path::PathBuf;
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
        self.with(|clipboard| clipboard.set_text(text))
    }

    /// The files that were copied; empty when there is something else, or nothing.
    ///
    /// # Errors
    /// `Unsupported` when the system gives no clipboard.
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        self.with(|clipboard| match clipboard.get().file_list() {
            Err(arboard::Error::ContentNotAvailable) => Ok(Vec::new()),
            answer => answer,
        })
    }

    fn with<T>(
        &self,
        work: impl FnOnce(&mut arboard::Clipboard) -> Result<T, arboard::Error>,
    ) -> Result<T> {
        let mut handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
        let clipboard = match &mut *handle {
            Some(clipboard) => clipboard,
            none => none.insert(arboard::Clipboard::new().map_err(unavailable)?),
        };
        work(clipboard).map_err(unavailable)
    }
}

fn unavailable(error: arboard::Error) -> Error {
    Error::new(Code::Unsupported, "The clipboard cannot be used.")
        .next("Close the program that holds it and try again.")
        .detail(error.to_string())
}
