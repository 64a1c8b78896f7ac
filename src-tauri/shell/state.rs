//! What the app holds while it runs.

use std::sync::Arc;

use lectern_core::clock::Clock;
use lectern_core::connection::Secrets;
use lectern_core::{Error, Folders, Lectern, Result, logs};

use super::busy::KeepAwake;
use super::clipboard::Clipboard;
use super::drops::Offers;
use super::events::Events;
use super::menu::MenuBar;
use super::preview::media::Media;

pub struct App {
    pub folders: Folders,
    pub offers: Offers,
    pub events: Events,
    pub clipboard: Clipboard,
    pub menu_bar: MenuBar,
    pub keep_awake: KeepAwake,
    /// Where sound and film are played from, where the web view needs it.
    pub media: Option<Media>,
    /// Started with `--practice`: open straight on the practice bucket.
    pub(super) practice: bool,
    /// The core, or why it could not be opened: then the window says so.
    lectern: Result<Arc<Lectern>>,
    _logs: Option<logs::Guard>,
}

impl App {
    /// # Errors
    /// When the system names no folder for the app's data.
    pub fn open() -> Result<Self> {
        let folders = Folders::standard()?;
        let logs = logs::start(&folders.logs);
        let lectern = Lectern::open(folders.clone(), Secrets::system(), Clock::system());
        if let Err(error) = &lectern {
            tracing::error!(code = ?error.code, technical = ?error.technical, "{error}");
        }
        if let (Ok(lectern), Some(program)) = (&lectern, super::thumbnails::drawing_program()) {
            lectern.thumbnails.draw_with(program);
        }
        Ok(Self {
            folders,
            offers: Offers::default(),
            events: Events::default(),
            clipboard: Clipboard::default(),
            menu_bar: MenuBar::default(),
            keep_awake: KeepAwake::default(),
            media: Media::listen(),
            practice: std::env::args().any(|argument| argument == "--practice"),
            lectern: lectern.map(Arc::new),
            _logs: logs.ok(),
        })
    }

    pub fn lectern(&self) -> Result<&Arc<Lectern>, Error> {
        self.lectern.as_ref().map_err(Clone::clone)
    }
}
