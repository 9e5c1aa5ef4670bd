#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes Debian packages of what was built: the application, the client without a window, the
server. Prints their names.

Usage: make-deb.py BUILD FOLDER [COMPRESSION]     COMPRESSION is dpkg-deb's: xz, none
"""

import datetime
import email.utils
import fnmatch
import gzip
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
# Whoever makes packages for others says who that is, in Debian's usual variables.
MAINTAINER = (f"{os.environ.get('DEBFULLNAME', 'The Aloqa authors')} "
              f"<{os.environ.get('DEBEMAIL', 'aloqa@localhost')}>")
# What is loaded at run time, which nothing shows of the programs.
PLUGINS = ["gstreamer1.0-plugins-base", "gstreamer1.0-plugins-good", "gstreamer1.0-plugins-bad",
           "gstreamer1.0-nice", "gstreamer1.0-pulseaudio", "gstreamer1.0-pipewire"]
CODECS = ["gstreamer1.0-plugins-ugly", "gstreamer1.0-libav"]
PACKAGES = {
    "aloqa": {
        "files": ["bin/aloqa", "lib/systemd/user/*", "share/applications/*",
                  "share/*/completions/aloqa", "share/dbus-1/*", "share/fish/*/aloqa.fish",
                  "share/glib-2.0/*", "share/icons/*", "share/locale/*", "share/man/man1/aloqa.1",
                  "share/metainfo/*", "share/zsh/*/_aloqa"],
        "section": "net",
        "depends": [*PLUGINS, "adwaita-icon-theme", "dconf-gsettings-backend | gsettings-backend",
                    "librsvg2-common"],
        "recommends": [*CODECS, "aloqa-cli (= {version})", "aloqa-server (= {version})",
                       "desktop-file-utils",
                       "gnome-keyring | org.freedesktop.secrets", "pipewire",
                       "xdg-desktop-portal"],
        "summary": "audio and video calls",
        "text": "Calls people on a chat server, with sound and picture, whether they use Aloqa or a "
                "web page. The certificate of the other side is held against the one that was "
                "announced, so that nobody on the way can listen in.",
    },
    "aloqa-cli": {
        "files": ["bin/aloqa-cli", "share/*/completions/aloqa-cli", "share/fish/*/aloqa-cli.fish",
                  "share/man/man1/aloqa-cli.1", "share/zsh/*/_aloqa-cli"],
        "section": "net",
        "depends": PLUGINS,
        "recommends": CODECS,
        "summary": "audio and video calls without a window",
        "text": "Makes and takes the same calls as Aloqa in scripts, tests and kiosks, and finds out "
                "what is wrong where a call does not work.",
    },
    "aloqa-server": {
        "files": ["bin/aloqa-server", "lib/systemd/system/*", "lib/sysusers.d/*",
                  "share/*/completions/aloqa-server", "share/fish/*/aloqa-server.fish",
                  "share/man/man8/*", "share/zsh/*/_aloqa-server"],
        "section": "net",
        "depends": [],
        "recommends": ["coturn"],
        "examples": ["nginx.conf", "turnserver.conf"],
        "summary": "signalling server for audio and video calls",
        "text": "Signs users in and passes their calls on, for small teams. Sound and picture go from "
                "one to the other without it.",
    },
}


def run(*command, **kwargs):
    return subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE,
                          text=True, **kwargs).stdout


def introspect(build, what):
    return json.loads(run("meson", "introspect", f"--{what}", build))


def find_shared_libraries(programs):
    """What the programs are linked with, as Debian's own tool names it."""
    with tempfile.TemporaryDirectory() as folder:
        control = pathlib.Path(folder, "debian/control")
        control.parent.mkdir()
        control.write_text("Source: aloqa\n\nPackage: aloqa\nArchitecture: any\n", encoding="utf-8")
        line = run("dpkg-shlibdeps", "-O", *(f"-e{path}" for path in programs), cwd=folder)
    return line.strip().removeprefix("shlibs:Depends=").split(", ")


