"""Proves that every dependency may be used: each crate's and each shipped npm
package's licence must be among those that deny.toml allows.

A quick stand-in for `cargo deny check licenses`, which the release workflow
runs in full; this one needs nothing that must be compiled first.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Packages whose package.json forgets the licence that their LICENSE file states.
STATED_IN_FILE = {"svelte-toolbelt": "MIT"}


def main():
    allowed, exceptions = read_policy((ROOT / "deny.toml").read_text())
    packages = crates() + npm_packages()
    refused = [
        f"{name} {version}: {licence or 'no licence stated'}"
        for name, version, licence in packages
        if not permitted(licence, allowed | exceptions.get(name, set()))
    ]
    for line in refused:
        print(line)
    print(f"licences: {len(packages)} packages, {len(refused)} refused")
    sys.exit(1 if refused or not packages else 0)


def read_policy(text):
    """The two lists of deny.toml's [licenses] that matter, read without a TOML library."""
    section = re.search(r"^\[licenses\]$(.*?)(?=^\[|\Z)", text, re.M | re.S).group(1)
    section = re.sub(r"#.*", "", section)
    allowed = re.search(r"^allow\s*=\s*\[(.*?)\]", section, re.M | re.S).group(1)
    exception = r'\{\s*allow\s*=\s*\[([^\]]*)\]\s*,\s*crate\s*=\s*"([^"]+)"'
    exceptions = {
        name: set(re.findall(r'"([^"]+)"', licences))
        for licences, name in re.findall(exception, section)
    }
    return set(re.findall(r'"([^"]+)"', allowed)), exceptions


def crates():
    output = subprocess.run(
        ["cargo", "metadata", "--locked", "--format-version", "1"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout
    return [(p["name"], p["version"], p["license"]) for p in json.loads(output)["packages"]]


def npm_packages():
    """What the bundle of the window can contain: everything that is not for development only."""
    lock = json.loads((ROOT / "ui" / "package-lock.json").read_text())
    return [
        (name, entry["version"], entry.get("license") or STATED_IN_FILE.get(name))
        for path, entry in lock["packages"].items()
        if (name := path.rpartition("node_modules/")[2]) and not entry.get("dev")
    ]


def permitted(expression, allowed):
    """Whether an SPDX expression can be met with the allowed licences."""
    # Older crates write "MIT/Apache-2.0" for "MIT OR Apache-2.0".
    tokens = re.findall(r"\(|\)|[^\s()]+", (expression or "").replace("/", " OR "))

    def either():
        verdict = both()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            verdict = both() or verdict
        return verdict

    def both():
        verdict = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            verdict = one() and verdict
        return verdict

    def one():
        name = tokens.pop(0)
        if name == "(":
            verdict = either()
            tokens.pop(0)
            return verdict
        if tokens[:1] == ["WITH"]:
            name = " ".join([name, tokens.pop(0), tokens.pop(0)])
        return name in allowed

    return bool(tokens) and either() and not tokens


if __name__ == "__main__":
    main()
