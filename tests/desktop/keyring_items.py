"""Prints every item of the unlocked keyring as JSON, over the Secret Service
interface (https://specifications.freedesktop.org/secret-service-spec/)."""

import json

from gi.repository import Gio, GLib

SERVICE = "org.freedesktop.secrets"
ROOT = "/org/freedesktop/secrets"
bus = Gio.bus_get_sync(Gio.BusType.SESSION)


def call(path, interface, method, arguments):
    reply = bus.call_sync(SERVICE, path, interface, method, arguments, None, 0, 10_000)
    return reply.unpack()


def get(path, interface, name):
    arguments = GLib.Variant("(ss)", (interface, name))
    return call(path, "org.freedesktop.DBus.Properties", "Get", arguments)[0]


service, item = "org.freedesktop.Secret.Service", "org.freedesktop.Secret.Item"
plain = GLib.Variant("(sv)", ("plain", GLib.Variant("s", "")))
session = call(ROOT, service, "OpenSession", plain)[1]
unlocked, _ = call(ROOT, service, "SearchItems", GLib.Variant("(a{ss})", ({},)))
secrets = call(ROOT, service, "GetSecrets", GLib.Variant("(aoo)", (unlocked, session)))[0]
print(json.dumps([
    {
        "label": get(path, item, "Label"),
        "attributes": get(path, item, "Attributes"),
        "secret": bytes(secret[2]).decode("utf-8", "replace"),
    }
    for path, secret in secrets.items()
]))
