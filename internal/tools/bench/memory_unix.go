//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peakMemory is the most memory that a process which has ended had, in bytes; 0 if
// that is not known.
func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	switch {
	case !ok:
		return 0
	case runtime.GOOS == "darwin":
		return int64(usage.Maxrss) //nolint:unconvert // 32 bits on some platforms
	default:
		return int64(usage.Maxrss) * 1024 //nolint:unconvert // as above
	}
}
