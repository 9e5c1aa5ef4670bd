#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls with a web page in real browsers: both directions, both protocols, every control."""

import json
import unittest
import urllib.request

import browser
import rig


def sign_in(url, user, password="demo"):
    body = json.dumps({"username": user, "password": password}).encode()
    request = urllib.request.Request(f"{url}/api/auth/login", body,
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        signed_in = json.load(answer)
    return signed_in["user"]["id"], signed_in["access_token"]


class WithBrowser:
    """The cases; for each browser there is a class below."""

    browser_class = None

    @classmethod
    def setUpClass(cls):
        if not cls.browser_class.IS_THERE:
            raise unittest.SkipTest(f"{cls.browser_class.NAME} is not installed")

    def setUp(self):
        super().setUp()
        self.server = self.start(rig.Server, "--demo")
        self.pages = self.start(browser.PageServer)
        self.page = self.start(self.browser_class, self.folder, self.pages.url)
        self.register()

    def register(self):
        self.page_id, token = sign_in(self.server.url, "vali")
        self.ali_id, _ = sign_in(self.server.url, "ali")
        place = self.server.url.replace("http", "ws")
        url = f"{place}/api/messages/ws/{self.page_id}?token={token}"
        self.page.run(f"page.connect({json.dumps(url)})")
        self.page.wait_event("registered")

    def client(self, *words):
        return self.start(rig.Cli, self.server.url, "ali", "--stats-interval", "200", *words)

    def answering_client(self, *words):
        client = self.client("answer", "--once", *words)
        client.wait_event("registered")
        return client

    def call_page(self, *words):
        """A call from ali that the page has said yes to as often as it asks."""
        client = self.client("call", "vali", *words)
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


class ChromiumCalls(WithBrowser, rig.Case):
    browser_class = browser.Chromium


class FirefoxCalls(WithBrowser, rig.Case):
    browser_class = browser.Firefox


if __name__ == "__main__":
    rig.main()
