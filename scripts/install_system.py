"""Installs the system packages that are missing, on Debian and Ubuntu; on
other systems says what to install, and carries on.

Usage: install_system.py run|test
"""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

LIST = Path(__file__).with_name("system-packages.txt")

ELSEWHERE = {
    "fedora": (
        "sudo dnf install gcc gcc-c++ make pkgconf webkit2gtk4.1-devel librsvg2-devel "
        "libappindicator-gtk3-devel libxdo-devel",
        "sudo dnf install xorg-x11-server-Xvfb dbus-x11 webkit2gtk4.1 gnome-keyring openbox "
        "xdotool python3-gobject gtk3 curl",
    ),
    "arch": (
        "sudo pacman -S --needed base-devel webkit2gtk-4.1 librsvg libappindicator-gtk3 xdotool",
        "sudo pacman -S --needed xorg-server-xvfb dbus gnome-keyring openbox xdotool "
        "python-gobject gtk3 curl",
    ),
}


def main():
    purpose = sys.argv[1] if len(sys.argv) == 2 else ""
    if purpose not in ("run", "test"):
        sys.exit(__doc__)
    demand_tools()
    if shutil.which("apt-get") and shutil.which("dpkg-query"):
        install(missing(wanted(purpose)))
    else:
        advise(purpose)


def demand_tools():
    """Ends with one clear sentence when a tool is missing that no package list can bring."""
    for tool, advice in (
        ("cargo", "Rust is missing. Install it from https://rustup.rs and open a new terminal."),
        ("npm", "Node.js 20 or newer (with npm) is missing. Install it from https://nodejs.org."),
    ):
        if not shutil.which(tool):
            sys.exit(advice)
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    if int(version.strip().lstrip("v").split(".")[0] or 0) < 20:
        sys.exit(f"Node.js 20 or newer is needed; here is {version.strip()}.")


def wanted(purpose):
    sections = ["build"]
    if purpose == "test":
        sections.append("tests")
    elif not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        sections.append("display")
    listed = read_list()
    return list(dict.fromkeys(name for section in sections for name in listed[section]))


def read_list():
    listed, section = {}, None
    for line in LIST.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("["):
            section = listed.setdefault(line.strip("[]"), [])
        elif line:
            section.append(line)
    return listed


def missing(names):
    absent = []
    for name in names:
        status = subprocess.run(["dpkg", "-s", name], capture_output=True, text=True)
        if "Status: install ok installed" not in status.stdout:
            absent.append(name)
    return absent


def install(names):
    if not names:
        return
    prefix = []
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            sys.exit("These packages are missing; install them as root: " + " ".join(names))
        prefix = ["sudo"]
    print("Installing system packages (a minute or two): " + " ".join(names), flush=True)
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_SUSPEND=1"]
    for step in (
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *names],
    ):
        command = [*prefix, *quiet, *step]
        nothing = subprocess.DEVNULL
        if subprocess.run(command, stdin=nothing, stdout=nothing).returncode != 0:
            sys.exit("Installing failed. The packages needed are: " + " ".join(names))


def advise(purpose):
    system = platform.system()
    if system == "Linux":
        there = subprocess.run(
            ["pkg-config", "--exists", "webkit2gtk-4.1"], capture_output=True
        ) if shutil.which("pkg-config") else None
        if there and there.returncode == 0 and purpose == "run":
            return
        print("Packages are installed by themselves on Debian and Ubuntu only. Elsewhere:")
        for name, (build, tests) in ELSEWHERE.items():
            print(f"  {name.title():8}{build}")
            if purpose == "test":
                print(f"  {'':8}{tests}")
    elif system == "Darwin":
        if subprocess.run(["xcode-select", "-p"], capture_output=True).returncode != 0:
            print("macOS needs Apple's command line tools: xcode-select --install")
    else:
        print(
            "Windows needs the C++ build tools of Visual Studio and, before Windows 11,\n"
            "the WebView2 runtime: https://tauri.app/start/prerequisites/"
        )
    if purpose == "test" and system != "Linux":
        print("The desktop end-to-end tests run on Linux only; the others run here.")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
