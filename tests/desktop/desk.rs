//! Everything around the app that a desktop has, private to one test.

use std::cell::RefCell;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::keyring;
use crate::process::{Owned, feed, first_line, free_port, output, wait_until};
use crate::window::Window;

/// Wide enough for the app at its usual size and a window to drag from beside it.
const SCREEN: &str = "1600x900x24";
const APP: &str = env!("CARGO_BIN_EXE_lectern");
/// Longer than the app takes to open on a busy machine.
const OPENING: Duration = Duration::from_secs(40);

/// A session bus that starts nothing by itself, so that a test has exactly the
/// services that it asked for.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=FOLDER</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// No frames around windows, so that a window's place is its page's place.
const WINDOW_MANAGER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew></focus>
  <applications><application name="*"><decor>no</decor></application></applications>
</openbox_config>
"#;

/// Fields are dropped in this order: the driver with the app first, the
/// folder last.
pub struct Desk {
    driver: RefCell<Driver>,
    _window_manager: Owned,
    _keyring: Option<Owned>,
    _bus: Owned,
    _display: Owned,
    environment: Vec<(&'static str, String)>,
    folder: TempDir,
}

struct Driver {
    program: Owned,
    url: String,
}

impl Desk {
    pub fn start() -> Self {
        Self::build(true)
    }

    /// A desk whose session has no keyring service.
    pub fn without_keyring() -> Self {
        Self::build(false)
    }

    fn build(with_keyring: bool) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("lectern-desk-")
            .tempdir()
            .unwrap();
        let mut environment = personal_folders(folder.path());

        let (display, number) = start_display();
        environment.push(("DISPLAY", format!(":{number}")));
        let (bus, address) = start_bus(folder.path());
        environment.push(("DBUS_SESSION_BUS_ADDRESS", address));

        let start = |program: &str| {
            let mut command = Command::new(program);
            set(&mut command, &environment);
            command.stdin(Stdio::null()).stdout(Stdio::null());
            command
        };
        let keyring = with_keyring.then(|| start_keyring(&mut start("gnome-keyring-daemon")));
        let settings = folder.path().join("openbox.xml");
        fs::write(&settings, WINDOW_MANAGER).unwrap();
        let mut openbox = start("openbox");
        openbox.arg("--config-file").arg(settings);
        let window_manager = Owned::start(openbox.stderr(Stdio::null()));
        let driver = RefCell::new(start_driver(&mut start("tauri-driver")));

        let desk = Self {
            driver,
            _window_manager: window_manager,
            _keyring: keyring,
            _bus: bus,
            _display: display,
            environment,
            folder,
        };
        if with_keyring {
            wait_until("the keyring service", || keyring::is_there(&desk));
        }
        desk
    }

    /// Opens the app, as on the desktop of this person. WebKit's driver at times
    /// never answers the request for a session; then another one is asked, once.
    pub async fn open(&self, arguments: &[&str]) -> Window {
        let url = self.driver.borrow().url.clone();
        let opening = Window::open(&url, APP, arguments, self);
        if let Ok(window) = tokio::time::timeout(OPENING, opening).await {
            return window;
        }
        eprintln!("the driver kept silent: asking another one");
        let another = start_driver(self.command("tauri-driver").stdin(Stdio::null()));
        let url = another.url.clone();
        *self.driver.borrow_mut() = another;
        Window::open(&url, APP, arguments, self).await
    }

    /// Ends the app as a crash or a loss of power does. The driver, which would
    /// wait for the app, is replaced.
    pub fn kill_the_app(&self, window: Window) {
        let driver = self.driver.borrow().program.child.id();
        for process in processes_of_the_app(driver) {
            output(Command::new("kill").args(["-KILL", &process]));
        }
        self.wait_for_the_end_of_the_app();
        drop(window);
        let another = start_driver(self.command("tauri-driver").stdin(Stdio::null()));
        *self.driver.borrow_mut() = another;
    }

