#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls between two network namespaces, with a bad network in between."""

import subprocess

import rig

class BadNetwork(rig.NetworkCase):
    def connect(self):
        callee = self.answer()
        caller = self.client("ali", "call", "vali")
        for side in (caller, callee):
            side.wait_event("connected")
            side.wait_event("first-video-frame")
        return caller, callee

    def test_loss_and_delay_are_lived_with(self):
        for line in ("loss 5", "delay 40", "jitter 10"):
            self.network.say(line)
        caller, callee = self.connect()
        for side in (caller, callee):
            side.wait_stats(lambda s: s["fps"] >= 10 and s["lost_in"] > 0
                            and s.get("rtt_ms", 0) > 40, "frames in spite of loss, and the delay")
        caller.say("hangup")
        self.assert_exit(caller, 0)
        self.assert_exit(callee, 0)

    def test_blackout_of_four_seconds_does_not_end_the_call(self):
        caller, callee = self.connect()
        self.network.say("down 1")
        for side in (caller, callee):
            side.wait_stats(lambda s: s["fps"] == 0, "nothing arriving")
        # Counted in the clients' own seconds of figures: the blackout is four of them.
        for _ in range(3):
            caller.wait_stats(lambda s: True, "another second")
        self.network.say("down 0")
        for side in (caller, callee):
            side.wait_stats(lambda s: s["fps"] >= 10 and s["audio_level_db"] > -40, "media again")
            self.assertEqual(side.count("ended"), 0)

    def test_dead_path_is_told_and_ends_the_call(self):
        caller, callee = self.connect()
        self.network.say("down 1")
        for side in (caller, callee):
            side.wait_event("reconnecting")
            self.assertEqual(side.wait_event("ended")["reason"], "lost")
            self.assert_exit(side, 6)

    def test_ringing_callee_sends_the_caller_no_packet(self):
        for protocol in ("new", "legacy"):
            with self.subTest(protocol):
                capture = self.folder / f"{protocol}.txt"
                with capture.open("w") as file:
                    tcpdump = subprocess.Popen(
                        [*rig.enter(self.network.b), "tcpdump", "-i", "emu0", "-n", "-l",
                         "--immediate-mode", "udp"], stdout=file, stderr=subprocess.DEVNULL)
                self.addCleanup(tcpdump.wait)
                self.addCleanup(tcpdump.kill)
                callee = self.answer("--delay", "60000")
                # Three seconds in which anything could be sent; then the caller gives up by itself.
                caller = self.client("ali", "call", "vali", "--protocol", protocol,
                                     "--ring-timeout", "3")
                callee.wait_event("incoming")
                self.assertEqual(caller.wait_event("ended")["reason"], "no-answer")
                callee.wait_event("ended")
                lines = capture.read_text().splitlines()
                sent = [line for line in lines if f"IP {self.network.B_ADDRESS}." in line]
                self.assertEqual(sent, [])


if __name__ == "__main__":
    rig.main()
