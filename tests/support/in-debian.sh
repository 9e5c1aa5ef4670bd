#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs ./dev test in a bare tree of another Debian, as on a new machine.
#
# Usage: git archive HEAD | in-debian.sh RELEASE FOLDER [OPTION OF ./dev test]…
#
# As root. FOLDER is kept: a second run finds its packages installed. Where that Debian is out of reach it ends
# with status 75.
set -eu
release=$1 tree=$2
shift 2

if [ ! -e "$tree/complete" ]; then
  # What it mounts goes with it, even if it is killed.
  rm -rf --one-file-system "$tree"
  unshare --mount debootstrap --variant=minbase --include=ca-certificates "$release" "$tree" \
    </dev/null || exit 75
  touch "$tree/complete"
fi
mkdir -p "$tree/aloqa"
# What is built there stays; what is no longer in the project does not.
find "$tree/aloqa" -mindepth 1 -maxdepth 1 ! -name 'build*' -exec rm -rf {} +
tar x -C "$tree/aloqa"

# What is mounted here goes with the process.
exec unshare --mount sh -euc '
  tree=$1
  shift
  mount -t proc proc "$tree/proc"
  mount -t sysfs sysfs "$tree/sys"
  mount --rbind /dev "$tree/dev"
  [ ! -e /etc/resolv.conf ] || cp -L /etc/resolv.conf "$tree/etc/resolv.conf"
  exec chroot "$tree" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    ALOQA_WERROR="${ALOQA_WERROR:-false}" sh -c "cd /aloqa && exec ./dev test \"\$@\"" sh "$@"
' sh "$tree" "$@"
