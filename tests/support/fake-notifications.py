#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop's notifications (org.freedesktop.Notifications): says what is shown and what is taken back,
one JSON object a line."""

import itertools
import json

import gi
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib

NAME = "org.freedesktop.Notifications"
INTERFACE = """<node><interface name="org.freedesktop.Notifications">
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="as" direction="in"/><arg type="a{sv}" direction="in"/><arg type="i" direction="in"/>
<arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
<arg type="s" direction="out"/><arg type="s" direction="out"/></method>
</interface></node>"""

numbers = itertools.count(1)


def say(**fields):
    print(json.dumps(fields), flush=True)


def notify(_app, replaced, _icon, title, body, actions, hints, _timeout):
    number = replaced or next(numbers)
    say(shown=number, title=title, body=body, buttons=actions[1::2],
        is_urgent=hints.get("urgency") == 2)
    return GLib.Variant("(u)", (number,))


def call_cb(_connection, _sender, _path, _interface, method, parameters, invocation):
    answer = None
    if method == "Notify":
        answer = notify(*parameters.unpack())
    elif method == "CloseNotification":
        say(gone=parameters.unpack()[0])
    elif method == "GetCapabilities":
        answer = GLib.Variant("(as)", (["actions", "body", "persistence"],))
    else:
        answer = GLib.Variant("(ssss)", ("test", "aloqa", "1", "1.2"))
    invocation.return_value(answer)


def main():
    connection = Gio.bus_get_sync(Gio.BusType.SESSION)
    connection.register_object("/org/freedesktop/Notifications",
                               Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0], call_cb)
    Gio.bus_own_name_on_connection(connection, NAME, Gio.BusNameOwnerFlags.NONE,
                                   lambda *_: say(ready=True), None)
    GLib.MainLoop().run()


main()
