#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the application leaves on the desktop while nobody looks, and what it does when it is asked from
there."""

import json
import pathlib
import signal
import subprocess

import desk
import desktops
import devices
import film
import rig
from application import Case

DAEMON = pathlib.Path(rig.__file__).with_name("fake-gtk-notifications.py")


class NotificationsCase(Case):
    def setUp(self):
        super().setUp()
        self.daemon = self.start(rig.Process, ["/usr/bin/python3", DAEMON])
        subprocess.run(["gdbus", "wait", "--session", "--timeout", "20", "org.gtk.Notifications"],
                       check=True)
        self.settings = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(self.folder),
                         "XDG_DATA_HOME": str(self.folder)}

    def look_for(self, method, prefix):
        return next((told for told in map(json.loads, self.daemon.lines)
                     if told["method"] == method and told["id"].startswith(prefix)), None)

    def await_told(self, method, prefix):
        return self.daemon.wait_until(lambda: self.look_for(method, prefix), f"{method} {prefix}")


class Notifications(NotificationsCase):
    def miss_a_call(self):
        """Returns its notification."""
        self.caller("--audio", "--duration", "1", "--ring-timeout", "1").wait()
        missed = self.await_told("AddNotification", "missed-")
        self.daemon.lines.clear()
        return missed

    def test_a_missed_call_is_told_until_the_person_knows(self):
        app = self.sign_in()
        missed = self.miss_a_call()
        self.assertEqual((missed["title"], missed["body"]), ("Vali Valiyev", "Missed Call"))
        app.press("Recent", "page tab")
        self.await_told("RemoveNotification", missed["id"])
        app.press("People", "page tab")
        missed = self.miss_a_call()
        app.act("sign-out")
        self.await_told("RemoveNotification", missed["id"])

    def test_calling_back_after_quitting(self):
        app = self.sign_in(env=self.settings)
        missed = self.miss_a_call()
        app.act("quit")
        self.assert_exit(app, 0)
        self.assertIsNone(self.look_for("RemoveNotification", "missed-"))
        peer = self.answerer()
        app = self.start(desk.App, "--gapplication-service", env=self.settings)
        self.press(app, missed["Call Back"])
        self.assertEqual(peer.wait_event("incoming")["kind"], "audio")
        self.await_told("RemoveNotification", missed["id"])
        peer.wait_event("connected")
        self.press(app, missed["Call Back"])
        app.find("You are in a call already\\.", "label")
        app.press("Hang Up")
        peer.wait_event("ended")
        self.press(app, missed["Call Back"].replace(self.server.url, "https://elsewhere.example"))
        app.find("That call was to another account, on https://elsewhere\\.example\\..*", "label")
        self.assertEqual(peer.count("incoming"), 1)

    def press(self, app, target):
        """The button of a notification; the program may be starting still."""
        subprocess.run(["gdbus", "wait", "--session", "--timeout", "20", desk.BUS_NAME], check=True)
        app.act("call", f"[<{target}>]")

    def test_what_is_wished_at_once_is_not_mixed_up(self):
        """Their server is slow: the one is looked up still when the other comes."""
        app = self.sign_in()
        peer = self.answerer()
        self.server.signal(signal.SIGSTOP)
        for words in (["aloqa:call?peer=vali"], ["--call", "echo"]):
            self.assert_exit(self.start(desk.App, *words), 0)
        self.server.signal(signal.SIGCONT)
        app.find("Call Vali Valiyev\\?")
        app.find("Echo Test is offline\\.", usable=False)
        self.assertIsNone(peer.find("incoming"))

    def test_keys_of_the_desktop_that_mean_nothing_now_leave_nothing_running(self):
        app = self.start(desk.App, "--gapplication-service", env=self.settings)
        subprocess.run(["gdbus", "wait", "--session", "--timeout", "20", desk.BUS_NAME], check=True)
        for action in ("answer", "decline", "toggle-mute", "toggle-camera", "toggle-hold", "hang-up"):
            app.act(action)
        self.assert_exit(app, 0)


class BehindAClosedWindow(NotificationsCase):
    def setUp(self):
        if reason := desktops.why_no_portal():
            self.skipTest(reason)
        super().setUp()
        settings = self.folder / "glib-2.0/settings/keyfile"
        settings.parent.mkdir(parents=True)
        settings.write_text("[io/github/aloqa/Aloqa]\nrun-in-background=true\n")

    def plug_devices_in(self):
        path = self.folder / "film.y4m"
        film.write_y4m(path, 160, 120)
        plugged = devices.Devices(path, (160, 120))
        self.addCleanup(plugged.end)
        return plugged

    def await_words(self, words):
        """What the notification says last, and still."""
        self.daemon.wait_until(lambda: self.read_words() == words,
                               f"“{words}” instead of “{self.read_words()}”")

    def read_words(self):
        told = [told for told in map(json.loads, self.daemon.lines) if told["id"] == "running"]
        return told[-1].get("body") if told else None

    def test_a_call_tells_what_is_really_on(self):
        plugged = self.plug_devices_in()
        app = self.sign_in(env=self.settings)
        peer = self.answerer()
        app.press("Video call Vali Valiyev")
        peer.wait_event("connected")
        peer.wait_stats(lambda s: s["fps"] >= 3, "pictures")
        app.press("Close", "push button")
        self.await_words("Your camera and microphone are on")
        app.act("toggle-mute")
        self.await_words("Your camera is on; you are not heard")
        plugged.unplug_camera()
        self.await_words("You are neither seen nor heard")
        app.act("toggle-mute")
        self.await_words("Your microphone is on")
        app.act("hang-up")
        self.await_words(None)

    def test_a_video_call_without_devices_claims_none(self):
        app = self.sign_in(env=self.settings)
        peer = self.answerer()
        app.press("Video call Vali Valiyev")
        peer.wait_event("connected")
        app.press("Close", "push button")
        self.await_words("You are neither seen nor heard")


if __name__ == "__main__":
    if reason := desk.why_no_desk():
        print(f"1..0 # SKIP {reason}")
    else:
        rig.main()
