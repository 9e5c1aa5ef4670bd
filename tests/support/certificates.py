# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for tests: an authority of one's own, and what it signs."""

import subprocess


class Authority:
    """In a folder of its own; its certificate is .ca_file."""

    def __init__(self, folder):
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self.ca_file = folder / "ca.pem"
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out",
                      "ca.pem", "-days", "2", "-subj", "/CN=Test authority", "-addext",
                      "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign")

    def _openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self._folder, check=True, capture_output=True)

    def sign(self, name, subject, days=2):
        """The files of a certificate and its key; the subject is as in "DNS:localhost"."""
        (self._folder / "extensions").write_text(f"subjectAltName={subject}\n")
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out",
                      f"{name}.csr", "-subj", "/CN=A test's server")
        life = ["-days", str(days)]
        # OpenSSL 3.5 takes no days that have passed, and 3.0 no date.
        if days < 0 and b"-not_after" in subprocess.run(["openssl", "x509", "-help"], check=True,
                                                        capture_output=True).stderr:
            life = ["-not_before", "20200101000000Z", "-not_after", "20200102000000Z"]
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                      "-CAcreateserial", "-out", f"{name}.pem", *life, "-extfile", "extensions")
        return self._folder / f"{name}.pem", self._folder / f"{name}.key"
