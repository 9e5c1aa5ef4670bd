#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two clients and a server on this machine: every way a call can go."""

import os
import signal

import rig
from sound import tone_share

# A sanitized build is too slow for a full rate; that frames flow is all it can show.
LEAST_FPS = 5 if rig.IS_SANITIZED else 25


class Calls(rig.Case):
    def setUp(self):
        super().setUp()
        self.server = self.start(rig.Server, "--demo")

    def answer(self, *words, user="vali", **kwargs):
        client = self.start(rig.Cli, self.server.url, user, "answer", *words, **kwargs)
        client.wait_event("registered")
        return client

    def call(self, *words, peer="vali", user="ali", **kwargs):
        return self.start(rig.Cli, self.server.url, user, "call", peer, *words, **kwargs)

    def connect(self, *words, answer_words=()):
        callee = self.answer("--once", *answer_words)
        caller = self.call(*words)
        for side in (caller, callee):
            side.wait_event("connected")
        return caller, callee

    def assert_flow(self, *sides):
        """Both kinds of media arrive at each side at their full rate."""
        for side in sides:
            side.wait_event("first-audio")
            side.wait_event("first-video-frame")
            stats = side.wait_stats(lambda s: s["fps"] >= LEAST_FPS and s["audio_level_db"] > -30,
                                    f"{LEAST_FPS} frames/s and sound")
            self.assertEqual((stats["width"], stats["height"]), (640, 480))

    def test_new_protocol_carries_video_and_sound_both_ways(self):
        caller, callee = self.connect("--protocol", "new")
        self.assert_flow(caller, callee)
        self.assertIsNotNone(callee.find("incoming", kind="video"))
        names = [event["event"] for event in caller.events]
        order = ["signed-in", "registered", "calling", "accepted", "offer", "answer", "connected"]
        self.assertEqual([name for name in names if name in order], order)

        caller.say("hangup")
        self.assert_exit(caller, 0)
        self.assert_exit(callee, 0)
        self.assertEqual(caller.find("ended")["reason"], "hung-up")
        self.assertEqual(callee.find("ended")["reason"], "remote-hung-up")

    def test_legacy_protocol_carries_video_and_sound_both_ways(self):
        caller, callee = self.connect("--protocol", "legacy")
        self.assert_flow(caller, callee)
        callee.say("hangup")
        self.assert_exit(caller, 0)
        self.assert_exit(callee, 0)

    def test_audio_call_has_no_video(self):
        caller, callee = self.connect("--audio")
        for side in (caller, callee):
            stats = side.wait_stats(lambda s: s["audio_level_db"] > -30, "sound")
            self.assertEqual(stats["frames_decoded"], 0)
        self.assertIsNotNone(callee.find("incoming", kind="audio"))
        caller.say("hangup")
        self.assert_exit(caller, 0)

    def test_a_tone_in_is_the_same_tone_out(self):
        sound = self.folder / "heard.wav"
        caller, callee = self.connect("--audio", "--duration", "3",
                                      answer_words=("--audio-sink", f"file:{sound}"))
        self.assert_exit(caller, 0)
        self.assert_exit(callee, 0)
        self.assertGreater(tone_share(sound, 440), 0.9)

    def test_the_clock_is_read_at_the_far_end(self):
        caller, callee = self.connect("--video-source", "clock",
                                      answer_words=("--video-source", "clock"))
        for side in (caller, callee):
            stats = side.wait_stats(lambda s: s.get("latency_ms_p50"), "a latency")
            self.assertLessEqual(stats["latency_ms_p50"], stats["latency_ms_p95"])

    def test_other_codecs_when_asked(self):
        for codec in ("VP9", "H264"):
            with self.subTest(codec):
                caller, callee = self.connect("--codec", codec)
                for side in (caller, callee):
                    side.wait_event("first-video-frame")
                    side.wait_stats(lambda s: s["codec"] == codec, codec)
                caller.say("hangup")
                self.assert_exit(caller, 0)
                self.assert_exit(callee, 0)

    def test_reject(self):
        for protocol in ("new", "legacy"):
            with self.subTest(protocol):
                callee = self.answer("--reject", "--once")
                caller = self.call("--protocol", protocol)
                self.assert_exit(caller, 5)
                self.assert_exit(callee, 0)
                self.assertEqual(caller.find("ended")["reason"], "rejected")

    def test_busy_leaves_the_running_call_alone(self):
        caller, callee = self.connect()
        third = self.call(user="echo")
        self.assert_exit(third, 5)
        self.assertIn(third.find("ended")["reason"], ("busy", "rejected"))
        self.assert_flow(caller, callee)
        self.assertEqual(callee.count("ended"), 0)

    def test_cancel_while_it_rings(self):
        for protocol in ("new", "legacy"):
            with self.subTest(protocol):
                callee = self.answer("--delay", "60000", "--once")
                caller = self.call("--protocol", protocol)
                callee.wait_event("incoming")
                caller.signal(signal.SIGINT)
                self.assert_exit(caller, 5)
                ended = callee.wait_event("ended")
                self.assertEqual(ended["reason"], "cancelled")

    def test_hang_up_at_each_step_ends_both_sides(self):
        for event in ("accepted", "offer", "answer", "connecting", "connected"):
            for side in ("caller", "callee"):
                with self.subTest(f"{side} at {event}"):
                    callee = self.answer("--once")
                    caller = self.call()
                    one, other = (caller, callee) if side == "caller" else (callee, caller)
                    one.wait_event(event)
                    one.say("hangup")
                    one.wait_event("ended")
                    other.wait_event("ended")
                    self.assertIn(one.wait(), (0, 5))
                    self.assertIn(other.wait(), (0, 1, 5))

    def test_no_answer(self):
        callee = self.answer("--delay", "60000", "--once")
        caller = self.call("--ring-timeout", "2")
        self.assert_exit(caller, 4)
        self.assertEqual(caller.find("ended")["reason"], "no-answer")
        self.assertEqual(callee.wait_event("ended")["reason"], "cancelled")

    def test_callee_offline(self):
        caller = self.call("--ring-timeout", "2")
        self.assert_exit(caller, 4)

    def call_each_other(self):
        """Whoever calls before the other has registered is told so; then both try again."""
        while True:
            sides = [self.call(peer="vali", user="ali"), self.call(peer="ali", user="vali")]
            for side in sides:
                side.wait_until(lambda side=side: side.find("accepted") or side.find("ended"),
                                "'accepted' or 'ended'")
            if not any(side.find("ended", reason="offline") for side in sides):
                return sides
            for side in sides:
                side.end()

    def test_both_call_each_other(self):
        ali, vali = self.call_each_other()
        self.assert_flow(ali, vali)
        ali.say("hangup")
        self.assert_exit(ali, 0)
        self.assert_exit(vali, 0)

    def test_killed_side_is_noticed(self):
        caller, callee = self.connect("--audio")
        callee.wait_stats(lambda s: s["audio_level_db"] > -30, "sound")
        caller.signal(signal.SIGKILL)
        callee.wait_event("reconnecting")
        # The server waits ten seconds for it to come back, which is sooner than we give up.
        self.assertEqual(callee.wait_event("ended")["reason"], "lost")
        self.assert_exit(callee, 6)

    def test_server_restart_leaves_the_call_alone(self):
        caller, callee = self.connect()
        self.server.end()
        server = self.start(rig.Server, "--demo", "--port", str(self.server.port))
        self.assert_flow(caller, callee)
        # Signed in again by themselves: the hang-up goes through the new server.
        for side in (caller, callee):
            side.wait_until(lambda side=side: side.count("registered") == 2, "second 'registered'")
        for side in (caller, callee):  # and have said what they know
            side.wait_stats(lambda _: True, "the next second")
        caller.say("hangup")
        self.assert_exit(caller, 0)
        self.assert_exit(callee, 0)
        self.assertTrue(server.lines)

    def test_mute_video_off_and_hold_reach_the_other_side(self):
        caller, callee = self.connect("--protocol", "new")
        self.assert_flow(caller, callee)

        caller.say("mute on")
        caller.wait_event("muted", on=True)
        callee.wait_stats(lambda s: s["audio_level_db"] < -60, "silence")
        caller.say("mute off")
        callee.wait_stats(lambda s: s["audio_level_db"] > -30, "sound again")

        caller.say("video off")
        callee.wait_stats(lambda s: 0 < s["fps"] <= 10, "a few black frames")
        caller.say("video on")
        callee.wait_stats(lambda s: s["fps"] >= LEAST_FPS, "video again")

        callee.say("hold on")
        callee.wait_event("held", on=True)
        caller.wait_stats(lambda s: s["audio_level_db"] < -60 and 0 < s["fps"] <= 10, "hold")
        callee.say("hold off")
        self.assert_flow(caller)
        self.assertEqual(caller.count("ended"), 0)

    def test_the_same_picture_arrives(self):
        picture = self.folder / "seen.png"
        caller, callee = self.connect("--snapshot", str(picture), "--duration", "3")
        self.assert_exit(caller, 0)
        self.assertEqual(picture.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")

    def test_echo_sends_sound_back_later(self):
        self.answer("--echo", "--video-source", "clock", user="echo")
        caller = self.call("--audio-source", "test", peer="echo")
        caller.wait_stats(lambda s: s["audio_level_db"] > -30, "one's own sound")
        caller.wait_stats(lambda s: s["fps"] >= LEAST_FPS, "its picture")
        caller.say("hangup")
        self.assert_exit(caller, 0)

    @staticmethod
    def count_held(pid):
        """Open descriptors and running threads of a process."""
        return [len(os.listdir(f"/proc/{pid}/{what}")) for what in ("fd", "task")]

    def test_calls_in_a_row_leave_nothing_behind(self):
        n_calls = 4 if rig.IS_SANITIZED else 12
        callee = self.answer()
        before = None
        # What stays after the first calls is what a process keeps for all of them.
        for words in (["--repeat", "2"], ["--repeat", str(n_calls)]):
            caller = self.call("--duration", "0.5", *words)
            self.assertEqual(caller.wait(300), 0, caller.story())
            self.assertEqual(caller.count("connected"), int(words[-1]))
            callee.wait_until(lambda: callee.events[-1]["event"] == "closed", "end of all media")
            if before is None:
                before = self.count_held(callee.pid)
        # A pool's idle thread stays for some seconds.
        callee.wait_until(lambda: all(now <= then + 2 for now, then
                                      in zip(self.count_held(callee.pid), before)),
                          f"return to {before} descriptors and threads")

    def test_wrong_password_is_told(self):
        caller = self.call(password="wrong")
        self.assert_exit(caller, 3)
        self.assertIn("password", " ".join(caller.lines + caller.errors).lower())

    def test_unknown_person_is_told(self):
        caller = self.call(peer="nobody-here")
        self.assert_exit(caller, 4)
        self.assertIn("nobody-here", " ".join(caller.lines + caller.errors))


if __name__ == "__main__":
    rig.main()
