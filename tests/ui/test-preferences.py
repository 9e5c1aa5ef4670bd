#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every preference as a person sets it: what it does at once, and that it is kept."""

import configparser
import socket
import unittest
import urllib.request

import desk
import rig
import turn
from application import Case


def get_free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Preferences(Case):
    def setUp(self):
        super().setUp()
        self.settings = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(self.folder)}

    def open(self, page):
        app = self.sign_in(env=self.settings)
        app.act("preferences")
        app.press(page, "page tab")
        return app

    def read_setting(self, name):
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(self.folder / "glib-2.0/settings/keyfile")
        return parser.get("io/github/aloqa/Aloqa", name, fallback=None)

    def await_setting(self, app, name, wanted):
        app.await_(lambda: self.read_setting(name) == wanted, f"setting {name} = {wanted}")

    def test_a_bit_rate_is_kept_and_held(self):
        app = self.open("Network")
        app.click(app.find("Kilobits a second at most.*|Picture at Most", "spin button"), 0.1)
        app.key("ctrl+a")
        app.type("200")
        app.key("Return")
        self.await_setting(app, "max-kbps", "200")
        peer = self.answerer()
        app.press("Video call Vali Valiyev")
        self.assert_flow(peer)
        peer.wait_stats(lambda s: 0 < s["video"]["in_kbps"] < 260, "a picture of 200 kbit/s")

    def test_the_old_way_of_calling_can_be_chosen(self):
        app = self.open("Network")
        app.choose("Way of Calling", 2)
        self.await_setting(app, "protocol", "'legacy'")
        peer = self.answerer()
        app.press("Video call Vali Valiyev")
        peer.wait_event("incoming")
        with urllib.request.urlopen(f"{self.server.url}/metrics", timeout=30) as answer:
            metrics = answer.read().decode()
        self.assertIn('type="incoming_call"} 1\n', metrics)
        self.assertNotIn('type="call_request"} 1\n', metrics)

    def test_a_ring_tone_can_be_chosen(self):
        app = self.open("Calls")
        before = self.read_setting("ringtone")
        app.choose("Ring Tone", 1)
        app.await_(lambda: self.read_setting("ringtone") not in (None, before), "another ring tone")

    def test_the_ring_is_as_loud_as_set(self):
        app = self.open("Calls")
        app.find("Ring volume", "slider").set_value(0.25)
        self.await_setting(app, "ring-volume", "0.25")

    def test_without_devices_their_tests_say_what_is_missing(self):
        app = self.open("Devices")
        app.press("Play a Test Sound", "(push|toggle) button")
        app.find(".*(speaker|sound).*", "label", usable=False)

    @unittest.skipUnless(turn.IS_THERE, "coturn is not installed")
    def test_a_turn_server_is_added_tried_and_removed(self):
        port = get_free_port()
        text = turn.CONFIG.format(address="127.0.0.1", folder=self.folder)
        self.start(turn.Turn, self.folder, "127.0.0.1", None, text + f"listening-port={port}\n")
        url = f"turn:127.0.0.1:{port}"
        app = self.open("Network")
        self.add_server(app, url, "ali", "wrong")
        app.press("Try This Server")
        app.find(".*password.*", usable=False)
        app.press("Remove This Server")
        app.await_gone("Remove This Server")
        self.add_server(app, url, "ali", "secret")
        app.press("Try This Server")
        app.find("Works, and gave .*", usable=False)
        self.assertNotIn("secret", (self.folder / "glib-2.0/settings/keyfile").read_text())

    def add_server(self, app, url, user, password):
        app.click(app.find("Add a Server", "list item"))
        app.entry("Address, as in turn:turn.example.org").write(url)
        app.entry("User name, for TURN").write(user)
        app.entry("Password, for TURN").write(password)
        app.press("Add", "push button")
        app.find("Try This Server")


if __name__ == "__main__":
    if reason := desk.why_no_desk():
        print(f"1..0 # SKIP {reason}")
    else:
        rig.main()
