#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls through a real TURN server that show no other address: over UDP, TCP and TLS."""

import json
import shutil
import subprocess
import unittest

import rig

CONFIG = """
listening-ip={address}
relay-ip={address}
min-port=50000
max-port=50999
user=ali:secret
realm=test.invalid
lt-cred-mech
fingerprint
no-cli
no-multicast-peers
log-file=stdout
simple-log
pidfile={folder}/turn.pid
userdb={folder}/turn.db
cert={folder}/server.pem
pkey={folder}/server.key
"""


@unittest.skipUnless(shutil.which("turnserver"), "turnserver (package coturn) is not installed")
class Turn(rig.NetworkCase):
    def setUp(self):
        super().setUp()
        self.address = self.network.A_ADDRESS
        self.make_certificate()
        config = self.folder / "turn.conf"
        config.write_text(CONFIG.format(address=self.address, folder=self.folder))
        turn = self.start(rig.Process, ["turnserver", "-c", config], namespace=self.network.a)
        # The last thing that it says before it serves.
        turn.wait_until(lambda: any("DB connection success" in line for line in turn.lines),
                        "TURN server")

    def make_certificate(self):
        """An authority, and a server's certificate by it."""
        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)
        (self.folder / "extensions").write_text(f"subjectAltName=IP:{self.address}\n")
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out",
                "ca.pem", "-days", "2", "-subj", "/CN=Test authority", "-addext",
                "basicConstraints=critical,CA:TRUE")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out",
                "server.csr", "-subj", "/CN=turn")
        openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-out", "server.pem", "-days", "2", "-extfile", "extensions")

    def call(self, url, password="secret"):
        servers = json.dumps([{"urls": url, "username": "ali", "credential": password}])
        words = ["--relay-only", "--ca-file", str(self.folder / "ca.pem")]
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
