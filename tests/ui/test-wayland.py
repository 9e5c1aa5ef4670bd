#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application on Wayland, as a person uses it there."""

import contextlib
import time

import desk
import film
import rig
import wayland
from application import Case


# Of a picture with edges, in pixels.
STRIPE = 8


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

    def measure_sharpness(self):
        """How steep the edges of what is in the middle of the screen are: 1 for those that lie between two
        pixels, and less the more are between black and white."""
        width, height, pixels = self.screen.look_at_pixels()
        start = 3 * (width * (height // 2) + width // 4)
        row = pixels[start:start + 3 * (width // 2):3]
        darkest, lightest = min(row), max(row)
        if lightest - darkest < 100:
            return 0
        middle = (darkest + lightest) / 2
        edges = [x for x in range(2, len(row) - 2) if (row[x] < middle) != (row[x + 1] < middle)]
        if len(edges) < width // 2 // STRIPE // 2:
            return 0
        return sum(abs(row[x + 1] - row[x]) for x in edges) / len(edges) / (lightest - darkest)

    def await_sharp_picture_at(self, app, scale):
        """The compositor (1.7) loses one change over the next that comes too soon for it, at times after its
        window had the size already: where nothing comes of it, it is told another one, and this one
        anew."""
        wanted = int(1280 / scale), int(720 / scale)
        began, n_told = time.monotonic(), 0

        def is_sharp():
            nonlocal n_told
            if time.monotonic() - began >= 5 * n_told:
                self.screen.scale(2 if n_told % 2 else scale)
                n_told += 1
            return n_told % 2 == 1 and self.size() == wanted and self.measure_sharpness() > 0.7

        app.await_(is_sharp, f"sharp picture at the scale {scale}")

    def test_the_picture_is_as_sharp_as_the_screen_where_its_scale_is_a_fraction(self):
        """A picture of the screen's own size: nothing need be lost of it, however many of its pixels one of
        the window's is. GTK before 4.14 paints at twice the size, for the compositor to make smaller,
        which leaves 0.75 of an edge; of what is painted at the window's size, and made larger, 0.53."""
        stripes = self.folder / "stripes.y4m"
        film.write_stripes(stripes, 1280, 720, STRIPE)
        self.addCleanup(self.screen.scale, 1)
        app = self.sign_in()
        peer = self.answerer("--video-source", f"file:{stripes}", "--size", "1280x720",
                             "--bitrate", "8000")
        app.press("Video call Vali Valiyev")
        self.assert_flow(peer)
        app.press("Hide Own Picture")
        app.key("F11")
        app.await_(lambda: not self.shows_controls(app), "end of the controls")
        app.await_(lambda: self.measure_sharpness() > 0.8, "sharp picture at the scale 1")
        for scale in (1.5, 1.25, 1):
            self.await_sharp_picture_at(app, scale)

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
