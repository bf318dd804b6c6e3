// Command terraform-provider-bgp is the Terraform provider for BGP peering across
// clouds. Terraform and OpenTofu start it.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/provider"
)

// version is that of the release; -ldflags "-X main.version=…" sets it.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve to a debugger, and print how to point Terraform here")
	flag.Parse()

	if err := provider.Serve(provider.New(version)(), *debug); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
