"""One run of one program: how long, how much CPU, how much memory."""

import os
import signal
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass, field

POLL_SECONDS = 0.01
LIMIT_SECONDS = 300


class Failed(Exception):
    """A program did not do what it was run for."""


@dataclass
class Run:
    wall: float
    """Seconds."""
    cpu: float
    """Seconds, user and system, of the program and of those it waited for."""
    memory: float
    """MiB resident at most, of the program itself."""
    server: dict = field(default_factory=dict)
    """What the server counted meanwhile."""
    figures: dict = field(default_factory=dict)
    """What else was measured, by name."""


def run(command, environment, cwd, kill_when=None):
    """Runs to the end; `kill_when` is asked all the time, and ends it with SIGKILL."""
    with (cwd / "output").open("w+b") as output:
        began = time.perf_counter()
        process = subprocess.Popen(command, env=environment, cwd=cwd, stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=subprocess.STDOUT)
        peak = Peak(process.pid)
        limit = threading.Timer(LIMIT_SECONDS, process.terminate)
        limit.daemon = True
        limit.start()
        if kill_when is not None:
            killer = threading.Thread(target=kill, args=(process.pid, kill_when), daemon=True)
            killer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        limit.cancel()
        memory = peak.ends()
        killed = kill_when is not None and process.returncode == -signal.SIGKILL
        if process.returncode != 0 and not killed:
            output.seek(0)
            text = output.read()[-2000:].decode(errors="replace")
            raise Failed(f"{command[0]} ended with {process.returncode}:\n{text}")
        if kill_when is not None and not killed:
            raise Failed(f"{command[0]} ended before it could be killed")
    return Run(wall, usage.ru_utime + usage.ru_stime, memory)


class Peak:
    """The most memory a process had. What `wait4` tells begins with the memory of
    the process that forked; the system's own high-water mark does not."""

    def __init__(self, pid):
        self.path = f"/proc/{pid}/status"
        self.most = 0.0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        # The first moments still belong to the process that forked.
        while not self.over.wait(POLL_SECONDS):
            try:
                with open(self.path) as status:
                    for line in status:
                        if line.startswith("VmHWM:"):
                            self.most = int(line.split()[1]) / 1024
                            break
            except (OSError, ValueError):
                return

    def ends(self):
        self.over.set()
        self.thread.join()
        return self.most


def kill(pid, when):
    while not when():
        time.sleep(0.002)
        if not os.path.exists(f"/proc/{pid}"):
            return
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


@dataclass
class Figures:
    """The runs of one client at one workload."""

    runs: list

    def median(self, what):
        return statistics.median(getattr(run, what) for run in self.runs)

    def spread(self, what):
        values = [getattr(run, what) for run in self.runs]
        return min(values), max(values)

    def most_memory(self):
        return max(run.memory for run in self.runs)

    def figure(self, what):
        values = [run.figures[what] for run in self.runs if what in run.figures]
        return statistics.median(values) if values else None

    def counted(self, what):
        """Of the server's counters, the median."""
        values = [run.server[what] for run in self.runs if what in run.server]
        return statistics.median(values) if values else None
