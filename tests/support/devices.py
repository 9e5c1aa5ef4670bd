# SPDX-License-Identifier: GPL-3.0-or-later
"""A speaker, a microphone that hears a tone and a camera that plays a film, on the desk."""

import os
import subprocess

import desk
import desktops
import film
import rig

SPEAKER = ("{ factory.name=support.null-audio-sink node.name=speaker node.description=Speaker "
           "media.class=Audio/Sink object.linger=true audio.position=[FL FR] }")
TONE = ("audiotestsrc is-live=true volume=0.1 ! audio/x-raw,rate=48000,channels=1 ! "
        "pulsesink device=mouth")


class Devices:
    def __init__(self, camera_film, size):
        self._children = []
        try:
            self._start(camera_film, size)
        except BaseException:
            self.end()
            raise

    def _start(self, camera_film, size):
        folder = desk.Desk.get().folder
        config = folder / "config/wireplumber/main.lua.d"
        config.mkdir(parents=True)
        (config / "51-no-hardware.lua").write_text(desktops.NO_HARDWARE)
        self._spawn("pipewire")
        desktops.wait_for((folder / "run/pipewire-0").exists, "PipeWire")
        self._spawn("wireplumber")
        self._spawn("pipewire-pulse")
        desktops.wait_for((folder / "run/pulse/native").exists, "the sound server")
        os.environ["PULSE_SERVER"] = f"unix:{folder}/run/pulse/native"
        subprocess.run(["pw-cli", "create-node", "adapter", SPEAKER], check=True,
                       capture_output=True)
        self._spawn("pw-loopback", "--capture-props=media.class=Audio/Sink node.name=mouth audio.position=[MONO]",
                    "--playback-props=media.class=Audio/Source node.name=microphone "
                    "node.description=Microphone audio.position=[MONO]")
        for name in ("speaker", "mouth", "microphone"):
            desktops.wait_for(lambda name=name: self._is_there(name), name)
        for kind, name in (("sink", "speaker"), ("source", "microphone")):
            subprocess.run(["pactl", f"set-default-{kind}", name], check=True)
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

    @staticmethod
    def _is_there(name):
        listed = subprocess.run(["pactl", "list", "short"], capture_output=True, text=True,
                                check=False).stdout
        return f"\t{name}\t" in listed

    def _spawn(self, *command):
        self._children.append(subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def end(self):
        for child in reversed(self._children):
            child.terminate()
            child.wait()
