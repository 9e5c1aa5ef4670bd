# SPDX-License-Identifier: GPL-3.0-or-later
"""Desktops of a test's own that can share a screen: a bus, PipeWire, the desktop's portal, and either a
real compositor without a screen (sway) or a backend that does what the test says."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import compositor
import rig
import sound

PORTAL_SHM = rig.BUILD / "tests/portal-shm.so"
FAKE_BACKEND = pathlib.Path(__file__).with_name("fake-portal.py")
PORTAL = next((p for p in ("/usr/libexec/xdg-desktop-portal", "/usr/lib/xdg-desktop-portal")
               if os.path.exists(p)), None)
PORTAL_WLR = next((p for p in ("/usr/libexec/xdg-desktop-portal-wlr",
                               "/usr/lib/xdg-desktop-portal-wlr") if os.path.exists(p)), None)
NO_HARDWARE = ("alsa_monitor.enabled = false\nv4l2_monitor.enabled = false\n"
               "libcamera_monitor.enabled = false\n")
BUS_CONFIG = """<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>"""


def why_no_portal():
    """None where a portal can run here, else the reason."""
    for command in ("dbus-daemon", "pipewire", "wireplumber", "gdbus"):
        if not shutil.which(command):
            return f"{command} is not installed"
    return None if PORTAL else "xdg-desktop-portal is not installed"


def why_no_sway():
    """None where a real compositor and its portal can run here, else the reason."""
    for command in compositor.NEEDED:
        if not shutil.which(command):
            return f"{command} is not installed"
    if not PORTAL_WLR:
        return "xdg-desktop-portal-wlr is not installed"
    return why_no_portal()


def why_no_x():
    """None where an X server that shows a colour can run here, else the reason."""
    for command in ("Xvfb", "xsetroot", "dbus-daemon", "pipewire", "wireplumber"):
        if not shutil.which(command):
            return f"{command} is not installed"
    return None


def wait_for(condition, what, timeout_s=rig.WAIT_S):
    end = time.monotonic() + timeout_s
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"no {what} within {timeout_s} s")
        time.sleep(0.02)
    return found


class Session:
    """A bus and PipeWire; self.env is what a program on this desktop sees."""

    desktop = "none"

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="aloqa-wayland-"))
        self._children = {}
        self.env = {"XDG_CURRENT_DESKTOP": self.desktop, "WAYLAND_DISPLAY": "", "DISPLAY": ""}
        for variable, name in (("HOME", "home"), ("XDG_RUNTIME_DIR", "run"),
                               ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache"),
                               ("XDG_DATA_HOME", "data"), ("XDG_STATE_HOME", "state")):
            (self.folder / name).mkdir(mode=0o700)
            self.env[variable] = str(self.folder / name)
        self.run_folder = self.folder / "run"
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.run_folder}/bus"
        try:
            self._start_session()
            self.start()
        except BaseException:
            self.end()
            raise

    def _environment(self):
        env = {**os.environ, **self.env}
        for name in ("WAYLAND_DISPLAY", "DISPLAY"):
            if not env[name]:
                del env[name]
        for name in ("PULSE_SERVER", "PIPEWIRE_REMOTE", "PIPEWIRE_RUNTIME_DIR"):
            env.pop(name, None)
        return env

    def _start_session(self):
        folder = self.folder / "config/wireplumber/main.lua.d"
        folder.mkdir(parents=True)
        (folder / "51-no-hardware.lua").write_text(NO_HARDWARE)
        # Without service folders nothing is there but what a test starts.
        (self.folder / "bus.conf").write_text(BUS_CONFIG)
        self.spawn("dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork",
                   "--nopidfile", f"--address={self.env['DBUS_SESSION_BUS_ADDRESS']}")
        wait_for((self.run_folder / "bus").exists, "session bus")
        self.spawn("pipewire")
        wait_for((self.run_folder / "pipewire-0").exists, "PipeWire")
        self.spawn("wireplumber")

    def start(self):
        """What else this desktop has."""

    def spawn(self, *command, name=None, pass_fds=()):
        name = name or os.path.basename(str(command[0]))
        log = open(self.folder / f"{name}.log", "ab")
        self._children[name] = subprocess.Popen(
            [str(word) for word in command], env=self._environment(), stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, pass_fds=pass_fds)
        log.close()
        return self._children[name]

    def stop(self, name, number=signal.SIGTERM):
        child = self._children.pop(name)
        child.send_signal(number)
        child.wait()

    def send(self, name, number):
        self._children[name].send_signal(number)

    def run(self, *command):
        return subprocess.run([str(word) for word in command], env=self._environment(), text=True,
                              capture_output=True, check=True).stdout

    def start_portal(self, interface="ScreenCast"):
        self.run("dbus-update-activation-environment", *self.env)
        self.spawn(PORTAL, "-v", name="portal")
        wait_for(lambda: interface in self.introspect(), f"{interface} portal")

    def wait_for_backend(self, name):
        self.run("gdbus", "wait", "--session", "--timeout", "20",
                 f"org.freedesktop.impl.portal.desktop.{name}")

    def introspect(self):
        done = subprocess.run(["gdbus", "introspect", "--session", "--dest",
                               "org.freedesktop.portal.Desktop", "--object-path",
                               "/org/freedesktop/portal/desktop"], env=self._environment(),
                              text=True, capture_output=True, check=False)
        return done.stdout

    def story(self):
        return "\n".join(f"== {path.name}\n" + "\n".join(path.read_text(errors="replace")
                                                          .splitlines()[-15:])
                         for path in self.folder.glob("*.log"))

    def end(self):
        for name in reversed(list(self._children)):
            self.stop(name)
        shutil.rmtree(self.folder, ignore_errors=True)


class Sway(Session):
    """A screen that shows a picture, and the real portal, which asks nobody."""

    desktop = "sway"

    def start(self):
        self.compositor = compositor.Compositor(self.folder)
        self.env.update(self.compositor.env)
        (self.folder / "config/xdg-desktop-portal-wlr").mkdir()
        (self.folder / "config/xdg-desktop-portal-wlr/config").write_text(
            "[screencast]\noutput_name=HEADLESS-1\nmax_fps=30\nchooser_type=none\n")
        self.spawn(*self.compositor.command, name="sway")
        wait_for(self.compositor.is_up, "compositor")
        self._start_backend()
        self.start_portal()

    def _start_backend(self):
        self.spawn("env", f"LD_PRELOAD={PORTAL_SHM}", PORTAL_WLR, name="backend")
        self.wait_for_backend("wlr")

    def renew_backend(self):
        """One that has shared before (0.7.0) gives no picture until something changes on the screen, and
        what waits still for the share before takes away the first change."""
        self.stop("backend")
        self._start_backend()

    def show(self, picture):
        """Fills the screen with a picture file."""
        shown = shutil.copyfile(picture, self.compositor.folder / picture.name)
        self.run("swaymsg", f"output * bg {shown} stretch")


class BareDesktop(Session):
    """The real portal without a backend for screens."""

    def start(self):
        (self.folder / "portals").mkdir()
        self.env["XDG_DESKTOP_PORTAL_DIR"] = str(self.folder / "portals")
        self.start_portal("org.freedesktop.portal")


class FakeDesktop(Session):
    """The real portal in front of a backend that does what set_answer() says."""

    desktop = "fake"

    def start(self):
        self._answer = self.folder / "answer"
        self.set_answer("cancel")
        portals = self.folder / "portals"
        portals.mkdir()
        (portals / "fake.portal").write_text(
            "[portal]\nDBusName=org.freedesktop.impl.portal.desktop.fake\n"
            "Interfaces=org.freedesktop.impl.portal.ScreenCast;"
            "org.freedesktop.impl.portal.GlobalShortcuts;\nUseIn=fake\n")
        self.env.update({"XDG_DESKTOP_PORTAL_DIR": str(portals),
                         "FAKE_PORTAL_ANSWER": str(self._answer)})
        self.spawn(sys.executable, FAKE_BACKEND, name="backend")
        self.wait_for_backend("fake")
        self.start_portal()

    def set_answer(self, answer):
        """What the person does next: "ok NODE_ID", "cancel", "fail" or "hang"."""
        self._answer.write_text(answer)

    def close_sessions(self):
        """As the desktop's own stop button does."""
        self.run("gdbus", "call", "--session", "--dest",
                 "org.freedesktop.impl.portal.desktop.fake", "--object-path", "/control",
                 "--method", "org.aloqa.Control.CloseAll")


