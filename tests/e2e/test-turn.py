#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls through a real TURN server that show no other address: over UDP, TCP and TLS."""

import json
import unittest

import rig
import turn


@unittest.skipUnless(turn.IS_THERE, "turnserver (package coturn) is not installed")
class Turn(rig.NetworkCase):
    def setUp(self):
        super().setUp()
        self.address = self.network.A_ADDRESS
        self.turn = self.start(turn.Turn, self.folder, self.address, self.network.a)

    def call(self, url, password="secret"):
        servers = json.dumps([{"urls": url, "username": "ali", "credential": password}])
        words = ["--relay-only", "--ca-file", str(self.turn.ca_file)]
        env = {"ALOQA_ICE_SERVERS": servers}
        callee = self.answer(*words, env=env)
        return self.client("ali", "call", "vali", *words, env=env), callee

    def assert_relayed(self, url):
        caller, callee = self.call(url)
        for side in (caller, callee):
            side.wait_event("first-video-frame")
            side.wait_stats(lambda s: s.get("local_candidate") == "relay" and s["fps"] > 4
                            and s["audio_level_db"] > -30, "media through the relay")
        caller.say("hangup")
        self.assert_exit(caller, 0)
        self.assert_exit(callee, 0)

    def test_over_udp(self):
        self.assert_relayed(f"turn:{self.address}?transport=udp")

    def test_over_tcp(self):
        self.assert_relayed(f"turn:{self.address}?transport=tcp")

    def test_over_tls(self):
        self.assert_relayed(f"turns:{self.address}?transport=tcp")

    def test_wrong_password_ends_the_call_with_a_reason(self):
        sides = self.call(f"turn:{self.address}?transport=udp", password="wrong")
        # Whoever gives up first tells the other.
        reasons = {side.wait_event("ended")["reason"] for side in sides}
        self.assertIn("could-not-connect", reasons)
        self.assertLessEqual(reasons, {"could-not-connect", "remote-hung-up"})


if __name__ == "__main__":
    rig.main()
