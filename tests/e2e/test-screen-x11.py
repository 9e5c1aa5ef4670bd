#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen of an X server without a portal, to the other side of a call."""

import signal

import desktops
import rig
from screen_case import BLACK, BLUE, GREEN, ScreenCase


class XScreen(ScreenCase):
    desktop_class = desktops.XDisplay

    @classmethod
    def setUpClass(cls):
        if reason := desktops.why_no_x():
            raise rig.unittest.SkipTest(reason)
        super().setUpClass()

    def test_an_x_screen_needs_no_portal(self):
        self.desktop.show("#10a040")
        caller, callee = self.connect("--video-source", "screen")
        self.await_size(callee, 800, 600)
        self.await_colours(callee, (100, 100, GREEN))
        callee.wait_stats(lambda s: s["fps"] == 0, "rest, though X gives pictures all the time")
        self.desktop.show("#2030c0")
        self.await_colours(callee, (100, 100, BLUE))
        caller.say("share stop")
        self.await_size(callee, 640, 480)
        self.await_colours(callee, (100, 100, BLACK))  # there is no camera behind it

    def test_on_hold_an_x_screen_is_not_looked_at(self):
        self.desktop.show("#10a040")
        caller, callee = self.connect("--video-source", "screen")
        self.await_size(callee, 800, 600)

        def looks_on():
            """Whether it is looked at between two of the caller's figures: thirty times, or never."""
            before = self.desktop.count_rests()
            caller.wait_stats(lambda s: True, "another second")
            return self.desktop.count_rests() > before
        desktops.wait_for(looks_on, "look at the screen")
        caller.say("hold on")
        desktops.wait_for(lambda: not looks_on() and not looks_on(), "rest")
        caller.say("hold off")
        desktops.wait_for(looks_on, "look at the screen again")
        self.desktop.show("#2030c0")
        self.await_colours(callee, (100, 100, BLUE))

    def test_an_x_server_that_dies_ends_the_share_and_not_the_call(self):
        desktop = desktops.XDisplay("640x400")
        self.addCleanup(desktop.end)
        desktop.show("#10a040")
        caller, callee = self.connect("--video-source", "screen", env=desktop.env)
        self.await_size(callee, 640, 400)
        self.await_colours(callee, (100, 100, GREEN))
        desktop.stop("Xvfb", signal.SIGKILL)
        error = caller.wait_event("error", about="screen")
        self.assertIn("X server is gone", error["message"])
        caller.wait_event("sharing", state="off")
        self.await_size(callee, 640, 480)
        self.await_colours(callee, (100, 100, BLACK))
        self.assertEqual(caller.count("ended"), 0)

        desktop.start()
        desktop.show("#2030c0")
        caller.say("share screen")
        self.await_size(callee, 640, 400)
        self.await_colours(callee, (100, 100, BLUE))
        caller.say("hangup")
        self.assert_exit(caller, 0)
        self.assert_exit(callee, 0)


if __name__ == "__main__":
    rig.main()
