#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the tree against its own rules.

Usage: check-tree.py CHECK ROOT     exits 0 when it holds, 1 with what does not, 77 where it cannot run

  dependencies   includes in src/ follow the table of CONTRIBUTING.md
  licence        every source file begins with its SPDX line
  words          no mark of unfinished work, no path of one machine
  format         clang-format 14 would change nothing
  size           no source file has over 500 lines
  version        NEWS and the metainfo begin with the version of meson.build, which nothing else has
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

SKIPPED = 77
MAX_LINES = 500
SPDX = "SPDX-License-Identifier: GPL-3.0-or-later"
SOURCES = {".c", ".h", ".py", ".sh"}

# What a library's headers are called: a folder, or a file.
LIBRARIES = {
    "GIO": ["gio/", "glib-unix.h"],
    "GStreamer": ["gst/"],
    "GTK": ["gtk/", "gdk/", "gsk/", "graphene.h"],
    "SQLite": ["sqlite3.h"],
    "json-glib": ["json-glib/"],
    "libadwaita": ["adwaita.h"],
    "libjwt": ["jwt.h"],
    "libnice": ["nice/"],
    "libpipewire": ["pipewire/", "spa/"],
    "libpulse": ["pulse/"],
    "libsecret": ["libsecret/"],
    "libsoup": ["libsoup/"],
    "libxcb": ["xcb/"],
    "libxcrypt": ["crypt.h"],
}
# GLib, GObject, the C library and the system: for everyone.
COMMON = re.compile(
    r"(glib(-object)?|glib/gstdio|glib/gi18n(-lib)?|gmodule"
    r"|assert|ctype|dirent|dlfcn|errno|fcntl|float|getopt|grp|ifaddrs|inttypes|langinfo|limits|locale|malloc"
    r"|math|netdb|poll|pthread|pwd|sched|signal|spawn|std\w+|string|strings|syslog|termios|time"
    r"|unistd|wchar|(arpa|linux|net|netinet|sys)/[\w/-]+)\.h")
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)

# In pieces, so that this file does not hold what it looks for.
MARKS = re.compile(r"(?:(?:#|//|/\*|\*|<!--)\s*(?:TO" r"DO|FIX" r"ME|XX" r"X)\b"
                   r"|\b(?:TO" r"DO|FIX" r"ME|XX" r"X)[:(])")
PATHS = re.compile(r"(?<![\w./-])/(?:wo" r"rk|ho" r"me|ro" r"ot)/\w")


def list_files(root):
    """The files of the tree, without what is ignored or built."""
    git = subprocess.run(["git", "-C", root, "ls-files", "-z", "--cached", "--others",
                          "--exclude-standard"], capture_output=True, check=False) \
        if shutil.which("git") and (root / ".git").exists() else None
    if git is not None and git.returncode == 0:
        names = git.stdout.decode().split("\0")
        return sorted({root / name for name in names if name and (root / name).is_file()})
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders
                      if not name.startswith((".", "build")) and name != "__pycache__"]
        found += [pathlib.Path(folder, name) for name in names]
    return sorted(found)


def read(path):
    """The text of a file, or None where it is none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def is_source(path, text):
    return path.suffix in SOURCES or text.startswith("#!")


def list_sources(root):
    for path in list_files(root):
        text = read(path)
        if text is not None and is_source(path, text):
            yield path, text


def read_table(root):
    """The rows of CONTRIBUTING.md: folder -> (folders it may include, libraries)."""
    rows = {}
    for line in (root / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        name = re.fullmatch(r"`(\w+)`", cells[0])
        if not line.startswith("|") or name is None or len(cells) < 4:
            continue
        folders, libraries = (
            {word.strip() for word in cell.split(",") if word.strip() not in ("", "–", "-")}
            for cell in cells[1:3])
        rows[name[1]] = (folders, libraries)
    return rows


def find_library(header):
    for library, prefixes in LIBRARIES.items():
        if any(header == prefix or (prefix.endswith("/") and header.startswith(prefix))
               for prefix in prefixes):
            return library
    return None


def check_table(rows, root):
    """What is wrong with the table itself."""
    folders = {path.name for path in (root / "src").iterdir() if path.is_dir()}
    for name in sorted(folders - rows.keys()):
        yield f"CONTRIBUTING.md: has no row for src/{name}"
    for name in sorted(rows.keys() - folders):
        yield f"CONTRIBUTING.md: has a row for src/{name}, which is not there"
    for name, (may_include, libraries) in rows.items():
        for other in sorted(may_include - folders):
            yield f"CONTRIBUTING.md: lets {name} include {other}, which is not there"
        for library in sorted(libraries - LIBRARIES.keys()):
            yield f"CONTRIBUTING.md: gives {name} the library {library}, which this check does " \
                  "not know"


def check_own_include(root, folder, header, may_include):
    """What is wrong with #include "header" in a file of @folder, or None."""
    target = header.split("/")[0]
    if "/" not in header:
        return f'"{header}" is not written from src/'
    if not (root / "src" / header).is_file():
        return f'"{header}" is not there'
    if target != folder and target not in may_include:
        return f'"{header}": {folder} may not include {target}'
    return None


