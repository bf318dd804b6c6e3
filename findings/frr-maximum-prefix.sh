#!/usr/bin/env bash
# FRR 8.4.4: `neighbor … maximum-prefix 2` holds three prefixes, and ends the session at
# the fourth.
#
# Expected: two prefixes, and the end at the third. What happens: one more.
# Why it matters here: a number that is copied from a cloud's route limit is off by one,
# and a test that announces one route more than allowed sees no reaction.
# Seen: 2026-11-28, FRR 8.4.4, BIRD 2.0.12.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

unpack frr=8.4.4-1.1~deb12u1 libyang2=2.1.30-2 libjson-c5=0.16-2 libc-ares2=1.18.1-3 \
  bird2=2.0.12-7 libssh-gcrypt-4=0.10.6-0+deb12u2
cat >frr.conf <<'CONFIGURATION'
password frr
router bgp 65010
 bgp router-id 10.0.0.1
 no bgp ebgp-requires-policy
 neighbor 127.0.0.52 remote-as 65020
 neighbor 127.0.0.52 port 1791
 neighbor 127.0.0.52 update-source 127.0.0.51
 neighbor 127.0.0.52 ebgp-multihop 2
 neighbor 127.0.0.52 timers connect 1
 address-family ipv4 unicast
  neighbor 127.0.0.52 maximum-prefix 2
 exit-address-family
CONFIGURATION
cat >bird.head <<'CONFIGURATION'
router id 10.0.0.2;
protocol device { }
protocol bgp router1 {
  local 127.0.0.52 port 1791 as 65020;
  neighbor 127.0.0.51 port 1791 as 65010;
  multihop; strict bind;
  ipv4 { import none; export filter { bgp_next_hop = 10.0.0.2; accept; }; };
}
CONFIGURATION
announce() { # N prefixes
  { cat bird.head; echo 'protocol static list1 { ipv4;'; for i in $(seq "$1"); do echo "  route 172.20.$i.0/24 blackhole;"; done; echo '}'; } >bird.conf
}
announce 2
run frr usr/lib/frr/bgpd -Z -n -S -l 127.0.0.51 -p 1791 -A 127.0.0.51 -P 2605 -f "$folder/frr.conf" -i "$folder/frr.pid" --vty_socket "$folder"
run bird usr/sbin/bird -f -c bird.conf -s bird.sock
row() { frr "show bgp summary" | grep '^127.0.0.52' || true; }
holds() { [[ $(row | awk '{print $10}') == "$1" ]]; }

LD_LIBRARY_PATH=$libraries usr/lib/frr/bgpd --version | head -1
until_true 30 holds 2 || another "two prefixes: $(row)"
echo "2 announced: $(row)"
announce 3
LD_LIBRARY_PATH=$libraries usr/sbin/birdc -s bird.sock configure >/dev/null
until_true 15 holds 3 || another "it does not hold three prefixes: $(row)"
echo "3 announced: $(row)"
announce 4
LD_LIBRARY_PATH=$libraries usr/sbin/birdc -s bird.sock configure >/dev/null
ended() { row | grep -q 'Idle (PfxCt)'; }
until_true 15 ended || another "it does not end the session at the fourth: $(row)"
echo "4 announced: $(row)"
same
