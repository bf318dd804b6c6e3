package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/azure"
)

const statusConfig = `
data "bgp_peer_status" "bench" {
  count                        = %d
  resource_group_name          = "` + emulator.SeedResourceGroup + `"
  virtual_network_gateway_name = "` + emulator.SeedActiveActiveGateway + `"
}
`

// operationDelay is how long an operation of the gateway takes.
const operationDelay = 3 * time.Second

// measureStatus measures plans that read the sessions of a gateway.
func measureStatus(ctx context.Context, b *bench) (string, error) {
	latency := b.latencies[0]
	t := newTable("the service asks to poll again", "data sources", "calls", "operations", "time", "at least", "ratio")
	immediate, err := b.readStatus(ctx, 1, latency, azure.Config{Style: azure.StyleImmediate})
	if err != nil {
		return "", err
	}
	row := func(retryAfter time.Duration, sources int) error {
		b.log("status: %d data sources, polls after %s", sources, retryAfter)
		o, err := b.readStatus(ctx, sources, latency, azure.Config{OperationDelay: operationDelay, RetryAfter: retryAfter})
		if err != nil {
			return err
		}
		asks := "not at all"
		if retryAfter > 0 {
			asks = "after " + whole(retryAfter)
		}
		least := max(operationDelay, retryAfter) + immediate.took
		if sources == 1 {
			when := "that does not say when to poll"
			if retryAfter > 0 {
				when = "that asks to poll " + asks
			}
			b.highlight("Sessions of a gateway "+when, seconds(o.took), seconds(least))
		}
		t.row(asks, strconv.Itoa(sources), actions(o.calls), strconv.Itoa(o.calls[azure.ActionBGPStatus]),
			seconds(o.took), seconds(least), ratio(o.took.Seconds(), least.Seconds()))
		return nil
	}
	for _, retryAfter := range b.polls {
		if err := row(retryAfter, 1); err != nil {
			return "", err
		}
	}
	if err := row(0, 10); err != nil {
		return "", err
	}
	return fmt.Sprintf(`### Reading sessions

`+"`terraform plan`"+` with data sources of one gateway, whose operation takes %s; %d ms a call. With an answer that comes at once, the same plan of
one data source takes %s: the lower bound is that and the time of the operation, or the
time after which the service asks to poll, which was 10 s where a real gateway was recorded.

%s`, whole(operationDelay), latency.Milliseconds(), seconds(immediate.took), t), nil
}

// statusSetup is a setup whose configuration reads sessions of a gateway.
func (b *bench) statusSetup(ctx context.Context, sources int, latency time.Duration, config azure.Config) (*setup, error) {
	e, err := emulator.Start(ctx, emulator.Config{Azure: config})
	if err != nil {
		return nil, err
	}
	p, err := b.project(providerConfig+fmt.Sprintf(statusConfig, sources), e.Env())
	if err != nil {
		end(e, &err)
		return nil, err
	}
	w := &setup{Emulator: e, project: p}
	w.slow(latency)
	return w, nil
}

func (b *bench) readStatus(ctx context.Context, sources int, latency time.Duration, config azure.Config) (o outcome, err error) {
	w, err := b.statusSetup(ctx, sources, latency, config)
	if err != nil {
		return outcome{}, err
	}
	defer end(w, &err)
	return w.measureTimes(ctx, b.times, b.providers.bgp, plan)
}