def check_outside_include(folder, header, libraries):
    """What is wrong with #include <header> in a file of @folder, or None."""
    library = find_library(header)
    if library is None and COMMON.fullmatch(header) is None:
        return f"<{header}> belongs to no library that this check knows"
    if library is not None and library not in libraries:
        return f"<{header}>: {folder} may not use {library}"
    return None


def check_dependencies(root):
    rows = read_table(root)
    yield from check_table(rows, root)
    for path, text in list_sources(root / "src"):
        folder = path.relative_to(root / "src").parts[0]
        if folder not in rows or path.suffix not in (".c", ".h"):
            continue
        may_include, libraries = rows[folder]
        for match in INCLUDE.finditer(text):
            fault = check_own_include(root, folder, match[2], may_include) if match[1] == '"' \
                else check_outside_include(folder, match[2], libraries)
            if fault is not None:
                line = text.count("\n", 0, match.start(2)) + 1
                yield f"{path.relative_to(root)}:{line}: {fault}"


def check_licence(root):
    for path, text in list_sources(root):
        lines = text.splitlines()
        first = lines[1:2] if text.startswith("#!") else lines[:1]
        if not first or SPDX not in first[0]:
            yield f"{path.relative_to(root)}: does not begin with “{SPDX}”"


def check_words(root):
    for path in list_files(root):
        text = read(path)
        for number, line in enumerate((text or "").splitlines(), 1):
            if MARKS.search(line):
                yield f"{path.relative_to(root)}:{number}: marks work as unfinished"
            if PATHS.search(line):
                yield f"{path.relative_to(root)}:{number}: names a path of one machine"


def find_clang_format():
    """The program, if it is version 14: every version formats a little differently."""
    for name in ("clang-format-14", "clang-format"):
        program = shutil.which(name)
        if program is None:
            continue
        version = subprocess.run([program, "--version"], capture_output=True, text=True,
                                 check=False).stdout
        if re.search(r"version 14\.", version):
            return program
    return None


def check_format(root):
    program = find_clang_format()
    if program is None:
        print("clang-format 14 is not installed")
        sys.exit(SKIPPED)
    files = [path for path, _ in list_sources(root) if path.suffix in (".c", ".h")]
    result = subprocess.run([program, "--dry-run", "--style=file", *files], capture_output=True,
                            text=True, check=False)
    names = dict.fromkeys(re.findall(r"^(.+?):\d+:\d+: (?:warning|error)", result.stderr, re.M))
    for name in names:
        yield f"{pathlib.Path(name).relative_to(root)}: run clang-format -i on it"
    if result.returncode != 0 and not names:
        yield f"clang-format failed: {result.stderr.strip()}"


def check_size(root):
    for path, text in list_sources(root):
        n_lines = text.count("\n")
        if n_lines > MAX_LINES:
            yield f"{path.relative_to(root)}: has {n_lines} lines; what is its second subject?"


def check_version(root):
    found = re.search(r"^\s*version: '([\d.]+)'", read(root / "meson.build") or "", re.M)
    version = found[1] if found else "none"
    news = re.match(r"Aloqa ([\d.]+) \((\d{4}-\d\d-\d\d)\)\n", read(root / "NEWS") or "")
    if news is None or news[1] != version:
        yield f"NEWS: does not begin with “Aloqa {version} (YEAR-MONTH-DAY)”"
    tellers = {"meson.build", "NEWS"}
    for path in (root / "data").glob("*.metainfo.xml.in"):
        tellers.add(str(path.relative_to(root)))
        release = re.search(r'<release version="([^"]+)" date="([^"]+)"', read(path))
        if release is None or news is None or release.groups() != news.groups():
            yield f"{path.relative_to(root)}: its first release is not the one of NEWS"
    pattern = re.compile(rf"(?<![\d.]){re.escape(version)}(?![\d.]*\d)")
    for path in list_files(root):
        if str(path.relative_to(root)) not in tellers and pattern.search(read(path) or ""):
            yield f"{path.relative_to(root)}: writes the version, which is in meson.build"


CHECKS = {
    "dependencies": check_dependencies,
    "licence": check_licence,
    "words": check_words,
    "format": check_format,
    "size": check_size,
    "version": check_version,
}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in CHECKS:
        print(__doc__)
        return 2
    faults = list(CHECKS[sys.argv[1]](pathlib.Path(sys.argv[2]).resolve()))
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
