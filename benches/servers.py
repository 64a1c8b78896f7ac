"""The servers that are measured against: started here, ended here."""

import json
import subprocess
import urllib.parse
import urllib.request


class Sink:
    """The store that discards; see sink/main.rs."""

    def __init__(self, binary, folder):
        self.certificate = folder / "certificate.pem"
        self.process = subprocess.Popen(
            [binary, "--certificate", self.certificate],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ports = json.loads(self.process.stdout.readline())
        self.http, self.https = ports["http"], ports["https"]
        # Not loopback by its name, so that a client which trusts only that signs.
        self.elsewhere = self.http.replace("127.0.0.1", "0.0.0.0")

    def ask(self, what, **query):
        url = f"{self.http}/-/{what}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url) as answer:
            return answer.read()

    def counters(self):
        return json.loads(self.ask("counters"))

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


class Practice:
    """A real store: the practice store, with its files in a folder."""

    def __init__(self, cli, folder):
        self.folder = folder / "practice"
        self.process = subprocess.Popen(
            [cli, "practice", "serve", "--folder", self.folder, "--bucket", "bench", "--json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        told = json.loads(self.process.stdout.readline())
        self.endpoint = told["endpoint"]
        self.keys = {
            "AWS_ACCESS_KEY_ID": told["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": told["secret_access_key"],
        }

    def stop(self):
        self.process.terminate()
        self.process.wait()


class RcloneServe:
    """A real store: `rclone serve s3`, over a folder."""

    def __init__(self, rclone, folder, port):
        self.folder = folder / "rclone-store"
        (self.folder / "bench").mkdir(parents=True)
        self.endpoint = f"http://127.0.0.1:{port}"
        self.keys = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench-secret"}
        self.process = subprocess.Popen(
            [rclone, "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key",
             "bench,bench-secret", "--config", "/dev/null", self.folder],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.process.terminate()
        self.process.wait()
