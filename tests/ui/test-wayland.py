#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application on Wayland, as a person uses it there."""

import contextlib

import desk
import rig
import wayland
from application import Case


class Wayland(Case):
    screen_class = wayland.WaylandScreen
    place = None  # of the controls

    def window(self):
        return self.screen.window("Aloqa")

    def size(self):
        return self.window()["rect"]["width"], self.window()["rect"]["height"]

    def assert_picture(self, app):
        """What is in the middle of the window moves."""
        def look():
            box = self.window()["rect"]
            return self.screen.look(box["x"] + box["width"] // 4, box["y"] + box["height"] // 3,
                                    box["width"] // 2, box["height"] // 3)
        before = look()
        app.await_(lambda: look() != before, "picture that moves")

    def shows_controls(self, app):
        """By the red of a button, where it was last; what is out of sight has a name in GTK 4.8, and
        none in GTK 4.18."""
        with contextlib.suppress(Exception):  # what goes away while it is asked for its place
            self.place = app.look_for("Hang Up").middle()
        if self.place is None:
            return False
        x, y = self.place
        red, green, blue = self.screen.look(x - 15, y, 1, 1)[-3:]
        return red > 150 and green < 80 and blue < 80

    def test_a_call_fills_the_screen_and_then_a_corner_of_it(self):
        app = self.sign_in()
        peer = self.answerer("--video-source", "clock")
        app.type("vali")
        app.await_gone("Echo Test", "label")
        self.call_who_was_found(app)
        self.assert_flow(peer)
        self.assert_picture(app)

        usual = self.size()
        app.key("F11")
        app.await_(lambda: self.window()["fullscreen_mode"] == 1 and self.size() == (1280, 720),
                   "full screen")
        self.assert_picture(app)
        # What is over the picture goes, and comes with the pointer.
        app.await_(lambda: not self.shows_controls(app), "end of the controls")
        self.screen.move(300, 300)
        app.await_(lambda: self.shows_controls(app), "controls")
        app.await_(lambda: not self.shows_controls(app), "end of the controls")
        self.screen.move(310, 310)
        app.await_(lambda: self.shows_controls(app), "controls")
        app.click(app.find("Mute Microphone"))
        self.await_muted(app, True)
        app.click(app.find("Mute Microphone"))
        self.await_muted(app, False)

        app.key("Escape")
        app.await_(lambda: self.size() == usual, "window as it was")
        app.press("View")
        app.find(".*", "menu item")  # they have no names in GTK 4.18
        app.key("Down", "Return")
        app.await_(lambda: max(self.size()) < 300, "small window")
        self.assert_picture(app)
        app.press("Leave Small Window")
        app.await_(lambda: self.size() == usual, "window as it was")

        app.key("ctrl+w")
        self.assertEqual(peer.wait_event("ended")["reason"], "remote-hung-up")

    def test_a_call_that_comes_in_is_answered_and_ends_with_the_window(self):
        app = self.sign_in()
        peer = self.caller("--video-source", "clock")
        app.click(app.find("Answer"))
        self.assert_flow(peer)
        self.assert_picture(app)
        app.key("ctrl+d")
        self.await_muted(app, True)
        self.screen.close("Aloqa")
        self.assertEqual(peer.wait_event("ended")["reason"], "remote-hung-up")
        self.assert_exit(app, 0)

    def test_nobody_signed_in_tries_it_without_a_server(self):
        app = self.launch()
        app.press("Try It Without a Server")
        app.press("Video call Echo Test")
        app.find("0:0[1-9]", "label")
        self.assert_picture(app)


if __name__ == "__main__":
    if reason := desk.why_no_desk(wayland.WaylandScreen):
        print(f"1..0 # SKIP {reason}")
    else:
        rig.main()
