# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the corpora of the fuzz targets from what browsers really sent (tests/fixtures), and from
the few shapes of the protocol that no browser sends.

    make-corpus.py FIXTURES OUTPUT      writes OUTPUT/<target>/<hash> for each target
"""

import hashlib
import json
import pathlib
import shutil
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


def to_json(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def read_fixtures(fixtures):
    """Returns the inputs that the fixtures hold for each target."""
    targets = ["candidate", "ice-server", "message", "sdp", "user"]
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

    shutil.rmtree(output, ignore_errors=True)
    for target, texts in inputs.items():
        (output / target).mkdir(parents=True)
        for text in texts:
            (output / target / hashlib.sha256(text).hexdigest()[:16]).write_bytes(text)


main()
