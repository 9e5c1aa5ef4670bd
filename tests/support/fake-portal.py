#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backend for the real xdg-desktop-portal, so that a test decides what the person does: at each Start
(of a screen cast) and BindShortcuts (of keys) it reads the file $FAKE_PORTAL_ANSWER ("ok NODE_ID",
"cancel", "fail" or "hang"). What it can do with the pointer is in $FAKE_PORTAL_CURSORS. At /control a
test presses keys, lets them go, and ends what was granted."""

import json
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
<interface name="{PREFIX}GlobalShortcuts">
  <method name="CreateSession">{HEAD}{TAIL}</method>
  <method name="BindShortcuts"><arg type="o" direction="in"/><arg type="o" direction="in"/>
    <arg type="a(sa{{sv}})" direction="in"/><arg type="s" direction="in"/>{TAIL}</method>
  <property name="version" type="u" access="read"/>
</interface>
<interface name="{PREFIX}Session">
  <method name="Close"/><signal name="Closed"/><property name="version" type="u" access="read"/>
</interface>
<interface name="org.aloqa.Control"><method name="CloseAll"/>
  <method name="Press"><arg type="s" direction="in"/></method>
  <method name="Release"><arg type="s" direction="in"/></method>
</interface>
</node>"""
VALUES = {"AvailableSourceTypes": 3, "version": 4,
          "AvailableCursorModes": int(os.environ.get("FAKE_PORTAL_CURSORS", "3"))}


class Backend:
    def __init__(self):
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        node = Gio.DBusNodeInfo.new_for_xml(XML)
        self.interfaces = {face.name: face for face in node.interfaces}
        self.sessions = {}
        self.register("/org/freedesktop/portal/desktop", PREFIX + "ScreenCast")
        self.register("/org/freedesktop/portal/desktop", PREFIX + "GlobalShortcuts")
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
        print("SelectSources", json.dumps(words[3]), flush=True)
        self.answer(invocation, 0)

    def do_Start(self, _path, _words, invocation):
        self.decide(invocation, lambda node: {"streams": GLib.Variant(
            "a(ua{sv})", [(int(node), {"source_type": GLib.Variant("u", 2)})])})

    def do_BindShortcuts(self, _path, words, invocation):
        print("BindShortcuts", json.dumps(words[2]), flush=True)
        bound = [(name, {"description": GLib.Variant("s", wish["description"]),
                         "trigger_description": GLib.Variant("s", wish["preferred_trigger"])})
                 for name, wish in words[2]]
        self.decide(invocation, lambda: {"shortcuts": GLib.Variant("a(sa{sv})", bound)})

    def decide(self, invocation, make_results):
        """As the person does."""
        words = pathlib.Path(os.environ["FAKE_PORTAL_ANSWER"]).read_text().split()
        if words[0] == "ok":
            self.answer(invocation, 0, **make_results(*words[1:]))
        elif words[0] != "hang":
            self.answer(invocation, {"cancel": 1, "fail": 2}[words[0]])

    def do_Close(self, path, _words, invocation):
        self.bus.unregister_object(self.sessions.pop(path))
        invocation.return_value(None)

    def do_CloseAll(self, _path, _words, invocation):
        for path in self.sessions:
            self.bus.emit_signal(None, path, PREFIX + "Session", "Closed", None)
        invocation.return_value(None)


    def do_Press(self, _path, words, invocation):
        self.tell("Activated", words[0], invocation)

    def do_Release(self, _path, words, invocation):
        self.tell("Deactivated", words[0], invocation)

    def tell(self, signal, name, invocation):
        for path in self.sessions:
            self.bus.emit_signal(None, "/org/freedesktop/portal/desktop",
                                 PREFIX + "GlobalShortcuts", signal,
                                 GLib.Variant("(osta{sv})", (path, name, 0, {})))
        invocation.return_value(None)


Backend()
GLib.MainLoop().run()
