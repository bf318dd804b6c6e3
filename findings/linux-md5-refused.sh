#!/usr/bin/env bash
# Linux 6: with a TCP MD5 key, a connection to a port where nobody listens is not
# refused: it gets no answer, and times out.
#
# Expected: "connection refused" at once, as without a key. What happens: the kernel
# sends the reset without a signature, since it has no socket with the key, and the
# side that dials drops it, since a signature is missing.
# Why it matters here: a peer with a key that stays Active may have the wrong key, or
# a router that is not running. Nothing tells the two apart.
# Seen: 2026-11-28, Linux 6.18.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

uname -sr
without=$(dial 127.0.0.52 127.0.0.51 1799)
with=$(dial 127.0.0.52 127.0.0.51 1799 key)
echo "without a key: $without"
echo "with a key:    $with"
[[ $without == *refused* ]] || another "without a key it is not refused"
[[ $with == "timed out" ]] || another "with a key it does not time out"
same
