# SPDX-License-Identifier: GPL-3.0-or-later
"""A window where calls ring, on a desktop with a speaker and notifications, and everything that can end
the ringing. Ali has the window, vali calls or is called."""

import collections
import json
import pathlib
import signal
import time

import desk
import devices
import film
import rig

CARD = "Incoming video call: Vali Valiyev"
SIZE = (320, 240)
# A server that is started again takes the same tokens.
SECRET = {"SECRET_KEY": "a secret of tests that many programs share"}
# What says nothing: nothing but tones is heard.
SILENT = ("--audio-source", "none")


class Notifications(rig.Process):
    """What the desktop shows of them."""

    def __init__(self):
        super().__init__([pathlib.Path(__file__).with_name("fake-notifications.py")])
        self.wait_until(lambda: self.lines, "notifications")

    def find(self, title, body=None):
        """What is shown with this title, or None."""
        said = [json.loads(line) for line in list(self.lines)]
        gone = {fields.get("gone") for fields in said}
        return next((fields for fields in reversed(said)
                     if fields.get("title") == title and fields["shown"] not in gone
                     and body in (None, fields["body"])), None)


class Ringing:
    def __init__(self, folder):
        self._folder = folder
        self._children = []
        self.other_side = []
        camera_film = folder / "camera.y4m"
        film.write_y4m(camera_film, *SIZE)
        try:
            self.devices = self._keep(devices.Devices(camera_film, SIZE))
            self.notifications = self._keep(Notifications())
            self.server = self._keep(rig.Server("--demo", env=SECRET))
            self.app = self._keep(self._sign_in())
        except BaseException:
            self.end()
            raise

    def _keep(self, child):
        self._children.append(child)
        return child

    def _sign_in(self):
        app = desk.App("--server", self.server.url, "--user", "ali",
                       env={"XDG_DATA_HOME": str(self._folder)})
        app.await_(app.root, "window")
        app.entry("Password").write("demo")
        app.press("Sign In", "push button")
        app.find("Vali Valiyev", "label")
        app.await_gone("Connecting to the server.*")
        return app

    def _start(self, user, *words):
        process = rig.Cli(self.server.url, user, *words)
        self.other_side.append(process)
        return process

    def plays(self):
        """Whether there is a sound of the window's, be it a tone or somebody's voice."""
        return self.devices.find_streams("sink", "speaker") > 0

    def find_notification(self):
        return self.notifications.find("Vali Valiyev", "Incoming video call")

    def ring(self, other=()):
        """Lets it ring until it is heard, seen and notified of.

        other: what another device of ali's does as soon as it is woken

        Returns: the card"""
        if other:
            self._start("ali", *other).wait_event("registered")
            self.other_side[0].signal(signal.SIGSTOP)
        self._start("vali", "call", "ali", *SILENT)
        card = self.app.find(CARD)
        self.app.await_(self.find_notification, "notification")
        self.app.await_(self.plays, "ring tone")
        return card

    def call(self, other=("answer", *SILENT)):
        """Calls vali, of whom nothing is heard until he is woken."""
        self._start("vali", *other).wait_event("registered")
        self.other_side[0].signal(signal.SIGSTOP)
        self.app.press("Video call Vali Valiyev")
        self.app.await_(self.plays, "ringback")

    def _renew_server(self):
        port = self.server.port
        self.server.end()
        self._children.remove(self.server)
        self.server = self._keep(rig.Server("--demo", "--verbose", "--port", str(port), env=SECRET))
        self.server.wait_until(lambda: any("A connection was opened" in line
                                           for line in self.server.lines + self.server.errors),
                               "return of the window")

    def _is_left(self):
        """Closes what tells how the call ended; behind that GTK 4.8 has the call's own buttons, too."""
        if self.app.look_for("Hang Up") is None and self.app.look_for("Call Again") is None:
            return True
        if again := self.app.look_for("Call Again", "push button"):
            # The window's frame has a button of that name, too.
            next(w for w in again.parent.walk()
                 if (w.name, w.role) == ("Close", "push button")).press()
        return False

    def clear_up(self, end):
        """Whoever took part in the call goes, and what is left of it on the screen; everybody can be
        called again."""
        if end.happen == kill_server:
            self._renew_server()
        for process in self.other_side:
            process.signal(signal.SIGKILL)
            process.end()
        self.other_side = []
        self.app.act("hang-up")
        self.app.await_(self._is_left, "end of what is left of the call")

    def end(self):
        for child in reversed(self._children + self.other_side):
            child.end()


def kill_server(ringing):
    ringing.server.signal(signal.SIGKILL)


def send(number):
    """To the first who was started: another device of ali's, or vali where that is nobody."""
    return lambda ringing: ringing.other_side[0].signal(number)


def press(name):
    def happen(ringing):
        button = ringing.app.find(name, "push button")
        begin_s = time.monotonic()
        button.press()
        return begin_s
    return happen


# happen() returns when it did, where finding out how took a while.
End = collections.namedtuple("End", "name other happen")

INCOMING = (
    End("the caller cancels", (), lambda ringing: ringing.other_side[0].say("hangup")),
    End("declined", (), press("Decline")),
    End("answered", (), press("Answer")),
    End("answered on another device", ("answer", *SILENT), send(signal.SIGCONT)),
    End("declined on another device", ("answer", "--reject"), send(signal.SIGCONT)),
    End("the caller’s program is killed", (), send(signal.SIGKILL)),
    End("the caller’s network is silent", (), send(signal.SIGSTOP)),
    End("the server is killed", (), kill_server),
)
OUTGOING = (
    End("cancelled", ("answer",), press("Hang Up")),
    End("answered there", ("answer", *SILENT), send(signal.SIGCONT)),
    End("declined there", ("answer", "--reject"), send(signal.SIGCONT)),
    End("the callee’s program is killed", ("answer",), send(signal.SIGKILL)),
    End("the server is killed", ("answer",), kill_server),
)
