# SPDX-License-Identifier: GPL-3.0-or-later
"""Films of drawn people, for pictures that are shown to others."""

import math
import pathlib
import subprocess
import tempfile

SIZE = (640, 480)
FPS = 10
N_FRAMES = 20
# Backdrop, clothes, skin, its shade, hair.
VALI = ("#e9c39b", "#3d5a80", "#e0a97c", "#b47c52", "#2f2118")
ALI = ("#a9c5d8", "#7a3e48", "#d9a47a", "#a87450", "#1d1a18")


def draw(path, colours, number):
    """One frame: the head sways, the mouth opens and shuts."""
    backdrop, clothes, skin, shade, hair = colours
    turn = 2 * math.pi * number / N_FRAMES
    x, mouth = 320 + round(9 * math.sin(turn)), 278 + round(8 * math.cos(3 * turn))
    shapes = (
        (clothes, "roundrectangle 190,330 450,560 120,120"),
        (shade, "roundrectangle 290,280 350,360 20,20"),
        (skin, f"ellipse {x},220 78,96 0,360"),
        (hair, f"path 'M {x - 82},205 C {x - 84},90 {x + 84},90 {x + 82},205 "
               f"C {x + 70},160 {x + 30},150 {x},150 C {x - 30},150 {x - 70},160 {x - 82},205 Z'"),
        (hair, f"circle {x - 28},222 {x - 28},228 circle {x + 28},222 {x + 28},228"),
        ("#7a3b2a", f"path 'M {x - 28},264 Q {x},{mouth + 14} {x + 28},264 Q {x},270 {x - 28},264'"))
    drawing = [word for colour, shape in shapes for word in ("-fill", colour, "-draw", shape)]
    subprocess.run(["convert", "-size", "{}x{}".format(*SIZE), f"xc:{backdrop}", *drawing, str(path)],
                   check=True)


def film(path, colours):
    """A film that ends as it begins, as YUV4MPEG2."""
    with tempfile.TemporaryDirectory(prefix="aloqa-film-") as folder:
        for number in range(N_FRAMES):
            draw(pathlib.Path(folder) / f"{number:02}.png", colours, number)
        subprocess.run(["gst-launch-1.0", "-q", "multifilesrc", f"location={folder}/%02d.png",
                        f"caps=image/png,framerate={FPS}/1", "!", "pngdec", "!", "videoconvert", "!",
                        "videorate", "!", "video/x-raw,format=I420,framerate=30/1", "!", "y4menc",
                        "!", "filesink", f"location={path}"], check=True)
    return path
