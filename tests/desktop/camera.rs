//! Pictures of a window, as the screen shows it.

use std::path::Path;

use crate::desk::Desk;
use crate::process::output;

pub struct Camera {
    /// Takes what the window is called and where the picture goes.
    take: Box<dyn Fn(&str, &Path) + Send + Sync>,
}

impl Camera {
    pub fn on(desk: &Desk) -> Self {
        let script = desk.script_again("camera.py");
        Self {
            take: Box::new(move |window, picture| {
                output(script().arg(window).arg(picture));
            }),
        }
    }

    pub fn take(&self, window: &str, picture: &Path) {
        (self.take)(window, picture);
    }
}
