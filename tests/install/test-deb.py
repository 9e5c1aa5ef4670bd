#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Debian packages have everything that is installed, each once, and name what they need."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import installation
import rig

SCRIPT = installation.SOURCE / "data/deb/make-deb.py"
NAMES = {"aloqa", "aloqa-cli", "aloqa-server"}


class Case(rig.Case):
    @classmethod
    def setUpClass(cls):
        cls.packages = {}
        if not shutil.which("dpkg-shlibdeps"):
            return
        folder = tempfile.mkdtemp(prefix="aloqa-test-")
        cls.addClassCleanup(shutil.rmtree, folder)
        lines = subprocess.run([SCRIPT, rig.BUILD, folder, "none"], check=True, text=True,
                               stdout=subprocess.PIPE).stdout.splitlines()
        cls.packages = {pathlib.Path(line).name.split("_")[0]: line for line in lines}

    def setUp(self):
        super().setUp()
        if not self.packages:
            self.skipTest("the command dpkg-shlibdeps (package dpkg-dev) is missing")

    def list_files(self, name):
        listed = subprocess.run(["dpkg-deb", "--contents", self.packages[name]], check=True, text=True,
                                stdout=subprocess.PIPE).stdout
        return [line.split()[5].removeprefix("./") for line in listed.splitlines()
                if not line.startswith("d")]

    def read_field(self, name, field):
        return subprocess.run(["dpkg-deb", "--field", self.packages[name], field], check=True,
                              text=True, stdout=subprocess.PIPE).stdout.strip()


class Packages(Case):
    def test_every_file_is_in_one_of_them(self):
        installed = installation.Installation(self.folder).list_files()
        packed = [file.removeprefix("usr/").removesuffix(".gz") for name in NAMES
                  for file in self.list_files(name) if "/doc/" not in file]
        pages = [file for file in packed if "/man/" in file]
        self.assertEqual(sorted(packed), sorted(installed))
        self.assertEqual(len(pages), 3)

    def test_each_is_of_this_version(self):
        for name in NAMES:
            self.assertEqual(self.read_field(name, "Version"), os.environ["ALOQA_VERSION"])

    def test_only_the_application_needs_a_screen(self):
        for name in NAMES:
            needed = self.read_field(name, "Depends")
            self.assertEqual("libgtk-4-1" in needed, name == "aloqa", needed)
            self.assertEqual("gstreamer1.0-nice" in needed, name != "aloqa-server", needed)
            self.assertRegex(needed, r"libglib2\.0-0\S* \(>= ")

    def test_the_documents_of_debian_are_there(self):
        for name in NAMES:
            files = set(self.list_files(name))
            for document in ("copyright", "changelog.gz", "NEWS.gz"):
                self.assertIn(f"usr/share/doc/{name}/{document}", files)
        for example in ("nginx.conf", "turnserver.conf"):
            self.assertIn(f"usr/share/doc/aloqa-server/examples/{example}",
                          self.list_files("aloqa-server"))

    def test_the_scripts_of_the_server_are_sound(self):
        folder = self.folder / "control"
        subprocess.run(["dpkg-deb", "--control", self.packages["aloqa-server"], folder], check=True)
        for name in ("postinst", "prerm", "postrm"):
            subprocess.run(["sh", "-n", folder / name], check=True)
            self.assertTrue(re.search("(?m)^set -e$", (folder / name).read_text(encoding="utf-8")))


if __name__ == "__main__":
    rig.main()
