# SPDX-License-Identifier: GPL-3.0-or-later
"""The build, installed into a folder of the test's own as it would be into the system."""

import json
import os
import pathlib
import subprocess

import rig

SOURCE = pathlib.Path(os.environ["ALOQA_SOURCE"])
SCRIPT = SOURCE / "data/install.sh"


def read_prefix():
    options = subprocess.run(["meson", "introspect", "--buildoptions", rig.BUILD], check=True,
                             capture_output=True, text=True).stdout
    return next(row["value"] for row in json.loads(options) if row["name"] == "prefix")


class Installation:
    """What DESTDIR is for; .prefix is the prefix in it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "root"
        self.list = pathlib.Path(folder) / "installed.txt"
        self.real_prefix = read_prefix()
        self.prefix = self.folder / self.real_prefix.lstrip("/")
        self.run("install")

    def run(self, verb):
        return subprocess.run([SCRIPT, verb, rig.BUILD, self.list], check=True, capture_output=True, text=True,
                              env={**os.environ, "DESTDIR": str(self.folder)})

    def make_caches(self):
        """What meson has made where there is no DESTDIR."""
        share = self.prefix / "share"
        for command in (["glib-compile-schemas", share / "glib-2.0/schemas"],
                        ["gtk4-update-icon-cache", "-q", "-t", "-f", share / "icons/hicolor"],
                        ["update-desktop-database", "-q", share / "applications"]):
            subprocess.run(command, check=True)

    def list_files(self):
        return {str(path.relative_to(self.prefix)) for path in self.prefix.rglob("*")
                if not path.is_dir()}
