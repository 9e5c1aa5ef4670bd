# SPDX-License-Identifier: GPL-3.0-or-later
"""Real programs for end-to-end tests: a server, clients, a bad network. Everything it starts, it
ends; every wait has a deadline."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import unittest

BUILD = pathlib.Path(os.environ["ALOQA_BUILD"])
CLI = BUILD / "src/cli/aloqa-cli"
SERVER = BUILD / "src/server/aloqa-server"
NETEMU = BUILD / "tests/netemu"
IS_SANITIZED = os.environ.get("ALOQA_SANITIZED") == "1"

# A sanitizer on a busy machine is slow; a condition that holds ends the wait at once.
WAIT_S = 60 if IS_SANITIZED else 30


def enter(namespace):
    """What runs a command in a network namespace; unlike `ip netns exec` in a chroot too."""
    return ["nsenter", f"--net=/run/netns/{namespace}", "--"]


class Process:
    """A child whose lines are read as they come, and which is ended with the test."""

    def __init__(self, command, *, env=None, namespace=None):
        if namespace:
            command = enter(namespace) + list(command)
        self.lines = []
        self.errors = []
        self._changed = threading.Condition()
        self._child = subprocess.Popen(
            [str(word) for word in command], env={**os.environ, **(env or {})}, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace")
        self.pid = self._child.pid
        self._readers = [
            threading.Thread(target=self._read, args=(self._child.stdout, self.lines), daemon=True),
            threading.Thread(target=self._read, args=(self._child.stderr, self.errors), daemon=True)]
        for reader in self._readers:
            reader.start()

    def _read(self, stream, lines):
        for line in stream:
            with self._changed:
                lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def wait_until(self, condition, what, timeout_s=WAIT_S):
        """Waits until condition() gives something true, and returns that."""
        end = time.monotonic() + timeout_s
        with self._changed:
            while not (found := condition()):
                left = end - time.monotonic()
                if left <= 0 or (self._child.poll() is not None
                                 and not any(r.is_alive() for r in self._readers)):
                    raise AssertionError(f"no {what} within {timeout_s} s; {self.story()}")
                self._changed.wait(min(left, 0.2))
            return found

    def story(self):
        return (f"status {self._child.poll()}, last lines:\n" + "\n".join(self.lines[-12:])
                + "\nerrors:\n" + "\n".join(self.errors[-30:]))

    def say(self, line):
        self._child.stdin.write(line + "\n")
        self._child.stdin.flush()

    def signal(self, number):
        self._child.send_signal(number)

    def wait(self, timeout_s=WAIT_S):
        """Waits for its end; returns the exit status."""
        try:
            status = self._child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {timeout_s} s; {self.story()}") from None
        for reader in self._readers:
            reader.join(5)
        return status

    def end(self):
        if self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(10)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        for stream in (self._child.stdin, self._child.stdout, self._child.stderr):
            with contextlib.suppress(OSError):
                stream.close()


class Server(Process):
    def __init__(self, *options, namespace=None, env=None):
        super().__init__([SERVER, "--port", "0", *options], namespace=namespace, env=env)
        line = self.wait_until(lambda: next((x for x in self.lines if "listening on" in x), None),
                               "'listening on'")
        self.url = line.split("listening on ")[1].strip()
        self.port = int(self.url.rsplit(":", 1)[1])


class Cli(Process):
    """aloqa-cli --json: its events are in .events."""

    def __init__(self, url, user, *words, namespace=None, env=None, password="demo"):
        super().__init__([CLI, "--json", "--server", url, "--user", user, *words],
                         namespace=namespace, env={"ALOQA_PASSWORD": password, **(env or {})})

    @property
    def events(self):
        return [json.loads(line) for line in list(self.lines) if line.startswith("{")]

    def find(self, name, **fields):
        return next((event for event in self.events if event["event"] == name
                     and all(event.get(key) == value for key, value in fields.items())), None)

    def count(self, name):
        return sum(event["event"] == name for event in self.events)

    def wait_event(self, name, timeout_s=WAIT_S, **fields):
        return self.wait_until(lambda: self.find(name, **fields), f"event '{name}' {fields or ''}",
                               timeout_s)

    def wait_stats(self, condition, what, timeout_s=WAIT_S):
        """Waits for a 'stats' event, newer than this call, that satisfies the condition."""
        start = len(self.lines)
        return self.wait_until(
            lambda: next((event for line in self.lines[start:] if line.startswith("{")
                          and (event := json.loads(line))["event"] == "stats"
                          and condition(event)), None), f"stats with {what}", timeout_s)


class Network(Process):
    """Two namespaces of the test's own with the emulator between them."""

    A_ADDRESS, B_ADDRESS = "10.88.0.1", "10.88.0.2"

    def __init__(self):
        self.a, self.b = f"aloqa-a{os.getpid()}", f"aloqa-b{os.getpid()}"
        for name in (self.a, self.b):
            subprocess.run(["ip", "netns", "add", name], check=True)
        super().__init__([NETEMU, self.a, self.A_ADDRESS, self.b, self.B_ADDRESS])
        try:
            self.wait_until(lambda: "ready" in self.lines, "'ready' of the network emulator")
        except AssertionError:
            self.end()
            raise

    def end(self):
        super().end()
        for name in (self.a, self.b):
            subprocess.run(["ip", "netns", "del", name], check=False)


