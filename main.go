// Command terraform-provider-bgp is the Terraform provider for BGP peering across
// clouds. Terraform and OpenTofu start it.
package main

import (
	"cmp"
	"context"
	"flag"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/provider"
)

// version is that of the release; -ldflags "-X main.version=…" sets it.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve to a debugger, and print how to point Terraform here")
	flag.Parse()
	if !*debug { // A debugger's Terraform has an environment of its own.
		limitLogs()
	}

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/terraform-provider-bgp/bgp",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}

// limitLogs keeps unwritten what Terraform would drop. It shows a provider's log from
// the level that TF_LOG_PROVIDER or TF_LOG names, by default none of it; but the
// plugin libraries write every line unless they are told a level by variables of their
// own, and Terraform reads every line. That takes half of the time of a large plan.
func limitLogs() {
	level := cmp.Or(os.Getenv("TF_LOG_PROVIDER"), os.Getenv("TF_LOG"), "off")
	libraries := cmp.Or(os.Getenv("TF_LOG_SDK"), level)
	for name, level := range map[string]string{
		"TF_LOG_PROVIDER_BGP":  level,
		"TF_LOG_SDK":           libraries,
		"TF_LOG_SDK_FRAMEWORK": libraries, // These two would inherit it, but know too late
		"TF_LOG_SDK_PROTO":     libraries, // that there is nothing to write.
	} {
		if os.Getenv(name) == "" {
			_ = os.Setenv(name, level) // Only a name can be wrong.
		}
	}
}
