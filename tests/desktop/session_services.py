"""Stands in for what a desktop's session offers: notifications, staying awake, the file manager, the dock.

Prints a line of JSON for each thing that it is asked or told.
"""

import json

from gi.repository import Gio, GLib

SERVICES = {
    "org.freedesktop.Notifications": (
        "/org/freedesktop/Notifications",
        "org.freedesktop.Notifications",
        """
        <method name="Notify">
          <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
          <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
          <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
        </method>
        <method name="GetCapabilities"><arg type="as" direction="out"/></method>
        <method name="GetServerInformation">
          <arg type="s" direction="out"/><arg type="s" direction="out"/>
          <arg type="s" direction="out"/><arg type="s" direction="out"/>
        </method>
        """,
    ),
    "org.freedesktop.PowerManagement": (
        "/org/freedesktop/PowerManagement/Inhibit",
        "org.freedesktop.PowerManagement.Inhibit",
        """
        <method name="Inhibit">
          <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="u" direction="out"/>
        </method>
        <method name="UnInhibit"><arg type="u" direction="in"/></method>
        """,
    ),
    "org.freedesktop.FileManager1": (
        "/org/freedesktop/FileManager1",
        "org.freedesktop.FileManager1",
        '<method name="ShowItems"><arg type="as" direction="in"/><arg type="s" direction="in"/></method>',
    ),
}
ANSWERS = {
    "Notify": GLib.Variant("(u)", (1,)),
    "GetCapabilities": GLib.Variant("(as)", (["body"],)),
    "GetServerInformation": GLib.Variant("(ssss)", ("stand-in", "tests", "1", "1.2")),
    "Inhibit": GLib.Variant("(u)", (7,)),
}
bus = Gio.bus_get_sync(Gio.BusType.SESSION)


def tell(what, arguments):
    print(json.dumps({"what": what, "with": arguments.unpack()}), flush=True)


def asked(_bus, _sender, _path, _interface, method, arguments, invocation):
    tell(method, arguments)
    invocation.return_value(ANSWERS.get(method))


for name, (path, interface, methods) in SERVICES.items():
    xml = f'<node><interface name="{interface}">{methods}</interface></node>'
    described = Gio.DBusNodeInfo.new_for_xml(xml).interfaces[0]
    bus.register_object(path, described, asked, None, None)
    bus.call_sync(
        "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
        GLib.Variant("(su)", (name, 0)), None, Gio.DBusCallFlags.NONE, -1, None,
    )
bus.signal_subscribe(
    None, "com.canonical.Unity.LauncherEntry", "Update", None, None, Gio.DBusSignalFlags.NONE,
    lambda _bus, _sender, _path, _interface, signal, arguments: tell(signal, arguments),
)
print(json.dumps({"what": "ready", "with": []}), flush=True)
GLib.MainLoop().run()
