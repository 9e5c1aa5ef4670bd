#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what was built, or takes it away again without a trace.
#
# Usage: data/install.sh install|uninstall BUILD [LIST]     DESTDIR as usual; LIST is where is kept
#   what was made (BUILD/installed.txt)
set -eu

verb=$1
build=$2
# Every file and folder that was made, by this installation and those before it.
list=${3:-$build/installed.txt}

install_all () {
  meson install -C "$build" --no-rebuild --quiet
  grep -v '^#' "$build/meson-logs/install-log.txt" >>"$list"
}

# refresh FOLDER PATTERN CACHE COMMAND…: a cache of what is left in a folder, none where nothing is.
refresh () {
  folder=$1
  pattern=$2
  cache=$3
  shift 3
  [ -e "$folder/$cache" ] || return 0
  if [ -z "$(find "$folder" -name "$pattern" -print -quit)" ]; then
    rm "$folder/$cache"
  elif command -v "$1" >/dev/null; then
    "$@" "$folder"
  fi
}

refresh_caches () {
  for share in $(sed -n 's,/glib-2.0/schemas/.*\.xml$,,p' "$list" | sort -u); do
    refresh "$share/glib-2.0/schemas" '*.gschema.xml' gschemas.compiled glib-compile-schemas
    refresh "$share/applications" '*.desktop' mimeinfo.cache update-desktop-database -q
    refresh "$share/icons/hicolor" '*.[sp][vn]g' icon-theme.cache \
      gtk4-update-icon-cache -q -t -f
  done
}

uninstall_all () {
  if [ ! -f "$list" ]; then
    echo "Nothing was installed from $build." >&2
    exit 1
  fi
  sort -ru "$list" | while read -r path; do
    [ -d "$path" ] && [ ! -L "$path" ] || rm -f "$path"
  done
  refresh_caches
  sort -ru "$list" | while read -r path; do
    [ ! -d "$path" ] || rmdir --ignore-fail-on-non-empty "$path"
  done
  rm "$list"
}

case $verb in
install) install_all ;;
uninstall) uninstall_all ;;
*)
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 2
  ;;
esac
