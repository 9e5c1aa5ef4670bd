#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every preference as a person sets it: what it does at once, and that it is kept."""

import configparser
import pathlib
import socket
import subprocess
import unittest
import urllib.request

import desk
import desktops
import devices
import film
import rig
import turn
from application import Case

ADDRESS = "Address, as in turn:turn.example.org"
CHOICE = "check box|radio button"  # by the version of the toolkit
FAKE_PORTAL = pathlib.Path(desk.__file__).with_name("fake-background-portal.py")


def get_free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class PreferencesCase(Case):
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


class Preferences(PreferencesCase):
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
        app.find("No speaker was found.*", "label")
        app.find("Play a Test Sound", "(push|toggle) button")
        app.await_(lambda: not app.find("Play a Test Sound").has_state("PRESSED"), "button")

    @unittest.skipUnless(turn.IS_THERE, "coturn is not installed")
    def test_a_turn_server_is_added_tried_and_removed(self):
        port = get_free_port()
        text = turn.CONFIG.format(address="127.0.0.1", folder=self.folder)
        self.start(turn.Turn, self.folder, "127.0.0.1", None, text + f"listening-port={port}\n")
        url = f"turn:127.0.0.1:{port}"
        app = self.open("Network")
        self.add_server(app, url, "ali", "wrong")
        app.press("Try This Server")
        app.find(".*refuses the user name or the password.*", usable=False)
        app.press("Remove This Server")
        app.await_gone("Remove This Server")
        self.add_server(app, url, "ali", "secret")
        app.press("Try This Server")
        app.find("Works, and gave .*", usable=False)
        self.assertNotIn("secret", (self.folder / "glib-2.0/settings/keyfile").read_text())

    def test_a_turn_server_without_its_password_is_told(self):
        path = self.folder / "glib-2.0/settings/keyfile"
        path.parent.mkdir(parents=True)
        path.write_text("[io/github/aloqa/Aloqa]\nrelay-only=true\n"
                        "ice-servers=[('turn:turn.example.org', 'ali')]\n", "utf-8")
        app = self.sign_in(env=self.settings)
        app.find("Calls do not connect: they may go through your TURN server only.*")
        app.act("preferences")
        app.press("Network", "page tab")
        app.find("Not used: the keyring does not give its password", usable=False)

    def test_one_server_as_two_users_is_marked_for_the_one_that_lacks_a_password(self):
        path = self.folder / "glib-2.0/settings/keyfile"
        path.parent.mkdir(parents=True)
        path.write_text("[io/github/aloqa/Aloqa]\n"
                        "ice-servers=[('turn:turn.example.org', 'vali')]\n", "utf-8")
        app = self.open("Network")
        missing = "Not used: the keyring does not give its password"
        app.find(missing, usable=False)
        self.add_server(app, "turn:turn.example.org", "ali", "secret")
        app.find("ali", "label", usable=False)
        app.find(missing, usable=False)
        # Written anew it takes the old one's place, as its password does.
        self.add_server(app, "turn:turn.example.org", "vali", "secret")
        app.await_gone(missing)
        self.assertEqual(self.read_setting("ice-servers"),
                         "[('turn:turn.example.org', 'ali'), ('turn:turn.example.org', 'vali')]")

    def test_a_server_is_added_as_it_was_written_while_the_keyring_waits(self):
        app = self.open("Network")
        with desk.Desk.get().silent_keyring():
            self.write_server(app, "turn:one.example.org", "ali", "secret")
            address, user = app.entry(ADDRESS), app.entry("User name, for TURN")
            app.press("Add", "push button")
            form = app.find("Add a Server", "list item")
            app.await_(lambda: not self.takes_input(form), "form that waits")
            address.write("turn:two.example.org")
            user.write("vali")
        app.find("Try This Server")
        self.await_setting(app, "ice-servers", "[('turn:one.example.org', 'ali')]")
        self.add_server(app, "turn:two.example.org", "vali", "secret")
        self.await_setting(app, "ice-servers", "[('turn:one.example.org', 'ali'), "
                           "('turn:two.example.org', 'vali')]")

    def test_a_password_is_not_forgotten_while_another_row_needs_it(self):
        """The list may have been written by hand."""
        url = f"turn:127.0.0.1:{get_free_port()}?transport=tcp"
        app = self.open("Network")
        self.add_server(app, url, "ali", "secret")
        app.act("quit")
        self.assert_exit(app, 0)
        path = self.folder / "glib-2.0/settings/keyfile"
        one, two = f"[('{url}', 'ali')]", f"[('{url}', 'ali'), ('{url}', 'ali')]"
        path.write_text(path.read_text("utf-8").replace(one, two), "utf-8")
        app = self.launch(env=self.settings)
        app.find("Vali Valiyev", "label")
        app.act("preferences")
        app.press("Network", "page tab")
        app.press("Remove This Server")
        self.await_setting(app, "ice-servers", one)
        app.press("Try This Server")
        app.find("No server listens at turn:.*", usable=False)

    def test_a_server_that_is_removed_while_it_is_added_anew_keeps_its_new_password(self):
        url = f"turn:127.0.0.1:{get_free_port()}?transport=tcp"
        app = self.open("Network")
        self.add_server(app, url, "ali", "secret")
        with desk.Desk.get().silent_keyring():
            self.write_server(app, url, "ali", "another")
            app.press("Add", "push button")
            self.await_form(app, False)
            app.press("Remove This Server")
            app.await_gone("Remove This Server")
        self.await_form(app, True)
        self.await_setting(app, "ice-servers", f"[('{url}', 'ali')]")
        app.press("Try This Server")
        app.find("No server listens at turn:.*", usable=False)

    def test_a_server_is_not_added_while_the_keyring_has_yet_to_forget_one(self):
        """It would forget what was just added."""
        app = self.open("Network")
        self.add_server(app, "turn:one.example.org", "ali", "secret")
        with desk.Desk.get().silent_keyring():
            app.press("Remove This Server")
            app.await_gone("Remove This Server")
            self.await_form(app, False)
        self.await_form(app, True)

    def await_form(self, app, takes_input):
        form = app.find("Add a Server", "list item", usable=False)
        app.await_(lambda: self.takes_input(form) == takes_input, "form")

    @staticmethod
    def takes_input(row):
        """Of what is in something insensitive only that is told to be so."""
        return all(widget.has_state("SENSITIVE") for widget in (row, *row.ancestors())
                   if widget.role == row.role)

    def add_server(self, app, url, user, password):
        self.write_server(app, url, user, password)
        app.press("Add", "push button")
        app.find("Try This Server")

    @staticmethod
    def write_server(app, url, user, password):
        app.click(app.find("Add a Server", "list item"))
        app.entry(ADDRESS).write(url)
        app.entry("User name, for TURN").write(user)
        app.entry("Password, for TURN").write(password)