def why_no_namespaces():
    """None where network namespaces and TUN devices can be made here, else the reason."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    for command, package in (("ip", "iproute2"), ("nsenter", "util-linux")):
        if not shutil.which(command):
            return f"the command {command} (package {package}) is missing"
    if not os.path.exists("/dev/net/tun"):
        return "there is no /dev/net/tun here"
    name = f"aloqa-try{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        made = subprocess.run([*enter(name), "ip", "link", "set", "lo", "up"], capture_output=True,
                              text=True, check=False)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return None if made.returncode == 0 else f"no network namespaces: {made.stderr.strip()}"


def add_users(database, password="demo"):
    """Makes ali and vali in a server's database."""
    for user in ("ali", "vali"):
        subprocess.run([SERVER, "user", "add", user, "--database", database],
                       input=f"{password}\n", text=True, check=True, capture_output=True)


class Case(unittest.TestCase):
    """A test whose processes end with it and whose files are in self.folder."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="aloqa-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def start(self, kind, *args, **kwargs):
        process = kind(*args, **kwargs)
        self.addCleanup(process.end)
        return process

    def assert_exit(self, process, status):
        self.assertEqual(process.wait(), status, process.story())


class NetworkCase(Case):
    """Ali and the server in one network namespace, vali in another."""

    def setUp(self):
        if reason := why_no_namespaces():
            self.skipTest(reason)
        super().setUp()
        self.network = self.start(Network)
        database = self.folder / "server.db"
        add_users(database)
        self.server = self.start(Server, "--host", self.network.A_ADDRESS, "--database", database,
                                 namespace=self.network.a)

    def client(self, user, *words, **kwargs):
        namespace = self.network.a if user == "ali" else self.network.b
        return self.start(Cli, self.server.url, user, "--allow-plain-http", *words,
                          namespace=namespace, **kwargs)

    def answer(self, *words, **kwargs):
        callee = self.client("vali", "answer", "--once", *words, **kwargs)
        callee.wait_event("registered")
        return callee


class TapResult(unittest.TestResult):
    n_said = 0

    def _say(self, line):
        self.n_said += 1
        print(line.format(number=self.n_said), flush=True)

    @staticmethod
    def _name(test):
        return test.id().split(".", 2)[-1].removeprefix("test_").replace("_", "-").rstrip(")")

    def addSuccess(self, test):
        super().addSuccess(test)
        self._say(f"ok {{number}} {self._name(test)}")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._say(f"ok {{number}} {self._name(test)} # SKIP {reason}")

    def _fail(self, test, error):
        text = self._exc_info_to_string(error, test)
        print("\n".join("# " + line for line in text.splitlines()), flush=True)
        # Once more, last: of a long text only the end may be kept.
        reason = str(error[1]).partition("\n")[0]
        places = ", ".join(f"{place.name}:{place.lineno}" for place in traceback.extract_tb(error[2])
                           if place.filename == sys.modules["__main__"].__file__)
        print(f"# {error[0].__name__} ({places}): {reason}", flush=True)
        self._say(f"not ok {{number}} {self._name(test)}")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._fail(subtest, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._fail(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._fail(test, err)


def main():
    """Runs the cases of the calling script and prints TAP; words on the command line choose."""
    module = sys.modules["__main__"]
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    cases = [case for group in suite for case in group]
    if len(sys.argv) > 1:
        cases = [case for case in cases if any(word in case.id() for word in sys.argv[1:])]
    result = TapResult()
    unittest.TestSuite(cases).run(result)
    # Only now: what a whole class cannot do is one line.
    print(f"1..{result.n_said}", flush=True)
    sys.exit(0 if result.wasSuccessful() else 1)
