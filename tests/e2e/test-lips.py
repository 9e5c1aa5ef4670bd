#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound and picture of one moment come together, whatever one of them meets on its way."""

import base64
import json
import statistics
import unittest

import browser
import rig

N_CLAPS = 7
# The media of a clap are nearer to each other than to those of the next one.
FAR_MS = 500


@unittest.skipUnless(browser.Chromium.IS_THERE, "chromium is not installed")
class Claps(rig.Case):
    """A page that claps, its sound or its pictures on a longer way from the encoder on."""

    def setUp(self):
        super().setUp()
        self.pages = browser.PageServer()
        self.addCleanup(self.pages.end)
        self.page = browser.Chromium(self.pages.url)
        self.addCleanup(self.page.end)

    def watch(self, audio_ms, video_ms):
        offer = self.folder / "offer"
        offer.write_text(self.page.run(f"clap.offer({audio_ms}, {video_ms})"), encoding="utf-8")
        watcher = self.start(rig.Process, [rig.BUILD / "tests/e2e/clap-watch", offer])
        watcher.wait_until(lambda: watcher.lines, "answer")
        answer = base64.b64decode(watcher.lines[0].removeprefix("answer ")).decode()
        self.page.run(f"clap.answer({json.dumps(answer)})")
        return watcher

    @staticmethod
    def read(lines):
        """By how many ms the sound of each clap came after its picture."""
        times = {"picture": [], "sound": []}
        for name, ms in (line.split() for line in list(lines)[1:]):
            times[name].append(float(ms))
        pairs = ((picture, min(times["sound"], key=lambda sound: abs(sound - picture), default=1e9))
                 for picture in times["picture"])
        return [sound - picture for picture, sound in pairs if abs(sound - picture) < FAR_MS]

    def measure(self, audio_ms, video_ms, is_together):
        """The page's reports tell of the ways after some seconds, and a busy machine claps unevenly."""
        watcher = self.watch(audio_ms, video_ms)
        watcher.wait_until(
            lambda: len(lags := self.read(watcher.lines)[-N_CLAPS:]) == N_CLAPS
            and is_together(statistics.median(lags)),
            "claps that are seen and heard together", 60)

    def test_pictures_wait_for_sound(self):
        self.measure(250, 0, lambda lag_ms: -50 < lag_ms < 125)

    def test_sound_waits_for_pictures(self):
        """As far as those who talk bear the wait (media/lip-sync.c)."""
        self.measure(0, 250, lambda lag_ms: -160 < lag_ms < 50)


if __name__ == "__main__":
    rig.main()
