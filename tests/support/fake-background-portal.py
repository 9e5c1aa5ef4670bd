#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop's portal for a program that wants to run in the background, as slow as a test wants: it
prints "asked", whether the program is to start at log-in, and answers when it reads "answer N": the Nth
as wished. It prints "closed N" where that is not waited for any more."""

import sys
import threading

from gi.repository import Gio, GLib

NAME = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
NODE = Gio.DBusNodeInfo.new_for_xml("""<node>
<interface name="org.freedesktop.portal.Background"><method name="RequestBackground">
  <arg type="s" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/>
</method></interface>
<interface name="org.freedesktop.portal.Request"><method name="Close"/></interface>
</node>""")


class Portal:
    def __init__(self):
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        self.requests = []
        self.bus.register_object(PATH, NODE.interfaces[0], self.ask, None, None)
        # The real one gives way where a test before has started it.
        Gio.bus_own_name_on_connection(self.bus, NAME, Gio.BusNameOwnerFlags.REPLACE,
                                       lambda *_: self.tell("ready"), None)

    @staticmethod
    def tell(*words):
        print(*words, flush=True)

    def ask(self, _bus, sender, _path, _interface, _method, parameters, invocation):
        options = parameters.unpack()[1]
        path = f"{PATH}/request/{sender[1:].replace('.', '_')}/{options['handle_token']}"
        self.requests.append((path, options["autostart"]))
        self.bus.register_object(path, NODE.interfaces[1], self.close, None, None)
        invocation.return_value(GLib.Variant("(o)", (path,)))
        self.tell("asked", options["autostart"])

    def close(self, _bus, _sender, path, _interface, _method, _parameters, invocation):
        invocation.return_value(None)
        self.tell("closed", [request[0] for request in self.requests].index(path))

    def answer(self, number):
        path, starts = self.requests[number]
        results = {"background": GLib.Variant("b", True), "autostart": GLib.Variant("b", starts)}
        self.bus.emit_signal(None, path, "org.freedesktop.portal.Request", "Response",
                             GLib.Variant("(ua{sv})", (0, results)))

    def listen(self):
        for line in sys.stdin:
            GLib.idle_add(self.answer, int(line.split()[1]))


portal = Portal()
threading.Thread(target=portal.listen, daemon=True).start()
GLib.MainLoop().run()
