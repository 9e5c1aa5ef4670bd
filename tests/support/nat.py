# SPDX-License-Identifier: GPL-3.0-or-later
"""Homes behind routers, in network namespaces: a public segment with a server on it, and NATs."""

import os
import subprocess

PUBLIC = "203.0.113.254"
PUBLIC6 = "2001:db8::254"

# What a router does between its inner and its outer side.
NATS = {
    # One outer port for all destinations, open to everybody.
    "cone": """
table ip nat {
  chain in { type nat hook prerouting priority -100; iifname "out" meta l4proto udp dnat to %(home)s; }
  chain out { type nat hook postrouting priority 100; oifname "out" snat to %(outer)s persistent; }
}""",
    # Another outer port for each destination, open to it alone.
    "symmetric": """
table ip nat {
  chain out { type nat hook postrouting priority 100; oifname "out" masquerade fully-random; }
}
table ip filter {
  chain forward { type filter hook forward priority 0;
    ct state established,related accept
    iifname "out" drop
  }
}""",
}
NATS["no-udp"] = NATS["symmetric"] + """
table ip wall {
  chain forward { type filter hook forward priority 1; meta l4proto udp drop; }
}"""


class Town:
    """A public segment and up to two homes on it; each a namespace of its own."""

    def __init__(self):
        self._made = []
        try:
            self._build_street()
        except subprocess.CalledProcessError:
            self.end()
            raise

    def _build_street(self):
        self.public = self._make("pub")
        self._ip(self.public, "link add street type bridge")
        self._ip(self.public, f"addr add {PUBLIC}/24 dev street")
        self._ip(self.public, f"-6 addr add {PUBLIC6}/64 dev street nodad")
        self._ip(self.public, "link set street up")
        # Whatever is sent to an address that nobody has is swallowed, as in the real world.
        nobody = "203.0.113.253"
        self._ip(self.public,
                 f"neigh add {nobody} lladdr 02:00:00:00:00:01 dev street nud permanent")
        self._ip(self.public, f"route add default via {nobody}")

    def _make(self, name):
        full = f"aloqa-{name}{os.getpid()}"
        subprocess.run(["ip", "netns", "add", full], check=True)
        self._made.append(full)
        self._ip(full, "link set lo up")
        return full

    @staticmethod
    def _run(namespace, *command, **kwargs):
        subprocess.run(["nsenter", f"--net=/run/netns/{namespace}", "--", *command], check=True,
                       **kwargs)

    def _ip(self, namespace, words):
        self._run(namespace, "ip", *words.split())

    def _join(self, one, one_name, other, other_name):
        self._ip(one, f"link add {one_name} type veth peer name {other_name}")
        self._ip(one, f"link set {other_name} netns /run/netns/{other}")
        self._ip(one, f"link set {one_name} up")
        self._ip(other, f"link set {other_name} up")

    def _join_street(self, namespace, name, plug):
        self._join(namespace, name, self.public, plug)
        self._ip(self.public, f"link set {plug} master street")

    def add_open_home(self, name, number, has_ipv4=True, has_ipv6=False):
        """A computer on the public segment itself."""
        home = self._make(name)
        self._join_street(home, "eth", f"plug{number}")
        if has_ipv4:
            self._ip(home, f"addr add 203.0.113.{number}/24 dev eth")
        if has_ipv6:
            self._ip(home, f"-6 addr add 2001:db8::{number}/64 dev eth nodad")
        return home

    def add_home(self, name, number, nat):
        """A computer behind a router of the kind that NATS names."""
        home, router = self._make(name), self._make(f"r{name}")
        inner, outer = f"192.168.{number}", f"203.0.113.{number}"
        self._join(home, "eth", router, "in")
        self._join_street(router, "out", f"plug{number}")
        self._ip(home, f"addr add {inner}.2/24 dev eth")
        self._ip(home, f"route add default via {inner}.1")
        self._ip(router, f"addr add {inner}.1/24 dev in")
        self._ip(router, f"addr add {outer}/24 dev out")
        self._run(router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        self._run(router, "nft", "-f", "-", text=True,
                  input=NATS[nat] % {"home": f"{inner}.2", "outer": outer})
        return home

    def end(self):
        for name in reversed(self._made):
            subprocess.run(["ip", "netns", "del", name], check=False)
