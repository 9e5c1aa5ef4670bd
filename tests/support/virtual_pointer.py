# SPDX-License-Identifier: GPL-3.0-or-later
"""A pointer for a Wayland compositor that has none: the little of the wire that it takes.
https://wayland.app/protocols/wlr-virtual-pointer-unstable-v1"""

import os
import socket
import struct
import time

DISPLAY, REGISTRY, DONE, SEAT, MANAGER, POINTER = range(1, 7)
LEFT = 0x110  # BTN_LEFT of linux/input-event-codes.h


class VirtualPointer:
    """It is there, and so are its motions, as long as this lives."""

    def __init__(self, path, width, height):
        self._size = width, height
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(20)
        self._socket.connect(str(path))
        self._events = self._socket.makefile("rb")
        self._send(DISPLAY, 1, struct.pack("=I", REGISTRY))
        names = self._read_registry()
        self._bind(names, "wl_seat", SEAT)
        self._bind(names, "zwlr_virtual_pointer_manager_v1", MANAGER)
        self._send(MANAGER, 0, struct.pack("=II", SEAT, POINTER))

    def _send(self, target, opcode, body):
        self._socket.sendall(struct.pack("=IHH", target, opcode, 8 + len(body)) + body)

    def _read_registry(self):
        """What there is: its name by its interface. All of it comes before the answer to a sync."""
        self._send(DISPLAY, 0, struct.pack("=I", DONE))
        names = {}
        while True:
            target, _opcode, size = struct.unpack("=IHH", self._events.read(8))
            body = self._events.read(size - 8)
            if target == DONE:
                return names
            if target == REGISTRY:
                name, length = struct.unpack_from("=II", body)
                names[body[8:8 + length - 1].decode()] = name

    def _bind(self, names, interface, new_id):
        text = interface.encode() + b"\0"
        padded = text + b"\0" * (-len(text) % 4)
        self._send(REGISTRY, 0, struct.pack("=II", names[interface], len(text)) + padded
                   + struct.pack("=II", 1, new_id))

    def _frame(self, opcode, *values):
        self._send(POINTER, opcode, struct.pack(f"={1 + len(values)}I",
                                                int(time.monotonic() * 1000) % 2**32, *values))
        self._send(POINTER, 4, b"")

    def move(self, x, y):
        self._frame(1, x, y, *self._size)

    def click(self):
        for is_pressed in (1, 0):
            self._frame(2, LEFT, is_pressed)
