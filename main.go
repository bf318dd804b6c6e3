// Command terraform-provider-bgp is the Terraform provider for BGP peering across
// clouds. Terraform and OpenTofu start it.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/provider"
)

// version is that of the release; -ldflags "-X main.version=…" sets it.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve to a debugger, and print how to point Terraform here")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/terraform-provider-bgp/bgp",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
