#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every test of the build folders named, and says in plain words how it went.

Usage: run-tests.py BUILD… [--suite NAME]…
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

LAST_WORDS = 30 # lines
TAP_LINE = re.compile(r"^\s*(not )?ok\b([^#\n]*)(?:#\s*(SKIP|TODO)\b(.*))?", re.I | re.M)


def count(result):
    """The cases of one test program: (passed, [failed case], [(skipped case, reason)])."""
    passed, failed, skipped = 0, [], []
    for match in TAP_LINE.finditer(result.get("stdout") or ""):
        if match[3] and match[3].upper() == "SKIP":
            skipped.append((match[2].strip(), match[4].strip()))
        elif match[1]:
            failed.append(match[2].strip())
        else:
            passed += 1
    verdict = result["result"]
    if verdict == "SKIP" and not skipped:
        lines = (result.get("stderr") or result.get("stdout") or "").strip().splitlines()
        skipped.append(("", lines[-1] if lines else "no reason given"))
    elif verdict not in ("OK", "SKIP") and not failed:
        failed.append(f"({verdict.lower()})")
    elif verdict == "OK" and passed + len(skipped) == 0:
        passed = 1
    return passed, failed, skipped


def run(build, suites):
    # Longer than any wait in a test, which says what it waited for.
    command = ["meson", "test", "-C", build, "--no-rebuild", "--print-errorlogs",
               "--timeout-multiplier", "2"]
    for suite in suites:
        command += ["--suite", suite]
    status = subprocess.run(command, check=False).returncode
    log = pathlib.Path(build, "meson-logs", "testlog.json")
    results = [json.loads(line) for line in log.read_text().splitlines() if line.strip()]
    return status, results


def tell_last_words(results):
    """A log that is cut to its end shows what went wrong."""
    for result in results:
        if result["result"] not in ("OK", "SKIP"):
            lines = [line for stream in ("stdout", "stderr")
                     for line in (result.get(stream) or "").splitlines()]
            print(f"\n{result['name']}, its last words:", *lines[-LAST_WORDS:], sep="\n  ")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("builds", nargs="+", metavar="BUILD")
    parser.add_argument("--suite", action="append", default=[])
    options = parser.parse_args()

    passed, failed, skipped, broken, everything = 0, [], [], False, []
    for build in options.builds:
        print(f"\nTesting {build}…", flush=True)
        status, results = run(build, options.suite)
        broken = broken or status != 0
        everything += results
        for result in results:
            ok, bad, left_out = count(result)
            passed += ok
            name = result["name"].split(" / ")[-1]
            failed += [f"{build}: {name} {case}" for case in bad]
            skipped += [(f"{build}: {name} {case}".strip(), why) for case, why in left_out]

    tell_last_words(everything)
    for name, why in skipped:
        print(f"skipped: {name}: {why}")
    for name in failed:
        print(f"failed: {name}")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    sys.exit(1 if broken or failed or not passed else 0)


if __name__ == "__main__":
    main()
