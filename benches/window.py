"""What is measured in the real window: its start, its frames, its memory, its installer.

The window stands on a virtual display of a computer with no graphics processor, so that all
drawing is done by the processors that are measured.
"""

import os
import statistics
import subprocess
import time
from pathlib import Path

import measure
from clients import OURS
from desk import Desk, descendants, wait_for
from workloads import Target, Workload

FRAMES = Path(__file__).resolve().parent.parent / "tests" / "desktop" / "frames.js"
STILL_SECONDS = 1.0
START_LIMIT_SECONDS = 60
IDLE_SECONDS = 4
WHEEL_PIXELS, WHEEL_FRAMES = 120, 300
END_TO_END_FRAMES = 600
WINDOWS_OF_ROWS = 200
# 16.7, in the whole milliseconds that the web view tells.
ONE_FRAME_MS = 17.0

LISTED = """(document.querySelector('[data-testid=status-counts]')?.textContent ?? '')
            .startsWith('1,000,000 files')"""
ANY_ROW = "document.querySelector('[data-testid=row][data-name]')"
# Asks for windows of rows as the page does, at places all over the folder.
ASK_FOR_ROWS = """
const [count, times, done] = arguments;
const { invoke } = window.__TAURI_INTERNALS__;
const rows = (view, start) => invoke('browse_rows', { view, start, count });
(async () => {
  let view = 0;
  for (let id = 1; id < 20; id++) await rows(id, 0).then(() => (view = id), () => undefined);
  const took = [];
  for (let i = 0; i < times; i++) {
    const start = (i * 7919 * count) % 990_000;
    const began = performance.now();
    await rows(view, start);
    took.push(performance.now() - began);
  }
  done(took);
})();
"""


def workloads(runs):
    few = {OURS: min(runs, 3)}
    return [
        Workload("window-start", "window: start to the first painted list, practice bucket", start,
                 {OURS: runs}, [Target("figure", 1.0, of="start_s", says="≤ 1.0 s")],
                 server="window"),
        Workload("window-idle", "window: idle on the practice bucket", idle, few,
                 [Target("figure", 40.0, of="above_the_shell_mib",
                         says="≤ 40 MiB (PSS, all processes) above an empty window")],
                 server="window"),
        Workload("window-million", "window: a folder of 1,000,000 rows", million, few, [
            figure("wheel_frame_p95_ms", ONE_FRAME_MS, "scrolled by a wheel: p95 frame ≤ 16.7 ms"),
            figure("wheel_frame_most_ms", 33.0, "scrolled by a wheel: no frame over 33 ms"),
            figure("end_to_end_frame_p95_ms", ONE_FRAME_MS, "scrolled end to end: p95 frame ≤ 16.7 ms"),
            figure("end_to_end_frame_most_ms", 33.0, "scrolled end to end: no frame over 33 ms"),
            figure("rows_64_p95_ms", 8.0, "64 rows over the boundary: p95 ≤ 8 ms"),
            figure("rows_256_p95_ms", 8.0, "256 rows over the boundary: p95 ≤ 8 ms"),
        ], server="window"),
        Workload("installer", "installer", installer, {OURS: 1},
                 [figure("deb_mb", 12.0, ".deb ≤ 12 MB")], server="window"),
    ]


def figure(of, bound, says):
    return Target("figure", bound, of=of, says=says)


def start(bench, _client, place):
    """From the start of the process until the list looks as it does in the end."""
    with Desk(place.scratch, bench.driver) as desk:
        furnish(desk, bench)
        began = time.perf_counter()
        app = desk.start([bench.binaries / "lectern", "--practice"])
        painted = watch(desk.display, began)
        tree = descendants(app.pid)
        run = measure.Run(painted, cpu_seconds(tree), memory(tree), figures={"start_s": painted})
        desk.end(app)
    return run


def furnish(desk, bench):
    """A practice bucket as it is on the second day: made before, with a few things in it."""
    app = desk.start([bench.binaries / "lectern", "--practice"])
    bucket = desk.folder / "lectern" / "practice" / "my-courses"
    wait_for(bucket.is_dir, "the practice bucket")
    watch(desk.display, time.perf_counter())
    for number in range(1, 31):
        (bucket / f"Lecture {number}.txt").write_text("a lecture")
    desk.end(app)


