#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the project's figures on this machine: medians and ranges of real calls.

Usage: bench.py BUILD [--calls N] [--seconds S] [--json FILE]
"""

import argparse
import json
import os
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def pss_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return float("nan")


class Bench:
    def __init__(self, rig):
        self.rig = rig
        self.server = rig.Server("--demo")

    def pair(self, *words, seconds=None):
        """One call of ali to vali; returns both clients, connected."""
        media = ["--video-source", "clock"]
        # Rings as long as a person needs at least, as in any real call.
        callee = self.rig.Cli(self.server.url, "vali", "answer", "--once", "--delay", "1500", *media)
        callee.wait_event("registered")
        duration = ["--duration", str(seconds)] if seconds else []
        caller = self.rig.Cli(self.server.url, "ali", "call", "vali", *media, *duration, *words)
        for side in (caller, callee):
            side.wait_event("connected")
        return caller, callee

    def end(self, caller, callee):
        caller.say("hangup")
        for side in (caller, callee):
            side.wait()
            side.end()

    def setup(self, n_calls, *words):
        """Accept → connected, and → first remote frame, at the callee, in ms."""
        connected, first_frame, caller_frame = [], [], []
        for _ in range(n_calls):
            caller, callee = self.pair(*words)
            for side in (caller, callee):
                side.wait_event("first-video-frame")
            connected.append(callee.find("connected")["since_accept_ms"])
            first_frame.append(callee.find("first-video-frame")["since_accept_ms"])
            caller_frame.append(caller.find("first-video-frame")["since_accept_ms"])
            self.end(caller, callee)
        return {"accept to connected, callee (ms)": connected,
                "accept to first frame, callee (ms)": first_frame,
                "accept to first frame, caller (ms)": caller_frame}

    def load(self, seconds, *words):
        """A running call: processor, memory and latency of each side, second by second."""
        caller, callee = self.pair(*words)
        # The first seconds hold the start: keyframes, the climb of the bitrate.
        for _ in range(3):
            caller.wait_stats(lambda s: True, "figures")
        start = {side: cpu_s(side.pid) for side in (caller, callee)}
        rows = []
        for _ in range(seconds):
            rows.append(caller.wait_stats(lambda s: True, "figures"))
        spent = [(cpu_s(side.pid) - start[side]) / seconds for side in (caller, callee)]
        memory = [pss_mib(side.pid) for side in (caller, callee)]
        self.end(caller, callee)
        return {"processor of one side (cores)": spent, "memory of one side (PSS, MiB)": memory,
                "frames/s received": [row["fps"] for row in rows],
                "latency p50 (ms)": [row["latency_ms_p50"] for row in rows
                                     if "latency_ms_p50" in row],
                "latency p95 (ms)": [row["latency_ms_p95"] for row in rows
                                     if "latency_ms_p95" in row]}


def print_table(name, figures):
    print(f"\n{name}")
    for title, values in figures.items():
        if values:
            print(f"  {title:<38} {statistics.median(values):8.2f}"
                  f"   ({min(values):.2f} – {max(values):.2f}, n={len(values)})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("--calls", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--json")
    options = parser.parse_args()
    os.environ["ALOQA_BUILD"] = str(pathlib.Path(options.build).resolve())
    import rig

    bench = Bench(rig)
    plan = [
        ("Set-up, new protocol, 640x480 VP8", lambda: bench.setup(options.calls, "--protocol", "new")),
        ("Set-up, legacy protocol", lambda: bench.setup(options.calls, "--protocol", "legacy")),
        ("Running call, 640x480 at 30 frames/s", lambda: bench.load(options.seconds)),
        ("Running call, 1280x720 at 30 frames/s",
         lambda: bench.load(options.seconds, "--size", "1280x720")),
        ("Running call, sound only", lambda: bench.load(options.seconds, "--audio")),
    ]
    results = {}
    try:
        for name, measure in plan:
            results[name] = measure()
            print_table(name, results[name])
    finally:
        bench.server.end()
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
