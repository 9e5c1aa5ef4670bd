# SPDX-License-Identifier: GPL-3.0-or-later
"""What both sides of every call show and say: the bars, the wandering box and the clock that
src/media/video-source-pattern.c draws, and a tone, as files for cameras that play a file."""

import array
import math
import wave

FPS = 30
# Each way of the box is gone a whole number of times, so that the film's end fits its start.
N_FRAMES = 4 * FPS
# The time in the first picture, in ms; as many cells of a clock change as in one that is right.
FIRST_MS = 0x9D3C5A17E2
BARS = ((180, 128, 128), (162, 44, 142), (131, 156, 44), (112, 72, 58),
        (84, 184, 198), (65, 100, 212), (35, 212, 114), (104, 128, 128))
BLACK, WHITE = (16, 128, 128), (235, 128, 128)


class Picture:
    """I420 of even size."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.planes = [bytearray(width * height), *(bytearray(width * height // 4) for _ in "uv")]

    def copy(self):
        copy = Picture.__new__(Picture)
        copy.width, copy.height = self.width, self.height
        copy.planes = [bytearray(plane) for plane in self.planes]
        return copy

    def fill(self, x, y, width, height, colour):
        for plane, value, shift in zip(self.planes, colour, (0, 1, 1)):
            stride = self.width >> shift
            line = bytes([value]) * (width >> shift)
            for start in range((y >> shift) * stride, (y + height >> shift) * stride, stride):
                plane[start + (x >> shift):start + (x + width >> shift)] = line

    def draw_clock(self, time_ms):
        line = b"".join(bytes([WHITE[0] if time_ms >> 39 - cell & 1 else BLACK[0]])
                        * ((cell + 1) * self.width // 40 - cell * self.width // 40)
                        for cell in range(40))
        strip = self.height // 20
        self.planes[0][:self.width * strip] = line * strip


def swing(part, n_ways, distance):
    """Where something is that goes to and fro so often in the film."""
    phase = part * n_ways % 2
    return round((phase if phase < 1 else 2 - phase) * distance) & ~1


def draw(background, number):
    picture = background.copy()
    width, height = picture.width, picture.height
    strip = height // 20 + 1 & ~1
    size = (height - strip) // 5 & ~1
    border = size // 8 & ~1
    part = number / N_FRAMES
    x, y = swing(part, 2, width - size), strip + swing(part, 4, height - strip - size)
    picture.fill(x, y, size, size, WHITE)
    picture.fill(x + border, y + border, size - 2 * border, size - 2 * border, BLACK)
    picture.draw_clock(FIRST_MS + number * 1000 // FPS)
    return picture


def write_stripes(path, width, height, stripe):
    """Upright ones, black and white and so many pixels wide, that stand still."""
    picture = Picture(width, height)
    picture.fill(0, 0, width, height, BLACK)
    for x in range(0, width, 2 * stripe):
        picture.fill(x, 0, stripe, height, WHITE)
    with open(path, "wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{FPS}:1 Ip A1:1 C420\n".encode())
        for _ in range(FPS):
            file.write(b"FRAME\n" + b"".join(picture.planes))


def write_y4m(path, width, height):
    background = Picture(width, height)
    for index, colour in enumerate(BARS):
        start, end = (i * width // len(BARS) & ~1 for i in (index, index + 1))
        background.fill(start, 0, end - start, height, colour)
    background.fill(0, 0, width, height // 20 + 1 & ~1, BLACK)
    with open(path, "wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{FPS}:1 Ip A1:1 C420\n".encode())
        for number in range(N_FRAMES):
            file.write(b"FRAME\n")
            for plane in draw(background, number).planes:
                file.write(plane)


def write_wav(path, tone_hz=1000, rate=48000):
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        turns = (tone_hz * i / rate for i in range(rate))
        file.writeframes(array.array("h", (round(3000 * math.sin(2 * math.pi * turn))
                                           for turn in turns)).tobytes())
