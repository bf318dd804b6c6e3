#!/bin/sh
# Unpacks the routers that the tests of live BGP meet, from the packages of Debian or
# Ubuntu, into the folder that is given. Nothing is installed or started, and no
# privileges are needed. A package that cannot be had is said, and left out.
set -eu
folder=$1
packages="frr libyang2 libyang2t64 libyang3 libjson-c5 libc-ares2 libcap2
  bird2 libssh-gcrypt-4 openbgpd libevent-2.1-7 libevent-2.1-7t64 libnss-wrapper libuid-wrapper exabgp python3-exabgp"

if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
  echo "live: this is neither Debian nor Ubuntu: routers are met only where they are installed" >&2
  exit 0
fi
release=$(. /etc/os-release && echo "$ID-$VERSION_ID")
if [ "$(cat "$folder/release" 2>/dev/null)" = "$release" ]; then
  exit 0
fi
rm -rf "$folder"
mkdir -p "$folder/packages"
folder=$(cd "$folder" && pwd)
cd "$folder/packages"
for package in $packages; do
  # Of the names that a library has in different releases, one is there.
  if ! apt-cache show "$package" >/dev/null 2>&1; then
    case $package in
      lib*) ;;
      *) echo "live: no package $package here (apt-get update may find it): left out" >&2 ;;
    esac
  elif ! apt-get download -qq "$package" >/dev/null 2>&1; then
    echo "live: $package cannot be downloaded: left out" >&2
  fi
done
for package in *.deb; do
  if [ -e "$package" ]; then
    dpkg -x "$package" "$folder"
  fi
done
cd "$folder"
rm -rf packages
# Complete: the next run has nothing to do.
if [ -e "$folder/usr" ]; then
  echo "$release" >"$folder/release"
fi
