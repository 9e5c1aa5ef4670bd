# SPDX-License-Identifier: GPL-3.0-or-later
"""A bare client of the chat's WebSocket (RFC 6455), for saying what no good client would say."""

import base64
import json
import os
import socket
import struct
import urllib.parse
import urllib.request


class ChatSocket:
    def __init__(self, url, user, password):
        body = json.dumps({"username": user, "password": password}).encode()
        request = urllib.request.Request(f"{url}/api/auth/login", body,
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            signed_in = json.load(answer)
        self.user_id = signed_in["user"]["id"]
        place = urllib.parse.urlsplit(url)
        self._socket = socket.create_connection((place.hostname, place.port), 30)
        self._file = self._socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET /api/messages/ws/{self.user_id}?token={signed_in['access_token']} HTTP/1.1\r\n"
            f"Host: {place.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        status = self._file.readline()
        assert b" 101 " in status, status
        while self._file.readline() not in (b"\r\n", b""):
            pass
        self.receive("connected")

    def send(self, frame):
        data = frame if isinstance(frame, bytes) else json.dumps(frame).encode()
        if len(data) < 126:
            head = struct.pack("!BB", 0x81, 0x80 | len(data))
        elif len(data) < 65536:
            head = struct.pack("!BBH", 0x81, 0x80 | 126, len(data))
        else:
            head = struct.pack("!BBQ", 0x81, 0x80 | 127, len(data))
        # A mask of zeros is a mask.
        self._socket.sendall(head + b"\0\0\0\0" + data)

    def receive(self, kind):
        """The next frame of that type; others are passed over."""
        while True:
            first, second = self._file.read(2)
            length = second & 127
            if length == 126:
                length, = struct.unpack("!H", self._file.read(2))
            elif length == 127:
                length, = struct.unpack("!Q", self._file.read(8))
            data = self._file.read(length)
            if first & 15 == 1 and (frame := json.loads(data))["type"] == kind:
                return frame

    def close(self):
        self._socket.close()
