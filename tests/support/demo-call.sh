#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# demo-call.sh BUILD: a server, an echo contact and a call to it, all on this machine and real.
set -eu
build=$1
folder=$(mktemp -d)
server= contact=

finish () {
  for pid in $contact $server; do
    kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
  done
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

fail () {
  printf '%s\n' "$1" >&2
  cat "$folder"/*.err >&2
  exit 1
}

# wait_for FILE TEXT PID WHAT
wait_for () {
  tries=0
  until grep -q "$2" "$1" 2>/dev/null; do
    tries=$((tries + 1))
    if [ $tries -gt 150 ] || ! kill -0 "$3" 2>/dev/null; then
      fail "$4 did not start."
    fi
    sleep 0.1
  done
}

"$build/src/server/aloqa-server" --demo --port 0 >"$folder/server" 2>"$folder/server.err" &
server=$!
wait_for "$folder/server" 'listening on' $server "The server"
url=$(sed -n 's/^listening on //p' "$folder/server")
echo "A server with demo accounts runs at $url"

export ALOQA_PASSWORD=demo
"$build/src/cli/aloqa-cli" --server "$url" --user echo answer --echo --delay 1500 \
  --video-source clock \
  </dev/null >"$folder/contact" 2>"$folder/contact.err" &
contact=$!
wait_for "$folder/contact" 'Online' $contact "The echo contact"
echo "The contact 'echo' waits: it shows a moving clock and sends your sound back."
echo

picture=$PWD/aloqa-call.png
rm -f "$picture"
status=0
"$build/src/cli/aloqa-cli" --server "$url" --user ali call echo --video-source clock \
  --duration 6 --snapshot "$picture" </dev/null || status=$?
echo
if [ $status = 0 ] && [ -s "$picture" ]; then
  echo "The call worked. What the other side showed is in $picture"
else
  fail "The call failed with status $status."
fi
