#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches for input that breaks a parser: every fuzz target in turn, with libFuzzer.

Usage: run-fuzz.py BUILD [SECONDS] [TARGET…]     SECONDS for each target, 60 if not said

BUILD is configured with CC=clang and -Dfuzz=true. What is found on the way is kept in BUILD/fuzz,
so that the next search goes on from there; remove it to begin anew.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

# Sizes that reach the limits of the protocol without making each run slow.
MAX_INPUT_BYTES = 16384
TIME_OUT_S = 10

# How libFuzzer ends when a signal asks it to.
INTERRUPTED = 72


def search(program, target, corpus, work, seconds):
    """Runs one target; returns whether it held, and a line that says so."""
    found = work / target
    found.mkdir(parents=True, exist_ok=True)
    artifact = work / f"{target}-"
    options = os.environ.get("UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1")
    result = subprocess.run(
        [program, f"-max_total_time={seconds}", f"-timeout={TIME_OUT_S}",
         f"-max_len={MAX_INPUT_BYTES}", "-print_final_stats=1", f"-artifact_prefix={artifact}",
         found, corpus / target],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        env={**os.environ, "UBSAN_OPTIONS": options})
    log = result.stdout.decode(errors="replace")
    (work / f"{target}.log").write_text(log, encoding="utf-8")
    runs = re.search(r"number_of_executed_units: (\d+)", log)
    count = f"{int(runs[1]):,} inputs" if runs else "no input at all"
    if result.returncode == 0:
        return True, f"{target}: held for {count}"
    if result.returncode == INTERRUPTED:
        return False, f"{target}: was stopped after {count}, before its time was up"
    inputs = re.findall(r"Test unit written to (\S+)", log)
    again = f"\n  Run it again: {program} {inputs[-1]}" if inputs else ""
    return False, f"{target}: BROKE after {count}; see {work / target}.log{again}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=pathlib.Path, metavar="BUILD")
    parser.add_argument("seconds", nargs="?", type=int, default=60, metavar="SECONDS")
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    options = parser.parse_args()

    folder = options.build / "tests" / "fuzz"
    corpus = folder / "corpus"
    targets = options.targets or sorted(path.name for path in corpus.iterdir())
    has_held = True
    for target in targets:
        print(f"{target}: searching for {options.seconds} s…", flush=True)
        held, line = search(folder / f"fuzz-{target}", target, corpus, options.build / "fuzz",
                            options.seconds)
        has_held = has_held and held
        print(line, flush=True)
    return 0 if has_held else 1


sys.exit(main())
