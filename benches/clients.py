"""The programs that are compared, and how each is told to do a thing."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
REGION = "us-east-1"
OURS = "Lectern"


@dataclass
class Place:
    """Where a client is to work."""

    endpoint: str
    keys: dict
    certificate: Path
    scratch: Path
    """A folder of this run's own."""

    @property
    def is_https(self):
        return self.endpoint.startswith("https:")


def install(venv):
    """The peers, into an environment of their own."""
    installed = venv / "requirements.txt"
    if not installed.exists() or installed.read_text() != REQUIREMENTS.read_text():
        print(f"Installing the programs to compare with (below {venv})", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        subprocess.run([venv / "bin" / "pip", "install", "--quiet",
                        "--disable-pip-version-check", "-r", REQUIREMENTS], check=True)
        shutil.copyfile(REQUIREMENTS, installed)


class Client:
    name = ""

    def environment(self, place):
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return kept | place.keys | {
            "HOME": str(place.scratch),
            "TMPDIR": str(place.scratch),
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def prepare(self, place):
        """What is done once and not measured."""


class Lectern(Client):
    """With a saved connection: everything is recorded on disk, as it is by default."""

    name = OURS

    def __init__(self, binary):
        self.binary = binary

    def environment(self, place):
        own = {"LECTERN_DATA_DIR": str(place.scratch / "lectern")}
        if place.is_https:
            own["SSL_CERT_FILE"] = str(place.certificate)
        return super().environment(place) | own

    def prepare(self, place):
        subprocess.run(
            [self.binary, "connect", "add", "bench", "--bucket", "bench", "--environment",
             "--endpoint", place.endpoint, "--region", REGION],
            env=self.environment(place), check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def put(self, place, source, _far):
        return [self.binary, "put", source, "bench:"]

    def get(self, place, key, target):
        return [self.binary, "get", f"bench:{key}", target]

    def delete(self, place, prefix):
        return [self.binary, "rm", "--recursive", "--yes", f"bench:{prefix}"]

    def list(self, place, prefix):
        return [self.binary, "ls", "--recursive", f"bench:{prefix}"]

    def rename(self, place, old, new):
        return [self.binary, "mv", f"bench:{old}", f"bench:{new}"]

    def resume(self, place):
        return [self.binary, "resume"]


class S5cmd(Client):
    name = "s5cmd"

    def __init__(self, venv):
        # The script beside it would add the start of Python.
        found = list(venv.glob("lib/*/site-packages/s5cmd/bin/s5cmd"))
        self.binary = found[0] if found else venv / "bin" / "s5cmd"

    def base(self, place):
        unchecked = ["--no-verify-ssl"] if place.is_https else []
        return [self.binary, "--endpoint-url", place.endpoint, *unchecked]

    def put(self, place, source, _far):
        if source.is_dir():
            return [*self.base(place), "cp", f"{source}/", f"s3://bench/{source.name}/"]
        return [*self.base(place), "cp", source, f"s3://bench/{source.name}"]

    def get(self, place, key, target):
        return [*self.base(place), "cp", f"s3://bench/{key}", f"{target}/"]

    def list(self, place, prefix):
        return [*self.base(place), "ls", f"s3://bench/{prefix}*"]

    def delete(self, place, prefix):
        return [*self.base(place), "rm", f"s3://bench/{prefix}*"]


class Rclone(Client):
    name = "rclone"

    def __init__(self, venv):
        self.binary = venv / "bin" / "rclone"

    def base(self, place, verb):
        unchecked = ["--no-check-certificate"] if place.is_https else []
        return [self.binary, verb, "--config", "/dev/null", "--quiet", "--s3-provider", "Other",
                "--s3-env-auth", "--s3-endpoint", place.endpoint, "--s3-region", REGION,
                "--s3-no-check-bucket", *unchecked]

    def put(self, place, source, far):
        # Its four at a time are for one disk beside another, not for a long way.
        many = ["--transfers", "256", "--checkers", "256"] if far else []
        to = f":s3:bench/{source.name}" if source.is_dir() else ":s3:bench"
        return [*self.base(place, "copy"), *many, source, to]

    def get(self, place, key, target):
        return [*self.base(place, "copy"), f":s3:bench/{key}", target]

    def list(self, place, prefix):
        # Not the times: it would ask for those of each object.
        return [*self.base(place, "lsf"), "--recursive", "--files-only", "--fast-list",
                "--format", "ps", f":s3:bench/{prefix}"]


class AwsCli(Client):
    name = "AWS CLI"

    def __init__(self, venv):
        self.python = venv / "bin" / "python"
        self.binary = venv / "bin" / "aws"

    def base(self, place, verb):
        trusted = ["--ca-bundle", place.certificate] if place.is_https else []
        return [self.python, self.binary, "s3", verb, "--endpoint-url", place.endpoint, *trusted,
                "--only-show-errors"]

    def put(self, place, source, _far):
        if source.is_dir():
            return [*self.base(place, "cp"), "--recursive", source, f"s3://bench/{source.name}/"]
        return [*self.base(place, "cp"), source, f"s3://bench/{source.name}"]

    def get(self, place, key, target):
        return [*self.base(place, "cp"), f"s3://bench/{key}", f"{target}/"]

    def list(self, place, prefix):
        quiet = "--only-show-errors"
        base = [word for word in self.base(place, "ls") if word != quiet]
        return [*base, "--recursive", f"s3://bench/{prefix}"]

    def rename(self, place, old, new):
        return [*self.base(place, "mv"), "--recursive", f"s3://bench/{old}", f"s3://bench/{new}"]


class CrtLibrary(Client):
    """One object through the library itself: no command line of it exists."""

    name = "CRT library"

    def __init__(self, venv):
        self.base = [venv / "bin" / "python", HERE / "crt_client.py"]

    def put(self, place, source, _far):
        return [*self.base, "put", source, place.endpoint, source.name, *trusted(place)]

    def get(self, place, key, target):
        return [*self.base, "get", target / key, place.endpoint, key, *trusted(place)]


def trusted(place):
    return [place.certificate] if place.is_https else []


def all_clients(cli, venv):
    clients = [Lectern(cli), S5cmd(venv), Rclone(venv), CrtLibrary(venv), AwsCli(venv)]
    return {client.name: client for client in clients}
