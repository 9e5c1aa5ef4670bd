#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The notifications of GNOME's shell, which stay when their program has ended: it prints each that comes
and goes, one JSON line each."""

import json

from gi.repository import Gio, GLib

NAME = "org.gtk.Notifications"
XML = f"""<node><interface name="{NAME}">
  <method name="AddNotification"><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="a{{sv}}" direction="in"/></method>
  <method name="RemoveNotification"><arg type="s" direction="in"/><arg type="s" direction="in"/>
  </method>
</interface></node>"""


def call(_bus, _sender, _path, _interface, method, parameters, invocation):
    told = {"method": method, "id": parameters.get_child_value(1).get_string()}
    if method == "AddNotification":
        told.update({key: value for key, value in parameters.unpack()[2].items()
                     if isinstance(value, str)})
        buttons = parameters.get_child_value(2).lookup_value("buttons", None)
        for button in map(buttons.get_child_value, range(buttons.n_children() if buttons else 0)):
            target = button.lookup_value("target", None)
            told[button.lookup_value("label", None).get_string()] = target and target.print_(True)
    print(json.dumps(told), flush=True)
    invocation.return_value(None)


bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
bus.register_object("/org/gtk/Notifications", Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], call,
                    None, None)
Gio.bus_own_name_on_connection(bus, NAME, 0, None, None)
GLib.MainLoop().run()
