// The bgp-emulator command runs both emulated clouds on loopback, for a
// command (exec) or until it is stopped (serve).
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
