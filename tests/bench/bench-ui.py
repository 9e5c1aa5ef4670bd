#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what the window costs on this machine: long lists, its start
beside that of an empty window, and a call.

Usage: bench-ui.py BUILD [--starts N] [--seconds S]
"""

import argparse
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
N_CONTACTS = 200
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def pss_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def add_people(server, database):
    """Ali and vali by the server's own command, the others as copies: each hash takes a while."""
    for user in ("ali", "vali"):
        subprocess.run([server, "user", "add", user, "--database", database], input="demo\n",
                       text=True, check=True, capture_output=True)
    with sqlite3.connect(database) as connection:
        for number in range(N_CONTACTS - 1):
            connection.execute(
                "INSERT INTO users (username, password_hash, first_name, last_name)"
                " SELECT ?, password_hash, ?, 'Person' FROM users WHERE username = 'vali'",
                (f"person{number}", f"Number {number}"))


class Bench:
    def __init__(self, rig, desk):
        self.rig, self.desk = rig, desk
        desk.Desk.get()
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=desk.Desk.get().folder))
        database = self.folder / "server.db"
        add_people(rig.SERVER, database)
        self.server = rig.Server("--database", database)
        self.env = {"XDG_CONFIG_HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder),
                    "GSETTINGS_BACKEND": "keyfile", "G_MESSAGES_DEBUG": "aloqa-ui"}

    def sign_in(self):
        """Once with the password; from then on the keyring knows."""
        app = self.desk.App("--server", self.server.url, "--user", "ali", env=self.env)
        app.await_(app.root, "window")
        app.entry("Password").write("demo")
        app.press("Sign In", "push button")
        app.wait_until(lambda: any("on the screen" in line for line in app.errors), "people")
        time.sleep(1)
        return app

    def start(self, process):
        """Until its line says that there is something to use, in ms."""
        begin = time.monotonic()
        child = process()
        child.wait_until(lambda: any("on the screen" in line for line in child.errors), "a window")
        took_ms = (time.monotonic() - begin) * 1000
        child.end()
        return took_ms

    def starts(self, n_starts):
        self.sign_in().end()
        bare, full = [], []
        # In turns, so that whatever else the machine does meets both.
        for _ in range(n_starts):
            bare.append(self.start(lambda: self.rig.Process(
                [self.rig.BUILD / "tests/bench/bench-window"])))
            full.append(self.start(lambda: self.desk.App(env=self.env)))
        return {"empty window (ms)": bare, f"{N_CONTACTS} people to call (ms)": full,
                "times as long": [b / a for a, b in zip(bare, full)]}

    def call(self, seconds, *words):
        peer = self.rig.Cli(self.server.url, "vali", "answer", "--video-source", "clock")
        peer.wait_event("registered")
        app = self.desk.App("--call", "vali", *words, env=self.env)
        peer.wait_event("connected")
        time.sleep(5)
        before = cpu_s(app.pid)
        time.sleep(seconds)
        figures = {"processor (cores)": [(cpu_s(app.pid) - before) / seconds],
                   "memory (PSS, MiB)": [pss_mib(app.pid)]}
        app.end()
        peer.end()
        return figures


def print_table(name, figures):
    print(f"\n{name}")
    for title, values in figures.items():
        print(f"  {title:<38} {statistics.median(values):8.2f}"
              f"   ({min(values):.2f} – {max(values):.2f}, n={len(values)})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("--starts", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    os.environ["ALOQA_BUILD"] = str(pathlib.Path(options.build).resolve())
    import desk
    import rig

    if reason := desk.why_no_desk():
        print(f"\nThe window was not measured: {reason}.")
        return
    bench = Bench(rig, desk)
    try:
        subprocess.run([rig.BUILD / "tests/bench/bench-scroll"], check=True,
                       env={**os.environ, "GSETTINGS_BACKEND": "memory"})
        print_table("From the start of the process to a window to use", bench.starts(options.starts))
        print_table("A call on the screen, 640x480 at 30 frames/s come in",
                    bench.call(options.seconds))
        print_table("The same with sound only", bench.call(options.seconds, "--audio"))
    finally:
        bench.server.end()


if __name__ == "__main__":
    main()
