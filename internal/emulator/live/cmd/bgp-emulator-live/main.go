// The bgp-emulator-live command is bgp-emulator with real BGP: every emulated
// virtual border router and gateway is a BGP speaker on loopback.
package main

import (
	"context"
	"os"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/live"
)

// version is set by the linker for releases.
var version = ""

func main() {
	program := live.Program(version)
	os.Exit(program.Run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
