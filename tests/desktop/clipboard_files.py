"""Holds files on the clipboard, as a file manager does, until it is ended.

Usage: clipboard_files.py FILE...
"""

import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

BITS_A_UNIT = 8
FORMAT = Gdk.Atom.intern("text/uri-list", False)
uris = "".join(pathlib.Path(path).as_uri() + "\r\n" for path in sys.argv[1:]).encode()

holder = Gtk.Invisible()
holder.connect(
    "selection-get",
    lambda _holder, selection, _info, _time: selection.set(FORMAT, BITS_A_UNIT, uris),
)
Gtk.selection_add_target(holder, Gdk.SELECTION_CLIPBOARD, FORMAT, 0)
if not Gtk.selection_owner_set(holder, Gdk.SELECTION_CLIPBOARD, 0):
    sys.exit("the clipboard is not given away")
print("held", flush=True)
Gtk.main()
