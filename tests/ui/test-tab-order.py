#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the Tab key goes: to everything that can be used, once in a round, as one reads, and back."""

import subprocess

import desk
import rig
from application import Case

# GTK 4.8's lists are gone through by what is in their rows, and its tabs one by one; later a row is a stop
# of its own, and a bar of tabs is one, of which the arrow keys choose.
IS_OLD = subprocess.run(["pkg-config", "--max-version=4.9", "gtk4"], check=False).returncode == 0

USABLE = ("push button", "toggle button", "check box", "radio button", "entry", "text",
          "password text", "slider", "spin button", "combo box", "page tab")
# Every desktop has own keys for these; GTK leaves them to those.
OF_THE_FRAME = ("Minimize", "Maximize", "Close")


class Walk:
    """With Tab through what is within a widget."""

    def __init__(self, app, within):
        self.app = app
        self.widgets = [w for w in within.walk() if w.has_state("FOCUSABLE")]
        self.places = [self._find_place(w) for w in self.widgets]
        self.panes = [self._find_pane(w) for w in self.widgets]

    @staticmethod
    def _find_place(widget):
        """Looked up before the first step: what is walked through scrolls."""
        return widget.box if widget.is_shown else None

    @staticmethod
    def _find_pane(widget):
        return next((above for above in widget.ancestors() if above.role == "scroll pane"), None)

    @staticmethod
    def _is_typed_into(widget):
        """A row for text of libadwaita 1.2 tells no focus; its pencil is there while it has none."""
        return (widget.role == "text" and widget.has_state("EDITABLE")
                and not any(w.role == "image" and w.name in ("", "GtkImage") for w in widget.walk()))

    def find_focus(self):
        """Returns: which of the widgets, or None"""
        for index, widget in enumerate(self.widgets):
            if widget.has_state("FOCUSED"):
                return index
        for index, widget in enumerate(self.widgets):
            if self._is_typed_into(widget):
                return index
        return None

    def name(self, index):
        return self.widgets[index].name

    def step(self, key):
        """Returns: what has the focus then"""
        before = self.find_focus()
        come_from = "nothing" if before is None else self.name(before)
        self.app.key(key)
        self.app.await_(lambda: self.find_focus() not in (None, before),
                        f"focus that {key} moves from “{come_from}”")
        return self.find_focus()

    def go_to(self, name, key):
        names = []
        for _ in self.widgets:
            names.append(self.name(now := self.step(key)))
            if names[-1] == name:
                return now
        raise AssertionError(f"{key} never comes to “{name}”, only to {names}")

    def go_round(self, first, key):
        stops = [first]
        while (now := self.step(key)) != first:
            stops.append(now)
            assert len(stops) <= len(self.widgets), [self.name(stop) for stop in stops]
        return stops

    def find_missing(self, stops):
        """What can be used and is nowhere on the way. Of pages that lie behind each other, which GTK 4.8
        does not tell, it is the one that was walked through."""
        panes = [self.panes[stop] for stop in stops]
        names = {self.name(stop) for stop in stops}
        usable = USABLE if IS_OLD else [role for role in USABLE if role != "page tab"]
        return [(w.role, w.name) for w, pane in zip(self.widgets, self.panes)
                if w.role in usable and w.is_usable and (pane is None or pane in panes)
                and w.name not in names and w.name not in OF_THE_FRAME]

    def is_read_before(self, one, other):
        """Whether the place of the one is above the other's, or left of it beside it."""
        a, b = self.places[one], self.places[other]
        if a.y + a.height <= b.y or b.y + b.height <= a.y:
            return a.y < b.y
        return a.x < b.x


def row(name, *buttons):
    return buttons if IS_OLD else (name, *buttons)


def tabs(current, *names):
    return names if IS_OLD else (current,)


REVEAL = "Show Text" if IS_OLD else "Show Password"
LIMIT = "Kilobits a second at most Picture at Most" if IS_OLD else "Picture at Most"
PEOPLE = ("Main Menu", "Search people",
          *row("Echo Test", "Call Echo Test", "Video call Echo Test"),
          *row("Vali Valiyev", "Call Vali Valiyev", "Video call Vali Valiyev"))


