"""From figures to judgements, the table, and the files that keep them."""

import datetime
import json
import os
import platform
from pathlib import Path

from clients import OURS

HOW = """\
`make bench` made this file, and the same as JSON beside it ([results.json](results.json)):
every client of a workload in turn, again and again, against the same server on the loopback
interface, all files on a tmpfs. A figure is the median of its runs, in parentheses the
smallest and the largest; memory is the most that any run had. Client and server share the
processors. *Ratio* is Lectern's wall time over this client's: below 1, Lectern is faster.

The server is a sink (`benches/sink`) that accepts and discards, serves zeros and keeps names
in memory, so that the clients' cost shows; in the rows that say so it is the practice store,
which keeps the files and checks every signature. Lectern runs as it is used by default:
through a saved connection, with every file and part in its catalogue, uploads sealed with a
checksum, downloads compared with it. s5cmd, rclone and the AWS CLI run with their defaults,
except that rclone may have 256 transfers at once where there is latency; the CRT library sends
CRC64NVME in a trailer and validates what it gets. Deletions take the slowest client close to
a minute and have three runs each; the AWS CLI, where no target is against it, has two, for the
order of things. What is behind figures that miss their target is in [README.md](README.md).
"""


def judge(workload, figures):
    """(what is asked, what was measured, whether it was reached) of every target."""
    ours = figures.get(OURS)
    if ours is None:
        return []
    return [judged for target in workload.targets
            if (judged := judge_one(target, workload, ours, figures)) is not None]


def judge_one(target, workload, ours, figures):
    if target.kind == "wall":
        if target.peer not in figures:
            return None
        value = ours.median("wall") / figures[target.peer].median("wall")
        return (f"wall ≤ {target.bound} × {target.peer}", f"{value:.2f}", value <= target.bound)
    if target.kind == "wall of the best":
        peers = {name: peer.median("wall") for name, peer in figures.items() if name != OURS}
        if not peers:
            return None
        best = min(peers, key=peers.get)
        value = ours.median("wall") / peers[best]
        return (f"wall ≤ {target.bound} × the best peer ({best})", f"{value:.2f}",
                value <= target.bound)
    if target.kind == "cpu per GiB":
        value = ours.median("cpu") / workload.amount["gib"]
        return f"≤ {target.bound} CPU s per GiB", f"{value:.2f}", value <= target.bound
    if target.kind == "cpu ms per file":
        value = ours.median("cpu") * 1_000 / workload.amount["files"]
        return f"≤ {target.bound} ms CPU per file", f"{value:.2f}", value <= target.bound
    if target.kind == "cpu seconds":
        value = ours.median("cpu")
        return f"≤ {target.bound:g} CPU s", f"{value:.2f}", value <= target.bound
    if target.kind == "seconds":
        value = ours.median("wall")
        return f"wall ≤ {target.bound:g} s", f"{value:.2f}", value <= target.bound
    if target.kind == "calls":
        value = ours.counted("calls_of_least")
        return f"≤ {target.bound:g} × the fewest calls", f"{value:.3f}", value <= target.bound
    if target.kind == "bytes per key":
        value = ours.most_memory() * 1024 * 1024 / workload.amount["keys"]
        return f"≤ {target.bound:g} bytes resident a key", f"{value:.0f}", value <= target.bound
    if target.kind == "connections":
        opened = ours.counted("connections")
        return (f"connections ≤ 2 × the {target.bound:g} requests let go at once",
                f"{opened:g}", opened <= 2 * target.bound)
    if target.kind == "memory":
        value = ours.most_memory()
        return f"≤ {target.bound:g} MiB resident", f"{value:.0f}", value <= target.bound
    if target.kind == "sent again":
        value = ours.counted("sent_again")
        return (f"≤ {target.bound:.0%} of the bytes sent again", f"{value:.0%}",
                value <= target.bound)
    if target.kind == "figure":
        value = ours.figure(target.of)
        return (target.says, f"{value:.1f}", value <= target.bound)
    raise ValueError(target.kind)


def rows(workload, figures):
    """Client, wall, CPU, memory, ratio: as text."""
    ours = figures.get(OURS)
    for name, client in figures.items():
        least, most = client.spread("wall")
        ratio = ""
        if ours is not None and name != OURS:
            ratio = f"{ours.median('wall') / client.median('wall'):.2f}"
        yield (name, f"{client.median('wall'):.2f} ({least:.2f}–{most:.2f})",
               f"{client.median('cpu'):.2f}", f"{client.most_memory():.0f}", ratio)


def print_workload(workload, figures, say):
    say(f"\n{workload.title}")
    say(f"  {'':12} {'wall s':>20} {'CPU s':>8} {'MiB':>6} {'ratio':>6}")
    for name, wall, cpu, memory, ratio in rows(workload, figures):
        say(f"  {name:12} {wall:>20} {cpu:>8} {memory:>6} {ratio:>6}")
    for asked, measured, reached in judge(workload, figures):
        say(f"  {'yes' if reached else 'NO ':3} {asked}: {measured}")


def markdown(results, failures, versions, runs):
    lines = ["# Results of the last `make bench`", "", HOW, "## The machine", ""]
    lines += [f"- {line}" for line in machine()]
    lines += [f"- {name} {version}" for name, version in versions.items()]
    lines += [f"- up to {runs} runs each; {datetime.date.today().isoformat()}", "",
              "## Targets", "", "| workload | target | measured | reached |",
              "|---|---|---|---|"]
    for workload, figures in results:
        for asked, measured, reached in judge(workload, figures):
            lines.append(f"| {workload.title} | {asked} | {measured} | "
                         f"{'yes' if reached else '**no**'} |")
    lines += [f"| {workload.title} | | {why} | **no** |" for workload, why in failures]
    lines += ["", "## Figures", "",
              "| workload | client | wall s | CPU s | memory MiB | ratio |",
              "|---|---|---|---|---|---|"]
    for workload, figures in results:
        title = workload.title
        for row in rows(workload, figures):
            lines.append(f"| {title} | {' | '.join(row)} |")
            title = ""
    return "\n".join(lines) + "\n"


def as_json(results, failures, versions):
    return json.dumps({
        "machine": machine(),
        "versions": versions,
        "workloads": [{
            "name": workload.name,
            "title": workload.title,
            "targets": [{"target": asked, "measured": measured, "reached": reached}
                        for asked, measured, reached in judge(workload, figures)],
            "clients": {name: [vars(run) for run in client.runs]
                        for name, client in figures.items()},
        } for workload, figures in results],
        "failed": {workload.name: why for workload, why in failures},
    }, indent=1, ensure_ascii=False) + "\n"


def machine():
    model = field("/proc/cpuinfo", "model name") or platform.processor()
    kib = (field("/proc/meminfo", "MemTotal") or "0").split()[0]
    return [
        f"{os.cpu_count()} processors ({model}), {int(kib) / 1024 / 1024:.0f} GiB of memory",
        f"{platform.system()} {platform.release()}, {platform.machine()}",
    ]


def field(path, name):
    try:
        for line in Path(path).read_text().splitlines():
            if line.startswith(name):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return None
