#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the life of a call from the table that runs it, for the documentation.

Usage: draw-diagram.py TABLE FILE            exits 1 where FILE is not what TABLE says now
       draw-diagram.py TABLE FILE --write    writes FILE; TABLE is the built test-call-diagram
"""

import pathlib
import re
import subprocess
import sys

ARROW = re.compile(r'^  "([\w-]+)" -> "([\w-]+)" \[label="(.*)"\];$', re.M)
# With more beside it an arrow cannot be read.
MAX_WORDS = 3
HEAD = """\
# The life of a call

Drawn from `src/call/table.c` by `tests/call/draw-diagram.py`, and a test holds it against that
table: after a change there, `./dev diagram` writes it anew. Inputs in capitals are what happens
(`GOT_…` is a message of the other side's, `…_OVER` a deadline, `MEDIA_…` what sound and picture
report); what is in no cell is left alone. The picture leaves out that every phase can end, and
where many inputs lead the same way it has what is done, in brackets; the table has all.

"""


def read_arrows(table):
    """[(from, to, [(input, action)])]"""
    text = subprocess.run([table, "print"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [(start, end, [tuple(line.split(": ")) for line in label.split("\\n")])
            for start, end, label in ARROW.findall(text)]


def draw(arrows):
    def name(phase):
        return phase.replace("-", "_")

    phases = list(dict.fromkeys(phase for start, end, _ in arrows for phase in (start, end)))
    yield "```mermaid\nstateDiagram-v2"
    for phase in phases:
        if phase != "ended":
            yield f'  state "{phase}" as {name(phase)}'
    yield f"  [*] --> {name(phases[0])}"
    for start, end, cells in arrows:
        if end != "ended":
            words = [word for word, _ in cells]
            if len(words) > MAX_WORDS:
                words = [f"({', '.join(dict.fromkeys(action for _, action in cells))})"]
            yield f"  {name(start)} --> {name(end)}: {', '.join(words)}"
    yield "```\n"


def tabulate(arrows):
    rows = {}
    for start, end, cells in arrows:
        for word, action in cells:
            rows.setdefault((start, word, action), []).append(end)
    yield "| phase | input | what is done | leads to |\n|---|---|---|---|"
    for (start, word, action), ends in rows.items():
        yield f"| {start} | `{word}` | {action} | {', '.join(ends)} |"


def main():
    table, file = sys.argv[1], pathlib.Path(sys.argv[2])
    arrows = read_arrows(table)
    text = HEAD + "\n".join([*draw(arrows), *tabulate(arrows)]) + "\n"
    if sys.argv[3:] == ["--write"]:
        file.write_text(text, encoding="utf-8")
    elif not file.is_file() or file.read_text(encoding="utf-8") != text:
        sys.exit(f"{file} is not what the table says now: run ./dev diagram")


if __name__ == "__main__":
    main()
