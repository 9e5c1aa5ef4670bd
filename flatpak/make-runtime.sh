#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes a Flatpak runtime of Debian 13 where the network's own cannot be had. As root; the mirror is
# the one that apt uses. What is there already is used again.
#
# Usage: make-runtime.sh FOLDER     installs io.github.aloqa.{Platform,Sdk}//13 for $XDG_DATA_HOME
set -eu

folder=$(mkdir -p "$1" && cd "$1" && pwd)
tree=$folder/debian
arch=$(flatpak --default-arch)
packages="gcc libc6-dev pkg-config meson ninja-build cmake autoconf automake libtool make
  gettext
  libglib2.0-dev libglib2.0-bin libjson-glib-dev libsoup-3.0-dev libsqlite3-dev libjwt-dev
  libcrypt-dev libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev libgstreamer-plugins-bad1.0-dev
  libnice-dev libpipewire-0.3-dev libpulse-dev libsecret-1-dev libgnutls28-dev
  libxcb1-dev libxcb-damage0-dev libxcb-shm0-dev libxcb-xfixes0-dev libgtk-4-dev libadwaita-1-dev
  libgtk-4-bin desktop-file-utils ca-certificates glib-networking gstreamer1.0-plugins-base
  gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-libav
  gstreamer1.0-nice gstreamer1.0-gtk4 gstreamer1.0-pipewire gstreamer1.0-pulseaudio
  gstreamer1.0-tools adwaita-icon-theme librsvg2-common fonts-cantarell dconf-gsettings-backend
  dbus-daemon"

# in_tree COMMAND…: what it mounts ends with it.
in_tree () {
  unshare --mount --propagation unchanged sh -c '
    tree=$1; shift
    mount -t proc proc "$tree/proc"
    mount -t tmpfs tmp "$tree/tmp"
    trap "umount \"$tree/proc\" \"$tree/tmp\"" EXIT
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
      chroot "$tree" "$@"' sh "$tree" "$@"
}

make_tree () {
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' |
    grep -E '/debian/?$' | head -n 1)
  debootstrap --variant=minbase trixie "$tree" "$mirror"
}

fill_tree () {
  cp -r /etc/apt/apt.conf.d/. "$tree/etc/apt/apt.conf.d/"
  cp /etc/resolv.conf "$tree/etc/resolv.conf"
  printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d"
  chmod +x "$tree/usr/sbin/policy-rc.d"
  in_tree apt-get update -qq
  # shellcheck disable=SC2086
  in_tree apt-get install -y -qq --no-install-recommends $packages
  in_tree apt-get clean
  touch "$tree/filled"
}

# export_as NAME: the same tree is what programs are built with, and what they run on.
export_as () {
  made=$folder/$1
  rm -rf "$made"
  mkdir -p "$made/usr/share"
  cat >"$made/metadata" <<METADATA
[Runtime]
name=io.github.aloqa.$1
runtime=io.github.aloqa.Platform/$arch/13
sdk=io.github.aloqa.Sdk/$arch/13
METADATA
  cp -al "$tree/usr/." "$made/usr/"
  rm -rf "$made/usr/share/doc" "$made/usr/share/man" "$made/usr/src" "$made/usr/local" "$made/usr/etc"
  cp -a "$tree/etc" "$made/usr/etc"
  find "$made/usr" \( -type c -o -type p -o -type s \) -delete
  flatpak build-export --runtime --files=usr --no-update-summary "$folder/repo" "$made" 13
  rm -rf "$made"
}

[ -d "$tree/usr" ] || make_tree
[ -e "$tree/filled" ] || fill_tree
if [ ! -d "$folder/repo" ]; then
  export_as Platform
  export_as Sdk
  flatpak build-update-repo "$folder/repo"
fi
flatpak --user remote-add --if-not-exists --no-gpg-verify aloqa-runtime "$folder/repo"
flatpak --user install -y --noninteractive --or-update aloqa-runtime \
  io.github.aloqa.Platform//13 io.github.aloqa.Sdk//13
