"""The driver of the app's window for tests and measurements, installed below target/tools."""

import os
import shutil
import subprocess
import sys

VERSION = "2.1.0"


def install(tools):
    """Gives the program's path."""
    program = tools / "bin" / "tauri-driver"
    if not program.exists():
        print(f"Installing tauri-driver (below {tools})", flush=True)
        build = tools / "build"
        command = ["cargo", "install", f"tauri-driver@{VERSION}", "--locked", "--quiet",
                   "--root", str(tools)]
        if subprocess.run(command, env=dict(os.environ, CARGO_TARGET_DIR=str(build)),
                          stdin=subprocess.DEVNULL).returncode:
            sys.exit("Could not run: " + " ".join(command))
        shutil.rmtree(build, ignore_errors=True)
    return program
