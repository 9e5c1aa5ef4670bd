# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop of a test's own (screen, session bus, accessibility), and the application on it, used as
a person would: by what things are called, with keys and the pointer."""

import atexit
import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import rig

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

    @contextlib.contextmanager
    def without_keyring(self):
        """None runs, and none can be started by the bus."""
        service = self.folder / "data/dbus-1/services/org.freedesktop.secrets.service"
        service.parent.mkdir(parents=True, exist_ok=True)
        service.write_text("[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/false\n")
        self._reload_bus()
        self._children.remove(self._keyring)
        self._end(self._keyring)
        try:
            yield
        finally:
            service.unlink()
            self._reload_bus()
            self._start_keyring()

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


class Widget:
    """Something on the screen, as a screen reader sees it."""

    def __init__(self, node):
        self.node = node

    @property
    def name(self):
        # What is told as it changes has no name in GTK 4.18, only a text.
        return self.node.get_name() or (self.text if self.role == "status bar" else "")

    @property
    def role(self):
        role = self.node.get_role_name()
        return "push button" if role == "button" else role  # newer AT-SPI calls it so

    def has_state(self, name):
        from gi.repository import Atspi
        return self.node.get_state_set().contains(getattr(Atspi.StateType, name))

    @property
    def is_shown(self):
        """Has a place on the screen. (GTK 4.8 tells the state "showing" of windows only.)"""
        from gi.repository import Atspi, GLib
        try:
            box = self.node.get_extents(Atspi.CoordType.WINDOW)
            return self.has_state("VISIBLE") and box.width > 0 and box.height > 0
        except GLib.Error:
            return False

    @property
    def is_usable(self):
        return self.has_state("SENSITIVE") and self.is_shown

    def children(self):
        from gi.repository import GLib
        with contextlib.suppress(GLib.Error):
            for index in range(self.node.get_child_count()):
                child = self.node.get_child_at_index(index)
                if child is not None:
                    yield Widget(child)

    def describe_place(self):
        """What it is in, for a message that says where to look."""
        names, node = [], self.node
        while (node := node.get_parent()) is not None:
            names.append(node.get_name() or node.get_role_name())
        return " < ".join(names)

    def walk(self):
        yield self
        for child in self.children():
            yield from child.walk()

    def press(self):
        """Of a menu's button it is the one within that can be pressed."""
        for widget in self.walk():
            actions = widget.node.get_action_iface()
            if actions is not None and actions.get_n_actions():
                actions.do_action(0)
                return
        raise AssertionError(f"“{self.name}” ({self.role}) cannot be pressed")

    def set_value(self, value):
        self.node.get_value_iface().set_current_value(value)

    def write(self, text):
        self.node.get_editable_text_iface().set_text_contents(text)

    @property
    def text(self):
        from gi.repository import Atspi
        face = self.node.get_text_iface()
        return Atspi.Text.get_text(face, 0, -1) if face is not None else ""

    @property
    def width(self):
        """Without the border that a window has on a desktop and not on a phone, where it is told:
        GTK 4.18 does, as less than nothing, and libadwaita 1.7 has 360 pixels within it."""
        from gi.repository import Atspi
        box = self.node.get_extents(Atspi.CoordType.WINDOW)
        return box.width + 2 * min(box.x, 0)

    def middle(self, across=0.5):
        """Where it is on the screen, whose corner its window is in: half way down, and so far across.
        (GTK 4.18 tells places in the window only, and its border as less than nothing.)"""
        from gi.repository import Atspi
        window = self.node
        while window.get_parent().get_role() != Atspi.Role.APPLICATION:
            window = window.get_parent()
        box, frame = (node.get_extents(Atspi.CoordType.WINDOW) for node in (self.node, window))
        return box.x - frame.x + int(box.width * across), box.y - frame.y + box.height // 2


class Windows:
    """Those of a process, whose id is .pid."""

    def root(self):
        from gi.repository import Atspi
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child is not None and child.get_process_id() == self.pid:
                return Widget(child)
        return None

    def widgets(self):
        """Everything on the screen; what goes away while it is looked at is left out."""
        root = self.root()
        return [widget for widget in root.walk() if widget.is_shown] if root is not None else []

    def look_for(self, name, role=None, usable=True):
        pattern = re.compile(name)
        for widget in self.widgets():
            with contextlib.suppress(Exception):
                if (pattern.fullmatch(widget.name) and (role is None or re.fullmatch(role, widget.role))
                        and (not usable or widget.is_usable)):
                    return widget
        return None

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
        for widget in self.widgets():
            with contextlib.suppress(Exception):
                if (widget.role in ("text", "entry", "password text") and widget.is_usable
                        and widget.node.get_editable_text_iface() is not None
                        and name in (widget.name, self._name_above(widget))):
                    return widget
        return None

    @staticmethod
    def _name_above(widget):
        parent = widget.node.get_parent()
        while parent is not None and not parent.get_name():
            parent = parent.get_parent()
        return parent.get_name() if parent is not None else ""

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
