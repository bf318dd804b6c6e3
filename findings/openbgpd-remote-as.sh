#!/usr/bin/env bash
# OpenBGPD 7.7: a changed `remote-as` is shown at once, beside the session with the
# old ASN, which goes on.
#
# Expected: a reload with another remote-as ends the session, or `bgpctl show neighbor`
# shows the ASN that the session has. What happens: it shows the new ASN, Established.
# Why it matters here: after a change at this end, a check of the router's state passes,
# and the session fails at its next reset, perhaps weeks later.
# Seen: 2026-11-28, OpenBGPD 7.7, BIRD 2.0.12.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

unpack openbgpd=7.7-2 libevent-2.1-7=2.1.12-stable-8 libnss-wrapper=1.1.12-1 libuid-wrapper=1.2.9-1 \
  bird2=2.0.12-7 libssh-gcrypt-4=0.10.6-0+deb12u2
configure() { # REMOTE-AS
  cat >bgpd.conf <<CONFIGURATION
AS 65010
router-id 10.0.0.1
fib-update no
listen on 127.0.0.51 port 1791
socket "$folder/sock"
neighbor 127.0.0.52 {
	remote-as $1
	port 1791
	local-address 127.0.0.51
	multihop 2
}
CONFIGURATION
  chmod 600 bgpd.conf
}
cat >bird.conf <<'CONFIGURATION'
router id 10.0.0.2;
protocol device { }
protocol bgp router1 {
  local 127.0.0.52 port 1791 as 65020;
  neighbor 127.0.0.51 port 1791 as 65010;
  multihop; strict bind;
  ipv4 { import all; export all; };
}
CONFIGURATION
configure 65020
openbgpd usr/sbin/bgpd -d -f bgpd.conf
run bird usr/sbin/bird -f -c bird.conf -s bird.sock
ask() { LD_LIBRARY_PATH=$libraries usr/sbin/bgpctl -s "$folder/sock" "$@"; }
shown() { ask show neighbor 127.0.0.52 2>/dev/null | grep -E 'remote AS|BGP state'; }
established() { shown | grep -q Established; }

LD_LIBRARY_PATH=$libraries usr/sbin/bgpd -V
until_true 60 established || another "no session: $(cat openbgpd.log)"
echo "remote-as 65020:"
shown
configure 65099
ask reload >/dev/null
reloaded() { shown | grep -q 65099; }
until_true 15 reloaded || another "the new remote-as is not shown: $(shown)"
sleep 5 # for a session that ends, if it does
echo "remote-as 65099, 5 s after the reload, while BIRD is AS 65020:"
shown
established && reloaded || another "the session has ended"
same
