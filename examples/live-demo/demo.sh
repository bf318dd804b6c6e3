#!/bin/sh
# What `make live-demo` runs, in a copy of this folder and under `bgp-emulator-live
# exec`. The argument is the CLI: terraform or tofu.
set -eu
cli=$1

run() {
  printf '\n$ %s %s\n' "$(basename "$cli")" "$*"
  "$cli" "$@"
}

# The apply ends when the session is Established. Routes follow within seconds, and
# the second apply reads them.
run apply -auto-approve -input=false -compact-warnings
tries=20
until "$cli" apply -refresh-only -auto-approve -input=false >/dev/null && "$cli" output -json learned_routes | grep -q 192.168.150.0; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "the gateway has not learned 192.168.150.0/24" >&2; exit 1; }
done
run output
run destroy -auto-approve -input=false -compact-warnings
