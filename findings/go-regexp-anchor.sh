#!/usr/bin/env bash
# Go 1.26: `^\p{L}{2,128}$` keeps 2 MB of memory; without the `^` it keeps some kB, and
# so it does with {2,500}.
#
# Expected: an anchor makes a pattern cheaper, and a longer repetition dearer. What
# happens: a pattern that is anchored at its beginning, decides by one letter at a time
# and compiles to fewer than 1,000 instructions gets a second program ("one pass"), in
# which each repetition has its own copy of all ranges of Unicode letters.
# Why it matters here: such patterns check names of 2 to 128 letters. As a package's
# variable each costs every start of a provider megabytes and milliseconds, whether or
# not a name is checked.
# Seen: 2026-11-28, Go 1.26.8. Takes the Go on PATH; its standard library alone.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

needs go
cat >main.go <<'PROGRAM'
package main

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
)

func main() {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	pattern := regexp.MustCompile(os.Args[1])
	runtime.GC()
	runtime.ReadMemStats(&after)
	fmt.Println((after.HeapAlloc - before.HeapAlloc) >> 10)
	runtime.KeepAlive(pattern)
}
PROGRAM
go version
go build -o keeps main.go
keeps() {
  kept=$(./keeps "$1")
  echo "$1 keeps $kept kB"
}
keeps '^\p{L}{2,128}$'; anchored=$kept
keeps '\p{L}{2,128}$'; unanchored=$kept
keeps '^\p{L}{2,500}$'; longer=$kept
keeps '^[a-z]{2,128}$'
((anchored > 10 * unanchored)) || another "the anchor costs little"
((anchored > 10 * longer)) || another "a longer repetition costs as much"
same