def write_changelog(folder, name, version):
    """What Debian's own tools read: NEWS has the news."""
    when = os.environ.get("SOURCE_DATE_EPOCH")
    date = datetime.datetime.fromtimestamp(int(when), datetime.timezone.utc) if when \
        else datetime.datetime.now(datetime.timezone.utc)
    text = (f"{name} ({version}) unstable; urgency=medium\n\n  * See NEWS.gz.\n\n"
            f" -- {MAINTAINER}  {email.utils.format_datetime(date)}\n")
    for file, content in (("changelog.gz", text.encode()),
                          ("NEWS.gz", (HERE.parents[1] / "NEWS").read_bytes())):
        (folder / file).write_bytes(gzip.compress(content, 9, mtime=0))


def add_documents(tree, name, package, version):
    documents = tree / "usr/share/doc" / name
    documents.mkdir(parents=True)
    shutil.copy(HERE / "copyright", documents)
    write_changelog(documents, name, version)
    for example in package.get("examples", []):
        (documents / "examples").mkdir(exist_ok=True)
        shutil.copy(HERE.parent / example, documents / "examples")
    for page in tree.rglob("share/man/man*/*"):
        page.with_name(page.name + ".gz").write_bytes(gzip.compress(page.read_bytes(), 9, mtime=0))
        page.unlink()


def write_control(tree, name, package, version):
    control = tree / "DEBIAN"
    control.mkdir()
    files = [path for path in sorted(tree.rglob("*"))
             if path.is_file() and control not in path.parents]
    programs = [path for path in files if path.parent.name == "bin"]
    fields = {
        "Package": name,
        "Source": "aloqa",
        "Version": version,
        "Architecture": run("dpkg", "--print-architecture").strip(),
        "Maintainer": MAINTAINER,
        "Installed-Size": (sum(path.stat().st_size for path in files) + 1023) // 1024,
        "Depends": ", ".join(sorted(find_shared_libraries(programs) + package["depends"])),
        "Recommends": ", ".join(package["recommends"]).format(version=version),
        "Section": package["section"],
        "Priority": "optional",
        "Description": "\n ".join([package["summary"], *textwrap.wrap(package["text"], 75)]),
    }
    (control / "control").write_text(
        "".join(f"{key}: {value}\n" for key, value in fields.items()), encoding="utf-8")
    (control / "md5sums").write_text(
        "".join(f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree)}\n"
                for path in files), encoding="utf-8")
    for script in (HERE / name).glob("*"):
        shutil.copy(script, control)
        (control / script.name).chmod(0o755)


def take_files(installed, tree, patterns):
    """Moves what belongs to a package out of the whole."""
    for path in sorted(path for path in installed.rglob("*") if path.is_file()):
        name = str(path.relative_to(installed))
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            (tree / "usr" / name).parent.mkdir(parents=True, exist_ok=True)
            path.rename(tree / "usr" / name)


def make_packages(build, folder, compression):
    os.umask(0o022)
    version = introspect(build, "projectinfo")["version"]
    prefix = next(option["value"] for option in introspect(build, "buildoptions")
                  if option["name"] == "prefix")
    with tempfile.TemporaryDirectory() as scratch:
        whole = pathlib.Path(scratch, "whole")
        run("meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", whole)
        installed = whole / prefix.lstrip("/")
        for name, package in PACKAGES.items():
            tree = pathlib.Path(scratch, name)
            take_files(installed, tree, package["files"])
            add_documents(tree, name, package, version)
            write_control(tree, name, package, version)
            line = run("dpkg-deb", "--root-owner-group", f"-Z{compression}", "--build", tree, folder)
            print(line.split("'")[3])
        left = [str(path.relative_to(installed)) for path in installed.rglob("*") if path.is_file()]
    if left:
        sys.exit("No package has " + ", ".join(left))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    pathlib.Path(sys.argv[2]).mkdir(parents=True, exist_ok=True)
    make_packages(sys.argv[1], pathlib.Path(sys.argv[2]).resolve(),
                  sys.argv[3] if len(sys.argv) == 4 else "xz")
