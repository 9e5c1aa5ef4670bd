#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls with a web page in real browsers: both directions, both protocols, every control."""

import base64
import subprocess
import time
import unittest

import browser
import desktops
import rig


class WithBrowser:
    """The cases; for each browser there is a class below."""

    browser_class = None

    @classmethod
    def setUpClass(cls):
        if not cls.browser_class.IS_THERE:
            raise unittest.SkipTest(f"{cls.browser_class.NAME} is not installed")
        cls.pages = browser.PageServer()
        cls.addClassCleanup(cls.pages.end)
        cls.page = cls.browser_class(cls.pages.url)
        cls.addClassCleanup(lambda: cls.page.end())

    def setUp(self):
        super().setUp()
        self.server = self.start(rig.Server, "--demo")
        self.page.go(self.pages.url)
        self.register()

    def register(self):
        self.page.register(self.server.url, *browser.sign_in(self.server.url, "vali"))
        self.ali_id, _ = browser.sign_in(self.server.url, "ali")

    def client(self, *words, env=None):
        return self.start(rig.Cli, self.server.url, "ali", "--stats-interval", "200", *words,
                          env=env)

    def answering_client(self, *words):
        client = self.client("answer", "--once", *words)
        client.wait_event("registered")
        return client

    def call_page(self, *words, env=None):
        """A call from ali that the page has said yes to as often as it asks."""
        client = self.client("call", "vali", *words, env=env)
        self.page.wait_event("asked")
        if "legacy" not in words:
            self.page.run("page.accept()")
            self.page.wait("page.state == 'offered'", "second question")
        self.page.run("page.accept()")
        return client

    def call_from_page(self, client_words=(), kind="video", protocol="new"):
        client = self.answering_client(*client_words)
        self.page.run(f"page.call({self.ali_id}, '{kind}', '{protocol}')")
        return client

    def assert_media(self, client, has_video=True):
        """Pictures and sound are decoded on both sides."""
        if has_video:
            client.wait_stats(lambda s: s["fps"] > 10, "pictures of the page's")
            before = self.page.run("page.stats()")["frames"]
            self.page.wait(f"page.stats().then(s => s.frames > {before} + 20)", "pictures of ours")
        client.wait_stats(lambda s: s["audio_level_db"] > -50, "sound of the page's")
        before = self.page.run("page.stats()")["energy"]
        self.page.wait(f"page.stats().then(s => s.energy > {before} + 0.001)", "sound of ours")

    def assert_ends_well(self, client):
        client.say("hangup")
        self.assert_exit(client, 0)
        self.page.wait_event("ended-by-peer")
        self.assertEqual(self.page.run("page.events.filter(e => e.name == 'fault')"), [])

    # --- Both directions, protocols and kinds

    def test_new_call_to_the_page(self):
        client = self.call_page()
        self.assert_media(client)
        self.assertEqual(self.page.run("page.events.filter(e => e.name == 'track')"
                                       ".map(e => e.streams)"), [1, 1])
        self.assert_ends_well(client)

    def test_legacy_call_to_the_page(self):
        client = self.call_page("--protocol", "legacy")
        self.assert_media(client)
        self.assert_ends_well(client)

    def test_audio_call_to_the_page(self):
        client = self.call_page("--audio")
        self.assert_media(client, has_video=False)
        self.assert_ends_well(client)

    def test_legacy_audio_call_to_the_page(self):
        client = self.call_page("--audio", "--protocol", "legacy")
        self.assert_media(client, has_video=False)
        self.assert_ends_well(client)

    def test_new_call_from_the_page(self):
        client = self.call_from_page()
        self.assert_media(client)
        self.assert_ends_well(client)

    def test_legacy_call_from_the_page(self):
        client = self.call_from_page(protocol="legacy")
        self.assert_media(client)
        self.assert_ends_well(client)

    def test_audio_call_from_the_page(self):
        client = self.call_from_page(kind="audio")
        self.assert_media(client, has_video=False)
        self.assert_ends_well(client)

    def test_legacy_audio_call_from_the_page(self):
        client = self.call_from_page(kind="audio", protocol="legacy")
        self.assert_media(client, has_video=False)
        self.assert_ends_well(client)

    # --- In a call

    def test_second_yes_comes_late(self):
        """The page drops what candidates come before its second yes; none may be lost by that."""
        client = self.client("call", "vali")
        self.page.wait_event("asked")
        self.page.run("page.accept()")
        self.page.wait("page.state == 'offered'", "second question")
        client.wait_event("offer")
        time.sleep(10)
        self.page.run("page.accept()")
        self.assert_media(client)
        self.assert_ends_well(client)

    def test_mute_and_camera_off_here(self):
        client = self.call_page()
        self.assert_media(client)
        client.say("mute on")
        client.say("video off")
        client.wait_event("muted", on=True)
        self.page.wait("page.stats().then(s => s.level < 0.001)", "silence of ours")
        self.page.wait("page.look().brightness < 20", "black picture of ours")
        client.say("mute off")
        client.say("video on")
        self.page.wait("page.stats().then(s => s.level > 0.005)", "sound of ours again")
        self.page.wait("page.look().brightness > 40", "picture of ours again")
        self.assert_ends_well(client)

    def test_hold_here(self):
        client = self.call_page()
        self.assert_media(client)
        client.say("hold on")
        client.wait_event("held", on=True)
        self.page.wait("page.stats().then(s => s.level < 0.001)", "silence of ours")
        self.page.wait("page.look().brightness < 20", "black picture of ours")
        client.say("hold off")
        self.assert_media(client)
        self.assert_ends_well(client)

    def test_mute_and_camera_off_in_the_page(self):
        client = self.call_page()
        self.assert_media(client)
        self.page.run("page.setEnabled('audio', false)")
        client.wait_stats(lambda s: s["audio_level_db"] < -70, "silence of the page's")
        self.page.run("page.setEnabled('video', false)")
        self.page.run("page.setEnabled('audio', true)")
        client.wait_stats(lambda s: s["audio_level_db"] > -50, "sound of the page's again")
        self.page.run("page.setEnabled('video', true)")
        self.assert_media(client)
        self.assertIsNone(client.find("reconnecting"), client.story())
        self.assert_ends_well(client)

    def test_page_shares_its_screen(self):
        client = self.call_page()
        self.assert_media(client)
        self.page.run("page.shareScreen(1280, 720)")
        client.wait_stats(lambda s: s["width"] == 1280 and s["height"] == 720, "the larger picture")
        self.assert_ends_well(client)

    def make_noise(self, width, height, balance):
        """A film that takes whatever bits there are."""
        film = self.folder / "noise.webm"
        subprocess.run(["gst-launch-1.0", "-q", "videotestsrc", "pattern=snow", "num-buffers=60", "!",
                        "videobalance", balance, "!",
                        f"video/x-raw,width={width},height={height},framerate=30/1", "!", "vp8enc",
                        "deadline=1", "target-bitrate=3000000", "!", "webmmux", "!", "filesink",
                        f"location={film}"], check=True, capture_output=True)
        return film

    def test_a_megabit_is_sent_to_the_page(self):
        """Transport-wide feedback lets us find what loopback carries."""
        noise = self.make_noise("160", "120", "contrast=1")
        client = self.call_page("--bitrate", "2500", "--size", "160x120", "--video-source",
                                f"file:{noise}")
        client.wait_stats(lambda s: s["video"]["out_kbps"] > 1000, "a megabit out")
        self.assert_ends_well(client)

    # --- Ends

    def test_page_hangs_up(self):
        client = self.call_page()
        self.assert_media(client)
        self.page.run("page.hangUp()")
        self.assertEqual(client.wait_event("ended")["reason"], "remote-hung-up")
        self.assert_exit(client, 0)

    def test_page_refuses_the_request(self):
        client = self.client("call", "vali")
        self.page.wait_event("asked")
        self.page.run("page.refuse()")
        self.assertEqual(client.wait_event("ended")["reason"], "rejected")
        self.assert_exit(client, 5)

    def test_page_refuses_the_offer(self):
        client = self.client("call", "vali")
        self.page.wait_event("asked")
        self.page.run("page.accept()")
        self.page.wait("page.state == 'offered'", "second question")
        self.page.run("page.refuse()")
        client.wait_event("ended")
        self.assert_exit(client, 5)

    def test_a_shared_screen_is_a_picture_of_another_size(self):
        if reason := desktops.why_no_x():
            self.skipTest(reason)
        desktop = desktops.XDisplay("1280x800")
        self.addCleanup(desktop.end)
        desktop.show("#10a040")
        client = self.call_page(env=desktop.env)
        self.page.wait("page.look().width == 640", "the camera's picture")
        client.say("share screen")
        self.page.wait("page.look().width == 1280 && page.look().height == 800",
                       "the screen's picture")
        self.page.wait("page.look().colour.every((x, i) => Math.abs(x - [16, 160, 64][i]) < 12)",
                       "its colour")
        client.say("share stop")
        self.page.wait("page.look().width == 640", "the camera's picture again")
        self.assert_ends_well(client)

    def test_here_refuses_the_page(self):
        client = self.client("answer", "--once", "--reject")
        client.wait_event("registered")
        self.page.run(f"page.call({self.ali_id}, 'video', 'new')")
        self.page.wait_event("rejected")
        self.page.wait_event("closed")
        self.assert_exit(client, 0)

    def test_page_is_in_another_call(self):
        client = self.call_page()
        self.assert_media(client)
        other = self.start(rig.Cli, self.server.url, "echo", "call", "vali")
        other.wait_event("ended")
        self.assert_exit(other, 5)
        self.assert_media(client)
        self.assert_ends_well(client)

    def test_browser_is_killed(self):
        client = self.call_page()
        self.assert_media(client)
        self.page.kill()
        self.page.end()
        type(self).page = self.browser_class(self.pages.url)
        self.assertIn(client.wait_event("ended")["reason"], ("lost", "remote-hung-up"))
        self.assertIn(client.wait(), (0, 6), client.story())

    def test_page_is_reloaded(self):
        client = self.call_page()
        self.assert_media(client)
        self.page.go(self.pages.url)
        self.assertIn(client.wait_event("ended")["reason"], ("lost", "remote-hung-up"))
        self.register()
        client = self.call_page()
        self.assert_media(client)
        self.assert_ends_well(client)


