"""Packs the .deb files below a folder anew with xz: Tauri's bundler writes gzip, a third larger."""

import subprocess
import sys
import tempfile
from pathlib import Path


def compress(package: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["dpkg-deb", "--raw-extract", package, f"{scratch}/tree"], check=True)
        subprocess.run(
            ["dpkg-deb", "-Zxz", "-z9", "--root-owner-group", "--build", f"{scratch}/tree", package],
            check=True,
        )


def main() -> None:
    packages = sorted(Path(sys.argv[1]).rglob("*.deb"))
    if not packages:
        sys.exit(f"no .deb below {sys.argv[1]}")
    for package in packages:
        before = package.stat().st_size
        compress(package)
        sys.stdout.write(f"{package.name}: {before:,} -> {package.stat().st_size:,} bytes\n")


main()
