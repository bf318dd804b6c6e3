package command

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"slices"
	"strconv"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

const controlHelp = `--control sets BGP_EMULATOR_CONTROL as well: the URL of a path that shows the
journal of requests, asks for faults and changes objects out of band
(GET /journal, POST /faults, and so on).
`

// configFlags adds the flags that exec and serve share and returns what turns
// them into a configuration once they are parsed.
func configFlags(flags *flag.FlagSet, std streams) func() (emulator.Config, error) {
	var config emulator.Config
	addressFlag(flags, &config.AlibabaAddress, "alibaba-address", "Alibaba Cloud")
	addressFlag(flags, &config.AzureAddress, "azure-address", "Azure")
	flags.BoolVar(&config.Control, "control", false, "open the control path")
	addressFlag(flags, &config.ControlAddress, "control-address", "open the control path, which")
	flags.StringVar(&config.StateFile, "state", "", "keep the clouds' objects in this `file` across runs, of one emulator at a time")
	flags.BoolVar(&config.Empty, "empty", false, "start without the seeded objects (credentials stay)")

	operation := azure.Operation{
		Style: azure.StyleLocation, Delay: emulator.DefaultOperationDelay, RetryAfter: emulator.DefaultRetryAfter,
	}
	flags.Func("style", fmt.Sprintf("how Azure's operations go, one of %v (default location)", azure.Styles), func(text string) error {
		operation.Style = azure.Style(text)
		return operation.Validate()
	})
	flags.Func("ending", fmt.Sprintf("what Azure's operations come to, one of %v (default rows)", azure.Endings), func(text string) error {
		operation.Ending = azure.Ending(text)
		return operation.Validate()
	})
	delayFlag(flags, &operation.Delay, "operation-delay", "how long an operation of Azure's runs")
	delayFlag(flags, &operation.RetryAfter, "retry-after", "how soon Azure asks to be polled again, in whole seconds; 0 asks nothing")

	life := slices.Clone(azure.DefaultLife)
	delayFlag(flags, &life[0].For, "row-idle-delay", "how long a row of an Azure gateway is Idle, unless it is linked")
	delayFlag(flags, &life[1].For, "row-connecting-delay", "how long it is Connecting then")

	config.AlibabaCloud.Delays = alibabacloud.Delays{
		PeerAvailable: time.Second, PeerModified: time.Second, PeerDeleted: time.Second,
		SessionConnect: time.Second, SessionEstablished: time.Second,
	}
	delays := &config.AlibabaCloud.Delays
	delayFlag(flags, &delays.PeerAvailable, "peer-delay", "how long a new BGP peer, group or network of Alibaba Cloud is Pending")
	delayFlag(flags, &delays.PeerModified, "modify-delay", "how long a changed one is Modifying")
	delayFlag(flags, &delays.PeerDeleted, "delete-delay", "how long a deleted one is Deleting")
	delayFlag(flags, &delays.SessionConnect, "connect-delay", "how long an Available peer's session is Idle")
	delayFlag(flags, &delays.SessionEstablished, "establish-delay", "how long it is in Connect then, until it is Established")
	flags.Func("linger-deleted", "how long a deleted peer, group or network stays listed as Deleted; negative is forever (a `duration`, default 0s)", func(text string) (err error) {
		config.AlibabaCloud.LingerDeleted, err = parseDuration(text)
		return err
	})
	flags.BoolVar(&config.AlibabaCloud.OldAnswers, "old-answers", false, "answer as Alibaba Cloud's older generation: numbers unquoted, later fields missing")
	flags.IntVar(&config.AlibabaCloud.Quotas.PeersPerVBR, "peers-per-vbr", 0, "`quota` of peers for each VBR (default the documented 8)")

	complete := func(*emulator.Config) error { return nil }
	if std.program.Flags != nil {
		complete = std.program.Flags(flags)
	}
	flags.Func("calls-per-second", "how many calls Alibaba Cloud takes in a second, and at once, before it throttles (a `number`, default no limit)", func(text string) error {
		perSecond, err := strconv.Atoi(text)
		if err != nil || perSecond < 1 {
			return errors.New("it is a whole number from 1")
		}
		config.AlibabaCloud.RateLimit = alibabacloud.RateLimit{PerSecond: float64(perSecond), Burst: perSecond}
		return nil
	})

	return func() (emulator.Config, error) {
		delays.GroupAvailable, delays.NetworkAvailable = delays.PeerAvailable, delays.PeerAvailable
		delays.GroupModified = delays.PeerModified
		delays.GroupDeleted, delays.NetworkDeleted = delays.PeerDeleted, delays.PeerDeleted
		config.Azure.Style, config.Azure.Ending = operation.Style, operation.Ending
		config.Azure.OperationDelay, config.Azure.RetryAfter = operation.Delay, operation.RetryAfter
		config.Azure.Life = life
		config.Control = config.Control || config.ControlAddress != ""
		config.ErrorLog = log.New(std.err, std.program.Name+": ", 0)
		return config, complete(&config)
	}
}

// delayFlag adds a flag for a duration that cannot be negative. What the target
// holds is its default.
func delayFlag(flags *flag.FlagSet, target *time.Duration, name, usage string) {
	flags.Func(name, fmt.Sprintf("%s (a `duration`, default %v)", usage, *target), func(text string) error {
		value, err := parseDuration(text)
		if err == nil && value < 0 {
			err = errors.New("it cannot be negative")
		}
		if err == nil {
			*target = value
		}
		return err
	})
}

func parseDuration(text string) (time.Duration, error) {
	value, err := time.ParseDuration(text)
	if err != nil {
		return 0, errors.New("a duration has a unit, as in 500ms, 2s or 1m30s")
	}
	return value, nil
}

// addressFlag adds a flag for an address to listen on.
func addressFlag(flags *flag.FlagSet, target *string, name, what string) {
	flags.Func(name, what+" listens on this `host:port`, loopback only (default a free port of 127.0.0.1)", func(text string) error {
		*target = text
		return emulator.CheckAddress(text)
	})
}
