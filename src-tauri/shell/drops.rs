//! Files that a person dropped or picked, held here so that the web view can
//! speak of them without ever naming a path.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use lectern_core::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::DragDropEvent;

use super::{App, ShellEvent};

/// Stands for the paths of one drop or one picker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub struct OfferId(u32);

#[derive(Default)]
pub struct Offers {
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    last: u32,
    /// How many paths hover; the system says it only on entering.
    hovering: u32,
    paths: HashMap<OfferId, Vec<PathBuf>>,
}

impl Offers {
    pub fn keep(&self, paths: Vec<PathBuf>) -> OfferId {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.last += 1;
        let id = OfferId(held.last);
        held.paths.insert(id, paths);
        id
    }

    /// # Errors
    /// `NotFound` for an offer that was used.
    pub fn take(&self, id: OfferId) -> Result<Vec<PathBuf>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.paths.remove(&id).ok_or_else(|| {
            Error::new(Code::NotFound, "These files were handled already.")
                .next("Drop or choose them again.")
        })
    }

    fn hovering(&self) -> u32 {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.hovering
    }

    fn set_hovering(&self, paths: &[PathBuf]) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.hovering = u32::try_from(paths.len()).unwrap_or(u32::MAX);
    }
}

/// Passes a drag on to the window, without its paths.
pub fn tell(app: &App, event: &DragDropEvent, scale: f64) {
    let told = match event {
        DragDropEvent::Enter { paths, position } => {
            app.offers.set_hovering(paths);
            hover(app, position.x / scale, position.y / scale)
        }
        DragDropEvent::Over { position } => hover(app, position.x / scale, position.y / scale),
        DragDropEvent::Drop { paths, position } => ShellEvent::Dropped {
            x: position.x / scale,
            y: position.y / scale,
            offer: app.offers.keep(paths.clone()),
        },
        DragDropEvent::Leave => ShellEvent::DropLeft,
        _ => return,
    };
    app.events.send(told);
}

fn hover(app: &App, x: f64, y: f64) -> ShellEvent {
    ShellEvent::DropHover {
        x,
        y,
        count: app.offers.hovering(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_offer_can_be_used_once() {
        let offers = Offers::default();
        let id = offers.keep(vec![PathBuf::from("a.pdf")]);

        assert_eq!(offers.take(id).unwrap(), [PathBuf::from("a.pdf")]);
        assert_eq!(offers.take(id).unwrap_err().code, Code::NotFound);
    }

    #[test]
    fn an_offer_that_was_never_made_is_refused() {
        let offers = Offers::default();

        assert_eq!(offers.take(OfferId(7)).unwrap_err().code, Code::NotFound);
    }
}
