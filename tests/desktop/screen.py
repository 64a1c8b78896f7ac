"""Waits until the screen has not changed for a while, and saves a picture of it.

Usage: screen.py FILE.png
"""

import sys
import time

import gi

gi.require_version("Gdk", "3.0")
from gi.repository import Gdk  # noqa: E402

STILL_SECONDS = 0.4
root = Gdk.get_default_root_window()


def look():
    return Gdk.pixbuf_get_from_window(root, 0, 0, root.get_width(), root.get_height())


last, since = look(), time.monotonic()
while time.monotonic() - since < STILL_SECONDS:
    time.sleep(0.1)
    now = look()
    if now.get_pixels() != last.get_pixels():
        last, since = now, time.monotonic()
last.savev(sys.argv[1], "png", [], [])
