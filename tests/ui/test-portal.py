#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the application has of the desktop's real portal; the person of its backend is the test."""

import json
import subprocess

import desk
import desktops
import rig
from application import Case


class PortalCase(Case):
    interface = None
    cursors = 1 | 2  # hidden or in the picture

    def setUp(self):
        super().setUp()
        (self.folder / "fake.portal").write_text(
            "[portal]\nDBusName=org.freedesktop.impl.portal.desktop.fake\n"
            f"Interfaces=org.freedesktop.impl.portal.{self.interface};\nUseIn=fake\n")
        self.answer = self.folder / "answer"
        self.answer.write_text("ok")
        env = {"FAKE_PORTAL_ANSWER": str(self.answer),
               "FAKE_PORTAL_CURSORS": str(self.cursors), "XDG_CURRENT_DESKTOP": "fake",
               "XDG_DESKTOP_PORTAL_DIR": str(self.folder)}
        self.backend = self.start(rig.Process, ["/usr/bin/python3", desktops.FAKE_BACKEND], env=env)
        self.await_name("impl.portal.desktop.fake")
        # A session bus starts the one without this backend for whoever asks first.
        self.portal = self.start(rig.Process, [desktops.PORTAL, "--replace", "--verbose"], env=env)
        self.await_name("portal.Desktop")
        desktops.wait_for(lambda: self.interface in subprocess.run(
            ["gdbus", "introspect", "--session", "--dest", "org.freedesktop.portal.Desktop",
             "--object-path", "/org/freedesktop/portal/desktop"], text=True, capture_output=True,
            check=False).stdout, f"portal with {self.interface}")

    @staticmethod
    def await_name(name):
        subprocess.run(["gdbus", "wait", "--session", "--timeout", "20",
                        f"org.freedesktop.{name}"], check=True)

    def control(self, method, *words):
        subprocess.run(["gdbus", "call", "--session", "--dest",
                        "org.freedesktop.impl.portal.desktop.fake", "--object-path", "/control",
                        "--method", f"org.aloqa.Control.{method}", *words],
                       check=True, capture_output=True)


class GlobalKeys(PortalCase):
    """Keys that work in whatever window the person is."""

    interface = "GlobalShortcuts"

    def questions(self):
        return [line for line in self.backend.lines if line.startswith("BindShortcuts")]

    def answer_a_call(self, app):
        peer = self.caller()
        app.find("Answer")
        app.act("answer")
        peer.wait_event("connected")
        return peer

    def test_they_mute_talk_answer_and_hang_up(self):
        app = self.sign_in()
        self.assertEqual(self.questions(), [])
        peer = self.answer_a_call(app)
        self.backend.wait_until(self.questions, "question")
        for words in ("toggle-mute", "push-to-talk", "Speak while muted"):
            self.assertIn(words, self.questions()[0])

        self.await_muted(app, False)
        self.control("Press", "toggle-mute")
        self.await_muted(app, True)
        self.control("Press", "push-to-talk")
        self.await_muted(app, False)
        self.control("Release", "push-to-talk")
        self.await_muted(app, True)
        # What ends while it is held mutes as well.
        self.control("Press", "push-to-talk")
        self.await_muted(app, False)
        self.control("CloseAll")
        self.await_muted(app, True)
        app.act("hang-up")
        self.assertEqual(peer.wait_event("ended")["reason"], "remote-hung-up")

    def test_they_hang_up_and_answer_the_next_call(self):
        app = self.sign_in()
        peer = self.answer_a_call(app)
        self.backend.wait_until(self.questions, "question")
        self.control("Press", "hang-up")
        self.assertEqual(peer.wait_event("ended")["reason"], "remote-hung-up")
        peer = self.caller()
        app.find("Answer")
        self.control("Press", "answer")
        peer.wait_event("connected")
        self.assertEqual(len(self.questions()), 1)

    def test_who_says_no_is_not_asked_again(self):
        self.answer.write_text("cancel")
        app = self.sign_in()
        for _ in range(2):
            peer = self.answer_a_call(app)
            self.backend.wait_until(self.questions, "question")
            app.act("hang-up")
            peer.wait_event("ended")
        self.assertEqual(len(self.questions()), 1)


class ScreenCase(PortalCase):
    """A screen that can be shared, of which nothing is seen at first."""

    interface = "ScreenCast"

    def setUp(self):
        folder = desk.Desk.get().folder
        config = folder / "config/wireplumber/main.lua.d"
        config.mkdir(parents=True, exist_ok=True)
        (config / "51-no-hardware.lua").write_text(desktops.NO_HARDWARE)
        if not (reason := desktops.why_no_portal()):
            self.start(rig.Process, ["pipewire"])
            desktops.wait_for((folder / "run/pipewire-0").exists, "PipeWire")
            self.start(rig.Process, ["wireplumber"])
        super().setUp()
        self.node = self.start(rig.Process, [rig.BUILD / "tests/virtual-screen"])
        line = self.node.wait_until(
            lambda: next((x for x in self.node.lines if x.startswith("node")), None),
            "number of its node")
        self.node_id = line.split()[1]
        self.node.say("pause")

    def call(self):
        app = self.sign_in()
        peer = self.answerer()
        app.press("Video call Vali Valiyev")
        peer.wait_event("connected")
        return app

    def questions(self):
        return [json.loads(line.split(" ", 1)[1]) for line in self.backend.lines
                if line.startswith("SelectSources")]


class SharedScreen(ScreenCase):
    """What the bar of a shared screen says."""

    def test_a_screen_without_pictures_is_explained(self):
        self.answer.write_text("hang")
        app = self.call()
        app.press("Share Screen")
        app.find("Choose in the desktop’s dialog what to share")
        app.press("Cancel", "push button")
        self.answer.write_text(f"ok {self.node_id}")
        app.press("Share Screen")
        app.find("No picture yet: change something in what you share")
        self.node.say("resume")
        app.find("You are sharing your screen")
        self.node.say("pause")
        app.find("What you share is frozen")
        # One question for each press, about one screen or window, with the pointer in its picture.
        questions = self.questions()
        self.assertEqual(len(questions), 2)
        self.assertEqual((questions[1]["multiple"], questions[1]["cursor_mode"]), (False, 2))


class PointerBesideThePicture(ScreenCase):
    """A desktop that does not draw the pointer into what is shared."""

    cursors = 1 | 4

    def test_it_is_asked_to_tell_of_it(self):
        self.answer.write_text(f"ok {self.node_id}")
        app = self.call()
        app.press("Share Screen")
        self.node.say("resume")
        app.find("You are sharing your screen")
        self.assertEqual([x["cursor_mode"] for x in self.questions()], [4])


if __name__ == "__main__":
    if reason := desk.why_no_desk() or desktops.why_no_portal():
        print(f"1..0 # SKIP {reason}")
    else:
        rig.main()
