#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the pictures of the README and the software centres: a real call, in the real window.

Usage: docs-pictures.py FOLDER
"""

import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import desk
import devices
import portraits
import rig
import shots

# The animation: what is shown of it, and how often it is looked at.
ANIMATION_WIDTH = 480
INTERVAL_S = 0.25


class Recorder(threading.Thread):
    """Takes pictures of the screen until told to end."""

    def __init__(self, app, folder):
        super().__init__(daemon=True)
        self.app, self.folder = app, folder
        self.times, self._is_over = [], threading.Event()
        self.start()

    def run(self):
        while not self._is_over.wait(INTERVAL_S):
            self.times.append(time.monotonic())
            self.app.shoot(self.folder / f"{len(self.times):03}.png")

    def end(self, path):
        self._is_over.set()
        self.join()
        frames = []
        for number, (begin, end) in enumerate(zip(self.times, self.times[1:] + [time.monotonic()]), 1):
            frames += ["-delay", str(round((end - begin) * 100)), str(self.folder / f"{number:03}.png")]
        subprocess.run(["convert", *frames, "-crop", "{}x{}+0+0".format(*shots.SIZE), "+repage",
                        "-resize", str(ANIMATION_WIDTH), "+dither", "-colors", "64", "-layers",
                        "optimize", "-loop", "0", str(path)], check=True)


class Pictures(shots.Shots):
    def take(self, name):
        time.sleep(shots.SETTLE_S)
        path = self.folder / f"{name}.png"
        self.app.shoot(path)
        subprocess.run(["mogrify", "-crop", "{}x{}+0+0".format(*shots.SIZE), "+repage", str(path)],
                       check=True)

    def run(self, scratch):
        film = portraits.film(scratch / "vali.y4m", portraits.VALI)
        self.app = desk.App("--server", self.server.url, "--user", "ali", env=self.env)
        self.app.await_(self.app.root, "window")
        self.app.entry("Password").write("demo")
        self.app.press("Sign In", "push button")
        self.app.find("Vali Valiyev", "label")
        self.app.await_gone("Connecting to the server.*")
        self.take("people")
        recorder = Recorder(self.app, scratch)
        peer = rig.Cli(self.server.url, "vali", "call", "ali", "--video-source", f"file:{film}",
                       "--audio-source", "test")
        self.app.find("Decline", "push button")
        self.take("incoming")
        self.app.press("Answer", "push button")
        peer.wait_event("connected")
        time.sleep(3)
        self.take("in-call")
        time.sleep(2)
        self.app.act("hang-up")
        self.app.find("You hung up.", "label")
        time.sleep(1)
        recorder.end(self.folder / "call.gif")
        peer.end()
        self.app.find("People", "page tab")
        self.app.key("alt+2")
        self.take("recent")


def main():
    if reason := desk.why_no_desk():
        sys.exit(f"No pictures: {reason}.")
    with tempfile.TemporaryDirectory(prefix="aloqa-pictures-") as scratch:
        scratch = pathlib.Path(scratch)
        desk.Desk.get()
        camera = portraits.film(scratch / "ali.y4m", portraits.ALI)
        machines = devices.Devices(camera, portraits.SIZE)
        pictures = Pictures(pathlib.Path(sys.argv[1]), "light")
        try:
            pictures.run(scratch)
        finally:
            pictures.close()
            machines.end()


if __name__ == "__main__":
    main()
