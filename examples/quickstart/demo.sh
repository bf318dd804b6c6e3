#!/bin/sh
# What `make demo` runs, in a copy of this folder and under `bgp-emulator exec`: the
# main job from apply to destroy. The argument is the CLI: terraform or tofu.
#
# There is no init: the emulator points the CLI at the provider that was just built,
# and the quickstart has no modules.
set -eu
cli=$1

run() {
  printf '\n$ %s %s\n' "$(basename "$cli")" "$*"
  "$cli" "$@"
}

run apply -auto-approve -input=false -compact-warnings
# If the plan finds a change, its exit status is 2, and the demo ends here.
run plan -detailed-exitcode -input=false -compact-warnings
run output
run destroy -auto-approve -input=false -compact-warnings
