#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed is started as a desktop starts it: from the menu, by its name on the bus, by a
link; and whatever starts it again reaches the one that runs."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import desk
import installation
import rig

DESKTOP_FILE = f"share/applications/{desk.BUS_NAME}.desktop"

# What a click in the menu of a desktop does; the bus starts nothing for who is gone already.
MENU = """
import sys
from gi.repository import Gio, GLib
loop = GLib.MainLoop()
Gio.DesktopAppInfo.new(sys.argv[1]).launch_uris_async([], None, None, lambda info, result: (
    info.launch_uris_finish(result), loop.quit()))
loop.run()
"""


def ask_bus(*words, destination="org.freedesktop.DBus", path="/org/freedesktop/DBus"):
    return subprocess.run(["gdbus", "call", "--session", "--dest", destination, "--object-path", path,
                           "--method", *words], capture_output=True, text=True, check=False)


def find_owner():
    """The process that has the application's name on the bus, or None."""
    asked = ask_bus("org.freedesktop.DBus.GetConnectionUnixProcessID", desk.BUS_NAME)
    return int(asked.stdout.split()[1].rstrip(",)")) if asked.returncode == 0 else None


class Launched(desk.Windows):
    """The application, started by somebody else."""

    def __init__(self):
        self.pid = None
        self.await_(find_owner, "owner of the name on the bus")
        self.pid = find_owner()
        self.await_(self.root, "window")

    def has_ended(self):
        return self.pid is not None and find_owner() != self.pid

    def story(self):
        return f"the process {self.pid} has the name" if self.pid else "nobody has the name"

    def count_windows(self):
        return sum(widget.role in ("frame", "window") for widget in self.root().children())

    def end(self):
        if self.has_ended():
            return
        self.act("quit")
        end = time.monotonic() + rig.WAIT_S
        while find_owner() is not None:
            if time.monotonic() > end:
                raise AssertionError("it does not quit")
            time.sleep(0.05)


class Case(rig.Case):
    @classmethod
    def setUpClass(cls):
        """The bus looks where services are installed when it starts, so that comes first."""
        folder = tempfile.mkdtemp(prefix="aloqa-test-")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.installed = installation.Installation(folder)
        cls.installed.make_caches()
        prefix = cls.installed.prefix
        cls.program = prefix / "bin/aloqa"
        service = prefix / f"share/dbus-1/services/{desk.BUS_NAME}.service"
        service.write_text(service.read_text(encoding="utf-8").replace(
            f"Exec={cls.installed.real_prefix}/", f"Exec={prefix}/"), encoding="utf-8")
        os.environ.update({"XDG_DATA_DIRS": f"{prefix}/share:/usr/local/share:/usr/share",
                           "PATH": f"{prefix}/bin:{os.environ['PATH']}",
                           "GSETTINGS_BACKEND": "keyfile"})
        cls.desk = desk.Desk.get()

    def run_(self, *command):
        """What starts it, and is done when it has told the one that runs."""
        subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL,
                       timeout=rig.WAIT_S)

    def click_in_menu(self):
        self.run_("/usr/bin/python3", "-c", MENU, f"{desk.BUS_NAME}.desktop")

    @staticmethod
    def assert_usable(app):
        """It asks for the password, or waits for the server of a test before."""
        app.find("Sign In.*", "push button", usable=False)

    def command_line(self, app):
        return pathlib.Path(f"/proc/{app.pid}/cmdline").read_text(encoding="utf-8").split("\0")[:-1]


class Launching(Case):
    def test_from_the_menu(self):
        self.click_in_menu()
        app = self.start(Launched)
        self.assertEqual(self.command_line(app), [str(self.program), "--gapplication-service"])
        self.assert_usable(app)

    def test_by_its_name_on_the_bus(self):
        called = ask_bus("org.freedesktop.Application.Activate", "{}", destination=desk.BUS_NAME,
                         path=desk.OBJECT_PATH)
        self.assertEqual(called.returncode, 0, called.stderr)
        app = self.start(Launched)
        self.assertEqual(self.command_line(app)[0], str(self.program))
        self.assert_usable(app)

    def test_by_its_command_as_desktops_without_a_bus_do(self):
        self.run_("gio", "launch", self.installed.prefix / DESKTOP_FILE)
        app = self.start(Launched)
        self.assertEqual([pathlib.Path(word).name for word in self.command_line(app)], ["aloqa"])
        self.assert_usable(app)

    def test_every_further_launch_reaches_the_one_that_runs(self):
        first = self.start(rig.Process, [self.program])
        app = self.start(Launched)
        self.assertEqual(app.pid, first.pid)
        self.click_in_menu()
        self.run_("gio", "launch", self.installed.prefix / DESKTOP_FILE)
        self.run_(self.program)
        self.run_("gio", "open", "aloqa:nonsense")
        app.find("This link names nobody to call")
        self.assertEqual(find_owner(), first.pid)
        self.assertEqual(app.count_windows(), 1)

    def test_a_link_starts_it_signs_in_and_asks(self):
        server = self.start(rig.Server, "--demo")
        self.start(rig.Process, [self.program, "--server", server.url, "--user", "ali"])
        app = self.start(Launched)
        app.entry("Password").write("demo")
        app.press("Sign In", "push button")
        app.find("Vali Valiyev", "label")
        app.end()
        self.run_("gio", "open", "aloqa:call?peer=vali")
        app = self.start(Launched)
        app.find("Call Vali Valiyev\\?")


if __name__ == "__main__":
    if reason := desk.why_no_desk():
        print(f"1..0 # SKIP {reason}")
    else:
        rig.main()
