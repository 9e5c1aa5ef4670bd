#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the Flatpak, installs it for a home of its own, calls with it, and looks at what it may see.

Usage: try.py FOLDER [MODULES]     FOLDER is where everything is kept. MODULES is "all", to build what
                                   the runtime lacks, too; without it only the program itself

The runtime is the manifest's where it can be had, else one that make-runtime.sh makes.
"""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import time

import yaml

HERE = pathlib.Path(__file__).resolve().parent
ID = "io.github.aloqa.Aloqa"
PERMISSIONS = """[Context]
shared=network;ipc;
sockets=x11;wayland;pulseaudio;fallback-x11;
devices=dri;
"""
CALL = """
aloqa-server --demo --port 0 >/tmp/server & server=$!
until grep -q listening /tmp/server; do sleep 0.1; done
url=$(sed -n 's/listening on //p' /tmp/server)
export ALOQA_PASSWORD=demo
aloqa-cli --server $url --user echo answer --once --echo --video-source clock >/tmp/echo & echo=$!
until grep -q Online /tmp/echo; do sleep 0.1; done
aloqa-cli --server $url --user ali call echo --duration 5
status=$?
wait $echo
kill $server
exit $status
"""
OTHER = """
from gi.repository import Gio, GLib
Gio.bus_own_name(Gio.BusType.SESSION, "org.example.Other", 0, None, None, None)
GLib.MainLoop().run()
"""
# What each permission is for, how a shell sees that it is there, and what takes it away.
NEEDS = (
    ("the server and the other side", "bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}'",
     ["--unshare=network"]),
    ("the sound server", 'test -S "${{PULSE_SERVER#unix:}}"', ["--nosocket=pulseaudio"]),
    ("the screen, by Wayland", 'test -S "$XDG_RUNTIME_DIR/wayland-0"', ["--nosocket=wayland"]),
    ("the screen, by X11", "test -S /tmp/.X11-unix/X*", ["--nosocket=x11", "--nosocket=fallback-x11"]),
    ("memory shared with the X server", 'test "$(readlink /proc/self/ns/ipc)" = "{ipc}"',
     ["--unshare=ipc"]),
)
# Each must be empty or fail: what is outside and none of its business.
SECRETS = {
    "a file of the person's": 'cat "$ALOQA_TRY_FILE"',
    "the person's folders": 'ls "$(dirname "$ALOQA_TRY_FILE")"',
    "cameras and sound cards": "ls /dev/video* /dev/snd",
    "other programs": "ls -d /proc/[0-9]* | sed 's,/proc/,,' | "
                      "while read p; do tr '\\0' ' ' </proc/$p/cmdline; done | grep 'try[.]py'",
    "another program's name on the bus": "gdbus call --session --timeout 5 --dest org.example.Other "
                                         "--object-path / --method org.freedesktop.DBus.Peer.Ping",
    "the desktop's own bus names": "gdbus call --session --timeout 5 --dest "
                                   "org.freedesktop.secrets --object-path / "
                                   "--method org.freedesktop.DBus.Peer.Ping",
}


def run(*command, **kwargs):
    return subprocess.run([str(word) for word in command], check=True, **kwargs)


def ask(script, *options, outside=None):
    """What a shell in the sandbox says to a script, and whether it worked; outside is the environment
    that it is started from."""
    return subprocess.run(["flatpak", "run", "--user", *options, "--command=sh", ID, "-c", script],
                          capture_output=True, text=True, timeout=300, check=False,
                          env={**os.environ, **(outside or {})})


def write_manifest(folder, with_modules):
    """The manifest, on the runtime that is there."""
    manifest = yaml.safe_load((HERE / f"{ID}.yml").read_text(encoding="utf-8"))
    has_runtime = subprocess.run(
        ["flatpak", "info", f"{manifest['runtime']}//{manifest['runtime-version']}"],
        capture_output=True, check=False).returncode == 0
    if not has_runtime:
        run(HERE / "make-runtime.sh", folder)
        manifest.update(runtime="io.github.aloqa.Platform", sdk="io.github.aloqa.Sdk")
        manifest["runtime-version"] = "13"
        manifest["build-options"].update({"no-debuginfo": True, "strip": False})
        # Debian has not the tool for it.
        manifest["appstream-compose"] = False
    if not (has_runtime or with_modules):
        manifest["modules"] = manifest["modules"][-1:]
    source = manifest["modules"][-1]["sources"][0]
    source["path"] = str(HERE.parent)
    path = folder / f"{ID}.json"
    path.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return path


def build(folder, manifest):
    run("flatpak-builder", "--user", "--force-clean", "--disable-rofiles-fuse", "--install",
        f"--state-dir={folder}/state", f"--repo={folder}/applications", folder / "build", manifest)


def check_permissions():
    told = run("flatpak", "info", "--user", "--show-permissions", ID, stdout=subprocess.PIPE,
               text=True).stdout
    if told.strip() != PERMISSIONS.strip():
        sys.exit(f"The permissions are not what they are to be:\n{told}")


def listen(path):
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    return listener


def check_need(what, script, without, there, display):
    # X11 is what there is to fall back on where no compositor of Wayland is.
    compositor = "none" if "X" in what else "wayland-0"
    outside = {"DISPLAY": display, "WAYLAND_DISPLAY": compositor}
    with_it, without_it = (ask(script.format(**there), *options, outside=outside).returncode == 0
                           for options in ([], without))
    if not with_it or without_it:
        sys.exit(f"{' '.join(without)} should be what takes away {what}: there {with_it}, "
                 f"there without it {without_it}")
    print(f"needed: {what}")


def check_needs(folder):
    """Each permission gives what it is for, which is not there without it."""
    paths = [folder / "run" / name for name in ("pulse/native", "wayland-0")]
    listeners = [*map(listen, paths), socket.create_server(("127.0.0.1", 0))]
    there = {"port": listeners[-1].getsockname()[1], "ipc": os.readlink("/proc/self/ns/ipc")}
    with show_screen() as display:
        for need in NEEDS:
            check_need(*need, there, display)
    for listener in listeners:
        listener.close()
    for path in paths:
        path.unlink()


def check_secrets(folder):
    other = subprocess.Popen([sys.executable, "-c", OTHER])
    run("gdbus", "wait", "--session", "--timeout", "20", "org.example.Other")
    file = folder / "home/Documents/secret"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("nobody's business\n", encoding="utf-8")
    for what, script in SECRETS.items():
        seen = ask(script, f"--env=ALOQA_TRY_FILE={file}")
        if seen.returncode == 0 or seen.stdout.strip():
            sys.exit(f"The sandbox shows {what}: {seen.stdout}")
        print(f"hidden: {what}")
    other.terminate()
    other.wait()


@contextlib.contextmanager
def show_screen():
    """Gives its DISPLAY."""
    screen = subprocess.Popen(["Xvfb", "-displayfd", "1", "-screen", "0", "900x760x24", "-nolisten",
                               "tcp"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield f":{screen.stdout.readline().strip()}"
    finally:
        screen.terminate()
        screen.wait()


def await_picture(display, shot):
    end = time.monotonic() + 90
    while time.monotonic() < end:
        time.sleep(1)
        run("import", "-display", display, "-window", "root", shot)
        green = run("convert", shot, "-fuzz", "12%", "-fill", "black", "+opaque", "#00c000",
                    "-fill", "white", "-opaque", "#00c000", "-crop", "400x400+10+150", "-format",
                    "%[fx:mean]", "info:", stdout=subprocess.PIPE, text=True).stdout
        # One bar of eight, of a picture that fills the half.
        if float(green) > 0.03:
            print(f"seen in the window: the other side's picture; see {shot}")
            return
    sys.exit(f"no picture in the window within 90 s; see {shot}")


def check_window(folder):
    """The window, with a picture in it that came from the other side."""
    shot = folder / "window.png"
    with show_screen() as display:
        window = subprocess.Popen(
            ["flatpak", "run", "--user", "--env=GSK_RENDERER=cairo", ID, "--demo", "--call", "echo"],
            env={**os.environ, "DISPLAY": display})
        try:
            await_picture(display, shot)
        finally:
            subprocess.run(["flatpak", "kill", ID], check=False)
            window.wait()


def try_in_session(folder):
    check_permissions()
    print(ask("aloqa --version; aloqa-cli --version; aloqa-server --version").stdout, end="")
    called = ask(CALL)
    print(called.stdout, end="")
    if called.returncode != 0 or "First picture" not in called.stdout:
        sys.exit(f"no call in the sandbox: {called.stderr}")
    check_needs(folder)
    check_secrets(folder)
    check_window(folder)


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    if sys.argv[2:] == ["--in-session"]:
        try_in_session(folder)
        return
    for name in ("home", "data", "cache", "run"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.update({"HOME": str(folder / "home"), "XDG_DATA_HOME": str(folder / "data"),
                       "XDG_CACHE_HOME": str(folder / "cache"),
                       "XDG_RUNTIME_DIR": str(folder / "run")})
    build(folder, write_manifest(folder, sys.argv[2:] == ["all"]))
    run("dbus-run-session", "--", __file__, folder, "--in-session")


if __name__ == "__main__":
    main()
