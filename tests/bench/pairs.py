# SPDX-License-Identifier: GPL-3.0-or-later
"""Pairs of clients of each kind that call one another; what they are asked is the same for all."""

import os
import pathlib
import statistics
import time

import browser
import desk
import rig

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
# As long as a person needs at least; what a client readies meanwhile counts as ready.
RING_MS = 1500
# Shorter than the film: a picture's number comes once in it.
WATCH_MS = 3000

START = "start → can be called (ms)"
START_CPU = "processor’s time until then (ms)"
STARTS = (START, START_CPU)
CONNECTED = "accept → connected (ms)"
FIRST_PICTURE = "accept → first picture (ms)"
PICTURES = "pictures that come in (/s)"
KBPS = "video that comes in (kbit/s)"
LATENCY = "source → decoded there (ms)"
CPU = "processor, one side (cores)"
PSS = "memory, one side (MiB)"


class Usage:
    """What a side has used and holds: its first process, and all of the session that this leads."""

    def __init__(self, leader):
        self.cpu_s = self.pss_mib = 0
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
                if leader in (int(process.name), int(fields[3])):
                    self.cpu_s += (int(fields[11]) + int(fields[12])) / TICKS_PER_S
                    self.pss_mib += self._read_pss_kib(process) / 1024
            except OSError:
                continue

    @staticmethod
    def _read_pss_kib(process):
        lines = (process / "smaps_rollup").read_text().splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def get_cpu_ms(pid):
    """Of all threads that there are now; ticks would be too coarse for a start."""
    return sum(int(path.read_text().split()[0])
               for path in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e6


class Pair:
    """Two clients that call, in this order: start, call, talk, look_closer, end."""

    def __init__(self, stage, scenario):
        self._stage, self._scenario = stage, scenario
        self._sides = []
        self.times = {}

    @property
    def leaders(self):
        """The first processes of the sides that are measured."""
        return [side.pid for side in self._sides]

    def look_closer(self):
        """What would take processor time while that is measured."""
        return {}

    def end(self):
        for side in reversed(self._sides):
            side.end()


class CliPair(Pair):
    NAME = "aloqa-cli"

    def start(self):
        begin_ms = time.monotonic() * 1000
        self._launch("vali", "answer", "--once", "--delay", str(RING_MS))
        registered = self._sides[0].wait_event("registered")
        self.times = {START: registered["t_us"] / 1000 - begin_ms}

    def _launch(self, user, *words):
        size = ["--size", "{}x{}".format(*self._scenario.size)] if self._scenario.size else []
        self._sides.append(rig.Cli(self._stage.server.url, user, *words, "--video-source", "clock",
                                   *size, env={"ALOQA_TOKEN": self._stage.signed_in[user][1]}))

    def call(self):
        kind = [] if self._scenario.size else ["--audio"]
        callee = self._sides[0]
        self._launch("ali", "call", "vali", "--protocol", self._scenario.protocol, *kind)
        self.times[CONNECTED] = callee.wait_event("connected")["since_accept_ms"]
        if self._scenario.size:
            self.times[FIRST_PICTURE] = callee.wait_event("first-video-frame")["since_accept_ms"]
            self._sides[1].wait_event("first-video-frame")

    def talk(self, seconds):
        rows = [self._sides[0].wait_stats(lambda s: True, "figures") for _ in range(seconds)]
        if not self._scenario.size:
            return {}
        return {PICTURES: statistics.mean(row["fps"] for row in rows),
                KBPS: statistics.mean(row["video"]["in_kbps"] for row in rows),
                LATENCY: statistics.median(row["latency_ms_p50"] for row in rows)}


class ChromiumPair(Pair):
    NAME = "Chromium"

    def start(self):
        stage, scenario = self._stage, self._scenario
        options = [f"--use-file-for-fake-audio-capture={stage.tone}", "--window-size=1400,1600",
                   "--allow-loopback-in-peer-connection"]
        if scenario.size:
            options.append(f"--use-file-for-fake-video-capture={stage.films[scenario.size]}")
        starts = []
        for user in ("vali", "ali"):
            begin_ms = time.time() * 1000
            page = browser.Chromium(stage.pages.url, *options)
            self._sides.append(page)
            page.register(stage.server.url, *stage.signed_in[user])
            starts.append(page.run("performance.timeOrigin + page.find('registered').t") - begin_ms)
            page.run(stage.measure_js)
            page.run("measure.keepCandidates()")
            if scenario.size:
                page.run("page.size = {{width: {}, height: {}}}".format(*scenario.size))
        self.times = {START: statistics.mean(starts)}

    def call(self):
        callee, caller = self._sides
        kind = "video" if self._scenario.size else "audio"
        callee.run(f"measure.answerAfter({RING_MS})")
        peer_id, _ = self._stage.signed_in["vali"]
        caller.run(f"page.call({peer_id}, '{kind}', '{self._scenario.protocol}')")
        self._take_time(CONNECTED, "connection-connected")
        if self._scenario.size:
            self._take_time(FIRST_PICTURE, "first-picture")

    def _take_time(self, row, event):
        callee = self._sides[0]
        callee.wait_event(event)
        self.times[row] = callee.run(f"page.find('{event}').t - page.find('accepting').t")

    def talk(self, seconds):
        before = self._sides[0].run("measure.stats()")
        time.sleep(seconds)
        after = self._sides[0].run("measure.stats()")
        if not self._scenario.size:
            return {}
        took_s = (after["at"] - before["at"]) / 1000
        return {PICTURES: (after["frames"] - before["frames"]) / took_s,
                KBPS: (after["bytes"] - before["bytes"]) * 8 / 1000 / took_s}

    def look_closer(self):
        """The same frames as they leave one page and reach the other."""
        if not self._scenario.size:
            return {}
        callee, caller = self._sides
        caller.run(f"void (measure.watching = measure.watch('local', {WATCH_MS}))")
        received = callee.run(f"measure.watch('remote', {WATCH_MS})")
        sent = dict(caller.run("measure.watching"))
        return {LATENCY: statistics.median(at - sent[number] for number, at in received
                                           if number in sent)}


class WindowCall(Pair):
    """The window with a camera, and a headless client: one side is measured."""

    NAME = "aloqa"

    def start(self):
        peer = rig.Cli(self._stage.server.url, "vali", "answer", "--video-source", "clock",
                       env={"ALOQA_TOKEN": self._stage.signed_in["vali"][1]})
        self._sides.append(peer)
        peer.wait_event("registered")
        begin_ms = time.monotonic() * 1000
        app = desk.App(env=self._stage.window_env)
        self._sides.append(app)
        app.wait_until(lambda: any("on the screen" in line for line in app.errors),
                       "people in the window")
        self.times = {START: time.monotonic() * 1000 - begin_ms, START_CPU: get_cpu_ms(app.pid)}

    def call(self):
        kind = [] if self._scenario.size else ["--audio"]
        desk.App("--call", "vali", *kind, env=self._stage.window_env).wait()
        self._sides[0].wait_event("connected")

    @property
    def leaders(self):
        return [self._sides[1].pid]

    def talk(self, seconds):
        rows = [self._sides[0].wait_stats(lambda s: True, "figures") for _ in range(seconds)]
        if not self._scenario.size:
            return {}
        return {PICTURES: statistics.mean(row["fps"] for row in rows)}
