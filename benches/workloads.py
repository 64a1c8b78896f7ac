"""What is measured, with how much, and what counts as reached."""

from dataclasses import dataclass, field, replace

import measure
from clients import OURS

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

# How many requests Lectern lets go at once at most (core, transfer/limits.rs):
# large ones, small ones, small ones with a long round trip.
AT_ONCE_LARGE, AT_ONCE, AT_ONCE_FAR = 32, 64, 256


@dataclass(frozen=True)
class Size:
    """How much: the real thing, or enough to see that it works."""

    big: int = 2 * GIB
    real: int = GIB
    many: int = 200
    small: int = 10_000
    keys: int = 1_000_000
    keys_far: int = 100_000
    renamed: int = 500


QUICK = Size(big=256 * MIB, real=128 * MIB, many=20, small=1_000, keys=50_000, keys_far=20_000, renamed=50)


@dataclass(frozen=True)
class Target:
    """`kind` is one of those in report.py."""

    kind: str
    bound: float
    peer: str = ""
    of: str = ""
    """The figure, of a target for one."""
    says: str = ""


@dataclass
class Workload:
    name: str
    title: str
    run: object
    """Called with (bench, client, place): prepares, measures, checks, gives a Run."""
    clients: dict
    """How often each runs."""
    targets: list
    server: str = "http"
    latency_ms: int = 0
    amount: dict = field(default_factory=dict)
    """`gib` or `files`, where a target is for each of them."""


def all_workloads(size, runs):
    """`runs`: of those whose ratio is a target. The others show the order only."""
    few = min(runs, 2)
    some = min(runs, 3)
    whole = {OURS: runs, "s5cmd": runs, "rclone": runs, "CRT library": runs, "AWS CLI": few}
    ratio = {OURS: runs, "s5cmd": runs, "rclone": runs}
    gib = {"gib": size.big / GIB}
    put = [Target("wall", 0.5, "s5cmd"), Target("wall", 0.3, "rclone"),
           Target("wall", 0.9, "CRT library"), Target("cpu per GiB", 1.0)]
    get = [Target("wall", 1.0, "rclone"), Target("wall", 0.6, "s5cmd"),
           Target("cpu per GiB", 1.0)]
    many = [Target("wall", 0.4, "s5cmd"), Target("wall", 0.7, "rclone")]
    best = [Target("wall of the best", 1.0)]
    listing = [Target("wall", 0.2, "rclone"), Target("wall", 0.15, "s5cmd"),
               Target("cpu seconds", 5.0), Target("calls", 1.1), Target("bytes per key", 120)]
    title = amount(size.big)
    workloads = [
        Workload("put", f"put 1 × {title}", put_big, whole, put, amount=gib),
        Workload("get", f"get 1 × {title}, verified", get_big, whole, get, amount=gib),
        Workload("put-https", f"put 1 × {title}, https", put_big,
                 {**ratio, "CRT library": runs}, put[:3], server="https", amount=gib),
        Workload("get-https", f"get 1 × {title}, https", get_big, ratio, get[:2],
                 server="https", amount=gib),
        Workload("put-signed", f"put 1 × {title}, payload signed", put_big,
                 {OURS: runs, "s5cmd": runs}, [Target("wall", 0.65, "s5cmd")],
                 server="elsewhere", amount=gib),
        Workload("put-many", f"put {size.many} × 10 MiB", put_many, ratio,
                 [*many, Target("connections", AT_ONCE_LARGE)],
                 amount={"gib": size.many * 10 / 1024}),
        Workload("put-small", f"put {size.small:,} × 4 KiB", put_small, ratio,
                 [*many, Target("cpu ms per file", 0.3), Target("connections", AT_ONCE)],
                 amount={"files": size.small}),
        Workload("put-small-far", f"put {size.small:,} × 4 KiB, 50 ms latency", put_small,
                 ratio, [Target("wall", 0.9, "rclone"), Target("connections", AT_ONCE_FAR)],
                 latency_ms=50, amount={"files": size.small}),
        Workload("put-real", f"put 1 × {amount(size.real)}, practice store", put_real, whole,
                 best, server="practice"),
        Workload("get-real", f"get 1 × {amount(size.real)}, practice store", get_real, ratio,
                 best, server="practice"),
        Workload("list-flat", f"list {size.keys:,} keys, flat", list_flat,
                 {**ratio, "AWS CLI": 1}, listing, amount={"keys": size.keys}),
        Workload("list-nested", f"list {size.keys:,} keys, {size.keys // 100:,} folders",
                 list_nested, ratio, listing, amount={"keys": size.keys}),
        Workload("list-far", f"list {size.keys_far:,} keys, 50 ms a page", list_far, ratio,
                 [Target("seconds", 1.0), Target("calls", 1.1)], latency_ms=50,
                 amount={"keys": size.keys_far}),
        Workload("delete", f"delete {size.keys:,} keys, bucket with versions", delete, {OURS: some, "s5cmd": some},
                 [Target("wall", 0.2, "s5cmd")]),
        Workload("rename", f"rename {size.renamed} × 2 MiB", rename,
                 {OURS: runs, "AWS CLI": runs}, [Target("wall", 0.5, "AWS CLI")]),
        Workload("resume", f"resume a put of {title} killed at half", resume, {OURS: runs},
                 [Target("sent again", 0.55)]),
    ]
    for workload in workloads:
        workload.targets = [*workload.targets, Target("memory", 128.0)]
    return workloads


