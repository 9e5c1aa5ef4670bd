# SPDX-License-Identifier: GPL-3.0-or-later
"""What measured calls need: a server with people, films for cameras, a desktop for the window."""

import pathlib
import shutil
import sqlite3
import tempfile
import time

import browser
import desk
import devices
import film
import rig

N_PEOPLE = 200
SIZES = ((640, 480), (1280, 720))


def add_people(database):
    """Ali and vali by the server's own command, the others as copies: each hash takes a while."""
    rig.add_users(database)
    with sqlite3.connect(database) as connection:
        connection.executemany(
            "INSERT INTO users (username, password_hash, first_name, last_name)"
            " SELECT ?, password_hash, ?, 'Person' FROM users WHERE username = 'vali'",
            [(f"person{number}", f"Number {number}") for number in range(N_PEOPLE - 1)])


class Stage:
    def __init__(self):
        self._devices = self.server = self.pages = None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="aloqa-bench-"))
        try:
            self._set_up()
        except BaseException:
            self.end()
            raise

    def _set_up(self):
        database = self.folder / "server.db"
        add_people(database)
        self.server = rig.Server("--database", database)
        self.signed_in = {user: browser.sign_in(self.server.url, user) for user in ("ali", "vali")}
        self.pages = browser.PageServer()
        self.measure_js = pathlib.Path(__file__).with_name("measure.js").read_text(encoding="utf-8")
        self.tone = self.folder / "tone.wav"
        film.write_wav(self.tone)
        self.films = {}
        for size in SIZES:
            self.films[size] = self.folder / "{}x{}.y4m".format(*size)
            film.write_y4m(self.films[size], *size)
        self.window_env = {"XDG_CONFIG_HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder),
                           "GSETTINGS_BACKEND": "keyfile", "G_MESSAGES_DEBUG": "aloqa-ui"}

    def prepare_window(self):
        """A desktop with devices, and ali signed in on it; from then on the keyring knows."""
        self._devices = devices.Devices(self.films[SIZES[0]], SIZES[0])
        app = desk.App("--server", self.server.url, "--user", "ali", env=self.window_env)
        app.await_(app.root, "window")
        app.entry("Password").write("demo")
        app.press("Sign In", "push button")
        app.wait_until(lambda: any("on the screen" in line for line in app.errors), "people")
        # The keyring is written meanwhile.
        time.sleep(1)
        app.end()

    def end(self):
        for part in (self._devices, self.pages, self.server):
            if part is not None:
                part.end()
        shutil.rmtree(self.folder, ignore_errors=True)
