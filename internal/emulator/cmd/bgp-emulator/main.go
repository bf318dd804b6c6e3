// The bgp-emulator command runs both emulated clouds on loopback, for a
// command (exec) or until it is stopped (serve).
package main

import (
	"context"
	"os"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/command"
)

// version is set by the linker for releases.
var version = ""

func main() {
	program := command.Program{
		Name: "bgp-emulator",
		About: `bgp-emulator runs an emulated Alibaba Cloud (BGP of virtual border routers) and
an emulated Azure (BGP of virtual network gateways and Route Servers) on
loopback, so that the bgp provider can be tried without an account.`,
		Version: version,
	}
	os.Exit(program.Run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
