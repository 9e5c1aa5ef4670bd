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


def write_tone(path, tone_hz, duration_s):
    """A WAV file of one loud tone."""
    rate = 48000
    turn = [int(20000 * math.sin(2 * math.pi * tone_hz * i / rate)) for i in range(rate)]
    with wave.open(str(path), "w") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        for _ in range(duration_s):
            file.writeframes(array.array("h", turn).tobytes())


def tone_level(path, tone_hz, window_s=0.1):
    """How loud a tone is where it is loudest: its amplitude, 1 for full scale."""
    samples, rate = read_mono(path)
    n = int(rate * window_s)
    table = [(math.cos(2 * math.pi * tone_hz * i / rate), math.sin(2 * math.pi * tone_hz * i / rate))
             for i in range(n)]
    levels = [math.hypot(sum(x * c for x, (c, _) in zip(samples[i:i + n], table)),
                         sum(x * s for x, (_, s) in zip(samples[i:i + n], table)))
              for i in range(0, len(samples) - n + 1, n)]
    return max(levels, default=0) * 2 / n / 32768


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
