#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Flatpak's manifest asks for no more than a call needs, and builds only what is pinned down."""

import re

import desk
import installation
import rig

MANIFEST = installation.SOURCE / f"flatpak/{desk.BUS_NAME}.yml"
# Network, screen, sound and graphics card; all else goes through portals.
PERMISSIONS = {"--share=network", "--share=ipc", "--socket=wayland", "--socket=fallback-x11",
               "--socket=pulseaudio", "--device=dri"}


class Manifest(rig.Case):
    def setUp(self):
        super().setUp()
        try:
            import yaml
        except ImportError:
            self.skipTest("the package python3-yaml is missing")
        self.manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))

    def test_names_the_program(self):
        self.assertEqual(self.manifest["id"], desk.BUS_NAME)
        self.assertEqual(self.manifest["command"], "aloqa")
        self.assertEqual(self.manifest["runtime"], "org.gnome.Platform")
        self.assertEqual(self.manifest["sdk"], "org.gnome.Sdk")

    def test_asks_for_no_more_than_a_call_needs(self):
        self.assertEqual(set(self.manifest["finish-args"]), PERMISSIONS)

    def test_every_module_is_pinned_down(self):
        *others, program = self.manifest["modules"]
        self.assertEqual([source["type"] for source in program["sources"]], ["dir"])
        for module in others:
            source = module["sources"][0]
            self.assertEqual(source["type"], "git", module["name"])
            self.assertTrue(source["url"].startswith("https://"), module["name"])
            self.assertTrue(re.fullmatch("[0-9a-f]{40}", source["commit"]), module["name"])


if __name__ == "__main__":
    rig.main()
