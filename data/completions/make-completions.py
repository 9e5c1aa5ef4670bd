#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what a shell completes of a program, from what the program's --help-all says.

Usage: make-completions.py PROGRAM BASH ZSH FISH     the three files to write
"""

import os
import pathlib
import re
import subprocess
import sys

OPTION = re.compile(r"^  (?:-(?P<short>\w), )?--(?P<name>[\w-]+)(?:=(?P<value>\S+))?\s{2,}(?P<text>.+)$",
                    re.M)
# What --help cannot say in a form for programs: the values of an option, and the first words.
VALUES = {
    "audio-sink": ["null", "speaker", "speaker:", "file:"],
    "audio-source": ["test", "mic", "mic:", "file:", "none"],
    "codec": ["VP8", "VP9", "H264"],
    "protocol": ["auto", "new", "legacy"],
    "video-source": ["test", "clock", "camera", "camera:", "file:", "none"],
}
WORDS = {
    "aloqa": {},
    "aloqa-cli": {"call": [], "answer": [], "contacts": [], "devices": [], "doctor": []},
    "aloqa-server": {"user": ["add", "passwd", "list", "disable"], "backup": []},
}


def read_help(program):
    """The options of a program: [(short, name, kind of value, values, text)]."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "",
                   "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
    text = subprocess.run([program, "--help-all"], env=environment, capture_output=True, text=True,
                          check=True).stdout
    for found in OPTION.finditer(text):
        name, value = found["name"], found["value"]
        values = value.split("|") if value and "|" in value else VALUES.get(name, [])
        kind = (None if value is None else "values" if values
                else "file" if value.startswith("FILE") else "folder" if value == "FOLDER" else "any")
        yield found["short"], name, kind, values, found["text"].strip()


def write_bash(program, options):
    function = "_" + program.replace("-", "_")
    words = [f"--{name}=" if kind else f"--{name}" for _, name, kind, _, _ in options]
    lines = [f"# bash completion of {program}; made from its --help-all", f"{function} ()", "{",
             "  local cur prev words cword split", "  _init_completion -s || return", "",
             "  case $prev in"]
    for _, name, kind, values, _ in options:
        action = {"file": "_filedir", "folder": "_filedir -d", "any": ":"}.get(
            kind, f'COMPREPLY=($(compgen -W "{" ".join(values)}" -- "$cur"))')
        if kind:
            lines.append(f"  --{name}) {action}; return ;;")
    for word, second in WORDS[program].items():
        if second:
            lines.append(f'  {word}) COMPREPLY=($(compgen -W "{" ".join(second)}" -- "$cur")); '
                         "return ;;")
    lines += ["  esac", "  $split && return", "", '  if [[ $cur == -* ]]; then',
              f'    COMPREPLY=($(compgen -W "{" ".join(words)}" -- "$cur"))',
              '    [[ ${COMPREPLY-} == *= ]] && compopt -o nospace', "  else",
              f'    COMPREPLY=($(compgen -W "{" ".join(WORDS[program])}" -- "$cur"))', "  fi",
              f"}} && complete -F {function} {program}"]
    return "\n".join(lines) + "\n"


def quote(text):
    return text.replace("'", "'\\''")


def write_zsh(program, options):
    lines = [f"#compdef {program}", f"# made from the --help-all of {program}", "", "_arguments -S \\"]
    for short, name, kind, values, text in options:
        text = quote(re.sub(r"([\[\]:])", r"\\\1", text))
        action = {"file": ":file:_files", "folder": ":folder:_files -/", "any": ":value:",
                  None: "", "values": f":value:({quote(' '.join(values))})"}[kind]
        # A value may be given several times where the program says so.
        star = "*" if "again" in text or "repeated" in text else ""
        lines.append(f"  '{star}--{name}{'=' if kind else ''}[{text}]{action}' \\")
        if short:
            lines.append(f"  '-{short}[{text}]' \\")
    words = WORDS[program]
    if words:
        second = sorted({word for row in words.values() for word in row})
        lines.append(f"  '1:command:({' '.join(words)})' \\")
        lines.append(f"  '2:name:{'(' + ' '.join(second) + ')' if second else ''}'")
    else:
        lines.append("  '*:link:'")
    return "\n".join(lines) + "\n"


def write_fish(program, options):
    lines = [f"# fish completion of {program}; made from its --help-all", f"complete -c {program} -f"]
    for short, name, kind, values, text in options:
        value = {"file": " -r -F", "folder": " -x -a '(__fish_complete_directories)'",
                 "any": " -x", None: "", "values": f" -x -a '{' '.join(values)}'"}[kind]
        lines.append(f"complete -c {program}{f' -s {short}' if short else ''} -l {name}{value} "
                     f"-d '{text.replace(chr(39), chr(92) + chr(39))}'")
    words = WORDS[program]
    if words:
        lines.append(f"complete -c {program} -n __fish_use_subcommand -a '{' '.join(words)}'")
    for word, second in words.items():
        if second:
            lines.append(f"complete -c {program} -n '__fish_seen_subcommand_from {word}' "
                         f"-a '{' '.join(second)}'")
    return "\n".join(lines) + "\n"


def main():
    program, *paths = sys.argv[1:]
    name = pathlib.Path(program).name
    options = list(read_help(program))
    for path, write in zip(paths, (write_bash, write_zsh, write_fish)):
        pathlib.Path(path).write_text(write(name, options), encoding="utf-8")


if __name__ == "__main__":
    main()
