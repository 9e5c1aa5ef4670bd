#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that each check of check-tree.py passes a good tree and finds what is wrong with a bad one."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

CHECK_TREE = pathlib.Path(__file__).with_name("check-tree.py")
SPDX = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"
TABLE = """
| folder | may include | libraries | what lives there |
|---|---|---|---|
| `base` | – | GIO | the ground |
| `call` | base | – | calls |
"""
GOOD = {
    "CONTRIBUTING.md": TABLE,
    ".clang-format": "BasedOnStyle: LLVM\n",
    "NEWS": "Aloqa 1.2.3 (2026-01-02)\n\n* News.\n\nAloqa 1.2.2 (2026-01-01)\n",
    "data/a.metainfo.xml.in": '<release version="1.2.3" date="2026-01-02">\n',
    "meson.build": "project('a', 'c',\n  version: '1.2.3',\n)\n",
    "src/base/a.h": SPDX + "#include <gio/gio.h>\n",
    "src/call/a.c": SPDX + '#include "base/a.h"\n#include <glib.h>\n#include <string.h>\n',
    "tests/run.py": "#!/usr/bin/python3\n# SPDX-License-Identifier: GPL-3.0-or-later\n",
}
BAD = {
    "dependencies": [
        ("src/base/a.h", SPDX + '#include "call/b.h"\n', "a.h:2: "),
        ("src/base/a.h", SPDX + '#include "base/none.h"\n', "is not there"),
        ("src/base/a.h", SPDX + '#include "a.h"\n', "not written from src/"),
        ("src/base/a.h", SPDX + '# include "call/a.c"\n', "base may not include call"),
        ("src/call/a.c", SPDX + "#include <gio/gio.h>\n", "call may not use GIO"),
        ("src/call/a.c", SPDX + "#include <gst/gst.h>\n", "call may not use GStreamer"),
        ("src/call/a.c", SPDX + "#include <zlib.h>\n", "no library that this check knows"),
        ("src/new/a.c", SPDX, "no row for src/new"),
        ("CONTRIBUTING.md", TABLE + "| `gone` | – | – | – |\n", "src/gone, which is not there"),
        ("CONTRIBUTING.md", TABLE.replace("| base |", "| bass |"), "bass, which is not there"),
        ("CONTRIBUTING.md", TABLE.replace("GIO", "GOI"), "the library GOI"),
    ],
    "licence": [
        ("src/call/a.c", "#include <glib.h>\n" + SPDX, "src/call/a.c"),
        ("src/call/a.c", "", "src/call/a.c"),
        ("tests/run.py", "#!/usr/bin/python3\n", "tests/run.py"),
        ("run", "#!/bin/sh\ntrue\n", "run"),
    ],
    "words": [
        ("src/call/a.c", SPDX + "/* TO" "DO later */\n", "a.c:2: marks work as unfinished"),
        ("src/call/a.c", SPDX + "int a; // FIX" "ME\n", "a.c:2: marks work as unfinished"),
        ("run", "echo TO" "DO: more\n", "run:1: marks work as unfinished"),
        ("README.md", "See /ho" "me/me/notes.\n", "README.md:1: names a path"),
        ("run", "cd '/wo" "rk/here'\n", "run:1: names a path"),
    ],
    "format": [("src/call/a.c", SPDX + "int   a ;\n", "src/call/a.c")],
    "version": [
        ("NEWS", "Aloqa 1.2.4 (2026-01-02)\n", "NEWS: does not begin"),
        ("meson.build", "project('a', 'c',\n  version: '1.2.4',\n)\n", "NEWS: does not begin"),
        ("data/a.metainfo.xml.in", '<release version="1.2.3" date="2026-01-03">\n', "first release"),
        ("README.md", "Download a-1.2.3.tar.xz.\n", "README.md: writes the version"),
    ],
    "size": [("src/call/a.c", SPDX + "\n" * 500, "has 501 lines")],
}


def check(name, files):
    """Runs one check over a tree of these files."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return subprocess.run([sys.executable, CHECK_TREE, name, folder], capture_output=True,
                              text=True, check=False)


class CheckTree(unittest.TestCase):
    def check_runs(self, name, files):
        result = check(name, files)
        if result.returncode == 77:
            self.skipTest(result.stdout.strip())
        return result

    def test_a_good_tree_passes(self):
        for name in BAD:
            with self.subTest(name):
                result = self.check_runs(name, GOOD)
                self.assertEqual((result.returncode, result.stdout.strip()), (0, ""))

    def test_each_fault_is_found(self):
        for name, faults in BAD.items():
            for path, text, message in faults:
                with self.subTest(name, message=message):
                    result = self.check_runs(name, {**GOOD, path: text})
                    self.assertEqual(result.returncode, 1, result.stderr)
                    self.assertIn(message, result.stdout)

    def test_what_is_not_ours_is_left_alone(self):
        files = {**GOOD, "build/a.c": "int a;\n", ".hidden/a.c": "int a;\n"}
        result = self.check_runs("licence", files)
        self.assertEqual((result.returncode, result.stdout.strip()), (0, ""))

    @unittest.skipUnless(shutil.which("git"), "git is not installed")
    def test_what_git_ignores_is_left_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["git", "init", "-q", folder], check=True)
            pathlib.Path(folder, ".gitignore").write_text("made.c\n", encoding="utf-8")
            pathlib.Path(folder, "made.c").write_text("int a;\n", encoding="utf-8")
            result = subprocess.run([sys.executable, CHECK_TREE, "licence", folder],
                                    capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stdout.strip()), (0, ""))


unittest.main()