class InTheBackground(PreferencesCase):
    """Where a portal decides, as slowly as it likes."""

    def test_switches_turned_while_the_desktop_is_asked_stay(self):
        portal = self.start(rig.Process, [FAKE_PORTAL])
        portal.wait_until(lambda: "ready" in portal.lines, "portal")
        self.settings["SNAP"] = "/none"
        app = self.open("Calls")
        app.find("Run in the Background", "check box", usable=False).press()
        portal.wait_until(lambda: "asked False" in portal.lines, "question")
        app.find("Start at Log-In", "check box", usable=False).press()
        portal.wait_until(lambda: "asked True" in portal.lines, "second question")
        portal.say("answer 0")
        portal.wait_until(lambda: "closed 0" in portal.lines, "end of the first question")
        portal.say("answer 1")
        self.await_setting(app, "start-at-log-in", "true")
        self.assertEqual(self.read_setting("run-in-background"), "true")
        self.assertEqual(portal.lines, ["ready", "asked False", "closed 0", "asked True"])


class DevicesComeAndGo(PreferencesCase):
    def setUp(self):
        if reason := desktops.why_no_portal():
            self.skipTest(reason)
        super().setUp()
        path = self.folder / "film.y4m"
        film.write_y4m(path, 160, 120)
        self.devices = devices.Devices(path, (160, 120))
        self.addCleanup(self.devices.end)

    def test_one_is_chosen_unplugged_and_plugged_in_again(self):
        app = self.open("Devices")
        app.await_gone("None found", "label")
        app.choose("Camera.*", 1)
        app.await_(lambda: self.read_setting("camera") not in (None, "''"), "choice of a camera")
        chosen = self.read_setting("camera")
        self.devices.unplug_camera()
        app.find("The chosen one, not plugged in", usable=False)
        self.devices.plug_camera()
        app.await_gone("The chosen one, not plugged in")
        self.assertEqual(self.read_setting("camera"), chosen)

    def test_a_headset_is_chosen_unplugged_and_plugged_in_again(self):
        missing = "The chosen one, not plugged in"
        self.devices.plug_headset()
        app = self.open("Devices")
        self.make_room()
        app.await_gone("None found", "label")
        # “Automatic” is the first of each.
        app.choose("Microphone.*", 2)
        self.await_setting(app, "microphone", "'headset-mic'")
        app.choose("Speaker.*", 2)
        self.await_setting(app, "speaker", "'headset'")
        app.press("Calls", "page tab")
        app.choose("Ring On.*", 2)
        self.await_setting(app, "ring-device", "'headset'")
        self.devices.unplug_headset()
        app.find(missing, usable=False)
        app.press("Devices", "page tab")
        app.await_(lambda: sum(w.name == missing for w in app.widgets()) >= 2, "two that are missing")
        self.devices.plug_headset()
        app.await_gone(missing)
        app.choose("Microphone.*", -2)
        self.await_setting(app, "microphone", "''")
        self.assertEqual(self.read_setting("speaker"), "'headset'")
        self.assertEqual(self.read_setting("ring-device"), "'headset'")

    @staticmethod
    def make_room():
        """All rows of a page are to be seen, or they could not be clicked."""
        window = subprocess.run(["xdotool", "search", "--sync", "--name", "^Preferences$"],
                                capture_output=True, text=True, check=True).stdout.split()[0]
        subprocess.run(["xdotool", "windowsize", "--sync", window, "560", "890"], check=True)

    def test_others_are_chosen_in_a_call(self):
        self.devices.plug_headset()
        app = self.sign_in(env=self.settings)
        peer = self.answerer()
        app.press("Audio call Vali Valiyev|Call Vali Valiyev")
        peer.wait_event("connected")
        self.await_streams(app, "sink", "speaker")
        self.await_streams(app, "source", "microphone")
        app.press("Camera, Microphone and Speaker")
        app.find("Headset", CHOICE)
        self.choose_in_menu(app, 1, "Microphone", "Headset Microphone")
        self.await_streams(app, "source", "headset-mic")
        self.choose_in_menu(app, 2, "Speaker", "Headset")
        self.await_streams(app, "sink", "headset")
        self.await_setting(app, "speaker", "'headset'")
        self.await_setting(app, "microphone", "'headset-mic'")
        app.find("Your microphone is silent\\.", usable=False)  # the other one hears a tone
        self.devices.unplug_headset()
        app.find("(?s).*“Headset” is gone\\. “Speaker” is used now.*", usable=False)
        app.await_gone("Headset.*", CHOICE)
        self.await_streams(app, "sink", "speaker")
        self.await_streams(app, "source", "microphone")

    @staticmethod
    def choose_in_menu(app, kind, *names):
        """By the keys, each of the names in turn. “Automatic” comes first, and is chosen at first."""
        automatic = [widget for widget in app.widgets() if widget.name.startswith("Automatic")
                     and widget.role in CHOICE.split("|")][kind]
        assert automatic.has_state("CHECKED")
        app.await_(lambda: automatic.has_state("FOCUSED") or app.key("Tab"), "way to the devices")
        for name in names:
            app.key("Down")
            choice = app.find(name, CHOICE)
            app.await_(lambda w=choice: w.has_state("CHECKED"), f"choice of “{name}”")

    def await_streams(self, app, kind, device):
        app.await_(lambda: self.devices.find_streams(kind, device) > 0, f"stream of “{device}”")


if __name__ == "__main__":
    if reason := desk.why_no_desk():
        print(f"1..0 # SKIP {reason}")
    else:
        rig.main()
