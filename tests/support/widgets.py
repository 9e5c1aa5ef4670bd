# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader sees of a program, asked over AT-SPI's own bus. Many questions are on the way at
once: a window has hundreds of widgets, and each answer waits for the program's main loop."""

import collections
import contextlib
import os

PREFIX = "org.a11y.atspi."
REGISTRY = (PREFIX + "Registry", "/org/a11y/atspi/accessible/root")
LIMIT_MS = 10000

Box = collections.namedtuple("Box", "x y width height")
NOWHERE = Box(0, 0, 0, 0)


class Bus:
    """The connection to the accessibility bus of the session."""

    _only = {}

    @classmethod
    def get(cls):
        session = os.environ["DBUS_SESSION_BUS_ADDRESS"]
        if session not in cls._only:
            cls._only[session] = cls(session)
        return cls._only[session]

    def __init__(self, session):
        self._session = self._connect(session)
        (address,) = self._session.call_sync(
            "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, 0, LIMIT_MS,
            None).unpack()
        self._bus = self._connect(address)

    @staticmethod
    def _connect(address):
        from gi.repository import Gio
        flags = Gio.DBusConnectionFlags
        return Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)

    def ask_all(self, questions):
        """Each is (name on the bus, path, interface, method, arguments or None). Returns the answers
        in their order: None of what is not there any more, or cannot be asked this."""
        from gi.repository import GLib
        answers = [None] * len(questions)
        n_open = len(questions)

        def answered(bus, result, index):
            nonlocal n_open
            n_open -= 1
            with contextlib.suppress(GLib.Error):
                answers[index] = bus.call_finish(result).unpack()

        for index, (name, path, interface, method, arguments) in enumerate(questions):
            self._bus.call(name, path, interface, method, arguments, None, 0, LIMIT_MS, None,
                           answered, index)
        while n_open > 0:
            GLib.MainContext.default().iteration(True)
        return answers

    def ask(self, *question):
        return self.ask_all([question])[0]


def question(place, interface, method, arguments=None):
    return (*place, PREFIX + interface, method, arguments)


def question_of_property(place, interface, name):
    from gi.repository import GLib
    return (*place, "org.freedesktop.DBus.Properties", "Get",
            GLib.Variant("(ss)", (PREFIX + interface, name)))