class TabOrder(Case):
    def assert_round(self, walk, names):
        """There and back, from the first on: a list is entered where it was left."""
        first = walk.go_to(names[0], "shift+Tab")
        stops = walk.go_round(first, "Tab")
        # What a row says of its call is told with it.
        self.assertEqual([walk.name(stop).split(",")[0] for stop in stops],
                         [name.split(",")[0] for name in names])
        for stop in stops:
            self.assertIsNotNone(walk.places[stop], f"“{walk.name(stop)}” cannot be seen")
        for one, other in zip(stops, stops[1:]):
            self.assertTrue(walk.is_read_before(one, other),
                            f"“{walk.name(other)}” comes after “{walk.name(one)}”")
        self.assertEqual(walk.find_missing(stops), [])
        back = walk.go_round(first, "shift+Tab")
        self.assertEqual(back, [first, *reversed(stops[1:])])

    def test_signing_in(self):
        app = self.launch("--server", self.serve(), "--user", "ali")
        app.entry("Password").write("demo")
        app.find("Sign In", "push button")
        app.find("This server answers", "image")
        self.assert_round(Walk(app, app.root()), [
            "Main Menu", "Server", "User Name", "Password", REVEAL, "Keep Me Signed In",
            "Sign In", "Try It Without a Server"])

    def test_people_and_recent_calls(self):
        app = self.sign_in()
        self.assert_fits_a_phone(app, "Aloqa")  # where the tabs are at the bottom
        self.assert_round(Walk(app, app.root()), [*PEOPLE, *tabs("People", "People", "Recent")])
        self.caller("--duration", "1", "--ring-timeout", "1").wait()
        app.await_gone("Decline")
        app.press("Recent", "page tab")
        app.find("Clear All", "push button")
        self.assert_round(Walk(app, app.root()), [
            "Main Menu",
            *row("Vali Valiyev", "Video call Vali Valiyev", "Delete the call with Vali Valiyev"),
            "Clear All", *tabs("Recent", "People", "Recent")])

    def test_a_call_from_its_ringing_to_its_end(self):
        app = self.sign_in()
        walk = Walk(app, app.root())
        walk.go_to("Search people", "Tab")
        peer = self.caller("--ring-timeout", "60")
        app.find("Answer")
        # Who was typing goes on; Tab leads to what rings, in front of all else, and stays there.
        self.assertEqual(walk.name(walk.find_focus()), "Search people")
        ringing = Walk(app, app.find("Incoming video call: Vali Valiyev"))
        self.assert_round(ringing, ["Preview", "Decline", "Answer without Video", "Answer"])
        app.press("Answer")
        peer.wait_event("connected")
        app.find("Hide Own Picture")
        app.find("0:0[1-9]", "label")
        self.assert_round(Walk(app, app.root()), [
            "View", "Hide Own Picture", "Mute Microphone", "Turn Off Camera", "Share Screen",
            "Hold", "Camera, Microphone and Speaker", "Hang Up"])
        app.press("Hang Up")
        app.await_gone("Hang Up")
        app.await_gone("Call Again")
        self.assert_fits_a_phone(app, "Aloqa")
        home = Walk(app, app.root())
        app.await_(lambda: home.find_focus() is not None, "focus after the call")
        self.assert_round(home, [*PEOPLE, *tabs("People", "People", "Recent")])

    def test_how_a_call_ended(self):
        app = self.sign_in()
        app.press("Video call Vali Valiyev")  # who is not there
        pane = next(above for above in app.find("Call Again", "push button").ancestors()
                    if above.role == "scroll pane")
        self.assert_round(Walk(app, pane), ["Close", "Call Again"])

    def test_declining_gives_the_focus_back(self):
        app = self.sign_in()
        walk = Walk(app, app.root())
        walk.go_to("Search people", "Tab")
        self.caller("--ring-timeout", "60")
        ringing = Walk(app, app.find("Incoming video call: Vali Valiyev"))
        ringing.go_to("Decline", "Tab")
        app.key("Return")
        app.await_gone("Decline")
        app.await_(lambda: (now := walk.find_focus()) is not None
                   and walk.name(now) == "Search people", "focus where it was")

    def test_preferences(self):
        app = self.sign_in()
        app.act("preferences")
        window = app.find("Preferences", "frame|dialog")
        pages = ["Devices", "Calls", "Network"]
        for page, names in zip(pages, (
                ["Camera", "Show My Camera", "Microphone", "Try My Microphone",
                 "Echo Cancellation", "Noise Suppression", "Automatic Loudness", "Speaker",
                 "Play a Test Sound"],
                ["Ring On", "Ring Tone", "Ring volume", "Try Ringing", "Do Not Disturb",
                 "Run in the Background", "Start at Log-In", "Erase…"],
                ["Add a Server", "Relay Only", LIMIT, "Way of Calling"])):
            app.press(page, "page tab")
            app.find(names[0])
            self.assert_round(Walk(app, window), [*tabs(page, *pages), *names])
        Walk(app, window).go_to("Add a Server", "Tab")
        app.key("Return")
        app.find("Add", "push button")
        self.assert_round(Walk(app, window), [
            *tabs(page, *pages), "Add a Server", "Address, as in turn:turn.example.org",
            "User name, for TURN", "Password, for TURN", REVEAL, "Add", *names[1:]])


