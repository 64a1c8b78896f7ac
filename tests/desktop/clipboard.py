"""Prints the text on the clipboard; or, given a text, holds it there until it is ended.

Usage: clipboard.py [TEXT]
"""

import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
if len(sys.argv) > 1:
    clipboard.set_text(sys.argv[1], -1)
    print("held", flush=True)
    Gtk.main()
else:
    sys.stdout.write(clipboard.wait_for_text() or "")
