# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop of a test's own (screen, session bus, accessibility), and the application on it, used as
a person would: by what things are called, with keys and the pointer."""

import atexit
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import rig
import widgets

APPLICATION = rig.BUILD / "src/ui/aloqa"
BUS_NAME = "io.github.aloqa.Aloqa"
OBJECT_PATH = "/io/github/aloqa/Aloqa"


class XScreen:
    """An X server without a monitor; whatever is pressed goes to the window under the pointer."""

    needed = (("Xvfb", "xvfb"), ("xdotool", "xdotool"), ("import", "imagemagick"))

    def __init__(self, desk):
        os.environ["GDK_BACKEND"] = "x11"
        # Two that start at once may take the same number, and then neither is to be had.
        for _ in range(5):
            number = desk.start(["Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24",
                                 "-nolisten", "tcp", "-noreset"])
            os.environ["DISPLAY"] = f":{number}"
            if number and subprocess.run(["xdotool", "getdisplaygeometry"], capture_output=True,
                                         check=False).returncode == 0:
                return
        raise AssertionError("no screen could be had from Xvfb")

    def key(self, *keys):
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--delay", "20", text], check=True)

    def click(self, x, y):
        subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", "1"], check=True)

    def shoot(self, path):
        subprocess.run(["import", "-window", "root", str(path)], check=True)


def why_no_desk(screen=XScreen):
    """None where a desktop with such a screen can be made here, else the reason."""
    for command, package in (*screen.needed, ("dbus-daemon", "dbus-daemon"),
                             ("gnome-keyring-daemon", "gnome-keyring")):
        if not shutil.which(command):
            return f"the command {command} (package {package}) is missing"
    try:
        import gi
        gi.require_version("Atspi", "2.0")
    except (ImportError, ValueError):
        return "python3-gi or gir1.2-atspi-2.0 is missing"
    return None


class Desk:
    """Started once for the whole program: the accessibility library holds on to its first bus."""

    _only = None

    @classmethod
    def get(cls, screen=XScreen):
        if cls._only is None:
            cls._only = cls(screen)
        return cls._only

    def __init__(self, screen):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="aloqa-desk-"))
        atexit.register(self.close)
        self._children = []
        for name in ("home", "run", "data", "config", "cache"):
            (self.folder / name).mkdir(mode=0o700, parents=True)
        os.environ.update({
            "HOME": str(self.folder / "home"), "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "GSK_RENDERER": "cairo", "GTK_A11Y": "atspi",
            "GTK_USE_PORTAL": "0", "ADW_DISABLE_PORTAL": "1", "NO_AT_BRIDGE": "0",
            "PIPEWIRE_RUNTIME_DIR": str(self.folder / "run"),
            "PULSE_SERVER": f"unix:{self.folder}/run/none"})
        os.environ.pop("WAYLAND_DISPLAY", None)
        os.environ.pop("API_BASE", None)
        self.screen = screen(self)
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = self.start(
            ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"])
        self._start_keyring()
        # One of the machine's would be started for whoever tells something.
        self._withhold("org.freedesktop.Notifications")

    def spawn(self, command):
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, text=True)
        self._children.append(child)
        return child

    def start(self, command):
        """Returns the first line that it says."""
        return self.spawn(command).stdout.readline().strip()

    def _start_keyring(self):
        """One that is open: else a dialog of the desktop would ask for its password."""
        self._keyring = child = self.spawn(["gnome-keyring-daemon", "--foreground", "--unlock",
                            "--components=secrets"])
        child.stdin.write("keyring")
        child.stdin.close()
        subprocess.run(["gdbus", "wait", "--session", "--timeout", "20",
                        "org.freedesktop.secrets"], check=True)

    def _withhold(self, name):
        """The bus cannot start what has that name. Returns: the file that says so"""
        service = self.folder / f"data/dbus-1/services/{name}.service"
        service.parent.mkdir(parents=True, exist_ok=True)
        service.write_text(f"[D-BUS Service]\nName={name}\nExec=/bin/false\n")
        self._reload_bus()
        return service

    @contextlib.contextmanager
    def without_keyring(self):
        """None runs, and none can be started by the bus."""
        service = self._withhold("org.freedesktop.secrets")
        self._children.remove(self._keyring)
        self._end(self._keyring)
        try:
            yield
        finally:
            service.unlink()
            self._reload_bus()
            self._start_keyring()

    @contextlib.contextmanager
    def silent_keyring(self):
        """It does not answer meanwhile, like one that waits to be unlocked."""
        self._keyring.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._keyring.send_signal(signal.SIGCONT)

    @staticmethod
    def _reload_bus():
        subprocess.run(["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus",
                        "--object-path", "/org/freedesktop/DBus", "--method",
                        "org.freedesktop.DBus.ReloadConfig"], check=True, capture_output=True)

    @staticmethod
    def _end(child):
        child.terminate()
        child.wait()
        child.stdout.close()

    def close(self):
        for child in reversed(self._children):
            self._end(child)
        shutil.rmtree(self.folder, ignore_errors=True)


class Windows:
    """Those of a process, whose id is .pid."""

    def root(self):
        return widgets.find_program(self.pid)

    def all_widgets(self):
        root = self.root()
        return root.walk() if root is not None else ()

    def widgets(self):
        """Everything on the screen; what goes away while it is looked at is left out."""
        return [widget for widget in self.all_widgets() if widget.is_shown]

    def look_for(self, name, role=None, usable=True):
        pattern = re.compile(name)
        return next((widget for widget in self.all_widgets() if pattern.fullmatch(widget.name)
                     and (role is None or re.fullmatch(role, widget.role))
                     and (widget.is_usable if usable else widget.is_shown)), None)

    def find(self, name, role=None, usable=True, timeout_s=rig.WAIT_S):
        """Waits for something called so (a regular expression) to be on the screen."""
        return self.await_(lambda: self.look_for(name, role, usable),
                           f"“{name}” ({role or 'anything'})", timeout_s)

    def await_(self, condition, what, timeout_s=rig.WAIT_S):
        end = time.monotonic() + timeout_s
        while not (found := condition()):
            if time.monotonic() > end or self.has_ended():
                names = sorted({f"{w.role}: {w.name}" for w in self.widgets() if w.name})
                raise AssertionError(f"no {what} within {timeout_s} s; on the screen are\n"
                                     + "\n".join(names) + "\n" + self.story())
            time.sleep(0.05)
        return found

    def await_gone(self, name, role=None):
        self.await_(lambda: self.look_for(name, role, usable=False) is None, f"end of “{name}”")

    def press(self, name, role=None):
        self.find(name, role).press()

    def entry(self, name):
        """The text field that belongs to this name."""
        return self.await_(lambda: self._look_for_entry(name), f"text field “{name}”")

    def _look_for_entry(self, name):
        return next((widget for widget in self.all_widgets()
                     if widget.role in ("text", "entry", "password text") and widget.is_usable
                     and widget.can_be_written
                     and name in (widget.name, self._name_above(widget))), None)

    @staticmethod
    def _name_above(widget):
        return next((above.name for above in widget.ancestors() if above.name), "")

    def key(self, *keys):
        Desk.get().screen.key(*keys)

    def type(self, text):
        Desk.get().screen.type(text)

    def click(self, widget, across=0.5):
        Desk.get().screen.click(*widget.middle(across))

    def choose(self, name, index):
        """One of what a row of choices offers, by how far down it is from what is chosen."""
        self.click(self.find(name, "combo box"))
        self.key(*["Down" if index > 0 else "Up"] * abs(index), "Return")

    def shoot(self, path):
        Desk.get().screen.shoot(path)

    def act(self, action, parameter="[]"):
        """What a key of the desktop would be bound to."""
        subprocess.run(["gdbus", "call", "--session", "--dest", BUS_NAME, "--object-path",
                        OBJECT_PATH, "--method", "org.gtk.Actions.Activate", action, parameter, "{}"],
                       check=True, capture_output=True)

    def dump(self):
        for widget in self.widgets():
            print(widget.role, repr(widget.name), repr(widget.text), file=sys.stderr)


class App(rig.Process, Windows):
    """The application, on the desk."""

    def __init__(self, *words, env=None, program=APPLICATION):
        # What the toolkit and the font library leave behind at the end is not looked at here.
        sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0:fast_unwind_on_malloc=1"
        super().__init__([program, *words], env={
            "GSETTINGS_BACKEND": "memory", "ASAN_OPTIONS": sanitizer, **(env or {})})

    def has_ended(self):
        return self._child.poll() is not None