class SoundDesktop(FakeDesktop):
    """One with a speaker, too, a filter "filter" before it, and programs that play tones."""

    def start(self):
        super().start()
        self.spawn("pipewire-pulse")
        wait_for((self.run_folder / "pulse/native").exists, "sound server")
        self.run("pw-cli", "create-node", "adapter", "{ factory.name=support.null-audio-sink "
                 "node.name=speaker media.class=Audio/Sink object.linger=true "
                 "audio.position=[FL FR] }")
        self.spawn("pw-loopback", "--capture-props", "media.class=Audio/Sink node.name=filter",
                   "--playback-props", "node.name=filter.out target.object=speaker")
        wait_for(lambda: all(name in self.run("pactl", "list", "short", "sinks")
                             for name in ("speaker", "filter")), "speaker")

    def play(self, player, tone_hz):
        """Plays for longer than any test with the command @player, under whose name it is stopped."""
        path = self.folder / f"{tone_hz}.wav"
        sound.write_tone(path, tone_hz, 120)
        self.spawn(player, path)

    def has_listeners(self):
        """Whether anybody records."""
        return self.run("pactl", "list", "short", "source-outputs") != ""


class XDisplay(Session):
    """An X server that shows a colour, without any portal."""

    def __init__(self, size="800x600"):
        self._size = size
        super().__init__()

    def start(self):
        """Again: another server at the place of one that has ended."""
        reading, writing = os.pipe()
        self.spawn("Xvfb", *self.env["DISPLAY"].split(), "-displayfd", writing, "-screen", "0", f"{self._size}x24", "-nolisten", "tcp",
                   "-noreset", pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading) as pipe:
            self.env["DISPLAY"] = f":{pipe.readline().strip()}"

    def show(self, colour):
        self.run("xsetroot", "-solid", colour)

    def count_rests(self):
        """How often the server has had nothing to do any more: only who asks it for something wakes it."""
        status = pathlib.Path(f"/proc/{self._children['Xvfb'].pid}/status").read_text()
        return int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", status, re.M).group(1))
