#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed speaks the languages it has; and one that nobody speaks, written from right to
left, shows that the window can be turned around and that no word is left out."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import desk
import installation
import rig

# A real locale for the direction, with a translation made up: each message between two letters.
RIGHT_TO_LEFT = "he_IL"
SIGN = "ש"
# What no translator writes: GTK's own, names of widgets, and what is not words at all.
OF_OTHERS = re.compile(r"(Gtk|Adw|Aloqa)\w*|Close|Minimize|Maximize|Back|Aloqa|[^A-Za-z]*")
PEOPLE = {"Ali Aliyev", "Vali Valiyev", "Echo Test", "AA", "VV", "ET", "vali", "echo"}


def make_locale(folder, name):
    subprocess.run(["localedef", "-i", name, "-f", "UTF-8", str(folder / f"{name}.UTF-8")],
                   check=False, capture_output=True)
    return {"LOCPATH": str(folder), "LC_ALL": f"{name}.UTF-8", "LANGUAGE": name.split("_")[0]}


def make_translation(file):
    """Every message with the sign around it, formats and all."""
    source = installation.SOURCE
    names = [line for line in (source / "po/POTFILES.in").read_text(encoding="utf-8").splitlines()
             if line.startswith("src/")]
    pot = subprocess.run(["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_",
                          "--keyword=C_:1c,2", "--keyword=ngettext:1,2", "-o", "-", *names],
                         cwd=source, check=True, stdout=subprocess.PIPE).stdout
    pot = pot.replace(b"charset=CHARSET", b"charset=UTF-8")
    english = subprocess.run(["msgen", "-"], input=pot, check=True, stdout=subprocess.PIPE).stdout
    signed = subprocess.run(["msgfilter", "--keep-header", "sed", f"s/.*/{SIGN} & {SIGN}/"],
                            input=english, check=True, stdout=subprocess.PIPE).stdout
    file.parent.mkdir(parents=True)
    subprocess.run(["msgfmt", "-o", file, "-"], input=signed, check=True)


class Case(rig.Case):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="aloqa-test-"))
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.installed = installation.Installation(folder)
        cls.installed.make_caches()
        make_translation(cls.installed.prefix / "share/locale/he/LC_MESSAGES/aloqa.mo")
        os.environ["XDG_DATA_DIRS"] = f"{cls.installed.prefix}/share:/usr/local/share:/usr/share"
        desk.Desk.get()

    def launch(self, locale, *words):
        app = self.start(desk.App, *words, program=self.installed.prefix / "bin/aloqa", env={
            "XDG_DATA_HOME": str(self.folder), **make_locale(self.folder, locale)})
        app.await_(app.root, "window")
        return app


class Languages(Case):
    def test_the_window_speaks_each(self):
        for locale, words in (("uz_UZ", ("Kirish", "Parol")), ("ru_RU", ("Войти", "Пароль"))):
            app = self.launch(locale)
            app.find(words[0], "push button", usable=False)
            app.entry(words[1])
            app.act("quit")
            self.assert_exit(app, 0)

    def test_the_server_reads_what_it_writes(self):
        """Where a fraction is written with a comma, too."""
        env = {**os.environ, **make_locale(self.folder, "ru_RU")}
        settings = self.folder / "limits.conf"
        command = [rig.SERVER, "--print-limits"]
        settings.write_bytes(subprocess.run(command, env=env, check=True, capture_output=True).stdout)
        command = [rig.SERVER, "--port", "0", "--demo", "--config", settings]
        server = self.start(rig.Process, command, env=env)
        server.wait_until(lambda: any("listening on" in line for line in server.lines), "a server")

    def test_from_right_to_left_and_no_word_left_out(self):
        server = self.start(rig.Server, "--demo")
        app = self.launch(RIGHT_TO_LEFT, "--server", server.url, "--user", "ali")
        self.look_at(app, "sign-in")
        app.entry(f"{SIGN} Password {SIGN}").write("demo")
        app.press(f"{SIGN} Sign In {SIGN}", "push button")
        name = app.find("Vali Valiyev", "label")
        button = app.find(f"{SIGN} Video call Vali Valiyev {SIGN}", "push button")
        self.assertLess(button.middle()[0], name.middle()[0], "a row is from left to right")
        self.look_at(app, "people")
        peer = self.start(rig.Cli, server.url, "echo", "answer")
        peer.wait_event("registered")
        app.press(f"{SIGN} Video call Echo Test {SIGN}")
        peer.wait_event("connected")
        app.find("0:0[1-9]", "label")
        self.look_at(app, "call")
        app.act("hang-up")
        app.find(f"{SIGN} You hung up. {SIGN}", "label")
        self.look_at(app, "ended")
        app.act("preferences")
        app.find(f"{SIGN} Echo Cancellation {SIGN}", "label")
        self.look_at(app, "preferences")

    def look_at(self, app, view):
        menu = app.look_for(f"{SIGN} Main Menu {SIGN}")
        if menu is not None:
            close = app.find("Close|.*סגירה.*", "push button")
            self.assertGreater(menu.middle()[0], close.middle()[0], f"{view} is from left to right")
        if folder := os.environ.get("ALOQA_SHOTS"):
            app.shoot(pathlib.Path(folder) / f"right-to-left-{view}.png")
        left_out = {widget.name for widget in app.widgets()
                    if SIGN not in widget.name and not OF_OTHERS.fullmatch(widget.name)
                    and widget.name not in PEOPLE}
        self.assertEqual(left_out, set(), f"not translated in {view}")


if __name__ == "__main__":
    if reason := desk.why_no_desk():
        print(f"1..0 # SKIP {reason}")
    else:
        rig.main()
