# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the corpora of the fuzz targets from what browsers really sent (tests/fixtures), and from
the few shapes of the protocol that no browser sends.

    make-corpus.py FIXTURES OUTPUT      writes OUTPUT/<target>/<hash> for each target
"""

import hashlib
import json
import pathlib
import shutil
import struct
import sys

SDP = "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
LINE = "candidate:9 1 udp 5 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 5 typ host"
FEATURES = ["call_id", "ringing", "unavailable", "busy", "presence", "multi_device", "replace"]
USER = {
    "id": 2, "username": "alice", "first_name": "Alice", "last_name": None, "role": "admin",
    "profile_pic": "thumb_user_2.png", "bio": "Salom\n\u202e", "is_active": True,
    "created_at": "2025-01-02T03:04:05.678901", "updated_at": "2025-01-02T03:04:05",
}
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3OTUzNjI1ODV9.c2ln"

MESSAGES = [
    {"type": "connected", "user_id": 2, "features": FEATURES},
    {"type": "hello", "features": FEATURES, "device": "a-Z_9"},
    {"type": "typing", "to": 2, "from": 2},
    {"type": "ringing", "to": 2, "from": 2, "call_id": "c-1"},
    {"type": "busy", "to": 2, "from": 2, "call_id": "c-1"},
    {"type": "call_end", "to": 2, "from": 2, "call_id": "c-1", "reason": "answered_elsewhere"},
    {"type": "unavailable", "from": 2, "call_id": "c-1", "reason": "unknown"},
    {"type": "presence", "online": [2, 3]},
    {"type": "presence", "user_id": 2, "online": True},
    {"type": "call_state", "call_id": "c-1", "peer": 3, "phase": "ringing", "call_type": "audio"},
    {"type": "replace", "to": 2, "from": 2, "call_id": "c-1", "leg": 1, "sdp": SDP},
    {"type": "replace_answer", "to": 2, "from": 2, "leg": 1, "sdp": json.dumps({"sdp": SDP})},
    {"type": "ice_candidate", "to": 2, "from": 2, "leg": 1, "candidate": LINE},
    {"type": "ice_candidate", "to": 2, "from": 2, "candidate": json.dumps({"candidate": LINE})},
    {"type": "error", "code": "rate_limited", "message": "Too fast", "field": "to",
     "retry_after_ms": 1500},
]
BODIES = [
    USER,
    [USER, USER],
    {"access_token": TOKEN, "refresh_token": TOKEN, "token_type": "bearer", "user": USER},
    {"detail": "Incorrect username or password"},
    {"detail": [{"loc": ["body", "username"], "msg": "field required", "type": "missing"}]},
]
ICE_SERVERS = [
    {"ice_servers": [{"urls": ["stun:h", "turn:[::1]:99?transport=tcp"], "username": "u",
                      "credential": "c"}], "ttl_s": 3600},
    [{"urls": "turns:h:443?transport=tcp", "username": "u", "credential": "c"}],
]
ICE_URLS = ["stun:h:19302", "turn:h?transport=udp", "turn://[::1]:99?transport=tcp", "turns:h"]


HELLO = {"type": "hello", "features": ["call_id", "ringing", "unavailable", "busy", "presence",
                                       "multi_device", "replace"], "device": "d"}
REQUESTS = [
    b"0" + b'{"username":"ali","password":"secret"}',
    b"1" + b'{"refresh_token":"a.b.c"}',
    b"2" + b'{"refresh_token":"a.b.c"}',
    b"0" + b'{"username":["ali"],"password":{"a":1e9}}',
]


def list_scenes(frames):
    """Whole calls for the server: what each connection does, line by line."""
    def hello(slot, name):
        return b"%d" % slot + to_json({**HELLO, "device": name})

    def say(slot, kind, to, **more):
        return b"%d" % slot + to_json({"type": kind, "to": to, "call_id": "x", **more})

    sdp = next((frame["sdp"] for frame in frames if "sdp" in frame), None)
    start = [b"0+", b"1+", b"4+", hello(0, "a"), hello(1, "b"), hello(4, "c")]
    yield start + [say(0, "call_request", 2), say(1, "ringing", 1), say(4, "call_accept", 1),
                   say(0, "incoming_call", 2, sdp=sdp), say(4, "call_answer", 1, sdp=sdp), b"4-",
                   b"t\x05", b"4+", hello(4, "c"), say(4, "replace", 1, leg=1, sdp=sdp),
                   say(0, "call_end", 2)]
    yield start + [say(0, "call_request", 2), say(1, "busy", 1), b"0-", b"t\x0b", b"t\x63"]
    yield start + [say(0, "call_request", 2), say(1, "call_request", 1), say(4, "call_reject", 1),
                   b"1+", hello(4, "b"), b"t\x46"]
    # Clients that have not said hello.
    yield [b"0+", b"1+", b"3+"] + [b"%d" % (index % 2) + to_json(frame)
                                   for index, frame in enumerate(frames)] + [b"3-", b"t\x7f"]


def list_pointers():
    """What compositors say of the pointer: struct spa_meta_cursor, struct spa_meta_bitmap, pixels."""
    def say(number, x, y, bitmap_offset):
        return struct.pack("=IIiiiiI", number, 0, x, y, 1, 1, bitmap_offset)

    for video_format in (11, 12, 13, 14):  # SPA_VIDEO_FORMAT_RGBA to _ABGR
        shape = say(1, 5, 3, 28) + struct.pack("=IIIiI", video_format, 4, 4, 16, 20) + b"\x7f" * 64
        yield shape
        yield shape + shape
    yield say(1, 5, 3, 0)
    yield say(0, -1, -1, 0)
    yield say(1, 5, 3, 28) + bytes(20)


def to_json(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def read_fixtures(fixtures):
    """Returns the inputs that the fixtures hold for each target."""
    targets = ["candidate", "ice-server", "message", "screen-pointer", "sdp", "server-frames",
               "server-http", "user"]
    inputs = {target: set() for target in targets}
    inputs["sdp"].update(path.read_bytes() for path in fixtures.glob("sdp/*.sdp"))
    for path in fixtures.glob("traces/*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            frame = json.loads(line)["data"]
            inputs["message"].add(to_json(frame))
            if "candidate" in frame:
                candidate = frame["candidate"]
                # The target's own form: line, mid and fragment, one below the other.
                inputs["candidate"].add(
                    "\n".join([candidate["candidate"], candidate["sdpMid"],
                               candidate["usernameFragment"]]).encode())
            if "caller" in frame:
                inputs["user"].add(to_json(frame["caller"]))
    return inputs


def main():
    fixtures, output = (pathlib.Path(argument) for argument in sys.argv[1:])
    inputs = read_fixtures(fixtures)
    inputs["message"].update(to_json(message) for message in MESSAGES)
    inputs["user"].update(to_json(body) for body in BODIES)
    inputs["user"].add(TOKEN.encode())
    inputs["ice-server"].update(to_json(servers) for servers in ICE_SERVERS)
    inputs["ice-server"].update(url.encode() for url in ICE_URLS)
    inputs["candidate"].add(LINE.encode())
    inputs["candidate"].add(b"a=candidate:1 2 TCP 5 fd00::2 9 typ relay raddr :: rport 9\n\n")

    frames = [json.loads(text) for text in sorted(inputs["message"], key=len)]
    calls = [frame for frame in frames if isinstance(frame, dict) and "to" in frame]
    inputs["server-frames"].update(b"\n".join(scene) for scene in list_scenes(calls))
    inputs["server-http"].update(REQUESTS)
    inputs["screen-pointer"].update(list_pointers())

    shutil.rmtree(output, ignore_errors=True)
    for target, texts in inputs.items():
        (output / target).mkdir(parents=True)
        for text in texts:
            (output / target / hashlib.sha256(text).hexdigest()[:16]).write_bytes(text)


main()
