#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that check-po.py passes what is whole and finds what is not."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

CHECK_PO = pathlib.Path(__file__).with_name("check-po.py")
HEADER = ('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: ru\\n"\n'
          '"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && '
          '(n%100<10 || n%100>=20) ? 1 : 2);\\n"\n\n')
HUNG_UP = 'msgid "%s hung up."\nmsgstr "%s: всё"\n\n'
CALLS = ('msgid "%d call"\nmsgid_plural "%d calls"\nmsgstr[0] "%d звонок"\nmsgstr[1] "%d звонка"\n'
         'msgstr[2] "%d звонков"\n\n')
OLD = 'msgctxt "way of calling"\nmsgid "Old"\nmsgstr "Старый"\n\n'
ADD = 'msgid "Add"\nmsgstr "Добавить"\n\n'
GOOD = {
    "src/a.c": 'g (_ ("%s hung up."));\nh (ngettext ("%d call", "%d calls", n));\n'
               'i (C_ ("way of calling", "Old"));\n',
    "src/b.ui": '<interface><object class="GtkButton"><property name="label" translatable="yes">Add'
                '</property></object></interface>\n',
    "po/POTFILES.in": "src/a.c\nsrc/b.ui\n",
    "po/LINGUAS": "ru\n",
    "po/ru.po": HEADER + HUNG_UP + CALLS + OLD + ADD,
}
BAD = [
    ("po/POTFILES.in", "src/a.c\n", "lacks src/b.ui"),
    ("po/POTFILES.in", "src/b.ui\n", "lacks src/a.c"),
    ("po/POTFILES.in", "src/a.c\nsrc/b.ui\nsrc/c.c\n", "names src/c.c"),
    ("src/c.c", 'C_ ("a", "b")\n', "lacks src/c.c"),
    ("src/b.ui", GOOD["src/b.ui"].replace(' translatable="yes"', ""), "not translatable"),
    ("po/ru.po", HEADER + HUNG_UP + CALLS + OLD, "Add"),
    ("po/ru.po", HEADER + HUNG_UP + CALLS + ADD, "Old"),
    ("po/ru.po", HEADER + HUNG_UP + CALLS + OLD + ADD.replace("msgid", "#, fuzzy\nmsgid", 1), "Add"),
    ("po/ru.po", HEADER + HUNG_UP + CALLS + OLD + ADD.replace("Добавить", ""), "Add"),
    ("po/ru.po", HEADER + HUNG_UP.replace("%s:", "%d:") + CALLS + OLD + ADD, "hung up"),
    ("po/ru.po", HEADER + HUNG_UP.replace("%s:", "") + CALLS + OLD + ADD, "hung up"),
    ("po/ru.po", HEADER + HUNG_UP + CALLS.replace('msgstr[2] "%d звонков"\n', "") + OLD + ADD,
     "plural"),
    ("po/ru.po", HEADER + HUNG_UP + CALLS + OLD + ADD.replace('"Доб', 'Доб'), "ru.po"),
    ("po/ru.po", HEADER + HUNG_UP + CALLS + OLD + ADD.replace("Доб", "До‘б"), "in a word"),
]


def check(files):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            target = pathlib.Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return subprocess.run([sys.executable, CHECK_PO, folder], capture_output=True, text=True,
                              check=False)


@unittest.skipUnless(shutil.which("xgettext"), "gettext is not installed")
class CheckPo(unittest.TestCase):
    def test_what_is_whole_passes(self):
        result = check(GOOD)
        self.assertEqual((result.returncode, result.stdout.strip()), (0, ""), result.stderr)

    def test_each_fault_is_found(self):
        for path, text, complaint in BAD:
            with self.subTest(complaint=complaint, text=text[-80:]):
                result = check({**GOOD, path: text})
                self.assertEqual(result.returncode, 1, result.stdout)
                self.assertIn(complaint, result.stdout)


if __name__ == "__main__":
    unittest.main()
