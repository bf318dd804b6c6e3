# What the findings have in common. Sourced by each, in bash.
set -euo pipefail

folder=$(mktemp -d "${TMPDIR:-/tmp}/finding.XXXXXX")
started=()
finish() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"

# needs COMMAND: a script that takes the COMMAND on PATH cannot run without it.
needs() { command -v "$1" >/dev/null || { echo "there is no $1 on PATH"; exit 77; }; }

# go_module MODULE@VERSION: makes $folder a Go module that requires it.
go_module() {
  needs go
  printf 'module finding\n\ngo 1.25.0\n' >go.mod
  export GOFLAGS=-mod=mod
  go get "$1" 2>/dev/null || { echo "the module $1 cannot be had"; exit 77; }
  go list -m "${1%@*}"
}

# unpack PACKAGE=VERSION…: Debian packages below $folder, not installed. The exit
# status 77 says that a script cannot run here.
unpack() {
  mkdir -p packages
  (cd packages && apt-get download -qq "$@" 2>/dev/null) || { echo "the packages $* cannot be had: they are those of Debian 12"; exit 77; }
  for package in packages/*.deb; do dpkg -x "$package" .; done
  rm -rf packages
  libraries=$(echo "$folder"/usr/lib/*-linux-gnu "$folder"/lib/*-linux-gnu "$folder"/usr/lib/*-linux-gnu/frr | tr ' ' ':')
}

# run NAME COMMAND…: in the background, its output in NAME.log.
run() {
  name=$1
  shift
  LD_LIBRARY_PATH=$libraries "$@" >"$name.log" 2>&1 &
  started+=($!)
}

# openbgpd COMMAND…: in the background, made to believe that it is root and has its
# user, which it insists on.
openbgpd() {
  unshare -r true 2>/dev/null || { echo "this system gives no user namespace, which OpenBGPD needs here"; exit 77; }
  mkdir -p empty
  printf 'root:x:0:0::/:/bin/sh\n_openbgpd:x:%s:%s::%s/empty:/bin/false\n' "$(id -u)" "$(id -g)" "$folder" >passwd
  printf 'root:x:0:\n_openbgpd:x:%s:\n' "$(id -g)" >group
  run openbgpd env LD_PRELOAD="$(echo "$folder"/usr/lib/*-linux-gnu/lib{nss,uid}_wrapper.so | tr ' ' ':')" UID_WRAPPER=1 UID_WRAPPER_ROOT=1 \
    NSS_WRAPPER_PASSWD="$folder/passwd" NSS_WRAPPER_GROUP="$folder/group" unshare -r "$@"
}

# until_true SECONDS COMMAND…: until the command succeeds; fails after that time.
until_true() {
  end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.2
  done
}

# frr QUESTION: asks FRR's bgpd, at 127.0.0.51 port 2605.
frr() {
  python3 - "$1" 2>/dev/null <<'PYTHON' # silent until it is there
import socket, sys
s = socket.create_connection(("127.0.0.51", 2605), 5)
s.sendall(f"frr\nterminal length 0\n{sys.argv[1]}\nexit\n".encode())
text = b""
while chunk := s.recv(65536):
    text += chunk
print(text.decode(errors="replace").partition(sys.argv[1])[2].replace("\r", ""))
PYTHON
}

# dial FROM TO PORT [KEY]: what a connection comes to, with an MD5 key if one is given.
dial() {
  python3 - "$@" <<'PYTHON'
import socket, struct, sys
source, target, port, *key = sys.argv[1:]
s = socket.socket()
s.settimeout(3)
s.bind((source, 0))
if key:  # struct tcp_md5sig of linux/tcp.h
    address = struct.pack("=H", socket.AF_INET) + struct.pack("!H4s", 0, socket.inet_aton(target))
    s.setsockopt(socket.IPPROTO_TCP, 14, address.ljust(128, b"\0") + struct.pack("=BBHI", 0, 0, len(key[0]), 0) + key[0].encode().ljust(80, b"\0"))
try:
    s.connect((target, int(port)))
    print("connected")
except OSError as error:
    print(error)
PYTHON
}

# How a script ends: with what it describes, or with something else.
same() { echo "As described."; exit 0; }
another() { echo "The behaviour has changed: $*"; exit 1; }
