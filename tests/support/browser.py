# SPDX-License-Identifier: GPL-3.0-or-later
"""Headless browsers with a page of ours: Chromium by its DevTools pipe, Firefox by Marionette."""

import functools
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

PAGE = pathlib.Path(__file__).resolve().parent.parent / "e2e" / "page"
START_S = 60


def sign_in(server_url, user, password="demo"):
    """The user's id and a token."""
    body = json.dumps({"username": user, "password": password}).encode()
    request = urllib.request.Request(f"{server_url}/api/auth/login", body,
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        signed_in = json.load(answer)
    return signed_in["user"]["id"], signed_in["access_token"]


class PageServer:
    """Serves the page on a loopback port, since only a secure place may use the camera."""

    def __init__(self):
        handler = functools.partial(_QuietHandler, directory=str(PAGE))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://localhost:{self._server.server_port}/index.html"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def end(self):
        self._server.shutdown()
        self._server.server_close()


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


class Browser:
    """run() evaluates a JavaScript expression, a promise too, and returns its value."""

    @property
    def pid(self):
        return self._child.pid

    def wait(self, expression, what, timeout_s=60):
        end = time.monotonic() + timeout_s
        while not (found := self.run(expression)):
            if time.monotonic() > end:
                events = self.run("page.events")
                raise AssertionError(f"no {what} in the page within {timeout_s} s; it saw {events}")
            time.sleep(0.05)
        return found

    def register(self, server_url, user_id, token):
        url = f"{server_url.replace('http', 'ws')}/api/messages/ws/{user_id}?token={token}"
        self.run(f"page.connect({json.dumps(url)})")
        self.wait_event("registered")

    def wait_event(self, name, timeout_s=60):
        return self.wait(f"page.find({json.dumps(name)})", f"event {name!r}", timeout_s)

    def kill(self):
        """As a crash ends it: nothing is said to anyone."""
        os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def end(self):
        if self._child.poll() is None:
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


class Chromium(Browser):
    NAME = "chromium"
    IS_THERE = shutil.which("chromium")

    def __init__(self, url, *options):
        self._folder = tempfile.mkdtemp(prefix="aloqa-browser-")
        to_child, self._out = os.pipe()
        self._in, from_child = os.pipe()
        # The DevTools pipe is descriptors 3 and 4.
        command = (f"exec chromium --headless=new --no-sandbox --disable-gpu --remote-debugging-pipe "
                   f"--user-data-dir={self._folder} --use-fake-device-for-media-stream "
                   "--use-fake-ui-for-media-stream --disable-background-networking "
                   "--disable-component-update --disable-sync --no-first-run "
                   "--autoplay-policy=no-user-gesture-required --no-startup-window "
                   "--disable-features=WebRtcHideLocalIpsWithMdns "
                   f"{' '.join(options)} about:blank 3<&{to_child} 4>&{from_child}")
        self._child = subprocess.Popen(["bash", "-c", command], pass_fds=(to_child, from_child),
                                       start_new_session=True, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_child)
        os.close(from_child)
        self._rest = b""
        self._serial = 0
        self._session = None
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target,
                                  flatten=True)["sessionId"]
        self.go(url)

    def _receive(self):
        while b"\0" not in self._rest:
            data = os.read(self._in, 65536)
            if not data:
                raise AssertionError("the browser has ended")
            self._rest += data
        text, self._rest = self._rest.split(b"\0", 1)
        return json.loads(text)

    def _ask(self, method, **params):
        self._serial += 1
        request = {"id": self._serial, "method": method, "params": params}
        if self._session:
            request["sessionId"] = self._session
        os.write(self._out, json.dumps(request).encode() + b"\0")
        while (answer := self._receive()).get("id") != self._serial:
            pass
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def go(self, url):
        self._ask("Page.navigate", url=url)
        end = time.monotonic() + START_S
        while not self.run("typeof page == 'object' && document.readyState == 'complete'"):
            assert time.monotonic() < end, f"{url} does not load"
            time.sleep(0.05)

    def run(self, expression):
        answer = self._ask("Runtime.evaluate", expression=expression, awaitPromise=True,
                           returnByValue=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def end(self):
        super().end()
        for pipe in (self._in, self._out):
            os.close(pipe)


FIREFOX_SETTINGS = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.gmp-manager.updateEnabled": False,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "services.settings.server": "data:,",
}


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Firefox(Browser):
    NAME = "firefox"
    IS_THERE = shutil.which("firefox-esr")

    def __init__(self, url):
        self._folder = tempfile.mkdtemp(prefix="aloqa-browser-")
        profile = pathlib.Path(self._folder)
        port = _free_port()
        settings = {**FIREFOX_SETTINGS, "marionette.port": port}
        (profile / "user.js").write_text("".join(
            f'user_pref("{name}", {json.dumps(value)});\n' for name, value in settings.items()))
        self._child = subprocess.Popen(
            ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", str(profile)],
            start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "HOME": self._folder})
        self._file = self._connect(port)
        self._serial = 0
        self._receive()
        self._ask("WebDriver:NewSession", capabilities={"alwaysMatch": {
            "timeouts": {"script": 120000}}})
        self.go(url)

    def _connect(self, port):
        end = time.monotonic() + START_S
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", port), START_S)
                connection.settimeout(120)
                return connection.makefile("rwb")
            except OSError:
                assert time.monotonic() < end and self._child.poll() is None, "no Marionette"
                time.sleep(0.1)

    def _receive(self):
        length = b""
        while (byte := self._file.read(1)) != b":":
            if not byte:
                raise AssertionError("the browser has ended")
            length += byte
        return json.loads(self._file.read(int(length)))

    def _ask(self, command, **params):
        self._serial += 1
        request = json.dumps([0, self._serial, command, params]).encode()
        self._file.write(b"%d:%s" % (len(request), request))
        self._file.flush()
        _, _, error, result = self._receive()
        if error:
            raise AssertionError(f"{command}: {error['message']}")
        return result

    def go(self, url):
        self._ask("WebDriver:Navigate", url=url)

    def run(self, expression):
        # As text, since an object of the page's is seen through a wall from here.
        text = f"(async () => JSON.stringify({{value: await ({expression})}}))()"
        script = ("const done = arguments[0]; window.eval(" + json.dumps(text) + ")"
                  ".then(done, error => done(JSON.stringify({error: `${error}`})));")
        answer = json.loads(self._ask("WebDriver:ExecuteAsyncScript", script=script, args=[])["value"])
        if "error" in answer:
            raise AssertionError(f"{expression}: {answer['error']}")
        return answer.get("value")

    def end(self):
        super().end()
        self._file.close()
