# SPDX-License-Identifier: GPL-3.0-or-later
"""A speaker, a microphone that hears a tone and a camera that plays a film, on the desk."""

import json
import os
import subprocess

import desk
import desktops
import film
import rig

# WirePlumber 0.4.13 crashes over a node that goes within the time after which it would be suspended.
NO_SUSPENSION = "session.suspend-timeout-seconds=0"
SINK = ("{{ factory.name=support.null-audio-sink node.name={} node.description={} "
        f"media.class=Audio/Sink object.linger=true audio.position=[FL FR] {NO_SUSPENSION} }}}}")
TONE = ("audiotestsrc is-live=true volume=0.1 ! audio/x-raw,rate=48000,channels=1 ! "
        "pulsesink device=mouth")


def _make_microphone(mouth, name, description):
    """The command; it hears what is played to the mouth, which is no device for a person."""
    return ["pw-loopback",
            f"--capture-props=media.class=Audio/Sink node.name={mouth} audio.position=[MONO] "
            + NO_SUSPENSION,
            f"--playback-props=media.class=Audio/Source node.name={name} "
            f'node.description="{description}" audio.position=[MONO] {NO_SUSPENSION}']


class Devices:
    def __init__(self, camera_film, size):
        self._children = []
        self._headset = None
        try:
            self._start(camera_film, size)
        except BaseException:
            self.end()
            raise

    def _start(self, camera_film, size):
        folder = desk.Desk.get().folder
        config = folder / "config/wireplumber/main.lua.d"
        config.mkdir(parents=True, exist_ok=True)
        (config / "51-no-hardware.lua").write_text(desktops.NO_HARDWARE)
        self._spawn("pipewire")
        desktops.wait_for((folder / "run/pipewire-0").exists, "PipeWire")
        self._spawn("wireplumber")
        self._spawn("pipewire-pulse")
        desktops.wait_for((folder / "run/pulse/native").exists, "the sound server")
        os.environ["PULSE_SERVER"] = f"unix:{folder}/run/pulse/native"
        self._create_sink("speaker", "Speaker")
        self._spawn(*_make_microphone("mouth", "microphone", "Microphone"))
        for name in ("speaker", "mouth", "microphone"):
            desktops.wait_for(lambda name=name: self._is_there(name), name)
        for kind, name in (("sink", "speaker"), ("source", "microphone")):
            desktops.wait_for(lambda words=(f"set-default-{kind}", name): self._is_done(*words),
                              f"default {kind}")
        self._spawn("gst-launch-1.0", *TONE.split())
        self._camera = [rig.BUILD / "tests/virtual-camera", "camera", "Camera", *size,
                        film.FPS, "FILM", camera_film]
        self.plug_camera()

    def plug_camera(self):
        self._spawn(*self._camera)

    def unplug_camera(self):
        """To be called while it is plugged in."""
        camera = self._children.pop()
        camera.terminate()
        camera.wait()

    def plug_headset(self):
        """A speaker and a microphone more."""
        self._create_sink("headset", "Headset")
        self._headset = subprocess.Popen(
            _make_microphone("headset-in", "headset-mic", "Headset Microphone"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for name in ("headset", "headset-mic"):
            desktops.wait_for(lambda name=name: self._is_there(name), name)

    def unplug_headset(self):
        self._headset.terminate()
        self._headset.wait()
        self._headset = None
        subprocess.run(["pw-cli", "destroy", self._find_node("headset")], check=True,
                       capture_output=True)

    @staticmethod
    def _find_node(name):
        """Its number. (pw-dump writes more than one list where something changes meanwhile.)"""
        listed = subprocess.run(["pw-cli", "ls", "Node"], capture_output=True, text=True,
                                check=True).stdout
        return next(node.split(",")[0] for node in listed.split("\tid ")
                    if f'node.name = "{name}"' in node)

    @staticmethod
    def find_streams(kind, device):
        """How many programs play to the sink, or listen to the source, of that name."""
        listed = json.loads(subprocess.run(["pactl", "--format=json", "list"], capture_output=True,
                                           text=True, check=True).stdout)
        index = next((d["index"] for d in listed[f"{kind}s"] if d["name"] == device), None)
        streams = listed["sink_inputs" if kind == "sink" else "source_outputs"]
        return sum(stream[kind] == index for stream in streams)

    @staticmethod
    def _create_sink(name, description):
        subprocess.run(["pw-cli", "create-node", "adapter", SINK.format(name, description)],
                       check=True, capture_output=True)

    @staticmethod
    def _is_done(*words):
        """The session manager may not be there yet to do it."""
        return subprocess.run(["pactl", *words], capture_output=True, check=False).returncode == 0

    @staticmethod
    def _is_there(name):
        listed = subprocess.run(["pactl", "list", "short"], capture_output=True, text=True,
                                check=False).stdout
        return f"\t{name}\t" in listed

    def _spawn(self, *command):
        self._children.append(subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def end(self):
        if self._headset is not None:
            self.unplug_headset()
        for child in reversed(self._children):
            child.terminate()
            child.wait()