def watch(display, began):
    """Seconds from `began` until the middle of the screen first looked as it goes on to look."""
    looks = []
    limit = began + START_LIMIT_SECONDS
    while (now := time.perf_counter()) < limit:
        seen = display.middle()
        if not looks or looks[-1][1] != seen:
            looks.append((now, seen))
        elif now - looks[-1][0] > STILL_SECONDS and len(set(memoryview(seen).cast("I"))) > 50:
            return next(at for at, look in looks if look == seen) - began
        time.sleep(0.004)
    raise measure.Failed("The window did not paint a list.")


def idle(bench, _client, place):
    shell_folder = place.scratch / "shell"
    shell_folder.mkdir()
    with Desk(shell_folder, bench.driver) as desk:
        shell = rest(desk, desk.start([bench.binaries / "examples" / "empty-shell"]))
    with Desk(place.scratch, bench.driver) as desk:
        furnish(desk, bench)
        app = desk.start([bench.binaries / "lectern", "--practice"])
        watch(desk.display, time.perf_counter())
        ours = rest(desk, app)
    return measure.Run(IDLE_SECONDS, 0.0, ours, figures={
        "idle_mib": ours, "shell_mib": shell, "above_the_shell_mib": ours - shell})


def rest(desk, app):
    # The app itself, the page's process and the one for the network.
    wait_for(lambda: len(descendants(app.pid)) >= 3, "the processes of the web view")
    time.sleep(IDLE_SECONDS)
    mib = memory(descendants(app.pid))
    desk.end(app)
    return mib


def million(bench, _client, place):
    bench.sink.ask("seed", count=1_000_000, varied=1)
    with Desk(place.scratch, bench.driver) as desk:
        subprocess.run([bench.binaries / "lectern-cli", "connect", "add", "everything",
                        "--bucket", "everything", "--anonymous", "--region", "us-east-1",
                        "--endpoint", bench.sink.http], env=desk.environment, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        began = time.perf_counter()
        window = desk.open(bench.binaries / "lectern")
        window.wait_for(ANY_ROW, "the first rows")
        first = time.perf_counter() - began
        window.wait_for(LISTED, "all rows")
        figures = {"first_rows_s": first, "all_rows_s": time.perf_counter() - began}
        tree = descendants(window.pid())
        figures["listed_mib"] = memory(tree)
        figures |= scrolled(window, "wheel", WHEEL_PIXELS, WHEEL_FRAMES)
        whole = window.script("""const list = document.querySelector('[data-testid=file-grid]');
                                 list.scrollTop = 0;
                                 return list.scrollHeight - list.clientHeight;""")
        figures |= scrolled(window, "end_to_end", whole / END_TO_END_FRAMES, END_TO_END_FRAMES + 50)
        for count in (64, 128, 256):
            took = window.script_async(ASK_FOR_ROWS, count, WINDOWS_OF_ROWS)
            figures[f"rows_{count}_p95_ms"] = part(took, 0.95)
            figures[f"rows_{count}_mean_ms"] = statistics.mean(took)
        figures["scrolled_mib"] = memory(tree)
        run = measure.Run(figures["all_rows_s"], cpu_seconds(tree), figures["listed_mib"],
                          figures=figures)
        window.close()
    return run


def scrolled(window, name, pixels, most):
    frames = window.script_async(FRAMES.read_text(), pixels, most)
    between = [after["at"] - before["at"] for before, after in zip(frames, frames[1:])]
    busy = [frame["busy"] for frame in frames]
    return {
        f"{name}_frames": len(frames),
        f"{name}_frame_p50_ms": part(between, 0.5),
        f"{name}_frame_p95_ms": part(between, 0.95),
        f"{name}_frame_most_ms": max(between),
        f"{name}_busy_p95_ms": part(busy, 0.95),
        f"{name}_empty": sum(frame["empty"] > 0 for frame in frames) / len(frames),
    }


def installer(bench, _client, _place):
    found = sorted((bench.binaries / "bundle" / "deb").glob("*.deb"))
    if not found:
        raise measure.Failed("There is no .deb.")
    return measure.Run(0.0, 0.0, 0.0, figures={"deb_mb": found[-1].stat().st_size / 1e6})


def part(values, fraction):
    """The value that this fraction of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))]


def memory(tree):
    """MiB, each page shared with others counted in part (PSS)."""
    kib = 0
    for pid in tree:
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kib += int(line.split()[1])
        except OSError:
            continue
    return kib / 1024


def cpu_seconds(tree):
    ticks = 0
    for pid in tree:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