    /// A program that sees this desk's display, bus and folders.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        set(&mut command, &self.environment);
        command
    }

    /// One of the Python scripts beside this file. The system's own Python is
    /// the one that has the GTK bindings.
    pub fn script(&self, name: &str) -> Command {
        script(name, &self.environment)
    }

    /// The same, for who outlives a borrow of the desk.
    pub fn script_again(&self, name: &'static str) -> impl Fn() -> Command + Send + Sync + 'static {
        let environment = self.environment.clone();
        move || script(name, &environment)
    }

    pub fn xdotool(&self, arguments: &[&str]) -> String {
        let printed = output(self.command("xdotool").args(arguments));
        String::from_utf8(printed).unwrap()
    }

    /// All that is this person's: data, settings, caches, keyring files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The app's data and logs.
    pub fn data_folder(&self) -> PathBuf {
        self.folder().join("lectern")
    }

    /// Waits until no process of the app is left.
    pub fn wait_for_the_end_of_the_app(&self) {
        let driver = self.driver.borrow().program.child.id();
        wait_until("the app to end", || processes_of_the_app(driver).is_empty());
    }
}

/// The processes of the app in the driver's process group.
fn processes_of_the_app(group: u32) -> Vec<String> {
    let listed = output(Command::new("ps").args(["-e", "-o", "pgid=,pid=,stat=,comm="]));
    let listed = String::from_utf8_lossy(&listed);
    let of_the_app = listed.lines().filter_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [in_group, process, state, "lectern"] = columns[..] else {
            return None;
        };
        let lives = in_group == group.to_string() && !state.starts_with('Z');
        lives.then(|| process.to_owned())
    });
    of_the_app.collect()
}

fn personal_folders(folder: &Path) -> Vec<(&'static str, String)> {
    let private = |name: &str| {
        let path = folder.join(name);
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        path.display().to_string()
    };
    vec![
        ("HOME", private("home")),
        ("XDG_DATA_HOME", private("data")),
        ("XDG_CONFIG_HOME", private("config")),
        ("XDG_CACHE_HOME", private("cache")),
        ("XDG_STATE_HOME", private("state")),
        ("XDG_RUNTIME_DIR", private("runtime")),
        ("LECTERN_DATA_DIR", private("lectern")),
        ("LANG", "C.UTF-8".to_owned()),
        ("LANGUAGE", "en".to_owned()),
        ("TZ", "UTC".to_owned()),
        ("GDK_BACKEND", "x11".to_owned()),
        ("GSETTINGS_BACKEND", "memory".to_owned()),
        ("NO_AT_BRIDGE", "1".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ]
}

/// No credentials or desktop of the person who runs the tests.
fn script(name: &str, environment: &[(&'static str, String)]) -> Command {
    let mut command = Command::new("/usr/bin/python3");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desktop");
    set(&mut command, environment);
    command.arg("-B").arg(folder.join(name));
    command
}

fn set(command: &mut Command, environment: &[(&'static str, String)]) {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("AWS_") || name.starts_with("WAYLAND_") || name.starts_with("XDG_") {
            command.env_remove(&*name);
        }
    }
    command.envs(environment.iter().map(|(name, value)| (name, value)));
}

fn start_display() -> (Owned, String) {
    let mut server = Owned::start(
        Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                SCREEN,
                "-nolisten",
                "tcp",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null()),
    );
    let number = first_line(&mut server);
    assert!(!number.is_empty(), "Xvfb gave no display");
    (server, number)
}

fn start_bus(folder: &Path) -> (Owned, String) {
    let settings = folder.join("bus.conf");
    let text = BUS.replace("FOLDER", &folder.join("runtime").display().to_string());
    fs::write(&settings, text).unwrap();
    let mut bus = Owned::start(
        Command::new("dbus-daemon")
            .arg(format!("--config-file={}", settings.display()))
            .args(["--print-address", "--nofork"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null()),
    );
    let address = first_line(&mut bus);
    assert!(!address.is_empty(), "dbus-daemon gave no address");
    (bus, address)
}

fn start_keyring(command: &mut Command) -> Owned {
    let mut daemon = Owned::start(
        command
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped())
            .stderr(Stdio::null()),
    );
    feed(&mut daemon.child, "a password for tests");
    daemon
}

fn start_driver(command: &mut Command) -> Driver {
    let (port, native) = (free_port(), free_port());
    // What the toolkit says about itself is kept, but not among the results.
    let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join("desktop-output.log");
    let output = fs::File::options().create(true).append(true).open(output);
    command.stderr(output.unwrap());
    let program = Owned::start(command.args([
        "--port",
        &port.to_string(),
        "--native-port",
        &native.to_string(),
        "--native-driver",
        "/usr/bin/WebKitWebDriver",
    ]));
    for port in [port, native] {
        wait_until("the driver", || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
    }
    let url = format!("http://127.0.0.1:{port}");
    Driver { program, url }
}
