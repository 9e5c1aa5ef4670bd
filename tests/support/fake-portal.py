#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backend for the real xdg-desktop-portal, so that a test decides what the person does: at each Start
it reads the file $FAKE_PORTAL_ANSWER ("ok NODE_ID", "cancel", "fail" or "hang")."""

import os
import pathlib

from gi.repository import Gio, GLib

PREFIX = "org.freedesktop.impl.portal."
NAME = PREFIX + "desktop.fake"
HEAD = ('<arg type="o" direction="in"/><arg type="o" direction="in"/>'
        '<arg type="s" direction="in"/>')
TAIL = ('<arg type="a{sv}" direction="in"/><arg type="u" direction="out"/>'
        '<arg type="a{sv}" direction="out"/>')
XML = f"""<node>
<interface name="{PREFIX}ScreenCast">
  <method name="CreateSession">{HEAD}{TAIL}</method>
  <method name="SelectSources">{HEAD}{TAIL}</method>
  <method name="Start">{HEAD}<arg type="s" direction="in"/>{TAIL}</method>
  <property name="AvailableSourceTypes" type="u" access="read"/>
  <property name="AvailableCursorModes" type="u" access="read"/>
  <property name="version" type="u" access="read"/>
</interface>
<interface name="{PREFIX}Session">
  <method name="Close"/><signal name="Closed"/><property name="version" type="u" access="read"/>
</interface>
<interface name="org.aloqa.Control"><method name="CloseAll"/></interface>
</node>"""
VALUES = {"AvailableSourceTypes": 3, "AvailableCursorModes": 3, "version": 4}


class Backend:
    def __init__(self):
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        node = Gio.DBusNodeInfo.new_for_xml(XML)
        self.interfaces = {face.name: face for face in node.interfaces}
        self.sessions = {}
        self.register("/org/freedesktop/portal/desktop", PREFIX + "ScreenCast")
        self.register("/control", "org.aloqa.Control")
        Gio.bus_own_name_on_connection(self.bus, NAME, 0, None, None)

    def register(self, path, interface):
        return self.bus.register_object(path, self.interfaces[interface], self.call, self.get, None)

    @staticmethod
    def get(_bus, _sender, _path, _interface, name):
        return GLib.Variant("u", VALUES[name])

    def call(self, _bus, _sender, path, _interface, method, parameters, invocation):
        getattr(self, "do_" + method)(path, parameters.unpack(), invocation)

    @staticmethod
    def answer(invocation, response, **results):
        invocation.return_value(GLib.Variant("(ua{sv})", (response, results)))

    def do_CreateSession(self, _path, words, invocation):
        self.sessions[words[1]] = self.register(words[1], PREFIX + "Session")
        self.answer(invocation, 0, session_id=GLib.Variant("s", "one"))

    def do_SelectSources(self, _path, words, invocation):
        print(words, flush=True)
        self.answer(invocation, 0)

    def do_Start(self, _path, _words, invocation):
        words = pathlib.Path(os.environ["FAKE_PORTAL_ANSWER"]).read_text().split()
        if words[0] == "ok":
            stream = (int(words[1]), {"source_type": GLib.Variant("u", 2)})
            self.answer(invocation, 0, streams=GLib.Variant("a(ua{sv})", [stream]))
        elif words[0] != "hang":
            self.answer(invocation, {"cancel": 1, "fail": 2}[words[0]])

    def do_Close(self, path, _words, invocation):
        self.bus.unregister_object(self.sessions.pop(path))
        invocation.return_value(None)

    def do_CloseAll(self, _path, _words, invocation):
        for path in self.sessions:
            self.bus.emit_signal(None, path, PREFIX + "Session", "Closed", None)
        invocation.return_value(None)


Backend()
GLib.MainLoop().run()
