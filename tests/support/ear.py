# SPDX-License-Identifier: GPL-3.0-or-later
"""Listening to what a speaker of the test's desktop plays, as it plays."""

import array
import subprocess
import threading
import time

RATE_HZ = 16000
CHUNK_S = 0.01
# Of full scale; a ring tone's last hundredth of a second that anybody would hear is louder.
LOUD = 0.005


class Ear(threading.Thread):
    def __init__(self, speaker):
        super().__init__(daemon=True)
        self.last_loud_s = 0.0  # by the monotonic clock
        self._child = subprocess.Popen(
            ["parec", f"--device={speaker}.monitor", "--format=s16le", f"--rate={RATE_HZ}",
             "--channels=1", "--latency-msec=10", "--raw"], stdout=subprocess.PIPE)
        self.start()

    def run(self):
        while samples := array.array("h", self._child.stdout.read(int(RATE_HZ * CHUNK_S) * 2)):
            if max(samples) > LOUD * 32768:
                self.last_loud_s = time.monotonic()

    def hears(self):
        return time.monotonic() - self.last_loud_s < 0.1

    def has_heard_nothing_for(self, duration_s):
        return time.monotonic() - self.last_loud_s > duration_s

    def end(self):
        self._child.terminate()
        self._child.wait()
        self.join()
        self._child.stdout.close()
