#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual pages and what a shell completes know every option that --help knows, and no other."""

import re
import shutil
import subprocess

import rig

PAGES = {"aloqa": "man1/aloqa.1", "aloqa-cli": "man1/aloqa-cli.1",
         "aloqa-server": "man8/aloqa-server.8"}
OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")
# What GLib adds to those of ours.
OF_GLIB = {"--help", "--help-all", "--help-gapplication", "--gapplication-service"}


class Case(rig.Case):
    @classmethod
    def setUpClass(cls):
        cls.programs = {name: rig.BUILD / f"src/{folder}/{name}" for name, folder in
                        (("aloqa", "ui"), ("aloqa-cli", "cli"), ("aloqa-server", "server"))}

    def list_options(self, name, *, limits=True):
        """All of --help-all, but for the limits of the server where they are not asked for."""
        text = subprocess.run([self.programs[name], "--help-all"], capture_output=True, text=True,
                              check=True).stdout
        if not limits:
            text = re.sub(r"(?s)\nLimits, .*?\n\n", "\n", text)
        return set(OPTION.findall(text)) | {"--help"}

    def need(self, command, package):
        if not shutil.which(command):
            self.skipTest(f"the command {command} (package {package}) is missing")


class Pages(Case):
    def read(self, name):
        return (rig.BUILD / "data/man" / PAGES[name].split("/")[1]).read_text(encoding="utf-8")

    def test_each_has_every_option_and_no_other(self):
        for name in PAGES:
            # Of other programs, in examples.
            text = re.sub(r"systemctl .*|runuser .*", "", self.read(name)).replace("\\-", "-")
            self.assertEqual(set(OPTION.findall(text)) - OF_GLIB,
                             self.list_options(name, limits=False) - OF_GLIB, name)

    def test_the_limits_are_looked_up_with_the_program(self):
        self.assertIn("--help-limits", self.read("aloqa-server").replace("\\-", "-"))
        self.assertIn("--frame-bytes", self.list_options("aloqa-server"))

    def test_each_has_every_command(self):
        for name, words in (("aloqa-cli", ("call", "answer", "contacts", "devices", "doctor")),
                            ("aloqa-server", ("user add", "user passwd", "user disable", "user list",
                                              "backup"))):
            for word in words:
                self.assertRegex(self.read(name), rf'(?m)^\.BI? "?{word}')

    def test_each_is_well_formed(self):
        self.need("groff", "groff-base")
        for name, page in PAGES.items():
            path = rig.BUILD / "data/man" / page.split("/")[1]
            said = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", path],
                                  capture_output=True, text=True, check=True).stderr
            self.assertEqual(said, "", name)


class Completions(Case):
    FOLDER = rig.BUILD / "data/completions"

    def ask(self, command):
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        return set(said.stdout.split())

    def ask_bash(self, name, *words):
        """What bash would offer for the last of the words."""
        line = " ".join((name, *words))
        quoted = " ".join(f"'{word}'" for word in (name, *words))
        return self.ask(["bash", "--norc", "-c",
                         "source /usr/share/bash-completion/bash_completion\n"
                         "compopt () { :; }\n"
                         f"source {self.FOLDER / name}\n"
                         f"COMP_WORDS=({quoted}); COMP_CWORD={len(words)}\n"
                         f"COMP_LINE='{line}'; COMP_POINT={len(line)}\n"
                         f"_{name.replace('-', '_')} {name}\n"
                         'printf "%s\\n" "${COMPREPLY[@]}"'])

    def need_bash_completion(self):
        if not shutil.os.path.exists("/usr/share/bash-completion/bash_completion"):
            self.skipTest("the package bash-completion is missing")

    def test_bash_offers_every_option(self):
        self.need_bash_completion()
        for name in PAGES:
            offered = {word.rstrip("=") for word in self.ask_bash(name, "--")}
            self.assertEqual(offered - OF_GLIB, self.list_options(name) - OF_GLIB)

    def test_bash_offers_commands_and_values(self):
        self.need_bash_completion()
        self.assertEqual(self.ask_bash("aloqa-cli", "d"), {"devices", "doctor"})
        self.assertEqual(self.ask_bash("aloqa-cli", "--codec", "VP"), {"VP8", "VP9"})
        self.assertEqual(self.ask_bash("aloqa-server", "user", ""),
                         {"add", "passwd", "list", "disable"})

    def ask_fish(self, line):
        lines = subprocess.run(
            ["fish", "--no-config", "-c",
             "".join(f"source {self.FOLDER / name}.fish; " for name in PAGES)
             + f"complete -C '{line}'"],
            capture_output=True, text=True, check=True,
            env={"HOME": str(self.folder), "PATH": "/usr/bin:/bin"}).stdout
        return {row.split("\t")[0].rstrip("=") for row in lines.splitlines()}

    def test_fish_offers_every_option(self):
        self.need("fish", "fish")
        for name in PAGES:
            self.assertEqual(self.ask_fish(f"{name} --") - OF_GLIB,
                             self.list_options(name) - OF_GLIB)

    def test_fish_offers_commands_and_values(self):
        self.need("fish", "fish")
        self.assertEqual(self.ask_fish("aloqa-cli d"), {"devices", "doctor"})
        self.assertEqual(self.ask_fish("aloqa-cli --gain "), {"on", "off"})
        self.assertEqual(self.ask_fish("aloqa-server user "), {"add", "passwd", "list", "disable"})

    def test_zsh_knows_every_option(self):
        for name in PAGES:
            text = (self.FOLDER / f"_{name}").read_text(encoding="utf-8")
            self.assertEqual(set(re.findall(r"'\*?(--[\w-]+)", text)) - OF_GLIB,
                             self.list_options(name) - OF_GLIB)

    def test_zsh_can_read_it(self):
        self.need("zsh", "zsh")
        for name in PAGES:
            self.ask(["zsh", "-n", self.FOLDER / f"_{name}"])


if __name__ == "__main__":
    rig.main()
