#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything is installed where it belongs, fits together, and goes away without a trace."""

import os
import re
import shutil
import subprocess
import tempfile

import installation
import rig

ID = "io.github.aloqa.Aloqa"
PROGRAMS = ("aloqa", "aloqa-cli", "aloqa-server")
FILES = {
    *(f"bin/{name}" for name in PROGRAMS),
    "lib/systemd/system/aloqa-server.service",
    "lib/systemd/user/aloqa.service",
    "lib/sysusers.d/aloqa-server.conf",
    f"share/applications/{ID}.desktop",
    *(f"share/bash-completion/completions/{name}" for name in PROGRAMS),
    f"share/dbus-1/services/{ID}.service",
    *(f"share/fish/vendor_completions.d/{name}.fish" for name in PROGRAMS),
    f"share/glib-2.0/schemas/{ID}.gschema.xml",
    f"share/icons/hicolor/scalable/apps/{ID}.svg",
    f"share/icons/hicolor/symbolic/apps/{ID}-symbolic.svg",
    "share/locale/ru/LC_MESSAGES/aloqa.mo",
    "share/locale/uz/LC_MESSAGES/aloqa.mo",
    "share/man/man1/aloqa-cli.1",
    "share/man/man1/aloqa.1",
    "share/man/man8/aloqa-server.8",
    f"share/metainfo/{ID}.metainfo.xml",
    *(f"share/zsh/site-functions/_{name}" for name in PROGRAMS),
}
# The unit is to be among those that systemd itself calls well sandboxed; 10 is no sandbox at all.
MAX_EXPOSURE = 2.0


class Case(rig.Case):
    """What only looks at the files looks at the same ones."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="aloqa-test-")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.installed = installation.Installation(folder)

    def read(self, name):
        return (self.installed.prefix / name).read_text(encoding="utf-8")

    def analyze(self, *words):
        if not shutil.which("systemd-analyze"):
            self.skipTest("the command systemd-analyze (package systemd) is missing")
        return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True,
                              check=False, env={**os.environ, "XDG_RUNTIME_DIR": str(self.folder)})


class Files(Case):
    def test_each_is_where_it_belongs_and_no_other(self):
        self.assertEqual(self.installed.list_files(), FILES)

    def test_nothing_stays_after_uninstalling(self):
        installed = installation.Installation(self.folder)
        installed.run("install")
        installed.make_caches()
        installed.run("uninstall")
        self.assertEqual(list(self.folder.rglob("*")), [])

    def test_what_is_not_ours_stays(self):
        installed = installation.Installation(self.folder)
        other = installed.prefix / "share/applications/org.example.Other.desktop"
        other.write_text("[Desktop Entry]\nType=Application\nName=Other\nExec=true\n"
                         "MimeType=x-scheme-handler/other;\n", encoding="utf-8")
        installed.make_caches()
        installed.run("uninstall")
        cache = other.parent / "mimeinfo.cache"
        self.assertEqual({path for path in self.folder.rglob("*") if path.is_file()},
                         {other, cache})
        self.assertNotIn("aloqa", cache.read_text(encoding="utf-8"))

    def test_the_programs_run_and_say_the_version(self):
        for name, said in zip(PROGRAMS, ("Aloqa", "aloqa-cli", "aloqa-server")):
            line = subprocess.run([self.installed.prefix / "bin" / name, "--version"], check=True,
                                  capture_output=True, text=True).stdout
            self.assertEqual(line, f"{said} {os.environ['ALOQA_VERSION']}\n")


class Desktop(Case):
    def test_the_bus_starts_the_installed_program(self):
        service = self.read(f"share/dbus-1/services/{ID}.service")
        self.assertIn(f"Exec={self.installed.real_prefix}/bin/aloqa --gapplication-service\n",
                      service)
        self.assertIn(f"Name={ID}\n", service)
        self.assertIn("DBusActivatable=true\n", self.read(f"share/applications/{ID}.desktop"))

    def test_the_desktop_file_and_the_metainfo_are_translated(self):
        entry = self.read(f"share/applications/{ID}.desktop")
        metainfo = self.read(f"share/metainfo/{ID}.metainfo.xml")
        for language in ("ru", "uz"):
            self.assertRegex(entry, rf"(?m)^Comment\[{language}\]=\S")
            self.assertRegex(metainfo, f'xml:lang="{language}(-Latn)?"')

    def test_links_are_ours(self):
        self.installed.make_caches()
        self.assertIn(f"x-scheme-handler/aloqa={ID}.desktop",
                      self.read("share/applications/mimeinfo.cache"))


class Units(Case):
    def test_systemd_understands_the_units(self):
        for name, manager in (("aloqa-server", "system"), ("aloqa", "user")):
            # Where the program really is: systemd looks for it.
            unit = self.folder / f"{name}.service"
            unit.write_text(self.read(f"lib/systemd/{manager}/{name}.service").replace(
                f"{self.installed.real_prefix}/bin/", f"{self.installed.prefix}/bin/"),
                encoding="utf-8")
            checked = self.analyze("verify", "--man=no", f"--{manager}", str(unit))
            self.assertEqual((checked.returncode, checked.stderr), (0, ""))

    def test_the_server_is_sandboxed(self):
        unit = self.installed.prefix / "lib/systemd/system/aloqa-server.service"
        told = self.analyze("security", "--offline=true", "--no-pager", str(unit))
        exposure = re.search(r"exposure level for \S+: ([\d.]+)", told.stdout)
        self.assertIsNotNone(exposure, told.stdout + told.stderr)
        self.assertLessEqual(float(exposure[1]), MAX_EXPOSURE, told.stdout)

    def test_the_user_of_the_server_is_made(self):
        if not shutil.which("systemd-sysusers"):
            self.skipTest("the command systemd-sysusers (package systemd) is missing")
        root = self.folder / "system"
        (root / "etc").mkdir(parents=True)
        made = subprocess.run(["systemd-sysusers", f"--root={root}",
                               self.installed.prefix / "lib/sysusers.d/aloqa-server.conf"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertIn("aloqa-server:", (root / "etc/passwd").read_text(encoding="utf-8"))
        self.assertIn("User=aloqa-server\n", self.read("lib/systemd/system/aloqa-server.service"))


if __name__ == "__main__":
    rig.main()
