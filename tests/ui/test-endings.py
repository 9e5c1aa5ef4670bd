#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""However a call that rings ends: nothing is left of it, neither to be heard nor to be seen."""

import signal

import desk
import rig
import ringing
from application import Case


class Endings(Case):
    """All with one sign-in, and the other side's processes of each its own."""

    stage = None

    def setUp(self):
        super().setUp()
        if Endings.stage is None:
            Endings.stage = ringing.Ringing(desk.Desk.get().folder)
            self.addClassCleanup(self.stage.end)

    def await_nothing(self, end):
        """Who has answered is heard."""
        app, stage = self.stage.app, self.stage
        app.await_gone(ringing.CARD)
        app.await_(lambda: not stage.find_notification(), "end of the notification")
        if not end.name.startswith("answered"):
            app.await_(lambda: not stage.plays(), "silence")
        if end.name == "answered":
            app.find("0:0[0-9]", "label")

    def assert_missed(self, end):
        """Whoever ended it was not the person here, who is to learn of the call."""
        is_missed = end.name.startswith("the ")
        if is_missed:
            self.stage.app.await_(self.find_missed, "notification of a missed call")
        self.assertEqual(self.find_missed() is not None, is_missed, end.name)

    def find_missed(self):
        return self.stage.notifications.find("Vali Valiyev", "Missed Call")

    def test_a_call_that_comes_in(self):
        for end in ringing.INCOMING:
            print(f"# {end.name}", flush=True)
            self.stage.ring(end.other)
            shown = self.stage.find_notification()
            self.assertTrue(shown["is_urgent"])
            self.assertEqual(shown["buttons"], ["Answer", "Answer without Video", "Decline"])
            self.assertIsNone(self.find_missed(), "one that rings again is missed no more")
            end.happen(self.stage)
            self.await_nothing(end)
            self.stage.clear_up(end)  # a server that is back may let it ring on
            self.assert_missed(end)

    def test_a_call_that_goes_out(self):
        for end in ringing.OUTGOING:
            print(f"# {end.name}", flush=True)
            self.stage.call(end.other)
            end.happen(self.stage)
            if end.name == "answered there":
                self.stage.app.find("0:0[0-9]", "label")
            else:
                self.stage.app.await_(lambda: not self.stage.plays(), "silence")
            self.stage.clear_up(end)

    def test_a_desktop_that_is_slow_to_show_it(self):
        """It is over before the desktop has said that it shows the notification."""
        self.stage.notifications.signal(signal.SIGSTOP)
        caller = self.start(rig.Cli, self.stage.server.url, "vali", "call", "ali")
        self.stage.app.find(ringing.CARD)
        caller.say("hangup")
        self.stage.app.await_gone(ringing.CARD)
        self.stage.notifications.signal(signal.SIGCONT)
        self.stage.app.await_(self.find_missed, "notification of a missed call")
        self.stage.app.await_(lambda: not self.stage.find_notification(), "end of the notification")


if __name__ == "__main__":
    if reason := desk.why_no_desk():
        print(f"1..0 # SKIP {reason}")
    else:
        rig.main()
