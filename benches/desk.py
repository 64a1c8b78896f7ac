"""A desktop for the app that is measured: a display, a session bus, a keyring, a driver.

Everything is private to it, and ends with it.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "scripts"))
from virtual_display import VirtualDisplay  # noqa: E402

ANSWER_SECONDS = 180
PATIENCE_SECONDS = 120


class Desk:
    """One person's: `folder` takes their data and settings."""

    def __init__(self, folder, driver):
        self.folder = folder
        self.driver = driver
        self.programs = []
        self.environment = environment(folder)

    def __enter__(self):
        # Its framebuffer is a file that can be looked at without asking the server.
        screen = self.folder / "screen"
        screen.mkdir()
        self.display = VirtualDisplay(screen).__enter__()
        self.environment["DISPLAY"] = self.display.name
        bus = self.start(["dbus-daemon", "--session", "--print-address", "--nofork"],
                         stdout=subprocess.PIPE)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().decode().strip()
        keyring = self.start(["gnome-keyring-daemon", "--foreground", "--unlock",
                              "--components=secrets"], stdin=subprocess.PIPE)
        keyring.stdin.write(b"a password")
        keyring.stdin.close()
        return self

    def __exit__(self, *_):
        for program in reversed(self.programs):
            end(program)
        self.display.__exit__()

    def start(self, command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
        # A group of its own, so that ending it ends what it started too.
        program = subprocess.Popen([str(word) for word in command], env=self.environment,
                                   stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        self.programs.append(program)
        return program

    def end(self, program):
        self.programs.remove(program)
        end(program)

    def open(self, app, arguments=()):
        """The app's window, through a driver."""
        port, native = free_port(), free_port()
        driver = self.start([self.driver, "--port", port, "--native-port", native,
                             "--native-driver", "/usr/bin/WebKitWebDriver"])
        for number in (port, native):
            wait_for(lambda number=number: listens(number), "the driver")
        return Window(f"http://127.0.0.1:{port}", app, arguments, self, driver)


class Window:
    """The page, as W3C WebDriver tells of it."""

    def __init__(self, url, app, arguments, desk, driver):
        self.url, self.desk, self.driver = url, desk, driver
        asked = {"browserName": "wry",
                 "tauri:options": {"application": str(app), "args": list(arguments)}}
        opened = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": asked}})
        self.session = f"/session/{opened['sessionId']}"
        self.ask("POST", f"{self.session}/timeouts", {"script": ANSWER_SECONDS * 1000})

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, method=method, headers={"content-type": "application/json"},
            data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path}: {error.read().decode()[:500]}") from None

    def script(self, source, *arguments):
        return self.ask("POST", f"{self.session}/execute/sync",
                        {"script": source, "args": arguments})

    def script_async(self, source, *arguments):
        """The script's last argument is a function that takes the answer."""
        return self.ask("POST", f"{self.session}/execute/async",
                        {"script": source, "args": arguments})

    def wait_for(self, condition, what):
        """Until an expression is true in the page."""
        wait_for(lambda: self.script(f"return Boolean({condition})"), what)

    def keys(self, *keys):
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.ask("POST", f"{self.session}/actions",
                 {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def pid(self):
        """Of the app: what the driver's driver started."""
        for pid in descendants(self.driver.pid):
            if Path(f"/proc/{pid}/comm").read_text().strip() in ("lectern", "empty-shell"):
                return pid
        raise RuntimeError("The app does not run.")

    def close(self):
        self.ask("DELETE", self.session)
        self.desk.end(self.driver)


def environment(folder):
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("AWS_", "XDG_", "WAYLAND_", "DBUS_"))}
    private = {"HOME": "home", "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config",
               "XDG_CACHE_HOME": "cache", "XDG_STATE_HOME": "state",
               "XDG_RUNTIME_DIR": "runtime", "LECTERN_DATA_DIR": "lectern"}
    for name, sub in private.items():
        (folder / sub).mkdir(mode=0o700, exist_ok=True)
        kept[name] = str(folder / sub)
    return kept | {"LANG": "C.UTF-8", "LANGUAGE": "en", "TZ": "UTC", "GDK_BACKEND": "x11",
                   "GSETTINGS_BACKEND": "memory", "NO_AT_BRIDGE": "1",
                   "AWS_EC2_METADATA_DISABLED": "true"}


def end(program):
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(program.pid, how)
            program.wait(timeout=5)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    program.wait()


def descendants(pid):
    """The processes below one, each after the one that started it."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def free_port():
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def listens(port):
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def wait_for(condition, what, seconds=PATIENCE_SECONDS):
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise RuntimeError(f"Waited for {what}.")
        time.sleep(0.02)
