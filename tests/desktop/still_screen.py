"""Waits until the screen has not changed for a while."""

import time

import gi

gi.require_version("Gdk", "3.0")
from gi.repository import Gdk  # noqa: E402

STILL_SECONDS = 0.4
root = Gdk.get_default_root_window()


def look():
    picture = Gdk.pixbuf_get_from_window(root, 0, 0, root.get_width(), root.get_height())
    return picture.get_pixels()


last, since = look(), time.monotonic()
while time.monotonic() - since < STILL_SECONDS:
    time.sleep(0.1)
    now = look()
    if now != last:
        last, since = now, time.monotonic()