def amount(size):
    return f"{size // GIB} GiB" if size >= GIB else f"{size // MIB} MiB"


def put_big(bench, client, place):
    source = bench.data.big()
    run = bench.measure(client, place, client.put(place, source, False))
    demand(run.server["bytes_in"] >= source.stat().st_size, "all bytes arrived")
    return run


def get_big(bench, client, place):
    size = bench.size.big
    bench.sink.ask("seed", prefix="big-", count=1, size=size)
    return got(bench, client, place, "big-0000000.bin", size)


def got(bench, client, place, key, size):
    target = place.scratch / "got"
    target.mkdir()
    run = bench.measure(client, place, client.get(place, key, target))
    demand((target / key).stat().st_size == size, "all bytes are there")
    return run


def put_many(bench, client, place):
    return put_folder(bench, client, place, bench.data.many(), bench.size.many)


def put_small(bench, client, place):
    return put_folder(bench, client, place, bench.data.small(), bench.size.small)


def put_folder(bench, client, place, source, count):
    far = bench.workload.latency_ms > 0
    run = bench.measure(client, place, client.put(place, source, far))
    demand(run.server["objects"] == count, "all files arrived")
    return run


def put_real(bench, client, place):
    source = bench.data.real()
    stored = bench.practice.folder / "bench" / source.name
    stored.unlink(missing_ok=True)
    run = bench.measure(client, place, client.put(place, source, False))
    demand(stored.stat().st_size == bench.size.real, "all bytes are stored")
    return run


def get_real(bench, client, place):
    source = bench.data.real()
    stored = bench.practice.folder / "bench" / source.name
    if not stored.exists():
        ours = bench.clients[OURS]
        first = replace(place, scratch=place.scratch / "first")
        first.scratch.mkdir()
        ours.prepare(first)
        bench.measure(ours, first, ours.put(first, source, False))
    return got(bench, client, place, source.name, bench.size.real)


def list_flat(bench, client, place):
    bench.sink.ask("seed", prefix="old/", count=bench.size.keys, size=4 * KIB)
    return listed(bench, client, place, bench.size.keys)


def list_nested(bench, client, place):
    bench.sink.ask("seed", prefix="old/", count=bench.size.keys, size=4 * KIB, folder=100)
    return listed(bench, client, place, bench.size.keys)


def list_far(bench, client, place):
    bench.sink.ask("seed", prefix="old/", count=bench.size.keys_far, size=4 * KIB)
    return listed(bench, client, place, bench.size.keys_far)


def listed(bench, client, place, keys):
    run = bench.measure(client, place, client.list(place, "old/"))
    with (place.scratch / "output").open("rb") as output:
        lines = sum(line.rstrip().find(b".bin") >= 0 for line in output)
    demand(lines == keys, "every key is listed once")
    run.server["calls_of_least"] = run.server["by_operation"]["ListObjects"] / -(-keys // 1_000)
    return run


def delete(bench, client, place):
    # Where nothing can be brought back Lectern moves to its bin first; to compare
    # deletions, the bucket keeps versions.
    bench.sink.ask("versioned")
    bench.sink.ask("seed", prefix="old/", count=bench.size.keys, size=4 * KIB)
    run = bench.measure(client, place, client.delete(place, "old/"))
    demand(run.server["objects"] == 0, "all keys are gone")
    return run


def rename(bench, client, place):
    bench.sink.ask("seed", prefix="old/", count=bench.size.renamed, size=2 * MIB)
    run = bench.measure(client, place, client.rename(place, "old/", "new/"))
    copied = run.server["by_operation"].get("CopyObject")
    demand((copied, run.server["objects"]) == (bench.size.renamed,) * 2, "all have a new name")
    return run


def resume(bench, client, place):
    source = bench.data.big()
    size = source.stat().st_size
    half = lambda: bench.sink.counters()["bytes_in"] >= size / 2  # noqa: E731
    bench.measure(client, place, client.put(place, source, False), kill_when=half)
    before = bench.sink.counters()["bytes_in"]
    run = bench.measure(client, place, client.resume(place))
    demand(run.server["objects"] == 1, "the object is whole")
    run.server["sent_again"] = (run.server["bytes_in"] - before) / size
    return run


def demand(is_so, what):
    if not is_so:
        raise measure.Failed(f"It is not so that {what}.")


class Data:
    """The files that are sent, made when they are first wanted."""

    def __init__(self, folder, size):
        self.folder = folder
        self.size = size
        with open("/dev/urandom", "rb") as random:
            self.block = random.read(16 * MIB)

    def big(self):
        return self.file("big.bin", self.size.big)

    def real(self):
        return self.file("real.bin", self.size.real)

    def many(self):
        return self.files("many", self.size.many, 10 * MIB)

    def small(self):
        return self.files("small", self.size.small, 4 * KIB)

    def file(self, name, size):
        path = self.folder / name
        if not path.exists():
            self.write(path, size)
        return path

    def files(self, name, count, size):
        folder = self.folder / name
        if not folder.exists():
            folder.mkdir()
            for number in range(count):
                self.write(folder / f"{number:05}.bin", size)
        return folder

    def write(self, path, size):
        with path.open("wb") as file:
            while size > 0:
                file.write(self.block[:size])
                size -= len(self.block)
