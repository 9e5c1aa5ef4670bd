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
        server = {"urls": url, "username": "ali", "credential": password}
        servers = json.dumps([server if url.startswith("turn") else {"urls": url}])
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

    def assert_ends(self, sides, words):
        """Whoever gives up first says why, and tells the other."""
        ends = [side.wait_event("ended") for side in sides]
        for end, side in zip(ends, sides):
            self.assertIn(end["reason"], ("could-not-connect", "remote-hung-up"))
            self.assertIn(side.wait(), (5, 6), side.story())
        whys = [end["detail"] for end in ends if end["reason"] == "could-not-connect"]
        self.assertTrue(whys, ends)
        for why in whys:
            self.assertIn(words, why)

    def test_wrong_password_is_told(self):
        self.assert_ends(self.call(f"turn:{self.address}?transport=udp", password="wrong"),
                         "refuses the user name or the password")

    def test_server_that_is_not_there_is_told(self):
        for url, words in ((f"turn:{self.address}:3999?transport=udp", "nothing listens"),
                           ("turn:10.88.0.77?transport=udp", "answer")):
            with self.subTest(url):
                self.assert_ends(self.call(url), words)

    def test_no_server_at_all_is_told(self):
        self.assert_ends(self.call(f"stun:{self.address}"), "No TURN server is set")


@unittest.skipUnless(turn.IS_THERE, "turnserver (package coturn) is not installed")
class Installed(rig.NetworkCase):
    """As the README has it: the server and coturn share a secret, and the clients know nothing."""

    def serve(self, secret):
        address = self.network.A_ADDRESS
        relay = self.start(turn.Turn, self.folder, address, self.network.a,
                           turn.read_installed(self.folder, address, "shared-secret"))
        self.server = self.start(
            rig.Server, "--host", address, "--database", self.folder / "server.db",
            namespace=self.network.a,
            env={"ICE_SERVERS": f"turn:{address} turns:{address}:5349?transport=tcp",
                 "TURN_SECRET": secret})
        return ["--relay-only", "--ca-file", str(relay.ca_file)]

    def test_each_user_gets_a_password_of_the_relay_from_the_server(self):
        words = self.serve("shared-secret")
        callee = self.answer(*words)
        caller = self.client("ali", "call", "vali", *words)
        for side in (caller, callee):
            side.wait_stats(lambda s: s.get("local_candidate") == "relay" and s["fps"] > 4,
                            "media through the relay")

    def test_another_secret_lets_nobody_in(self):
        words = self.serve("another-secret")
        self.answer(*words)
        caller = self.client("ali", "call", "vali", *words)
        self.assertIn(caller.wait(), (5, 6), caller.story())


if __name__ == "__main__":
    rig.main()
