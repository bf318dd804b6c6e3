#!/usr/bin/env bash
# OpenBGPD 7.7 (Debian's, on Linux): a neighbor with `tcp md5sig password` gets no
# connection to it, with the right key neither. It has to be dialed by OpenBGPD.
#
# Expected: a connection with the key is accepted, as BIRD accepts it. What happens: it
# times out; `passive`, or a neighbor that only dials, never comes up.
# Why it matters here: the emulated router dials every 2 s, in vain. A session with a key
# comes up only when OpenBGPD dials: at its start, then 30, 60, 120 s after an error.
# Seen: 2026-11-28, OpenBGPD 7.7, BIRD 2.0.12.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

unpack openbgpd=7.7-2 libevent-2.1-7=2.1.12-stable-8 libnss-wrapper=1.1.12-1 libuid-wrapper=1.2.9-1 \
  bird2=2.0.12-7 libssh-gcrypt-4=0.10.6-0+deb12u2
cat >bgpd.conf <<'CONFIGURATION'
AS 65010
router-id 10.0.0.1
fib-update no
listen on 127.0.0.51 port 1791
neighbor 127.0.0.52 {
	remote-as 65020
	passive
	local-address 127.0.0.51
	multihop 2
	tcp md5sig password "key"
}
CONFIGURATION
echo "socket \"$folder/sock\"" >>bgpd.conf
cat >bird.conf <<'CONFIGURATION'
router id 10.0.0.2;
protocol device { }
protocol bgp router1 {
  local 127.0.0.53 port 1791 as 65010;
  neighbor 127.0.0.52 as 65020;
  multihop; passive; strict bind;
  password "key";
  ipv4 { import all; export all; };
}
CONFIGURATION
chmod 600 bgpd.conf
openbgpd usr/sbin/bgpd -d -f bgpd.conf
run bird usr/sbin/bird -f -c bird.conf -s bird.sock
listening() { ss -ltn | grep -q "$1:1791 "; }
until_true 10 listening 127.0.0.51 || another "OpenBGPD does not start: $(cat openbgpd.log)"
until_true 10 listening 127.0.0.53 || another "BIRD does not start: $(cat bird.log)"
until_true 10 grep -q "soft reconfiguration done" openbgpd.log || another "OpenBGPD does not start: $(cat openbgpd.log)"

LD_LIBRARY_PATH=$libraries usr/sbin/bgpd -V
bird=$(dial 127.0.0.52 127.0.0.53 1791 key)
right=$(dial 127.0.0.52 127.0.0.51 1791 key)
echo "BIRD, with the key:     $bird"
echo "OpenBGPD, with the key: $right"
[ "$bird" = connected ] || another "BIRD does not accept the key either"
[ "$right" = "timed out" ] || another "OpenBGPD answers a connection with the key"
same
