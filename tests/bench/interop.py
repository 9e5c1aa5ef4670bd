#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls with a web page in each browser, both ways, in both protocols, and prints what was measured."""

import importlib.util
import pathlib
import statistics
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
spec = importlib.util.spec_from_file_location("browsers", HERE.parent / "e2e" / "test-browsers.py")
browsers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(browsers)

HEAD = ("peer", "direction", "protocol", "kind", "connected", "first picture", "our picture",
        "the page's", "sound", "round trip")
ROW = "{:<9} {:<9} {:<9} {:<6} {:>10} {:>14} {:>12} {:>11} {:>8} {:>11}"


def measure(case, direction, protocol, kind):
    """One call; returns the cells of its row."""
    words = ["--protocol", protocol] + (["--audio"] if kind == "audio" else [])
    if direction == "to page":
        client = case.call_page(*words)
    else:
        client = case.call_from_page(kind=kind, protocol=protocol)
    has_video = kind == "video"
    case.assert_media(client, has_video)
    before = case.page.run("page.stats()")
    stats = [client.wait_stats(lambda s: True, "figures") for _ in range(15)]
    after = case.page.run("page.stats()")
    picture = client.find("first-video-frame")
    shown = (after["frames"] - before["frames"]) * 1000 / (after["at"] - before["at"])
    case.assert_ends_well(client)
    return (f"{client.find('connected')['since_accept_ms']:.0f} ms",
            f"{picture['since_accept_ms']:.0f} ms" if picture else "–",
            f"{shown:.0f} /s" if has_video else "–",
            f"{statistics.median(s['fps'] for s in stats):.0f} /s" if has_video else "–",
            # Chromium's test sound is a beep a second.
            f"{max(s['audio_level_db'] for s in stats):.0f} dB",
            f"{statistics.median(s.get('rtt_ms', 0) for s in stats):.1f} ms")


def add_rows(base):
    class Rows(base):
        def runTest(self):
            for direction in ("to page", "from page"):
                for protocol in ("new", "legacy"):
                    for kind in ("video", "audio"):
                        self.page.go(self.pages.url)
                        self.register()
                        cells = measure(self, direction, protocol, kind)
                        print(ROW.format(base.browser_class.NAME, direction, protocol, kind,
                                         *cells), flush=True)
    return Rows()


def main():
    print(ROW.format(*HEAD), flush=True)
    suite = unittest.TestSuite(map(add_rows, (browsers.ChromiumCalls, browsers.FirefoxCalls)))
    result = unittest.TextTestRunner(verbosity=0).run(suite)
    print("Times are from accepting. The page is asked a second time, and says yes at once.")
    sys.exit(0 if result.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
