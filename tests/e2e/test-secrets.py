#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No token and no password in any output, error or list of processes, however much is said."""

import glob
import json
import pathlib
import re

import rig

PASSWORD = "correct-horse-7261"
CREDENTIAL = "relay-horse-9133"
SECRET_KEY = "a-key-of-the-server-5518-and-long-enough"
TURN_SECRET = "a-common-secret-4402"

# A JSON Web Token; what replaces one is "***".
TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{8,}")

EVERYTHING = {"G_MESSAGES_DEBUG": "all"}


class Secrets(rig.Case):
    def setUp(self):
        super().setUp()
        database = self.folder / "server.db"
        rig.add_users(database, PASSWORD)
        self.server = self.start(
            rig.Server, "--database", database, "--verbose", "--ice-server", "turn:127.0.0.1:9",
            env={**EVERYTHING, "SECRET_KEY": SECRET_KEY, "TURN_SECRET": TURN_SECRET,
                 "METRICS_TOKEN": TURN_SECRET})
        self.programs = [self.server]

    def client(self, user, *words, password=PASSWORD, **env):
        servers = [{"urls": "turn:127.0.0.1:9", "username": "ali", "credential": CREDENTIAL}]
        process = self.start(rig.Cli, self.server.url, user, "--verbose", *words, password=password,
                             env={**EVERYTHING, "ALOQA_ICE_SERVERS": json.dumps(servers), **env})
        self.programs.append(process)
        return process

    def assert_hidden(self, text):
        for secret in (PASSWORD, CREDENTIAL, SECRET_KEY, TURN_SECRET, "wrong-horse"):
            found = [line for line in text.splitlines() if secret in line]
            self.assertEqual(found, [])
        self.assertIsNone(found := TOKEN.search(text), found)

    def assert_outputs_hide_all(self):
        for program in self.programs:
            lines = program.lines + program.errors
            self.assertTrue(lines)
            self.assert_hidden("\n".join(lines))

    @staticmethod
    def list_processes():
        texts = []
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                texts.append(pathlib.Path(path).read_bytes().decode(errors="replace"))
            except OSError:
                continue
        return texts

    def test_in_a_call(self):
        callee = self.client("vali", "answer", "--once")
        callee.wait_event("registered")
        caller = self.client("ali", "call", "vali")
        for side in (caller, callee):
            side.wait_event("first-video-frame")
        processes = self.list_processes()
        self.assertTrue(any("aloqa-server" in text for text in processes))
        self.assert_hidden("\n".join(processes))
        caller.say("hangup")
        self.assert_exit(caller, 0)
        self.assert_exit(callee, 0)
        self.assertTrue(any("libsoup" in line for line in caller.errors), caller.errors[-5:])
        self.assert_outputs_hide_all()

    def test_in_what_fails(self):
        wrong = self.client("ali", "contacts", password="wrong-horse-1")
        self.assert_exit(wrong, 3)
        token = self.client("ali", "contacts", ALOQA_TOKEN="eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.")
        self.assertNotEqual(token.wait(), 0)
        doctor = self.client("ali", "doctor")
        self.assertNotEqual(doctor.wait(), 2)
        self.assert_outputs_hide_all()


if __name__ == "__main__":
    rig.main()
