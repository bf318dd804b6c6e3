package main

import (
	"flag"
	"fmt"
	"log"
	"slices"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

// worldFlags adds the flags that exec and serve share and returns what turns
// them into a configuration once they are parsed.
func worldFlags(flags *flag.FlagSet) func(streams) (emulator.Config, error) {
	var config emulator.Config
	addressFlag(flags, &config.AlibabaAddress, "alibaba-address", "Alibaba Cloud")
	addressFlag(flags, &config.AzureAddress, "azure-address", "Azure")
	flags.StringVar(&config.StateFile, "state", "", "keep the clouds' objects in this `file` across runs, of one emulator at a time")
	flags.BoolVar(&config.Empty, "empty", false, "start without the seeded objects (credentials stay)")

	operation := azure.Operation{Style: azure.StyleLocation}
	flags.Func("style", fmt.Sprintf("how Azure's operations go, one of %v (default location)", azure.Styles), func(text string) error {
		operation.Style = azure.Style(text)
		return operation.Validate()
	})
	flags.Func("ending", fmt.Sprintf("what Azure's operations come to, one of %v (default rows)", azure.Endings), func(text string) error {
		operation.Ending = azure.Ending(text)
		return operation.Validate()
	})
	flags.DurationVar(&operation.Delay, "operation-delay", emulator.DefaultOperationDelay, "how long an operation of Azure's runs")
	flags.DurationVar(&operation.RetryAfter, "retry-after", emulator.DefaultRetryAfter, "how soon Azure asks to be polled again, in whole seconds; 0 asks nothing")

	life := slices.Clone(azure.DefaultLife)
	flags.DurationVar(&life[0].For, "row-idle-delay", life[0].For, "how long a row of an Azure gateway is Idle, unless it is linked")
	flags.DurationVar(&life[1].For, "row-connecting-delay", life[1].For, "how long it is Connecting then")

	delays := &config.AlibabaCloud.Delays
	flags.DurationVar(&delays.PeerAvailable, "peer-delay", time.Second, "how long a new BGP peer of Alibaba Cloud is Pending")
	flags.DurationVar(&delays.PeerModified, "modify-delay", time.Second, "how long a changed one is Modifying")
	flags.DurationVar(&delays.PeerDeleted, "delete-delay", time.Second, "how long a deleted one is Deleting")
	flags.DurationVar(&delays.SessionConnect, "connect-delay", time.Second, "how long an Available peer's session is Idle")
	flags.DurationVar(&delays.SessionEstablished, "establish-delay", time.Second, "how long it is in Connect then, until it is Established")
	flags.DurationVar(&config.AlibabaCloud.LingerDeleted, "linger-deleted", 0, "how long a deleted peer stays listed as Deleted; negative is for ever")
	flags.BoolVar(&config.AlibabaCloud.OldAnswers, "old-answers", false, "answer as Alibaba Cloud's older generation: numbers unquoted, later fields missing")
	flags.IntVar(&config.AlibabaCloud.Quotas.PeersPerVBR, "peers-per-vbr", 0, "`quota` of peers for each VBR (default the documented 8)")

	return func(std streams) (emulator.Config, error) {
		for name, value := range map[string]time.Duration{
			"operation-delay": operation.Delay, "retry-after": operation.RetryAfter,
			"row-idle-delay": life[0].For, "row-connecting-delay": life[1].For,
		} {
			if value < 0 {
				return emulator.Config{}, fmt.Errorf("--%s cannot be negative", name)
			}
		}
		config.Azure.Style, config.Azure.Ending = operation.Style, operation.Ending
		config.Azure.OperationDelay, config.Azure.RetryAfter = operation.Delay, operation.RetryAfter
		config.Azure.Life = life
		config.ErrorLog = log.New(std.err, "bgp-emulator: ", 0)
		return config, nil
	}
}

// addressFlag adds a flag for an address to listen on.
func addressFlag(flags *flag.FlagSet, target *string, name, what string) {
	flags.Func(name, what+" listens on this `host:port`, loopback only (default a free port of 127.0.0.1)", func(text string) error {
		*target = text
		return emulator.CheckAddress(text)
	})
}
