//! The app's window, through the driver: what is shown, clicks, keys, pictures.
//!
//! Parts of the page are named by their `data-testid`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_RIGHT, MouseActions, PointerAction,
};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::camera::Camera;
use crate::desk::Desk;

const PATIENCE: Duration = Duration::from_secs(20);
/// For what a million rows are gone through for, in a debug build.
const MUCH_PATIENCE: Duration = Duration::from_secs(120);

pub struct Window {
    client: Client,
    /// The X window, for what the driver cannot do.
    pub id: String,
    /// Where the page begins on the screen.
    origin: (i32, i32),
    camera: Camera,
}

impl Window {
    pub async fn open(driver: &str, app: &str, arguments: &[&str], desk: &Desk) -> Self {
        let capabilities = json!({
            "browserName": "wry",
            "tauri:options": { "application": app, "args": arguments },
        });
        let Value::Object(capabilities) = capabilities else {
            unreachable!()
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(driver)
            .await
            .unwrap();
        let timeouts = TimeoutConfiguration::new(Some(MUCH_PATIENCE), None, None);
        client.update_timeouts(timeouts).await.unwrap();
        let mut window = Self {
            client,
            id: String::new(),
            origin: (0, 0),
            camera: Camera::on(desk),
        };
        window.id = window
            .until("a window on the screen", async || {
                let mut search = desk.command("xdotool");
                search.args(["search", "--onlyvisible", "--name", "^Lectern$"]);
                let found = search.output().unwrap().stdout;
                Some(String::from_utf8(found).unwrap().lines().next()?.to_owned())
            })
            .await;
        window.place(desk).await;
        window
    }

    /// Moves the window into the corner and learns where its page is.
    async fn place(&mut self, desk: &Desk) {
        desk.xdotool(&["windowmove", &self.id, "0", "0"]);
        desk.xdotool(&["windowactivate", "--sync", &self.id]);
        let mut last = None;
        self.origin = self
            .until("the window to be still", async || {
                let inner = self.script("return innerHeight", vec![]).await.as_i64()?;
                let geometry = desk.xdotool(&["getwindowgeometry", "--shell", &self.id]);
                let value = |name: &str| -> Option<i32> {
                    let line = geometry.lines().find_map(|line| line.strip_prefix(name))?;
                    line.strip_prefix('=')?.parse().ok()
                };
                // The menu bar is above the page.
                let bar = value("HEIGHT")? - i32::try_from(inner).ok()?;
                let origin = (value("X")?, value("Y")? + bar);
                (last.replace(origin) == Some(origin)).then_some(origin)
            })
            .await;
    }

    /// Ends the app and waits until it is gone; the driver may not live to answer.
    pub async fn close(self, desk: &Desk) {
        match tokio::time::timeout(PATIENCE, self.client.close()).await {
            Ok(closed) => closed.unwrap(),
            Err(_) => eprintln!("the driver did not say that the app has ended"),
        }
        desk.wait_for_the_end_of_the_app();
    }

    /// Polls until `look` gives something; takes a picture and panics when it never does.
    pub async fn until<T>(&self, what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
        self.until_within(PATIENCE, what, look).await
    }

    /// As `until`, for long work.
    pub async fn patiently<T>(&self, what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
        self.until_within(MUCH_PATIENCE, what, look).await
    }

    async fn until_within<T>(
        &self,
        patience: Duration,
        what: &str,
        mut look: impl AsyncFnMut() -> Option<T>,
    ) -> T {
        let limit = Instant::now() + patience;
        loop {
            if let Some(found) = look().await {
                return found;
            }
            if Instant::now() > limit {
                self.give_up(&format!("waited for {what}")).await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Panics with a picture of what is shown.
    pub async fn give_up(&self, why: &str) -> ! {
        let test = std::thread::current()
            .name()
            .unwrap_or("test")
            .replace("::", "-");
        let picture = self.screenshot(&format!("failed-{test}"));
        panic!("{why}; see {}", picture.display());
    }

    /// The displayed part with this test id.
    pub async fn part(&self, id: &str) -> Element {
        self.until(id, async || self.displayed(id).await).await
    }

    pub async fn find_all(&self, selector: &str) -> Vec<Element> {
        self.client.find_all(by(selector)).await.unwrap_or_default()
    }

    async fn displayed(&self, id: &str) -> Option<Element> {
        for found in self.client.find_all(by(&selector(id))).await.ok()? {
            if found.is_displayed().await.unwrap_or(false) {
                return Some(found);
            }
        }
        None
    }

    pub async fn shows(&self, id: &str) -> bool {
        self.displayed(id).await.is_some()
    }

    pub async fn wait_until_gone(&self, id: &str) {
        self.until(&format!("{id} to go away"), async || {
            (!self.shows(id).await).then_some(())
        })
        .await;
    }

    /// Scrolls to the part and clicks as soon as nothing covers it.
    pub async fn click(&self, id: &str) {
        self.until(&format!("{id} to take a click"), async || {
            let part = self.displayed(id).await?;
            self.scroll_to(&part).await;
            part.click().await.ok()
        })
        .await;
    }

    /// Clicks a control whose own box is drawn by its label.
    pub async fn click_hidden(&self, id: &str) {
        let script = "document.querySelector(arguments[0]).click()";
        self.script(script, vec![selector(id).into()]).await;
    }

    /// The driver's own scrolling is content with a part that is half hidden.
    async fn scroll_to(&self, part: &Element) {
        let part = serde_json::to_value(part).unwrap();
        let script = "arguments[0].scrollIntoView({ block: 'center' })";
        // The part may have gone meanwhile; the click will say so.
        let _ = self.client.execute(script, vec![part]).await;
    }

    pub async fn text(&self, id: &str) -> String {
        let part = self.part(id).await;
        self.text_of(&part).await.unwrap_or_default()
    }

    /// What a person reads there. (The driver's own answer leaves out what an
    /// ellipsis could cut.)
    pub async fn text_of(&self, part: &Element) -> Option<String> {
        let part = serde_json::to_value(part).ok()?;
        let text = self
            .client
            .execute("return arguments[0].innerText", vec![part]);
        text.await.ok()?.as_str().map(str::to_owned)
    }

    pub async fn wait_for_text(&self, id: &str, text: &str) {
        self.until(&format!("“{text}” in {id}"), async || {
            let part = self.displayed(id).await?;
            self.text_of(&part).await?.contains(text).then_some(())
        })
        .await;
    }

    /// Replaces what a field holds.
    pub async fn fill(&self, id: &str, text: &str) {
        let field = self.part(id).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Types into whatever has the focus.
    pub async fn type_text(&self, text: &str) {
        let strokes = text
            .chars()
            .flat_map(|value| [KeyAction::Down { value }, KeyAction::Up { value }]);
        self.perform(strokes).await;
    }

    /// Presses a chord such as `Control+Shift+c`, `Enter` or `F2`.
    pub async fn press(&self, chord: &str) {
        let keys: Vec<char> = chord.split('+').map(key).collect();
        let down = keys.iter().map(|&value| KeyAction::Down { value });
        let up = keys.iter().rev().map(|&value| KeyAction::Up { value });
        self.perform(down.chain(up)).await;
    }

    async fn perform(&self, strokes: impl Iterator<Item = KeyAction>) {
        let keyboard = strokes.fold(KeyActions::new("keyboard".to_owned()), |keys, stroke| {
            keys.then(stroke)
        });
        self.client.perform_actions(keyboard).await.unwrap();
    }

    pub async fn right_click(&self, x: i32, y: i32) {
        let mouse = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveTo {
                duration: None,
                x: x.into(),
                y: y.into(),
            })
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_RIGHT,
            })
            .then(PointerAction::Up {
                button: MOUSE_BUTTON_RIGHT,
            });
        self.client.perform_actions(mouse).await.unwrap();
    }

    pub async fn script(&self, source: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(source, arguments).await.unwrap()
    }

    /// The script's last argument is a function that takes the answer.
    pub async fn script_async(&self, source: &str) -> Value {
        self.script_async_with(source, vec![]).await
    }

    pub async fn script_async_with(&self, source: &str, arguments: Vec<Value>) -> Value {
        self.client.execute_async(source, arguments).await.unwrap()
    }

    /// A point of the page, in pixels of the screen.
    pub fn on_screen(&self, (x, y): (i32, i32)) -> (i32, i32) {
        (self.origin.0 + x, self.origin.1 + y)
    }

    /// The middle of a part, in CSS pixels of the page.
    pub async fn middle(&self, id: &str) -> (i32, i32) {
        let (x, y, width, height) = self.part(id).await.rectangle().await.unwrap();
        #[allow(clippy::cast_possible_truncation)]
        ((x + width / 2.0) as i32, (y + height / 2.0) as i32)
    }

    /// Saves a picture of the window below `target/screenshots/`.
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let path = screenshots().join(format!("{name}.png"));
        self.camera.take(&self.id, &path);
        path
    }
}

pub fn screenshots() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn selector(id: &str) -> String {
    format!("[data-testid={}]", json!(id))
}

fn by(selector: &str) -> Locator<'_> {
    Locator::Css(selector)
}

/// The code point that WebDriver gives a key (W3C WebDriver, 17.4.2).
fn key(name: &str) -> char {
    let special = match name {
        "Control" => Key::Control,
        "Shift" => Key::Shift,
        "Alt" => Key::Alt,
        "Enter" => Key::Enter,
        "Escape" => Key::Escape,
        "Tab" => Key::Tab,
        "Space" => return ' ',
        "Backspace" => Key::Backspace,
        "Delete" => Key::Delete,
        "Up" => Key::Up,
        "Down" => Key::Down,
        "Left" => Key::Left,
        "Right" => Key::Right,
        "Home" => Key::Home,
        "End" => Key::End,
        "F1" => Key::F1,
        "F2" => Key::F2,
        "F10" => Key::F10,
        "F5" => Key::F5,
        letter if letter.chars().count() == 1 => return letter.chars().next().unwrap(),
        other => panic!("no key {other}"),
    };
    char::from(special)
}
