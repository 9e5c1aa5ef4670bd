#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody else can do to a call: nothing."""

import re
import socket
import threading

import rig
from websocket import ChatSocket


class TamperingProxy:
    """Between one client and the server: changes every certificate fingerprint on the way to the
    client. Frames from the server are not masked, and the new text is as long as the old."""

    FINGERPRINT = re.compile(rb"(a=fingerprint:sha-256 )([0-9A-Fa-f]{2})")

    def __init__(self, port):
        self._to = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.n_changed = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._to)
            threading.Thread(target=self._pump, args=(client, server, self._plain),
                             daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, self._change),
                             daemon=True).start()

    @staticmethod
    def _plain(data):
        # Without compression the frames can be read.
        return data.replace(b"permessage-deflate", b"permessage-nothing")

    def _change(self, data):
        def swap(match):
            self.n_changed += 1
            return match[1] + (b"00" if match[2] != b"00" else b"11")
        return self.FINGERPRINT.sub(swap, data)

    def _pump(self, source, sink, change):
        # Collected while more is at hand, so that no fingerprint is cut in two.
        try:
            while data := source.recv(1 << 18):
                source.settimeout(0.02)
                try:
                    while more := source.recv(1 << 18):
                        data += more
                except TimeoutError:
                    pass
                source.settimeout(None)
                sink.sendall(change(data))
        except OSError:
            pass
        finally:
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def end(self):
        self._listener.close()


class Hostile(rig.Case):
    def setUp(self):
        super().setUp()
        self.server = self.start(rig.Server, "--demo")

    def connect(self, url=None):
        callee = self.start(rig.Cli, self.server.url, "vali", "answer", "--once")
        callee.wait_event("registered")
        caller = self.start(rig.Cli, url or self.server.url, "ali", "call", "vali")
        return caller, callee

    def test_tampered_fingerprint_gets_no_media(self):
        proxy = TamperingProxy(self.server.port)
        self.addCleanup(proxy.end)
        caller, callee = self.connect(proxy.url)
        ended = caller.wait_event("ended")
        self.assertEqual(ended["reason"], "fingerprint-mismatch")
        self.assertGreater(proxy.n_changed, 0)
        self.assert_exit(caller, 6)
        callee.wait_event("ended")
        for side in (caller, callee):
            for event in ("first-audio", "first-video-frame"):
                self.assertIsNone(side.find(event), f"{event} got through")

    def test_a_strangers_messages_change_nothing(self):
        caller, callee = self.connect()
        for side in (caller, callee):
            side.wait_event("first-video-frame")
        stranger = ChatSocket(self.server.url, "echo", "demo")
        self.addCleanup(stranger.close)
        offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
        candidate = {"candidate": "candidate:1 1 udp 2122194687 127.0.0.1 9 typ host",
                     "sdpMid": "0", "sdpMLineIndex": 0}
        for to in (1, 2, 3):
            for frame in (
                    {"type": "call_end"}, {"type": "call_reject"}, {"type": "call_accept"},
                    {"type": "call_answer", "sdp": {"type": "answer", "sdp": offer}},
                    {"type": "incoming_call", "sdp": {"type": "offer", "sdp": offer}},
                    {"type": "ice_candidate", "candidate": candidate},
                    {"type": "call_end", "call_id": "guessed"}):
                stranger.send({"to": to, **frame})
        for side in (caller, callee):
            for _ in range(2):
                side.wait_stats(lambda s: s["fps"] > 4 and s["audio_level_db"] > -30, "media")
            self.assertEqual(side.count("ended"), 0)
            self.assertEqual(side.count("incoming"), 1 if side is callee else 0)
        caller.say("hangup")
        self.assert_exit(caller, 0)

    def test_no_secret_is_printed_or_shown_to_others(self):
        callee = self.start(rig.Cli, self.server.url, "vali", "-v", "answer", "--once",
                            env={"G_MESSAGES_DEBUG": "all"})
        callee.wait_event("registered")
        with open(f"/proc/{callee.pid}/cmdline", "rb") as file:
            self.assertNotIn(b"demo", file.read())
        caller = self.start(rig.Cli, self.server.url, "ali", "call", "vali", "--duration", "1")
        self.assert_exit(caller, 0)
        callee.wait()
        text = "\n".join(callee.lines + callee.errors)
        self.assertIsNone(re.search(r"eyJ[\w-]+\.[\w-]+\.", text), "a token was printed")
        self.assertNotIn("token=e", text)


if __name__ == "__main__":
    rig.main()