class ChromiumCalls(WithBrowser, rig.Case):
    browser_class = browser.Chromium

    # Firefox without a graphics card makes too few pictures of a canvas for that.
    def test_page_sends_a_megabit(self):
        client = self.call_page()
        self.assert_media(client)
        self.page.run("page.sendNoise()")
        client.wait_stats(lambda s: s["video"]["in_kbps"] > 1000, "a megabit in")
        self.assert_ends_well(client)

    def test_page_knows_what_was_captured_together(self):
        """By our sender reports: what it plays of both was captured at about one time, now."""
        client = self.call_page()
        self.assert_media(client)
        self.page.wait("page.captureTimes().then(times => times.length == 2)", "both reports")
        for _ in range(2):
            begin = self.page.run("page.captureTimes()")
            self.page.wait(f"page.captureTimes().then(t => Math.min(...t) > {max(begin)} + 2000)",
                           "what was captured later")
            sound, picture, now = self.page.run("page.captureTimes().then(t => [...t, Date.now()])")
            self.assertLess(abs(sound - picture), 500)
            self.assertLess(abs(now - sound), 2000)
        self.assert_ends_well(client)

    def test_h264_to_the_page(self):
        client = self.call_page("--codec", "H264")
        self.assert_media(client)
        self.assertIn("video/H264", self.page.run("page.stats()")["codecs"])
        self.assert_ends_well(client)

    def test_h264_from_the_page(self):
        self.page.run("page.codec = 'H264'")
        client = self.call_from_page(["--codec", "H264"])
        self.assert_media(client)
        self.assertEqual(client.wait_event("stats")["video"]["codec"], "H264")
        self.assert_ends_well(client)


class FirefoxCalls(WithBrowser, rig.Case):
    browser_class = browser.Firefox

    def test_page_sends_a_megabit(self):
        """Of faint noise: strong noise it makes smaller and smaller, and gives a small picture half a
        megabit at most."""
        film = base64.b64encode(self.make_noise("640", "480", "contrast=0.08").read_bytes()).decode()
        client = self.call_page()
        self.assert_media(client)
        self.page.run(f"page.sendFilm('data:video/webm;base64,{film}')")
        client.wait_stats(lambda s: s["video"]["in_kbps"] > 1000, "a megabit in", 60)
        self.assert_ends_well(client)


if __name__ == "__main__":
    rig.main()
