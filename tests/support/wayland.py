# SPDX-License-Identifier: GPL-3.0-or-later
"""A Wayland desktop for the application: windows that float, keys, a pointer, and what can be seen."""

import json
import os
import subprocess

import compositor
import desktops
import virtual_pointer

FLOATING = 'for_window [app_id=".*"] floating enable\n'


def _say(*words):
    return subprocess.run(words, check=True, capture_output=True).stdout


class WaylandScreen:
    needed = (*((command, command) for command in compositor.NEEDED), ("wtype", "wtype"),
              ("grim", "grim"))

    def __init__(self, desk):
        server = compositor.Compositor(desk.folder, FLOATING)
        os.environ.update(server.env, GDK_BACKEND="wayland")
        os.environ.pop("DISPLAY", None)
        desk.spawn(server.command)
        desktops.wait_for(server.is_up, "compositor")
        # A keyboard that stays: programs would miss the first keys of one that is just plugged in.
        desk.spawn(["wtype", "-s", "100000000"])
        self._pointer = virtual_pointer.VirtualPointer(server.env["WAYLAND_DISPLAY"],
                                                       compositor.WIDTH, compositor.HEIGHT)

    def key(self, *keys):
        words = []
        for *modifiers, name in (key.split("+") for key in keys):
            for modifier in modifiers:
                words += ["-M", modifier]
            words += ["-k", name]
            for modifier in modifiers:
                words += ["-m", modifier]
        _say("wtype", *words)

    def type(self, text):
        _say("wtype", "-d", "20", text)

    def move(self, x, y):
        """Places are told within the window that has the focus."""
        window = self._find(lambda node: node["focused"])["rect"]
        self._pointer.move(window["x"] + x, window["y"] + y)

    def click(self, x, y):
        self.move(x, y)
        self._pointer.click()

    def shoot(self, path):
        _say("grim", str(path))

    def look(self, x, y, width, height):
        """The pixels of a part of the screen."""
        return _say("grim", "-t", "ppm", "-g", f"{x},{y} {width}x{height}", "-")

    def scale(self, factor):
        """Everything on it gets so many pixels for each of its own."""
        _say("swaymsg", f"output HEADLESS-1 scale {factor}")

    def look_at_pixels(self):
        """All of the screen, as it is sent to a monitor: width, height, and the pixels, RGB."""
        _, size, _, pixels = _say("grim", "-t", "ppm", "-o", "HEADLESS-1", "-").split(b"\n", 3)
        return *map(int, size.split()), pixels

    def window(self, title):
        """What the compositor knows of a window, or None."""
        return self._find(lambda node: node["name"] == title)

    @staticmethod
    def _find(is_wanted):
        nodes = [json.loads(_say("swaymsg", "-r", "-t", "get_tree"))]
        while nodes:
            node = nodes.pop()
            if node["type"] in ("con", "floating_con") and is_wanted(node):
                return node
            nodes += node["nodes"] + node["floating_nodes"]
        return None

    def close(self, title):
        """As the compositor's key for it does."""
        _say("swaymsg", f'[title="^{title}$"] kill')
