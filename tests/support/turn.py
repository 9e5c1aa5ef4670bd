# SPDX-License-Identifier: GPL-3.0-or-later
"""A real TURN server (coturn): UDP, TCP and TLS on one port, user "ali", password "secret"."""

import pathlib
import shutil
import subprocess

import rig

IS_THERE = shutil.which("turnserver") is not None

CONFIG = """
listening-ip={address}
relay-ip={address}
min-port=50000
max-port=50999
user=ali:secret
realm=test.invalid
lt-cred-mech
fingerprint
no-cli
no-multicast-peers
log-file=stdout
simple-log
pidfile={folder}/turn.pid
userdb={folder}/turn.db
cert={folder}/server.pem
pkey={folder}/server.key
"""


def read_installed(folder, address, secret):
    """The configuration of data/, as one who installs it changes it: for this address, with this
    secret; and with relays in a private network, where the test's own is."""
    text = (pathlib.Path(__file__).parents[2] / "data/turnserver.conf").read_text(encoding="utf-8")
    for old, new in (("turn.example.org", "test.invalid"), ("CHANGE-ME", secret),
                     ("/etc/ssl/aloqa/turn-fullchain.pem", f"{folder}/server.pem"),
                     ("/etc/ssl/aloqa/turn-privkey.pem", f"{folder}/server.key"),
                     ("denied-peer-ip=10.0.0.0-10.255.255.255\n", "")):
        if old not in text:
            raise AssertionError(f"data/turnserver.conf lacks {old}")
        text = text.replace(old, new)
    return (text + f"listening-ip={address}\nrelay-ip={address}\nlog-file=stdout\nsimple-log\n"
            f"pidfile={folder}/turn.pid\nuserdb={folder}/turn.db\n")


class Turn(rig.Process):
    """Its authority's certificate is in .ca_file."""

    def __init__(self, folder, address, namespace, text=None):
        self.ca_file = folder / "ca.pem"
        self._make_certificate(folder, address)
        config = folder / "turn.conf"
        config.write_text(text or CONFIG.format(address=address, folder=folder))
        super().__init__(["turnserver", "-c", config], namespace=namespace)
        # The last thing that it says before it serves.
        self.wait_until(lambda: any("DB connection success" in line for line in self.lines),
                        "TURN server")

    @staticmethod
    def _make_certificate(folder, address):
        """An authority, and a server's certificate by it."""
        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
        (folder / "extensions").write_text(f"subjectAltName=IP:{address}\n")
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out",
                "ca.pem", "-days", "2", "-subj", "/CN=Test authority", "-addext",
                "basicConstraints=critical,CA:TRUE")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out",
                "server.csr", "-subj", "/CN=turn")
        openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-out", "server.pem", "-days", "2", "-extfile", "extensions")
