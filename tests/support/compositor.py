# SPDX-License-Identifier: GPL-3.0-or-later
"""A Wayland compositor (sway) without a monitor or a graphics card."""

import os

USER = 1000
NEEDED = ("sway", "swaymsg", "swaybg")
WIDTH, HEIGHT = 1280, 720
CONFIG = f"""output HEADLESS-1 resolution {WIDTH}x{HEIGHT} position 0 0
output * bg #204060 solid_color
default_border none
seat seat0 fallback true
"""


class Compositor:
    """.command starts it, with .env in the environment, which its clients need too."""

    def __init__(self, parent, config=""):
        """parent: a folder of the test's own; it gets one for whom the compositor runs as."""
        self.folder = parent / "sway"
        self.folder.mkdir()
        (self.folder / "config").write_text(CONFIG + config)
        self._socket = self.folder / "wayland-1"
        self.env = {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman",
                    "WLR_LIBINPUT_NO_DEVICES": "1", "XDG_SESSION_TYPE": "wayland",
                    "SWAYSOCK": f"{self.folder}/sway.sock", "WAYLAND_DISPLAY": str(self._socket)}
        # It takes a display in its environment for one to be a window of.
        self.command = ["env", "-u", "WAYLAND_DISPLAY", f"XDG_RUNTIME_DIR={self.folder}",
                        f"HOME={self.folder}", "sway", "-c", str(self.folder / "config")]
        if os.geteuid() == 0:
            self._leave_root(parent)

    def _leave_root(self, parent):
        """It refuses to be root."""
        parent.chmod(0o711)
        os.chown(self.folder, USER, USER)
        self.folder.chmod(0o700)
        self.command = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups",
                        *self.command]

    def is_up(self):
        return self._socket.exists()
