#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A shared screen, from a real desktop to the other side of a call."""

import collections
import json
import os
import re
import shutil
import signal
import subprocess

import desktops
import rig
import sound
from screen_case import BLACK, BLUE, GREEN, RED, ScreenCase, pixel


def draw(path, *words, size="1280x720"):
    subprocess.run(["convert", "-size", size, *words, str(path)], check=True)
    return path


# Of the kind that people show each other.
PAGE = """The quarterly report was sent to every branch on Monday morning.
Please read paragraph seven before you sign the second agreement.
Our server answers within twelve milliseconds under heavy load.
Nobody remembers who painted the small bridge behind the library.
Warm bread, fresh cheese and green tea were waiting on the table.
The engineer measured voltage, current and temperature twice.
Seventeen passengers missed their train because of the thunderstorm.
A careful gardener waters the young apple trees before sunrise.
""" * 2


def read(picture):
    """The words of a picture."""
    larger = f"{picture}.large.png"
    subprocess.run(["convert", str(picture), "-colorspace", "gray", "-resize", "250%", larger],
                   check=True)
    done = subprocess.run(["tesseract", larger, "-", "--psm", "6"], check=True, text=True,
                          capture_output=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"})
    return re.findall(r"[a-z]{3,}", done.stdout.lower())


class Screen(rig.Process):
    """A window's pictures, as a compositor gives them."""

    def __init__(self, env):
        super().__init__([rig.BUILD / "tests/virtual-screen"], env=env)
        line = self.wait_until(lambda: next((x for x in self.lines if x.startswith("node")), None),
                               "number of its node")
        self.node = line.split()[1]

    def await_state(self, state):
        self.wait_until(lambda: self.lines[-1] == state, f"state “{state}”")


class Monitor(ScreenCase):
    desktop_class = desktops.Sway

    @classmethod
    def setUpClass(cls):
        if reason := desktops.why_no_sway():
            raise rig.unittest.SkipTest(reason)
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.desktop.renew_backend()

    def test_a_monitor_is_seen_in_its_size_and_colours(self):
        picture = draw(self.folder / "shown.png", "xc:#d02010", "-fill", "#10a040", "-draw",
                       "rectangle 640,0 1279,719", "-fill", "#2030c0", "-draw",
                       "rectangle 0,360 639,719")
        self.desktop.show(picture)
        caller, callee = self.connect()
        caller.say("share screen sharp")
        caller.wait_event("sharing", state="on", width=1280, height=720)
        callee.wait_event("video-size", width=1280, height=720)
        self.await_colours(callee, (300, 200, RED), (900, 300, GREEN), (300, 500, BLUE))

        caller.say("share stop")
        caller.wait_event("sharing", state="off")
        callee.wait_event("video-size", width=640, height=480)
        caller.say("hangup")
        self.assert_exit(caller, 0)

    def test_a_monitor_on_its_side_is_seen_upright(self):
        self.desktop.run("swaymsg", "output * transform 90")
        self.addCleanup(self.desktop.run, "swaymsg", "output * transform normal")
        picture = draw(self.folder / "upright.png", "xc:#d02010", "-fill", "#10a040", "-draw",
                       "rectangle 360,0 719,1279", "-fill", "#2030c0", "-draw",
                       "rectangle 0,640 359,1279", size="720x1280")
        self.desktop.show(picture)
        caller, callee = self.connect()
        caller.say("share screen sharp")
        self.await_size(callee, 720, 1280)
        self.await_colours(callee, (180, 320, RED), (540, 640, GREEN), (180, 960, BLUE))

    def check_text_can_be_read(self, *words):
        if not shutil.which("tesseract"):
            self.skipTest("tesseract is not installed")
        picture = draw(self.folder / "page.png", "xc:white", "-font", "DejaVu-Sans", "-pointsize",
                       "14", "-fill", "black", "-annotate", "+24+40", PAGE)
        self.desktop.show(picture)
        caller, callee = self.connect(*words)
        caller.say("share screen sharp")
        self.await_size(callee, 1280, 720)
        expected = collections.Counter(re.findall(r"[a-z]{3,}", PAGE.lower()))

        def is_readable():
            seen = collections.Counter(read(self.see(callee)))
            return sum((seen & expected).values()) >= 0.95 * sum(expected.values())
        desktops.wait_for(is_readable, "text that can be read")

    def test_text_can_be_read_at_the_far_end(self):
        self.check_text_can_be_read()

    def test_text_can_be_read_in_h264(self):
        self.check_text_can_be_read("--codec", "H264")


class WindowCase(ScreenCase):
    @classmethod
    def setUpClass(cls):
        if reason := desktops.why_no_portal():
            raise rig.unittest.SkipTest(reason)
        super().setUpClass()

    def share_again(self, caller, callee, *words, desktop=None):
        desktop = desktop or self.desktop
        screen = self.start(Screen, desktop.env)
        desktop.set_answer(f"ok {screen.node}")
        caller.say(" ".join(["share screen", *words]))
        self.await_size(callee, 800, 600)
        return screen


class Window(WindowCase):
    desktop_class = desktops.FakeDesktop

    def share(self, *words, desktop=None):
        """A call in which a window of 800x600 is shared."""
        desktop = desktop or self.desktop
        caller, callee = self.connect(env=desktop.env)
        return caller, callee, self.share_again(caller, callee, *words, desktop=desktop)

    def assert_ended(self, caller, callee, n_ends):
        """The share has ended by itself, which is told, and the camera is back."""
        caller.wait_until(lambda: sum(event["state"] == "off" for event in caller.events
                                      if event["event"] == "sharing") == n_ends,
                          f"end of sharing ({n_ends})")
        caller.wait_until(lambda: sum(event["about"] == "screen" for event in caller.events
                                      if event["event"] == "error") == n_ends, "why it ended")
        self.assert_camera_is_back(caller, callee)

    def test_a_window_is_followed_in_size_crop_and_turn(self):
        caller, callee, screen = self.share()
        self.await_colours(callee, (400, 100, GREEN), (400, 500, BLUE))

        screen.say("size 640 400")
        self.await_size(callee, 640, 400)
        self.await_colours(callee, (630, 10, GREEN), (630, 390, BLUE))
        screen.say("crop 100 50 321 200")
        self.await_size(callee, 320, 200)
        self.await_colours(callee, (4, 4, GREEN), (315, 4, GREEN), (160, 90, GREEN),
                           (4, 195, BLUE), (315, 195, BLUE), (160, 110, BLUE))

        screen.say("size 800 600")
        screen.say("turn 1")
        self.await_size(callee, 600, 800)
        self.await_colours(callee, (4, 4, BLUE), (4, 795, BLUE), (595, 4, GREEN), (595, 795, GREEN))

        caller.say("share stop")
        screen.await_state("paused")
        self.assert_camera_is_back(caller, callee)

    def test_each_way_to_end_it_brings_the_camera_back(self):
        caller, callee, screen = self.share()
        self.desktop.close_sessions()
        self.assert_ended(caller, callee, 1)
        screen.await_state("paused")

        screen = self.share_again(caller, callee)
        screen.end()
        self.assert_ended(caller, callee, 2)

        self.share_again(caller, callee)
        self.desktop.stop("portal", signal.SIGKILL)
        self.assert_ended(caller, callee, 3)
        self.desktop.start_portal()

        screen = self.share_again(caller, callee)
        caller.say("hangup")
        screen.await_state("paused")
        self.assert_exit(caller, 0)

    def test_pipewire_that_ends_brings_the_camera_back(self):
        desktop = desktops.FakeDesktop()
        self.addCleanup(desktop.end)
        caller, callee, _ = self.share(desktop=desktop)
        desktop.stop("pipewire", signal.SIGKILL)
        self.assert_ended(caller, callee, 1)

    def refuse(self, caller, n_errors, words):
        caller.say("share screen")
        error = caller.wait_until(lambda: [event for event in caller.events
                                           if event["event"] == "error"][n_errors:], "refusal")[0]
        self.assertEqual(error["about"], "screen")
        self.assertRegex(error["message"], words)
        self.assertIsNone(caller.find("sharing", state="on"))

    def test_what_stands_in_the_way_is_told(self):
        caller, callee = self.connect()
        for n_errors, (answer, words) in enumerate((("cancel", "told not to"), ("fail", "could not"))):
            self.desktop.set_answer(answer)
            self.refuse(caller, n_errors, words)
        # Taken back while the dialog is open, and then asked anew.
        self.desktop.set_answer("hang")
        caller.say("share screen")
        caller.wait_until(lambda: caller.events[-1].get("state") == "asking", "dialog")
        caller.say("share stop")
        self.share_again(caller, callee)

    def test_no_portal_and_no_backend_are_told(self):
        bare = desktops.BareDesktop()
        self.addCleanup(bare.end)
        caller, _ = self.connect(env=bare.env)
        self.refuse(caller, 0, "no backend")
        bare.stop("portal")
        self.refuse(caller, 1, "no xdg-desktop-portal")
        caller.end()

    def test_an_audio_call_has_no_place_for_a_screen(self):
        callee = self.start(rig.Cli, self.server.url, "vali", "answer", "--once")
        callee.wait_event("registered")
        caller = self.start(rig.Cli, self.server.url, "ali", "call", "vali", "--audio",
                            env=self.desktop.env)
        caller.wait_event("connected")
        caller.say("share screen")
        self.assertIn("video call", caller.wait_event("error", about="command")["message"])

    def test_a_shared_screen_is_no_camera(self):
        screen = self.start(Screen, self.desktop.env)
        words = [rig.CLI, "--json", "devices"]
        listed = subprocess.run([str(word) for word in words], env={**os.environ, **self.desktop.env},
                                text=True, capture_output=True, check=False).stdout
        self.assertNotIn("virtual-screen", listed, screen.story())

    def test_hold_looks_away_and_comes_back(self):
        caller, callee, screen = self.share()
        caller.say("hold on")
        screen.await_state("paused")
        self.await_size(callee, 640, 480)
        caller.say("hold off")
        self.await_size(callee, 800, 600)
        screen.await_state("streaming")
        caller.say("video off")  # the camera's, which is not seen
        caller.say("share stop")
        self.await_size(callee, 640, 480)
        self.await_colours(callee, (320, 240, BLACK))

    def node_state(self, name):
        """What PipeWire says of a node that is linked; None of another."""
        objects = json.loads(self.desktop.run("pw-dump"))
        node = next(x for x in objects if x["type"].endswith(":Node")
                    and x["info"]["props"].get("node.name") == name)
        linked = any(x["info"]["output-node-id"] == node["id"] for x in objects
                     if x["type"].endswith(":Link"))
        return node["info"]["state"] if linked else None

    def test_a_share_that_begins_on_hold_waits(self):
        caller, callee = self.connect(env=self.desktop.env)
        caller.say("hold on")
        caller.wait_event("held", on=True)
        screen = self.start(Screen, self.desktop.env)
        self.desktop.set_answer(f"ok {screen.node}")
        caller.say("share screen")
        caller.wait_event("sharing", state="on")
        desktops.wait_for(lambda: self.node_state("virtual-screen"), "link from the screen")
        self.await_size(callee, 640, 480)
        self.assertIn(self.node_state("virtual-screen"), ("idle", "suspended"))
        caller.say("hold off")
        self.await_size(callee, 800, 600)
        # It was not looked at before either, not even for a moment.
        states = [line for line in screen.lines if line in ("streaming", "paused")]
        self.assertEqual(states, ["streaming"], screen.story())
        self.assertEqual(self.node_state("virtual-screen"), "running")

    @staticmethod
    def await_stalled(caller, is_stalled):
        caller.wait_until(lambda: [event for event in caller.events if event["event"] == "sharing"]
                          [-1].get("stalled") is is_stalled, f"sharing with stalled {is_stalled}")

    def test_a_frozen_screen_is_told_from_a_still_one(self):
        caller, callee, screen = self.share()
        screen.say("still")
        # Longer than it takes to call it frozen, and it is still seen.
        for _ in range(3):
            callee.wait_stats(lambda s: s["fps"] > 0, "a picture that is repeated")
            callee.wait_stats(lambda s: s["fps"] == 0, "a second without news")
        self.assertIsNone(caller.find("sharing", stalled=True))
        screen.say("pause")
        caller.wait_event("sharing", stalled=True)
        screen.say("resume")
        self.await_stalled(caller, False)
        self.desktop.send("pipewire", signal.SIGSTOP)
        try:
            self.await_stalled(caller, True)
        finally:
            self.desktop.send("pipewire", signal.SIGCONT)
        self.await_stalled(caller, False)


class Sound(WindowCase):
    desktop_class = desktops.SoundDesktop

    def await_level(self, callee, is_heard):
        callee.wait_stats(lambda s: s["audio_level_db"] > -35 if is_heard
                          else s["audio_level_db"] < -60, "sound" if is_heard else "silence")

    def test_what_is_played_is_heard_of_who_says_nothing(self):
        callee = self.start(rig.Cli, self.server.url, "vali", "answer", "--once",
                            "--stats-interval", "200")
        callee.wait_event("registered")
        caller = self.start(rig.Cli, self.server.url, "ali", "call", "vali", "--audio-source",
                            "none", env=self.desktop.env)
        callee.wait_event("first-video-frame")
        self.share_again(caller, callee, "auto", "sound")
        self.desktop.play("paplay", 600)
        self.await_level(callee, True)
        self.desktop.stop("paplay")
        self.await_level(callee, False)
        caller.say("hangup")

    def test_what_other_programs_play_is_heard_and_not_the_far_voice(self):
        voice, heard = self.folder / "voice.wav", self.folder / "heard.wav"
        sound.write_tone(voice, 1300, 1)
        callee = self.start(rig.Cli, self.server.url, "vali", "answer", "--once",
                            "--stats-interval", "200", "--audio-sink", f"file:{heard}",
                            "--audio-source", f"file:{voice}")
        callee.wait_event("registered")
        caller = self.start(rig.Cli, self.server.url, "ali", "call", "vali", "--audio-sink",
                            "speaker:filter", env=self.desktop.env)
        callee.wait_event("first-video-frame")
        caller.say("mute on")
        self.await_level(callee, False)
        desktops.wait_for(lambda: "Aloqa" in self.desktop.run("pactl", "list", "sink-inputs"),
                          "far voice on the speaker")
        self.desktop.play("paplay", 600)
        self.share_again(caller, callee)
        self.await_level(callee, False)
        self.assertFalse(self.desktop.has_listeners())

        caller.say("share screen auto sound")
        caller.wait_event("sharing", sound=True)
        self.await_level(callee, True)
        self.desktop.stop("paplay")
        self.await_level(callee, False)
        self.desktop.play("pw-play", 900)
        self.await_level(callee, True)

        caller.say("hold on")
        desktops.wait_for(lambda: not self.desktop.has_listeners(), "end of listening on hold")
        caller.say("hold off")
        self.await_level(callee, True)
        caller.say("share stop")
        desktops.wait_for(lambda: not self.desktop.has_listeners(), "end of listening")
        self.await_level(callee, False)
        caller.say("hangup")
        self.assert_exit(caller, 0)
        self.assert_exit(callee, 0)
        for tone_hz in (600, 900):
            self.assertGreater(sound.tone_level(heard, tone_hz), 0.05)
        self.assertLess(sound.tone_level(heard, 1300), 0.005)


if __name__ == "__main__":
    rig.main()
