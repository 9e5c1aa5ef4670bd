#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the translations against the sources.

Usage: check-po.py ROOT     exits 0 when all is well, 1 with what is not, 77 where it cannot run

Every file with words for people is in POTFILES.in, and each language has every message, with what
is filled in (%s) in the same order.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

MARKED = re.compile(r'\bN?_ ?\("|translatable="yes"')
KEYWORDS = ["--keyword=_", "--keyword=N_", "--keyword=ngettext:1,2"]


def check_list(root):
    listed = {line for line in (root / "po/POTFILES.in").read_text(encoding="utf-8").splitlines()
              if line and not line.startswith("#")}
    marked = {str(path.relative_to(root)) for path in (root / "src").rglob("*")
              if path.suffix in (".c", ".ui") and MARKED.search(path.read_text(encoding="utf-8"))}
    for name in sorted(marked - listed):
        yield f"po/POTFILES.in: lacks {name}"
    for name in sorted(listed):
        if not (root / name).is_file():
            yield f"po/POTFILES.in: names {name}, which is not there"


def check_language(root, language, pot):
    po = root / f"po/{language}.po"
    broken = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", po], capture_output=True,
                            text=True, check=False)
    if broken.returncode != 0:
        yield broken.stderr.strip()
    compared = subprocess.run(["msgcmp", "--use-untranslated", po, pot], capture_output=True,
                              text=True, check=False)
    if compared.returncode != 0:
        yield f"po/{language}.po: {compared.stderr.strip()}"
    merged = subprocess.run(["msgattrib", "--untranslated", "--no-obsolete", po],
                            capture_output=True, text=True, check=True).stdout
    if merged.strip():
        yield f"po/{language}.po: not translated:\n{merged}"


def main():
    if not all(shutil.which(name) for name in ("xgettext", "msgfmt", "msgcmp")):
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
