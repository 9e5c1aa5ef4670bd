#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls between homes behind routers: with STUN, through TURN, over IPv6, and not at all."""

import json
import shutil
import subprocess
import unittest

import nat
import rig
import turn


@unittest.skipUnless(turn.IS_THERE, "turnserver (package coturn) is not installed")
@unittest.skipUnless(shutil.which("nft"), "nft (package nftables) is not installed")
class Nat(rig.Case):
    def setUp(self):
        if reason := rig.why_no_namespaces():
            self.skipTest(reason)
        super().setUp()
        self.town = self.start(nat.Town)
        self.turn = self.start(turn.Turn, self.folder, nat.PUBLIC, self.town.public)

    def serve(self, address):
        database = self.folder / "server.db"
        rig.add_users(database)
        self.server = self.start(rig.Server, "--host", address, "--database", database,
                                 namespace=self.town.public)

    def call(self, homes, *urls, words=(), address=nat.PUBLIC):
        """Ali at the first home calls vali at the second; returns both clients."""
        self.serve(address)
        servers = [{"urls": url} if url.startswith("stun") else
                   {"urls": url, "username": "ali", "credential": "secret"} for url in urls]
        words = ["--allow-plain-http", "--ca-file", str(self.turn.ca_file), *words]
        env = {"ALOQA_ICE_SERVERS": json.dumps(servers)}
        callee = self.start(rig.Cli, self.server.url, "vali", "answer", "--once", *words,
                            namespace=homes[1], env=env)
        callee.wait_event("registered")
        caller = self.start(rig.Cli, self.server.url, "ali", "call", "vali", *words,
                            namespace=homes[0], env=env)
        return caller, callee

    def assert_talk(self, sides):
        for side in sides:
            side.wait_event("first-video-frame")
            side.wait_stats(lambda s: s["fps"] > 4 and s["audio_level_db"] > -30, "media")
        sides[0].say("hangup")
        for side in sides:
            self.assert_exit(side, 0)

    def assert_relayed(self, sides):
        for side in sides:
            side.wait_stats(lambda s: "relay" in (s.get("local_candidate"),
                                                  s.get("remote_candidate")), "a relay")
        self.assert_talk(sides)

    def two_homes(self, kind):
        return self.town.add_home("a", 1, kind), self.town.add_home("b", 2, kind)

    def test_one_side_behind_a_symmetric_nat(self):
        homes = self.town.add_home("a", 1, "symmetric"), self.town.add_open_home("b", 2)
        self.assert_talk(self.call(homes, f"stun:{nat.PUBLIC}"))

    def test_other_side_behind_a_symmetric_nat(self):
        homes = self.town.add_open_home("a", 1), self.town.add_home("b", 2, "symmetric")
        self.assert_talk(self.call(homes, f"stun:{nat.PUBLIC}"))

    def test_both_behind_cone_nats(self):
        sides = self.call(self.two_homes("cone"), f"stun:{nat.PUBLIC}")
        self.assert_talk(sides)
        for side in sides:
            self.assertFalse(any('"relay"' in line for line in side.lines))

    def test_both_behind_symmetric_nats_without_turn_say_why(self):
        sides = self.call(self.two_homes("symmetric"), f"stun:{nat.PUBLIC}")
        ends = [side.wait_event("ended") for side in sides]
        self.assertIn("could-not-connect", {end["reason"] for end in ends})
        words = " ".join(str(end) for end in ends)
        self.assertIn("No TURN server is set", words)

    def test_both_behind_symmetric_nats_over_udp(self):
        self.assert_relayed(self.call(self.two_homes("symmetric"), f"turn:{nat.PUBLIC}"))

    def test_both_behind_symmetric_nats_over_tcp(self):
        self.assert_relayed(self.call(self.two_homes("symmetric"),
                                      f"turn:{nat.PUBLIC}?transport=tcp"))

    def test_no_udp_over_tcp(self):
        self.assert_relayed(self.call(self.two_homes("no-udp"),
                                      f"turn:{nat.PUBLIC}?transport=tcp"))

    def test_no_udp_over_tls(self):
        self.assert_relayed(self.call(self.two_homes("no-udp"),
                                      f"turns:{nat.PUBLIC}:3478?transport=tcp"))

    def test_both_families(self):
        homes = [self.town.add_open_home(name, number, has_ipv6=True)
                 for number, name in enumerate("ab", 1)]
        self.assert_talk(self.call(homes))

    def test_ipv6_alone(self):
        homes = [self.town.add_open_home(name, number, has_ipv4=False, has_ipv6=True)
                 for number, name in enumerate("ab", 1)]
        self.assert_talk(self.call(homes, address=nat.PUBLIC6))

    def test_dead_servers_do_not_stop_a_call(self):
        homes = self.town.add_open_home("a", 1), self.town.add_open_home("b", 2)
        self.assert_talk(self.call(homes, "stun:203.0.113.77", "turn:203.0.113.78",
                                   "turn:203.0.113.79?transport=tcp"))

    def test_relay_only_sends_to_the_turn_server_alone(self):
        homes = self.two_homes("cone")
        capture = self.folder / "capture.txt"
        with capture.open("w") as file:
            tcpdump = subprocess.Popen(
                [*rig.enter(homes[0]), "tcpdump", "-i", "eth", "-n", "-l", "-Q", "out",
                 "--immediate-mode", f"(udp or tcp) and not dst host {nat.PUBLIC}"], stdout=file,
                stderr=subprocess.DEVNULL)
        self.addCleanup(tcpdump.wait)
        self.addCleanup(tcpdump.kill)
        self.assert_relayed(self.call(homes, f"turn:{nat.PUBLIC}", words=["--relay-only"]))
        self.assertEqual(capture.read_text(), "")


if __name__ == "__main__":
    rig.main()
