# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the whole application begin with: its window, a server, and somebody to call."""

import subprocess

import desk
import rig


class Case(rig.Case):
    screen_class = desk.XScreen

    def setUp(self):
        if reason := desk.why_no_desk(self.screen_class):
            self.skipTest(reason)
        super().setUp()
        self.screen = desk.Desk.get(self.screen_class).screen

    def launch(self, *words, env=None):
        app = self.start(desk.App, *words, env={"XDG_DATA_HOME": str(self.folder), **(env or {})})
        app.await_(app.root, "window")
        return app

    def serve(self):
        self.server = self.start(rig.Server, "--demo")
        return self.server.url

    def sign_in(self, *words, url=None, **kwargs):
        url = url or self.serve()
        app = self.launch("--server", url, "--user", "ali", *words, **kwargs)
        app.entry("Password").write("demo")
        app.press("Sign In", "push button")
        app.find("Vali Valiyev", "label")
        app.await_gone("Connecting to the server.*")
        return app

    def call_who_was_found(self, app):
        """With keys alone; GTK 4.18 stops at the row, before its buttons."""
        app.key("Return")
        button = app.find("Video call Vali Valiyev")
        app.await_(lambda: button.has_state("FOCUSED") or app.key("Tab"), "way to the button")
        app.key("Return")

    def answerer(self, *words):
        """Vali, who takes calls."""
        peer = self.start(rig.Cli, self.server.url, "vali", "answer", *words)
        peer.wait_event("registered")
        return peer

    def caller(self, *words):
        """Vali, who calls."""
        return self.start(rig.Cli, self.server.url, "vali", "call", "ali", *words)

    @staticmethod
    def await_muted(app, is_muted):
        button = app.find("Mute Microphone")
        app.await_(lambda: button.has_state("PRESSED") == is_muted, f"muted {is_muted}")

    def assert_fits_a_phone(self, app, title):
        """What needs more room stays wider."""
        window = subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--name",
                                 f"^{title}$"], capture_output=True, text=True,
                                check=True).stdout.split()[0]
        subprocess.run(["xdotool", "windowsize", window, "360", "600"], check=True)
        app.await_(lambda: app.find(title, "frame|dialog").width <= 360, f"narrow “{title}”")

    def assert_flow(self, peer):
        """What we send arrives there."""
        peer.wait_event("connected")
        peer.wait_stats(lambda s: s["fps"] >= 3, "pictures")
