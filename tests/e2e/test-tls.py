#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers behind TLS: through a reverse proxy, with certificates that are not to be trusted, and
without."""

import http.client
import signal
import ssl
import unittest

import certificates
import nginx
import rig

NO_ICE_SERVERS = {"ALOQA_ICE_SERVERS": "[]"}


class TlsCase(rig.Case):
    def setUp(self):
        super().setUp()
        self.authority = certificates.Authority(self.folder / "authority")

    def client(self, url, user, *words, **kwargs):
        return self.start(rig.Cli, url, user, "--ca-file", self.authority.ca_file, *words,
                          env=NO_ICE_SERVERS, **kwargs)

    def call(self, url):
        """A whole call, with sound and picture both ways."""
        callee = self.client(url, "vali", "answer", "--once")
        callee.wait_event("registered")
        caller = self.client(url, "ali", "call", "vali")
        for side in (caller, callee):
            side.wait_event("first-video-frame")
            side.wait_stats(lambda s: s["fps"] > 4 and s["audio_level_db"] > -30, "media")
        caller.say("hangup")
        self.assert_exit(caller, 0)
        self.assert_exit(callee, 0)


@unittest.skipUnless(nginx.PROGRAM, "nginx (package nginx-light) is not installed")
class Proxy(TlsCase):
    def setUp(self):
        super().setUp()
        database = self.folder / "server.db"
        rig.add_users(database)
        self.server = self.start(rig.Server, "--database", database, "--verbose",
                                 "--requests-per-address-burst", "20",
                                 "--requests-per-address-hz", "0.001",
                                 env={"TRUSTED_PROXIES": "127.0.0.1"})
        self.proxy = self.start(nginx.Nginx, self.folder / "nginx", self.server,
                                *self.authority.sign("site", "DNS:localhost"))

    def get(self, address, path="/api/health"):
        """What the proxy answers to a request from that address, which pretends another one."""
        context = ssl.create_default_context(cafile=self.authority.ca_file)
        connection = http.client.HTTPSConnection("localhost", self.proxy.port, context=context,
                                                 source_address=(address, 0), timeout=30)
        connection.request("GET", path, headers={"X-Forwarded-For": "192.0.2.9"})
        status = connection.getresponse().status
        connection.close()
        return status

    def wait_log(self, line):
        """The proxy's log, which is written after the answer."""
        self.proxy.wait_until(lambda: line in self.proxy.access_log.read_text(), f"line {line}")
        return self.proxy.access_log.read_text()

    def test_a_call_goes_through_it(self):
        self.call(self.proxy.url)
        log = self.wait_log('"GET /api/messages/ws/1" 101')
        self.assertNotIn("token", log)
        self.assertNotIn("eyJ", log)

    def test_its_clients_are_told_apart(self):
        """Each has a limit of its own, whatever a client says of itself."""
        self.assertEqual([self.get("127.0.0.2") for _ in range(22)].count(429), 2)
        self.assertEqual(self.get("127.0.0.3"), 200)
        # What is for this machine alone is not for whoever comes through its proxy.
        self.assertEqual(self.get("127.0.0.4", "/metrics"), 403)

    def test_a_server_that_is_gone_leaves_no_token_in_its_log(self):
        self.server.end()
        self.assertEqual(self.get("127.0.0.2", "/api/messages/ws/1?token=eyJ-a-secret"), 502)
        log = self.wait_log('"GET /api/messages/ws/1" 502')
        log += self.proxy.error_log.read_text() + "\n".join(self.proxy.errors)
        self.assertNotIn("eyJ", log)


class Readme(rig.Case):
    def test_it_shows_the_configuration_that_is_tested(self):
        lines = nginx.SNIPPET.read_text().splitlines()
        text = "\n".join(f"    {line}".rstrip() for line in lines)
        self.assertIn(text, (nginx.SNIPPET.parents[1] / "README.md").read_text())


class Certificates(TlsCase):
    def serve(self, certificate, key, *words):
        return self.start(rig.Server, "--demo", "--tls-cert", certificate, "--tls-key", key, *words)

    def assert_refused(self, server, words):
        client = self.client(f"https://localhost:{server.port}", "ali", "contacts")
        self.assert_exit(client, 3)
        self.assertIn(words, client.find("error", about="sign-in")["message"])
        self.assertNotIn("Signed in", "\n".join(server.errors))

    def test_a_call_works_with_one_that_is_trusted(self):
        server = self.serve(*self.authority.sign("good", "DNS:localhost"))
        self.call(f"https://localhost:{server.port}")

    def test_an_expired_one_is_refused(self):
        self.assert_refused(self.serve(*self.authority.sign("old", "DNS:localhost", days=-1)),
                            "expired on")

    def test_one_of_another_host_is_refused(self):
        self.assert_refused(self.serve(*self.authority.sign("other", "DNS:chat.example.org")),
                            "belongs to another server")

    def test_one_of_an_unknown_authority_is_refused(self):
        other = certificates.Authority(self.folder / "other")
        self.assert_refused(self.serve(*other.sign("theirs", "DNS:localhost")),
                            "does not come from an authority")

    def test_a_renewed_one_is_read_on_sighup(self):
        certificate, key = self.authority.sign("site", "DNS:localhost")
        server = self.serve(certificate, key)

        def get():
            return ssl.get_server_certificate(("127.0.0.1", server.port), timeout=30)
        before = get()
        renewed, renewed_key = self.authority.sign("renewed", "DNS:localhost")
        certificate.write_bytes(renewed.read_bytes())
        key.write_bytes(renewed_key.read_bytes())
        self.assertEqual(get(), before)
        server.signal(signal.SIGHUP)
        server.wait_until(lambda: get() == renewed.read_text(), "the renewed certificate")


class Plain(rig.Case):
    """Without TLS, where others could read along."""

    def refuse(self, url, env=None):
        client = self.start(rig.Cli, url, "ali", "contacts", env=env)
        self.assert_exit(client, 2)
        return "\n".join(client.lines + client.errors)

    def test_it_is_refused_before_anybody_is_asked(self):
        for url, env in (("http://192.0.2.1", None), ("http://chat.example.org:8030", None),
                         ("https://chat.example.org", {"WS_URL": "ws://chat.example.org"})):
            with self.subTest(url):
                words = self.refuse(url, env)
                self.assertIn("could read your password", words)
                self.assertIn("allow plain http", words)

    def test_this_machine_needs_no_permission(self):
        server = self.start(rig.Server, "--demo")
        for host in ("127.0.0.1", "localhost"):
            client = self.start(rig.Cli, f"http://{host}:{server.port}", "ali", "contacts")
            self.assert_exit(client, 0)


if __name__ == "__main__":
    rig.main()
