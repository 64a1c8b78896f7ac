"""Proves the walls of ARCHITECTURE.md: which crate may depend on what, and
which words may be written where. Each rule carries a line that breaks it, so
that a rule which no longer sees anything fails too.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# (crate, packages it must not have in its tree)
TREES = (
    ("lectern", r"lectern-faults"),
    ("lectern-core", r"tauri|wry|tao|lectern-cli|lectern-faults"),
    ("lectern-practice", r"tauri|wry|tao|lectern-core|lectern-cli|lectern-faults"),
    ("lectern-cli", r"tauri|wry|tao|lectern-faults"),
)

RUST = "src-tauri/**/*.rs"
WINDOW = ("ui/src/**/*.svelte", "ui/src/**/*.ts")

# (what is said, files, files that may, what must not be written, a line that breaks the rule)
WORDS = (
    ("only store/ builds S3 clients", (RUST,), r"src-tauri/core/src/store/",
     r"aws_sdk_s3::Client::(new|from_conf)|\bClient::from_conf\(|aws_sdk_s3::config::Builder",
     "let client = aws_sdk_s3::Client::new(&config);"),
    ("only catalog/ speaks SQL", (RUST,), r"src-tauri/core/src/catalog/",
     r"\brusqlite::|\b(SELECT\s.*\sFROM|INSERT\s+INTO|DELETE\s+FROM|CREATE\s+TABLE)\s",
     "rusqlite::Connection::open(path)"),
    ("only connection/secret.rs touches the keyring", (RUST,),
     r"src-tauri/core/src/connection/secret(\.rs|/)",
     r"\bkeyring(_core)?::", "keyring::Entry::new(service, user)"),
    ("only commands/ and shell/ know Tauri", (RUST,),
     r"src-tauri/(commands/|shell/|lib\.rs|main\.rs|build\.rs)",
     r"\b(tauri|wry|tao)(_\w+)?::", "tauri::Builder::default()"),
    ("text from outside is never markup", WINDOW, None,
     r"\{@html|\.(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write",
     "<p>{@html name}</p>"),
    ("nothing is loaded from elsewhere", WINDOW, None,
     r"\b(fetch|import)\(\s*['\"`]https?:|src=['\"]https?:", "fetch('https://example.org')"),
)


def main():
    broken = [fault for crate, banned in TREES for fault in tree_faults(crate, banned)]
    for said, patterns, allowed, banned, example in WORDS:
        if not re.search(banned, example):
            broken.append(f"the rule “{said}” does not see its own example")
        broken += word_faults(said, patterns, allowed, banned)
    for fault in broken:
        print(fault)
    print(f"walls: {len(TREES) + len(WORDS)} rules, {len(broken)} broken")
    sys.exit(1 if broken else 0)


def tree_faults(crate, banned):
    command = ["cargo", "tree", "--locked", "--package", crate, "--edges", "normal",
               "--prefix", "none", "--target", "all", "--format", "{p}"]
    tree = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    names = {line.split()[0] for line in tree.stdout.splitlines() if line.strip()}
    if crate not in names:
        return [f"no dependency tree for {crate}: {tree.stderr.strip()}"]
    wrong = sorted(name for name in names if re.fullmatch(rf"({banned})(-.*)?", name))
    return [f"{crate} depends on {name}" for name in wrong]


def word_faults(said, patterns, allowed, banned):
    faults = []
    files = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    if not files:
        return [f"the rule “{said}” finds no files"]
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        if (allowed and re.match(allowed, name)) or is_test(name):
            continue
        # A file's own tests stand at its end.
        text = re.split(r"^#\[cfg\(test\)\]\nmod ", path.read_text(), flags=re.M)[0]
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(banned, line) and not line.lstrip().startswith(("//", "*", "<!--")):
                faults.append(f"{name}:{number}: {said}: {line.strip()}")
    return faults


def is_test(name):
    return "/tests/" in name or re.search(r"(^|/|_)tests\.rs$|\.test\.ts$", name)


if __name__ == "__main__":
    main()
