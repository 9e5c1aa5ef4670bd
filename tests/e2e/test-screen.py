#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A shared screen, from a real desktop to the other side of a call."""

import subprocess

import rig
import wayland


def draw(path, *words, size="1280x720"):
    subprocess.run(["convert", "-size", size, *words, str(path)], check=True)
    return path


def pixel(picture, x, y):
    """Red, green and blue of one pixel, 0 to 255."""
    text = subprocess.run(["convert", str(picture), "-depth", "8", "-crop", f"1x1+{x}+{y}", "rgb:-"],
                          check=True, capture_output=True).stdout
    return tuple(text)


class ScreenCase(rig.Case):
    desktop_class = None

    @classmethod
    def setUpClass(cls):
        cls.desktop = cls.desktop_class()
        cls.addClassCleanup(lambda: cls.desktop.end())

    def setUp(self):
        super().setUp()
        self.server = self.start(rig.Server, "--demo")
        self.n_pictures = 0

    def connect(self, *words, env=None):
        """A call from ali, on the desktop, to vali; the camera's picture is 640x480."""
        callee = self.start(rig.Cli, self.server.url, "vali", "answer", "--once")
        callee.wait_event("registered")
        caller = self.start(rig.Cli, self.server.url, "ali", "call", "vali", *words,
                            env=env or self.desktop.env)
        callee.wait_event("first-video-frame")
        return caller, callee

    def see(self, callee):
        """What the other side sees now."""
        self.n_pictures += 1
        path = self.folder / f"seen{self.n_pictures}.png"
        callee.say(f"snapshot {path}")
        callee.wait_event("snapshot", file=str(path))
        return path

    def await_colour(self, callee, x, y, colour, tolerance=24):
        def matches():
            seen = pixel(self.see(callee), x, y)
            return all(abs(a - b) <= tolerance for a, b in zip(seen, colour))
        wayland.wait_for(matches, f"colour {colour} at {x},{y}")


class Monitor(ScreenCase):
    desktop_class = wayland.Sway

    @classmethod
    def setUpClass(cls):
        if reason := wayland.why_no_sway():
            raise rig.unittest.SkipTest(reason)
        super().setUpClass()

    def test_a_monitor_is_seen_in_its_size_and_colours(self):
        picture = draw(self.folder / "shown.png", "xc:#d02010", "-fill", "#10a040", "-draw",
                       "rectangle 640,0 1279,719", "-fill", "#2030c0", "-draw",
                       "rectangle 0,360 639,719")
        self.desktop.show(picture)
        caller, callee = self.connect()
        caller.say("share screen sharp")
        caller.wait_event("sharing", state="on", width=1280, height=720)
        callee.wait_event("video-size", width=1280, height=720)
        self.await_colour(callee, 300, 200, (0xd0, 0x20, 0x10))
        self.await_colour(callee, 900, 300, (0x10, 0xa0, 0x40))
        self.await_colour(callee, 300, 500, (0x20, 0x30, 0xc0))

        caller.say("share stop")
        caller.wait_event("sharing", state="off")
        callee.wait_event("video-size", width=640, height=480)
        caller.say("hangup")
        self.assert_exit(caller, 0)


if __name__ == "__main__":
    rig.main()