class Popovers(Case):
    """What opens over a button: the same with keys alone."""

    roles = "check box", "radio button", "menu item", "check menu item", "radio menu item"

    def open(self, app, button):
        """Returns: what can be chosen"""
        self.walk = Walk(app, app.root())
        self.walk.go_to(button, "Tab")
        app.key("Return")
        app.await_(lambda: self.find_focus(self.find_items(app)) is not None, f"focus in “{button}”")
        return self.find_items(app)

    def find_items(self, app):
        return [w for w in app.widgets() if w.role in self.roles and w.is_usable]

    @staticmethod
    def find_focus(items):
        return next((i for i, w in enumerate(items) if w.has_state("FOCUSED")), None)

    def assert_round(self, app, items, key):
        """From where the focus is; to each item once, and not out of there."""
        first = self.find_focus(items)
        stops = []
        while len(stops) < len(items):
            before = self.find_focus(items)
            app.key(key)
            app.await_(lambda now=before: self.find_focus(items) not in (None, now),
                       f"focus that {key} moves from “{items[before].name}”")
            stops.append(self.find_focus(items))
        n, way = len(items), 1 if key in ("Down", "Tab") else -1
        self.assertEqual(stops, [(first + way * (i + 1)) % n for i in range(n)], key)

    def assert_popover(self, app, button, names, keys):
        items = self.open(app, button)
        # The items of a menu have no names in GTK 4.18, only labels.
        if IS_OLD or "Automatic" in names:
            self.assertEqual([w.name for w in items], names)
        self.assertEqual(len(items), len(names))
        for key in keys:
            self.assert_round(app, items, key)
        app.key("Escape")
        app.await_(lambda: (now := self.walk.find_focus()) is not None
                   and self.walk.name(now) == button, f"focus that is back at “{button}”")
        app.await_(lambda: not self.find_items(app), f"end of what “{button}” opened")
        return items

    def test_the_menus_and_the_devices_of_a_call(self):
        app = self.sign_in()
        arrows, tabs_too = ("Down", "Up"), ("Down", "Tab", "Up", "shift+Tab")
        self.assert_popover(app, "Main Menu", [
            "Do Not Disturb", "Preferences", "Find Problems", "Keyboard Shortcuts", "About Aloqa",
            "Sign Out", "Quit"], tabs_too)
        peer = self.answerer()
        app.press("Video call Vali Valiyev")
        peer.wait_event("connected")
        app.find("0:0[1-9]", "label")
        self.assert_popover(app, "View", ["Full Screen", "Small Window", "Show Own Picture",
                                          "Swap Pictures", "Move Own Picture"], arrows)
        items = self.open(app, "Camera, Microphone and Speaker")
        self.assertEqual([w.description for w in items],
                         ["Camera", "Microphone", "Speaker"])
        app.key("Escape")
        app.await_(lambda: not self.find_items(app), "end of the devices")
        self.assert_popover(app, "Camera, Microphone and Speaker", ["Automatic"] * 3,
                            ("Tab", "shift+Tab"))

    def test_the_menu_before_signing_in(self):
        app = self.launch()
        app.entry("Server")
        self.roles = tuple(role for role in self.roles if "menu" in role)  # there is a switch, too
        self.assert_popover(app, "Main Menu", ["Preferences", "Find Problems", "Keyboard Shortcuts",
                                               "About Aloqa", "Quit"], ("Down", "Up"))


if __name__ == "__main__":
    if reason := desk.why_no_desk():
        print(f"1..0 # SKIP {reason}")
    else:
        rig.main()
