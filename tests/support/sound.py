# SPDX-License-Identifier: GPL-3.0-or-later
"""Measuring recorded sound."""

import array
import math
import wave


def read_mono(path):
    """The samples of a 16 bit WAV file (of its first channel), and their rate."""
    with wave.open(str(path)) as file:
        assert file.getsampwidth() == 2, "not 16 bit"
        samples = array.array("h", file.readframes(file.getnframes()))
        return samples[::file.getnchannels()], file.getframerate()


def tone_share(path, tone_hz, window_s=0.5):
    """How much of the sound's power is one tone, 0 to 1, in the loudest half second (Goertzel)."""
    samples, rate = read_mono(path)
    n = int(rate * window_s)
    windows = [samples[i:i + n] for i in range(0, len(samples) - n + 1, n)]
    loudest = max(windows, key=lambda w: sum(x * x for x in w), default=None)
    if loudest is None or not (power := sum(x * x for x in loudest)):
        return 0.0
    turn = 2 * math.pi * tone_hz / rate
    re = sum(x * math.cos(turn * i) for i, x in enumerate(loudest))
    im = sum(x * math.sin(turn * i) for i, x in enumerate(loudest))
    return 2 * (re * re + im * im) / (n * power)
