#!/usr/bin/env bash
# ExaBGP 4.2.21: its processes are told "connected" of a connection that was refused.
#
# Expected: "connected" once there is a TCP connection. What happens: it is told for a
# port where nobody listens, then "down"; only "up" is a session.
# Why it matters here: a watcher that counts "connected" sees a session with a router
# that is not running.
# Seen: 2026-11-28, ExaBGP 4.2.21.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

unpack python3-exabgp=4.2.21-1.1
cat >watch.py <<'PYTHON'
import os, sys
os.set_blocking(0, True)
with open(sys.argv[1], "a", buffering=1) as events:
    for line in sys.stdin:
        events.write(line)
PYTHON
cat >exabgp.conf <<CONFIGURATION
process watch {
	run /usr/bin/python3 $folder/watch.py $folder/events;
	encoder json;
}
neighbor 127.0.0.51 {
	router-id 10.0.0.2;
	local-address 127.0.0.52;
	local-as 65020;
	peer-as 65010;
	connect 1799;
	family { ipv4 unicast; }
	api { processes [ watch ]; neighbor-changes; }
}
CONFIGURATION
run exabgp env PYTHONPATH="$folder/usr/lib/python3/dist-packages" PYTHONDONTWRITEBYTECODE=1 exabgp.api.cli=false exabgp.daemon.user="$(id -un)" \
  exabgp.tcp.bind=127.0.0.52 exabgp.tcp.port=1791 /usr/bin/python3 -m exabgp -d exabgp.conf
refused() { grep -q '"state": "down"' events 2>/dev/null; }
grep -h -m1 ^Version: usr/lib/python3/dist-packages/exabgp-*.egg-info/PKG-INFO
echo "a connection to the same port: $(dial 127.0.0.52 127.0.0.51 1799)"
until_true 20 refused || another "nothing is told: $(tail -5 exabgp.log)"
grep -o '"state": "[a-z]*"' events | head -2
head -1 events | grep -q '"state": "connected"' || another "the first event is another"
same
