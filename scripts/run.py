"""Builds the app and opens it on the practice bucket.

With no display it opens in a virtual one, saves a screenshot as soon as the
window has painted, and keeps running until Ctrl-C. With no terminal to type
that into, or with LECTERN_RUN_ONCE=1, it ends after the screenshot;
LECTERN_RUN_ONCE=0 keeps it running even then.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from virtual_display import VirtualDisplay

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").resolve()
LOG = TARGET / "lectern-output.log"
PAINT_LIMIT_SECONDS = 120


def main():
    cargo = ["cargo", "run", "--package", "lectern", "--bin", "lectern", "--", "--practice"]
    if has_display():
        return subprocess.call(cargo, cwd=ROOT)
    built = subprocess.call([*cargo[:1], "build", *cargo[2:6]], cwd=ROOT)
    return built or run_without_display(TARGET / "debug" / "lectern")


def has_display():
    return (
        not sys.platform.startswith("linux")
        or bool(os.environ.get("DISPLAY"))
        or bool(os.environ.get("WAYLAND_DISPLAY"))
    )


def ends_after_screenshot():
    wish = os.environ.get("LECTERN_RUN_ONCE")
    return wish == "1" if wish in ("0", "1") else not sys.stdin.isatty()


def run_without_display(app):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print("This machine has no display: opening Lectern in a virtual one (Xvfb).", flush=True)
    with tempfile.TemporaryDirectory(prefix="lectern-display-") as folder:
        with VirtualDisplay(folder) as display:
            command = [str(app), "--practice"]
            if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
                command = ["dbus-run-session", "--", *command]
            environment = dict(os.environ, DISPLAY=display.name, GDK_BACKEND="x11")
            with LOG.open("w") as log:
                # A group of its own, so that ending it ends the web processes too.
                process = subprocess.Popen(
                    command, env=environment, start_new_session=True, stdout=log, stderr=log
                )
            try:
                return watch(process, display)
            except KeyboardInterrupt:
                return 0
            finally:
                end(process)


def watch(process, display):
    if not painted(process, display):
        print(f"The window did not paint (exit status {process.poll()}): see {LOG}")
        return 1
    picture = TARGET / "lectern.png"
    display.save_png(picture)
    print(f"Screenshot: {picture}", flush=True)
    if ends_after_screenshot():
        print("No terminal to stop it from: ending here (LECTERN_RUN_ONCE=0 keeps it running).")
        return 0
    print("Lectern is running. Ctrl-C ends it.", flush=True)
    return process.wait()


def painted(process, display):
    """True once the screen shows text and has not changed for a second."""
    limit = time.monotonic() + PAINT_LIMIT_SECONDS
    last, unchanged_since = None, time.monotonic()
    while time.monotonic() < limit and process.poll() is None:
        frame = display.frame()
        if frame != last:
            last, unchanged_since = frame, time.monotonic()
        elif time.monotonic() - unchanged_since > 1 and display.colours() > 100:
            return True
        time.sleep(0.2)
    return process.poll() is None and display.colours() > 100


def end(process):
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(timeout=10)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


if __name__ == "__main__":
    sys.exit(main())
