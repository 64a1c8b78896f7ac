"""A virtual X display whose frame buffer can be read and saved as a PNG file.

Xvfb writes its screen into a file in the XWD format (X11/XWDFile.h): a header
of big-endian 32-bit numbers, the colour table, then the rows.
"""

import os
import struct
import subprocess
import zlib
from pathlib import Path

WIDTH, HEIGHT = 1200, 780


class VirtualDisplay:
    def __init__(self, folder):
        self.folder = Path(folder)

    def __enter__(self):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24",
             "-fbdir", str(self.folder), "-nolisten", "tcp"],
            pass_fds=[write], stderr=subprocess.DEVNULL, start_new_session=True,
        )
        os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        if not number:
            raise SystemExit("Xvfb did not start.")
        self.name = f":{number}"
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()

    def frame(self):
        """The pixels, four bytes each (blue, green, red, unused), without padding of rows."""
        raw = (self.folder / "Xvfb_screen0").read_bytes()
        header = struct.unpack(">25I", raw[:100])
        start = header[0] + header[19] * 12
        width, height, line = header[4], header[5], header[12]
        rows = (raw[start + y * line : start + y * line + width * 4] for y in range(height))
        return b"".join(rows)

    def middle(self):
        """A part of the screen where a list's names are, quick to look at again and again."""
        with (self.folder / "Xvfb_screen0").open("rb") as file:
            header = struct.unpack(">25I", file.read(100))
            line = header[12]
            file.seek(header[0] + header[19] * 12 + line * (HEIGHT // 4))
            rows = file.read(line * (HEIGHT // 4))
        left, right = 4 * (WIDTH // 4), 4 * (WIDTH // 2)
        return b"".join(rows[at + left : at + right] for at in range(0, len(rows), line))

    def colours(self):
        return len(set(memoryview(self.frame()).cast("I")))

    def save_png(self, path):
        frame = self.frame()
        rgb = bytearray(WIDTH * HEIGHT * 3)
        rgb[0::3], rgb[1::3], rgb[2::3] = frame[2::4], frame[1::4], frame[0::4]
        line = WIDTH * 3
        rows = b"".join(b"\0" + rgb[y * line : (y + 1) * line] for y in range(HEIGHT))
        header = struct.pack(">2I5B", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        path.write_bytes(
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
        )


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
