# SPDX-License-Identifier: GPL-3.0-or-later
"""A call in which a desktop's screen is shared, and what the other side sees of it."""

import subprocess

import desktops
import rig

RED, GREEN, BLUE, BLACK = (0xd0, 0x20, 0x10), (0x10, 0xa0, 0x40), (0x20, 0x30, 0xc0), (0, 0, 0)


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
        callee = self.start(rig.Cli, self.server.url, "vali", "answer", "--once",
                            "--stats-interval", "200")
        callee.wait_event("registered")
        caller = self.start(rig.Cli, self.server.url, "ali", "call", "vali", *words,
                            env=env or self.desktop.env)
        try:
            callee.wait_event("first-video-frame")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.tell('caller', caller)}\n"
                                 f"{self.tell('callee', callee)}") from None
        return caller, callee

    @staticmethod
    def tell(who, client):
        """All that happened to it, without the figures of each moment."""
        events = [line for line in list(client.lines) if '"stats"' not in line]
        return "\n".join([f"{who}:", *events, f"{who}'s errors:", *client.errors])

    def see(self, callee):
        """What the other side sees now."""
        self.n_pictures += 1
        path = self.folder / f"seen{self.n_pictures}.png"
        callee.say(f"snapshot {path}")
        callee.wait_event("snapshot", file=str(path))
        return path

    def await_colours(self, callee, *places, tolerance=12):
        """Waits until the other side sees these colours: (x, y, colour)…"""
        def matches():
            picture = self.see(callee)
            return all(abs(a - b) <= tolerance for x, y, colour in places
                       for a, b in zip(pixel(picture, x, y), colour))
        desktops.wait_for(matches, f"colours {places}")

    def await_size(self, callee, width, height):
        """Waits for the other side to see this size, from now on."""
        callee.wait_stats(lambda s: (s["width"], s["height"]) == (width, height),
                          f"{width}x{height}")

    def assert_camera_is_back(self, caller, callee):
        self.await_size(callee, 640, 480)
        self.assertEqual(caller.count("ended"), 0)