def find_program(pid):
    """Its root, or None while it has none."""
    from gi.repository import GLib
    bus = Bus.get()
    (places,) = bus.ask(*question(REGISTRY, "Accessible", "GetChildren")) or ([],)
    pids = bus.ask_all([("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                         "GetConnectionUnixProcessID", GLib.Variant("(s)", (name,)))
                        for name, _ in places])
    return next((Widget(place) for place, found in zip(places, pids) if found == (pid,)), None)


class Widget:
    """Something on the screen. What it is called is what it was called when a walk came by."""

    def __init__(self, place):
        self.place = place
        self._told_name = None

    def __eq__(self, other):
        return isinstance(other, Widget) and self.place == other.place

    def __hash__(self):
        return hash(self.place)

    def _ask(self, interface, method, arguments=None):
        return Bus.get().ask(*question(self.place, interface, method, arguments))

    def _ask_property(self, interface, name):
        answer = Bus.get().ask(*question_of_property(self.place, interface, name))
        return answer[0] if answer else None

    @property
    def name(self):
        if self._told_name is None:
            self._told_name = self._ask_property("Accessible", "Name") or self._text_as_name()
        return self._told_name

    def _text_as_name(self):
        """What is told as it changes has no name in GTK 4.18, only a text."""
        return self.text if self.role == "status bar" else ""

    @property
    def description(self):
        return self._ask_property("Accessible", "Description") or ""

    @property
    def role(self):
        from gi.repository import Atspi
        answer = self._ask("Accessible", "GetRole")
        if answer is None:
            return ""
        role = Atspi.role_get_name(Atspi.Role(answer[0]))
        return "push button" if role == "button" else role  # newer AT-SPI calls it so

    def has_state(self, name):
        from gi.repository import Atspi
        bit = int(getattr(Atspi.StateType, name))
        (words,) = self._ask("Accessible", "GetState") or ((0, 0),)
        return bool(words[bit // 32] >> bit % 32 & 1)

    @property
    def box(self):
        """Its place in its window."""
        from gi.repository import Atspi, GLib
        answer = self._ask("Component", "GetExtents",
                           GLib.Variant("(u)", (int(Atspi.CoordType.WINDOW),)))
        return Box(*answer[0]) if answer else NOWHERE

    @property
    def is_shown(self):
        """Has a place on the screen. (GTK 4.8 tells the state "showing" of windows only.)"""
        box = self.box
        return box.width > 0 and box.height > 0 and self.has_state("VISIBLE")

    @property
    def is_usable(self):
        return self.has_state("SENSITIVE") and self.is_shown

    @property
    def parent(self):
        place = self._ask_property("Accessible", "Parent")
        return Widget(place) if place and place[1] != "/org/a11y/atspi/null" else None

    def ancestors(self):
        widget = self
        while (widget := widget.parent) is not None and widget.place != REGISTRY:
            yield widget

    def children(self):
        (places,) = self._ask("Accessible", "GetChildren") or ([],)
        return [Widget(place) for place in places]

    def walk(self):
        """Itself and all that is in it, each before what is in it."""
        below, level = {}, [self]
        while level:
            below.update(zip((widget.place for widget in level), self._look_below(level)))
            level = [child for widget in level for child in below[widget.place]]
        stack = [self]
        while stack:
            widget = stack.pop()
            yield widget
            stack.extend(reversed(below[widget.place]))

    @staticmethod
    def _look_below(level):
        questions = [question(widget.place, "Accessible", "GetChildren") for widget in level]
        questions += [question_of_property(widget.place, "Accessible", "Name") for widget in level]
        answers = Bus.get().ask_all(questions)
        below = [[Widget(place) for place in (answer[0] if answer else [])]
                 for answer in answers[:len(level)]]
        for widget, children, answer in zip(level, below, answers[len(level):]):
            widget._told_name = answer and answer[0] or ("" if children else widget._text_as_name())
        return below

    def describe_place(self):
        """What it is in, for a message that says where to look."""
        return " < ".join(widget.name or widget.role for widget in self.ancestors())

    def press(self):
        """Of a menu's button it is the one within that can be pressed."""
        from gi.repository import GLib
        for widget in self.walk():
            if (widget._ask_property("Action", "NActions")
                    and widget._ask("Action", "DoAction", GLib.Variant("(i)", (0,)))):
                return
        raise AssertionError(f"“{self.name}” ({self.role}) cannot be pressed")

    def set_value(self, value):
        from gi.repository import GLib
        Bus.get().ask(*self.place, "org.freedesktop.DBus.Properties", "Set", GLib.Variant(
            "(ssv)", (PREFIX + "Value", "CurrentValue", GLib.Variant("d", value))))

    @property
    def can_be_written(self):
        answer = self._ask("Accessible", "GetInterfaces")
        return answer is not None and PREFIX + "EditableText" in answer[0]

    def write(self, text):
        from gi.repository import GLib
        self._ask("EditableText", "SetTextContents", GLib.Variant("(s)", (text,)))

    @property
    def text(self):
        """To its end by number: -1 gives nothing in GTK 4.8."""
        from gi.repository import GLib
        n_chars = self._ask_property("Text", "CharacterCount") or 0
        answer = self._ask("Text", "GetText", GLib.Variant("(ii)", (0, n_chars)))
        return answer[0] if answer else ""

    @property
    def width(self):
        """Without the border that a window has on a desktop and not on a phone, where it is told:
        GTK 4.18 does, as less than nothing, and libadwaita 1.7 has 360 pixels within it."""
        box = self.box
        return box.width + 2 * min(box.x, 0)

    def middle(self, across=0.5):
        """Where it is on the screen, whose corner its window is in: half way down, and so far across.
        (GTK 4.18 tells places in the window only, and its border as less than nothing.)"""
        *_, window, _ = [self, *self.ancestors()]
        box, frame = self.box, window.box
        return box.x - frame.x + int(box.width * across), box.y - frame.y + box.height // 2
