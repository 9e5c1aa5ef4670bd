#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the translations against the sources.

Usage: check-po.py ROOT     exits 0 when all is well, 1 with what is not, 77 where it cannot run

Every file with words for people is in POTFILES.in, what a .ui file shows is marked, and each
language has every message, every form of it, and what is filled in (%s) as the message has it.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

MARKED = re.compile(r'\b(?:N?C?_|ngettext|g_dngettext|g_dpgettext2) ?\(\s*"|translatable="yes"')
KEYWORDS = ["--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=NC_:1c,2",
            "--keyword=ngettext:1,2"]
# What people read, with a word in it other than the name of the program.
UNMARKED = re.compile(
    r'<(?:property|attribute) name="(?:label|title|subtitle|description|tooltip-text|'
    r'placeholder-text|heading|body)">(?!Aloqa<)[^<]*[^\W\d_][^<]*<')

# Uzbek has the letter ʻ, which is written in more than one way.
QUOTE_IN_WORD = re.compile(r"\w+[‘`]\w+")


def check_list(root):
    listed = {line for line in (root / "po/POTFILES.in").read_text(encoding="utf-8").splitlines()
              if line and not line.startswith("#")}
    marked = {str(path.relative_to(root)) for path in (root / "src").rglob("*")
              if path.suffix in (".c", ".ui") and MARKED.search(path.read_text(encoding="utf-8"))}
    for name in sorted(marked - listed):
        yield f"po/POTFILES.in: lacks {name}"
    for path in (root / "src").rglob("*.ui"):
        for found in UNMARKED.finditer(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(root)}: not translatable: {found[0]}"
    for name in sorted(listed):
        if not (root / name).is_file():
            yield f"po/POTFILES.in: names {name}, which is not there"


def check_language(root, language, pot):
    """Merged with the messages there are now, so that each has the marks of its format."""
    po = root / f"po/{language}.po"
    for word in QUOTE_IN_WORD.findall(po.read_text(encoding="utf-8")):
        yield f"po/{language}.po: a quotation mark in a word: {word}"
    merged = subprocess.run(["msgmerge", "--quiet", "--no-fuzzy-matching", po, pot],
                            capture_output=True, text=True, check=False)
    if merged.returncode != 0:
        yield merged.stderr.strip()
        return
    checked = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", "-"], input=merged.stdout,
                             capture_output=True, text=True, check=False)
    if checked.returncode != 0:
        yield f"po/{language}.po: {checked.stderr.strip()}"
    for mark in ("--untranslated", "--only-fuzzy"):
        left = subprocess.run(["msgattrib", mark, "--no-obsolete"], input=merged.stdout,
                              capture_output=True, text=True, check=False).stdout
        if left.strip():
            yield f"po/{language}.po: not translated:\n{left}"


def main():
    if not all(shutil.which(name) for name in ("xgettext", "msgfmt", "msgmerge")):
        print("gettext is not installed")
        return 77
    root = pathlib.Path(sys.argv[1]).resolve()
    faults = list(check_list(root))
    with tempfile.TemporaryDirectory() as folder:
        pot = pathlib.Path(folder, "aloqa.pot")
        names = [line for line in (root / "po/POTFILES.in").read_text(encoding="utf-8").splitlines()
                 if line and not line.startswith("#") and (root / line).is_file()]
        subprocess.run(["xgettext", "--from-code=UTF-8", *KEYWORDS, "-o", pot, *names], cwd=root,
                       check=True, capture_output=True)
        for language in (root / "po/LINGUAS").read_text(encoding="utf-8").split():
            faults += check_language(root, language, pot)
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
