#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that work in whatever window the person is, in the application with a real portal."""

import subprocess

import desk
import desktops
import rig
from application import Case


class GlobalKeys(Case):
    """Keys from any window, by the desktop's real portal; the person of its backend is the test."""

    def setUp(self):
        super().setUp()
        (self.folder / "fake.portal").write_text(
            "[portal]\nDBusName=org.freedesktop.impl.portal.desktop.fake\n"
            "Interfaces=org.freedesktop.impl.portal.GlobalShortcuts;\nUseIn=fake\n")
        self.answer = self.folder / "answer"
        self.answer.write_text("ok")
        env = {"FAKE_PORTAL_ANSWER": str(self.answer), "XDG_CURRENT_DESKTOP": "fake",
               "XDG_DESKTOP_PORTAL_DIR": str(self.folder)}
        self.backend = self.start(rig.Process, ["/usr/bin/python3", desktops.FAKE_BACKEND], env=env)
        self.await_name("impl.portal.desktop.fake")
        # A session bus starts the one without this backend for whoever asks first.
        self.portal = self.start(rig.Process, [desktops.PORTAL, "--replace", "--verbose"], env=env)
        self.await_name("portal.Desktop")
        desktops.wait_for(lambda: "GlobalShortcuts" in subprocess.run(
            ["gdbus", "introspect", "--session", "--dest", "org.freedesktop.portal.Desktop",
             "--object-path", "/org/freedesktop/portal/desktop"], text=True, capture_output=True,
            check=False).stdout, "portal with global shortcuts")

    @staticmethod
    def await_name(name):
        subprocess.run(["gdbus", "wait", "--session", "--timeout", "20",
                        f"org.freedesktop.{name}"], check=True)

    def control(self, method, *words):
        subprocess.run(["gdbus", "call", "--session", "--dest",
                        "org.freedesktop.impl.portal.desktop.fake", "--object-path", "/control",
                        "--method", f"org.aloqa.Control.{method}", *words],
                       check=True, capture_output=True)

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


if __name__ == "__main__":
    if reason := desk.why_no_desk() or desktops.why_no_portal():
        print(f"1..0 # SKIP {reason}")
    else:
        rig.main()
