#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of every view, to be looked at.

Usage: shots.py FOLDER [STYLE…]     STYLE: light, dark, narrow, uz, ru
"""

import gettext
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import desk
import rig

# How each looks: the settings of the desktop, and the size of the window.
STYLES = {
    "light": {},
    "dark": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"},
    "narrow": {"size": (360, 640)},
    "uz": {"locale": "uz_UZ.UTF-8"},
    "ru": {"locale": "ru_RU.UTF-8"},
}
SIZE = (800, 640)

# A view has come to rest after this: animations of libadwaita take 0.4 s at most.
SETTLE_S = 0.8


def make_locale(name):
    """A locale of this program's own, where the system does not have it."""
    folder = desk.Desk.get().folder / "locale"
    folder.mkdir(exist_ok=True)
    language = name.split(".")[0]
    subprocess.run(["localedef", "-i", language, "-f", "UTF-8", str(folder / name)], check=False,
                   capture_output=True)
    return {"LOCPATH": str(folder), "LC_ALL": name, "LANGUAGE": name.split("_")[0]}


class Shots:
    def __init__(self, folder, style):
        options = dict(STYLES[style])
        self.folder = folder
        self.prefix = str(folder / style)
        self.size = width, height = options.pop("size", SIZE)
        locale = options.pop("locale", None)
        self.data = tempfile.mkdtemp(prefix="aloqa-shots-")
        self.env = {"XDG_DATA_HOME": self.data, "LC_ALL": "C.UTF-8", **options}
        if locale:
            self.env.update(make_locale(locale))
        self.env["XDG_CONFIG_HOME"] = self.data
        self.env["GSETTINGS_BACKEND"] = "keyfile"
        settings = pathlib.Path(self.data, "glib-2.0/settings/keyfile")
        settings.parent.mkdir(parents=True)
        settings.write_text(f"[io/github/aloqa/Aloqa]\nwindow-width={width}\n"
                            f"window-height={height}\n", encoding="utf-8")
        languages = [locale.split("_")[0]] if locale else []
        self.words = gettext.translation("aloqa", rig.BUILD / "po", languages,
                                         fallback=True).gettext
        self.n_taken = 0
        self.server = rig.Server("--demo")
        self.app = None

    def take(self, name):
        time.sleep(SETTLE_S)
        self.n_taken += 1
        self.app.shoot(f"{self.prefix}-{self.n_taken:02}-{name}.png")

    def peer(self, *words):
        return rig.Cli(self.server.url, "vali", *words, "--video-source", "clock")

    def run(self):
        self.app = desk.App("--server", self.server.url, "--user", "ali", env=self.env)
        self.app.entry(self.words("Password"))
        self.take("sign-in")
        refusal = self.words("%s does not know this name and password together. Check both and try "
                             "again.") % self.server.url
        for password in ("wrong", "demo"):
            self.app.entry(self.words("Password")).write(password)
            self.app.press(self.words("Sign In"), "push button")
            if password == "wrong":
                self.app.find(re.escape(refusal))
                self.take("sign-in-refused")
        self.app.find("Vali Valiyev", "label")
        time.sleep(1)
        self.take("people")
        search = self.app.entry(self.words("Search people"))
        search.write("zzz")
        self.app.find(self.words("Nobody Found"))
        self.take("nobody-found")
        search.write("")
        self.calls()
        self.audio_call()
        self.app.key("alt+2")
        self.take("recent")
        self.app.press(self.words("Clear All"), "push button")
        self.app.find(self.words("All calls deleted"))
        self.take("clear-all")
        self.app.press(".*" + self.words("Undo"), "push button")
        self.questions()
        self.windows()
        self.server.end()
        self.take("offline")

    def calls(self):
        caller = self.peer("call", "ali", "--ring-timeout", "4")
        self.app.find(self.words("Decline"), "push button")
        self.take("incoming")
        caller.wait()
        caller.end()
        answerer = self.peer("answer", "--delay", "2500")
        answerer.wait_event("registered")
        second = desk.App("--call", "vali", env=self.env)
        second.wait()
        self.take("outgoing")
        answerer.wait_event("connected")
        time.sleep(2)
        self.take("in-call")
        self.app.act("toggle-mute")
        self.take("muted")
        self.small_window()
        answerer.say("video off")
        self.take("camera-off-there")
        answerer.signal(signal.SIGSTOP)
        self.app.find(self.words("Reconnecting…"))
        self.take("reconnecting")
        answerer.signal(signal.SIGCONT)
        self.app.act("hang-up")
        self.take("after")
        time.sleep(2)
        answerer.end()

    def small_window(self):
        self.app.press(self.words("View"))
        self.app.find(".*", "menu item")
        self.app.key("Down", "Return")
        self.take("small")
        self.app.press(self.words("Leave Small Window"))

    def questions(self):
        """Dialogs that are answered with no."""
        cancel = ".*" + re.escape(self.words("_Cancel").replace("_", ""))
        desk.App("aloqa:call?peer=vali", env=self.env).wait()
        for name in ("link", "erase"):
            self.app.find(cancel, "push button")
            self.take(name)
            self.app.key("Escape")
            self.app.await_gone(cancel, "push button")
            if name == "link":
                self.app.act("erase")

    def audio_call(self):
        answerer = self.peer("answer")
        answerer.wait_event("registered")
        desk.App("--call", "vali", "--audio", env=self.env).wait()
        answerer.wait_event("connected")
        time.sleep(2)
        self.take("audio-call")
        self.app.press(self.words("Camera, Microphone and Speaker"))
        self.take("call-devices")
        self.app.key("Escape")
        self.app.press(self.words("Hold"))
        self.take("held")
        self.app.press(self.words("Hold"))
        answerer.end()
        self.take("hung-up-there")
        # The title bar has a button of that name, too, which comes first.
        [w for w in self.app.widgets()
         if w.name == self.words("Close") and w.role == "push button"][-1].press()
        self.app.find(self.words("Search people"))

    def fit_windows(self):
        """What a window manager does on a screen so small."""
        if self.size == SIZE:
            return
        for window in subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "."],
                                     capture_output=True, text=True, check=True).stdout.split():
            subprocess.run(["xdotool", "windowsize", window, *map(str, self.size)], check=True)

    def windows(self):
        for action in ("preferences", "troubles", "about", "shortcuts"):
            # By the bus: without a window manager no window has the keys when another one closed.
            self.app.act(action)
            self.app.await_(lambda: sum(w.role in ("frame", "dialog") for w in self.app.widgets())
                            == 2, f"window of {action}")
            self.fit_windows()
            if action == "troubles":
                self.app.await_(lambda: self.app.look_for(self.words("Look Again"), "push button"),
                                "end of the look")
            self.take(action)
            if action == "preferences":
                for place in (1, 2):
                    tabs = [w for w in self.app.widgets() if w.role == "page tab"]
                    tabs[-3 + place].press()
                    self.take(f"{action}-{place + 1}")
            self.app.key("Escape")
            self.app.await_(lambda: sum(w.role in ("frame", "dialog") for w in self.app.widgets())
                            == 1, f"end of {action}")

    def close(self):
        if self.app is not None:
            self.app.end()
        self.server.end()
        shutil.rmtree(self.data, ignore_errors=True)


def main():
    if reason := desk.why_no_desk():
        print(f"No pictures: {reason}.")
        return 77
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    desk.Desk.get()
    for style in sys.argv[2:] or STYLES:
        shots = Shots(folder, style)
        try:
            shots.run()
        finally:
            shots.close()
        print(f"{style}: {shots.n_taken} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
