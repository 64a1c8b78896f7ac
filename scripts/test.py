"""Proves the project, step by step, and ends with a summary.

Usage: test.py check|all

Every step runs even when an earlier one failed. What the steps print in full
is kept below target/test-logs/.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import tauri_driver

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").resolve()
LOGS = TARGET / "test-logs"
VENV = TARGET / "venv"
TOOLS = TARGET / "tools"
REQUIREMENTS = ROOT / "tests" / "requirements.txt"

NOISE = re.compile(r"^\s*(Compiling|Checking|Downloaded|Downloading|Fresh|Locking|Adding) ")
HEARTBEAT_SECONDS = 30


def main():
    scope = sys.argv[1] if len(sys.argv) == 2 else ""
    if scope not in ("check", "all"):
        sys.exit(__doc__)
    LOGS.mkdir(parents=True, exist_ok=True)
    steps = check_steps()
    if scope == "all":
        install_tools()
        steps += test_steps()
    results = [(name, *run(name, command)) for name, command in steps]
    sys.exit(summarise(results))


def check_steps():
    npm = ["npm", "run", "--prefix", "ui", "--silent"]
    return [
        ("format", ["cargo", "fmt", "--all", "--check"]),
        ("licences", [sys.executable, "scripts/check_licences.py"]),
        ("walls", [sys.executable, "scripts/check_walls.py"]),
        ("ui lint", [*npm, "lint"]),
        ("ui types", [*npm, "check"]),
        ("clippy", ["cargo", "clippy", "--locked", "--workspace", "--all-targets", "--",
                    "-D", "warnings"]),
    ]


def test_steps():
    cargo = ["cargo", "test", "--locked", "--workspace"]
    steps = [
        ("ui unit tests", ["npm", "run", "--prefix", "ui", "--silent", "test"]),
        ("build tests", [*cargo, "--no-run"]),
        # One process a binary: the stores to test against are started once in each.
        ("rust tests", [*cargo, "--lib", "--bins", "--tests", "--no-fail-fast", "--", "--quiet"]),
        ("documentation tests", [*cargo, "--doc"]),
    ]
    if sys.platform.startswith("linux"):
        steps.append(("desktop tests", [*cargo, "--test", "desktop", "--",
                                        "--test-threads=1", "--nocapture"]))
    return steps


def install_tools():
    installed = VENV / "requirements.txt"
    if not installed.exists() or installed.read_text() != REQUIREMENTS.read_text():
        print("Installing stores to test against (below target/venv)", flush=True)
        demand([sys.executable, "-m", "venv", "--clear", str(VENV)])
        demand([str(VENV / "bin" / "pip"), "install", "--quiet",
                "--disable-pip-version-check", "-r", str(REQUIREMENTS)])
        shutil.copyfile(REQUIREMENTS, installed)
    if sys.platform.startswith("linux"):
        tauri_driver.install(TOOLS)


def demand(command, **extra):
    if subprocess.run(command, env=environment(**extra), stdin=subprocess.DEVNULL).returncode:
        sys.exit("Could not run: " + " ".join(command))


def environment(**extra):
    """The tests find `moto_server`, `rclone` and `tauri-driver` on the PATH."""
    path = os.pathsep.join([str(VENV / "bin"), str(TOOLS / "bin"), os.environ.get("PATH", "")])
    return dict(os.environ, PATH=path, CARGO_TERM_COLOR="never", NO_COLOR="1",
                RUST_BACKTRACE="0", **extra)


def run(name, command):
    print(f"\n── {name}: {' '.join(command)}", flush=True)
    started = heard = time.monotonic()
    with (LOGS / (name.replace(" ", "-") + ".log")).open("w") as log, subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    ) as process:
        for line in process.stdout:
            log.write(line)
            if NOISE.match(line):
                if time.monotonic() - heard < HEARTBEAT_SECONDS:
                    continue
                line = f"   … {line.strip()}\n"
            heard = time.monotonic()
            print(line, end="", flush=True)
    return process.returncode == 0, time.monotonic() - started


def summarise(results):
    print("\n── summary")
    for name, passed, seconds in results:
        verdict = "ok" if passed else "FAILED"
        print(f"   {verdict:7}{name:22}{int(seconds // 60):3} min {int(seconds % 60):2} s")
    failed = sum(not passed for _, passed, _ in results)
    print(f"\nchecks: {len(results) - failed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    main()
