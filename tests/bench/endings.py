#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints how long after each kind of end a call that rings is still heard, seen and notified of, in ms.
Words choose among the kinds."""

import contextlib
import pathlib
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import desk
import ear
import ringing

# Longer than the pause in a cadence, after which it would be heard again.
PAUSES_S = {"incoming": 1.5, "outgoing": 4.5}
LIMIT_S = 75
COLUMNS = ("tone", "card", "notification")
NOTE = """
From the moment of the end to the last of the tone in the speaker's monitor, to the card being gone from
the window, and to the notification being taken back. Where another program ends it its own
work is in it, and where a button is pressed the way over the accessibility bus. Of a program that dies the server is told by TCP, and waits 0.8 s for it to come back
(ring-return-ms); of a network that falls silent by nobody: the server pings who calls every second,
and gives up after 5 s of silence (ring-silence-ms). A server that dies is noticed at once, and the
tone stops; what is seen stays 0.8 s for a callee and 10 s for a caller, for it to come back."""


def is_shown(widget):
    with contextlib.suppress(Exception):  # what is gone can no more be asked
        return widget.is_shown
    return False


def watch(stage, listener, pause_s, things, happen):
    """things: name → whether it is still there. Returns: name → ms."""
    gone = {}
    before = time.monotonic()
    begin = happen(stage) or before
    while time.monotonic() - begin < LIMIT_S:
        for name, is_there in things.items():
            if name not in gone and not is_there():
                gone[name] = time.monotonic() - begin
        if len(gone) == len(things) and listener.has_heard_nothing_for(pause_s):
            gone["tone"] = max(listener.last_loud_s - begin, 0)
            break
        time.sleep(0.005)
    return {name: round(value * 1000) for name, value in gone.items()}


def measure(stage, listener, kind, end):
    things = {}
    if kind == "incoming":
        card = stage.ring(end.other)
        things = {"card": lambda: is_shown(card),
                  "notification": lambda: stage.find_notification() is not None}
    else:
        stage.call(end.other)
    stage.app.await_(listener.hears, "tone that is heard")
    gone = watch(stage, listener, PAUSES_S[kind], things, end.happen)
    cells = [gone.get(column, "–" if column != "tone" else f"> {LIMIT_S} s") for column in COLUMNS]
    print(f"  {end.name:<34}" + "".join(f"{cell:>14}" for cell in cells), flush=True)


def main():
    if reason := desk.why_no_desk():
        sys.exit(f"Nothing was measured: {reason}.")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="aloqa-bench-"))
    desk.Desk.get()
    stage = ringing.Ringing(folder)
    listener = ear.Ear("speaker")
    try:
        for kind, ends in (("incoming", ringing.INCOMING), ("outgoing", ringing.OUTGOING)):
            print(f"{kind.capitalize():<36}" + "".join(f"{column:>14}" for column in COLUMNS))
            for end in ends:
                if sys.argv[1:] and not any(word in end.name for word in sys.argv[1:]):
                    continue
                measure(stage, listener, kind, end)
                stage.clear_up(end)
        print(NOTE)
    finally:
        listener.end()
        stage.end()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
