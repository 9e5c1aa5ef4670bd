#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the project's figures on this machine, beside those of Chromium: medians of real calls.

Usage: bench.py [--rounds N] [--seconds S] [--json FILE]
"""

import argparse
import collections
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import desk
import pairs
import rig
import stage as stages

NOTE = """
Medians, in brackets the smallest and the largest. Each call is of two new clients over one
aloqa-server; the kinds take turns, so that whatever else the machine does meets all of them. “÷” is
Chromium's median divided by that column's.

One side is all processes of one client: the processor time that they use while the call is on,
divided by the time that passes; and their proportional set size (PSS) at the end of that. All show
the same moving picture, in VP8, and say the same tone. aloqa-cli draws the picture and decodes what
comes. Chromium has both from files in place of devices, is headless, and shows both pictures in the
page of tests/e2e. The window, aloqa, has camera, microphone and speaker from PipeWire, and shows both
pictures on an X server without a graphics card; it sends 640x480 only.

The callee lets it ring for 1.5 s; times from the accept are the callee's own. The page opens camera
and microphone then and no sooner, at the caller too, as the existing chat's page does. From source
to decoded is measured, by the time in the picture: with aloqa-cli from its drawing, in Chromium from
the frame's arrival in the caller's page until it is in the callee's. A client can be called when it
is registered at the server, for which it has a token; the window also shows {people} people by then,
and an empty window of the toolkit is there after {empty} ms, {empty_cpu} ms of the processor's."""

Scenario = collections.namedtuple("Scenario", "name size protocol kinds")


def measure(kind, stage, scenario, seconds):
    """One call; gives the value of each row."""
    pair = kind(stage, scenario)
    try:
        pair.start()
        pair.call()
        rows = dict(pair.times)
        if seconds:
            # The start: key frames, and the climb of the bitrate.
            time.sleep(3)
            begin, before = time.monotonic(), [pairs.Usage(leader) for leader in pair.leaders]
            rows.update(pair.talk(seconds))
            took_s = time.monotonic() - begin
            after = [pairs.Usage(leader) for leader in pair.leaders]
            rows[pairs.CPU] = statistics.mean((b.cpu_s - a.cpu_s) / took_s
                                              for a, b in zip(before, after))
            rows[pairs.PSS] = statistics.mean(usage.pss_mib for usage in after)
            rows.update(pair.look_closer())
        return rows
    finally:
        pair.end()


def measure_empty_window():
    """What every start of an application of this kind costs, in ms: the clock's, the processor's."""
    begin = time.monotonic()
    window = rig.Process([rig.BUILD / "tests/bench/bench-window"])
    try:
        window.wait_until(lambda: any("on the screen" in line for line in window.errors),
                          "a window")
        return (time.monotonic() - begin) * 1000, pairs.get_cpu_ms(window.pid)
    finally:
        window.end()


def describe(values):
    if not values:
        return "–"
    digits = 2 if max(values) < 10 else 0
    return (f"{statistics.median(values):.{digits}f}"
            f" ({min(values):.{digits}f}–{max(values):.{digits}f})")


def divide(title, row, kind):
    if title in (pairs.PICTURES, pairs.KBPS) or not row.get("Chromium") or not row.get(kind):
        return "–"
    return f"{statistics.median(row['Chromium']) / statistics.median(row[kind]):.1f}"


def print_table(results):
    line = "  {:<32} {:>18} {:>18} {:>20} {:>11} {:>7}"
    print("\n" + line.format("", "aloqa-cli", "aloqa", "Chromium", "÷ aloqa-cli", "÷ aloqa"))
    for scenario, rows in results.items():
        print(scenario)
        for title, row in rows.items():
            cells = [describe(row.get(kind, [])) for kind in ("aloqa-cli", "aloqa", "Chromium")]
            print(line.format(title, *cells, divide(title, row, "aloqa-cli"),
                              divide(title, row, "aloqa")))


def measure_parts():
    """How long lists scroll and are searched, and what the server carries, by programs that print
    as they go."""
    for program in ("bench-scroll", "bench-search"):
        subprocess.run([rig.BUILD / "tests/bench" / program], check=True,
                       env={**os.environ, "GSETTINGS_BACKEND": "memory"})
    print("\nWhat rings, in ms after its end", flush=True)
    subprocess.run([pathlib.Path(__file__).with_name("endings.py")], check=False)
    print("\nServer", flush=True)
    for program in ("bench/bench-server", "load/load"):
        subprocess.run([rig.BUILD / "tests" / program, rig.SERVER], check=False)


def describe_machine():
    version = subprocess.run(["chromium", "--version"], capture_output=True, text=True, check=False)
    return {"processors": os.cpu_count(), "kernel": platform.release(),
            "load": os.getloadavg()[0], "browser": version.stdout.strip(),
            "date": time.strftime("%Y-%m-%d")}


def measure_calls(stage, options):
    both = (pairs.CliPair, pairs.ChromiumPair)
    plan = (
        Scenario("640x480 at 30 frames/s", (640, 480), "new", (*both, pairs.WindowCall)),
        Scenario("1280x720 at 30 frames/s", (1280, 720), "new", both),
        Scenario("Sound only", None, "new", (*both, pairs.WindowCall)),
        Scenario("Legacy protocol, 640x480", (640, 480), "legacy", both))
    results = {"Start": {}, **{scenario.name: {} for scenario in plan}}
    empty_ms = []
    for number in range(options.rounds):
        empty_ms.append(measure_empty_window())
        for scenario in plan:
            print(f"Round {number + 1}: {scenario.name}…", file=sys.stderr)
            # Of the old protocol only the set-up is another one.
            seconds = options.seconds if scenario.protocol == "new" else 0
            for kind in scenario.kinds:
                for title, value in measure(kind, stage, scenario, seconds).items():
                    section = "Start" if title in pairs.STARTS else scenario.name
                    rows = results[section].setdefault(title, {})
                    rows.setdefault(kind.NAME, []).append(value)
    return results, empty_ms


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--json")
    options = parser.parse_args()
    if reason := desk.why_no_desk():
        sys.exit(f"Nothing was measured: {reason}.")
    machine = describe_machine()
    stage = stages.Stage()
    try:
        stage.prepare_window()
        results, empty_ms = measure_calls(stage, options)
    finally:
        stage.end()
    print_table(results)
    empty, empty_cpu = (describe(values) for values in zip(*empty_ms))
    print(NOTE.format(people=stages.N_PEOPLE, empty=empty, empty_cpu=empty_cpu))
    if options.json:
        figures = {"machine": machine, "empty window (ms, of the processor's)": empty_ms,
                   "calls": results}
        pathlib.Path(options.json).write_text(json.dumps(figures, indent=1, ensure_ascii=False))
    measure_parts()


if __name__ == "__main__":
    main()
