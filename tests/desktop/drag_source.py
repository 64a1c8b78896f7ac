"""A small window from which files can be dragged, as from a file manager.

Usage: drag_source.py X Y FILE...
"""

import sys
from pathlib import Path

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

x, y = int(sys.argv[1]), int(sys.argv[2])
uris = [Path(name).resolve().as_uri() for name in sys.argv[3:]]

window = Gtk.Window(title="Files to drag")
window.set_decorated(False)
window.set_default_size(200, 200)
window.move(x, y)
window.set_keep_above(True)

area = Gtk.EventBox()
area.add(Gtk.Label(label=f"{len(uris)} files"))
area.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
area.drag_source_add_uri_targets()
area.connect("drag-data-get", lambda _w, _c, data, _i, _t: data.set_uris(uris))
window.add(area)


def say_ready(*_):
    # Once the window manager has put the window where it was asked to.
    if window.get_position() == (x, y):
        print("ready", flush=True)
        return False
    window.move(x, y)
    return True


window.connect("map-event", lambda *_: GLib.timeout_add(20, say_ready) and False)
window.connect("destroy", Gtk.main_quit)
window.show_all()
Gtk.main()
