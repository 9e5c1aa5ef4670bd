# SPDX-License-Identifier: GPL-3.0-or-later
"""A real nginx with the configuration that the README shows, on a port of its own."""

import os
import pathlib
import shutil
import socket
import ssl

import rig

PROGRAM = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
SNIPPET = pathlib.Path(__file__).parents[2] / "data/nginx.conf"

# What belongs to the machine and not to the site.
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr crit;
{user}
events {{ }}
http {{
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/aloqa.conf;
}}
"""


def find_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class Nginx(rig.Process):
    """In front of a server; https://localhost:PORT is its .url."""

    def __init__(self, folder, server, certificate, key):
        folder.mkdir()
        port = find_port()
        self.url = f"https://localhost:{port}"
        self.port = port
        self.access_log = folder / "access.log"
        self.error_log = folder / "error.log"
        self._write(folder / "aloqa.conf", {
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "chat.example.org": "localhost",
            "/etc/ssl/aloqa/fullchain.pem": certificate,
            "/etc/ssl/aloqa/privkey.pem": key,
            "/var/log/nginx/aloqa.log": self.access_log,
            "/var/log/nginx/aloqa-error.log": self.error_log,
            "http://127.0.0.1:8030": server.url})
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
        super().__init__([PROGRAM, "-c", folder / "nginx.conf", "-p", folder, "-e", "stderr"])
        self.wait_until(self._answers, "TLS at nginx's port")

    @staticmethod
    def _write(path, places):
        text = SNIPPET.read_text()
        for word, value in places.items():
            assert word in text, word
            text = text.replace(word, str(value))
        path.write_text(text)

    def _answers(self):
        try:
            return ssl.get_server_certificate(("127.0.0.1", self.port), timeout=10)
        except OSError:
            return None
