package main

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// measurePlan measures plans of peers that exist, beside those of a provider that makes
// no call.
func measurePlan(ctx context.Context, b *bench) (string, error) {
	latency := b.latencies[0]
	t := newTable("peers", "`terraform plan`", "calls", "time", "shortest–longest", "ratio", "peak memory of the provider")
	for _, peers := range b.planned {
		b.log("plan: %d peers, %s a call", peers, latency)
		if err := b.planRows(ctx, t, peers, latency); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf(`### Plan

A plan without changes, %d ms a call. Ratios are to the provider that makes no call; times are %s.

%s`, latency.Milliseconds(), runs(b.plans), t), nil
}

func (b *bench) planRows(ctx context.Context, t *table, peers int, latency time.Duration) (err error) {
	w, err := b.appliedSetup(ctx, b.providers.bgp, peers, latency)
	if err != nil {
		return err
	}
	defer end(w, &err)

	unread := append(plan[:len(plan):len(plan)], "-refresh=false")
	cases := []struct {
		name    string
		of      provider
		command []string
		times   samples
		calls   int
	}{
		{name: "this provider", of: b.providers.bgp, command: plan},
		{name: "the same, making no call", of: b.providers.idle, command: plan},
		{name: "this provider, `-refresh=false`", of: b.providers.bgp, command: unread},
	}
	for range b.plans {
		for i := range cases { // in turns, as when starting
			o, err := w.measure(ctx, cases[i].of, cases[i].command)
			if err != nil {
				return err
			}
			cases[i].times = append(cases[i].times, o.took)
			cases[i].calls = max(cases[i].calls, o.total())
		}
	}
	for i, c := range cases {
		memory, err := b.peak(ctx, w.project, c.of, c.command)
		if err != nil {
			return err
		}
		if i == 0 {
			b.highlight(fmt.Sprintf("Plan of %d", peers), fmt.Sprintf("%s, %.0f MB", seconds(c.times.median()), memory),
				seconds(cases[1].times.median())+" (no calls)")
		}
		t.row(strconv.Itoa(peers), c.name, strconv.Itoa(c.calls), seconds(c.times.median()), c.times.spread(),
			ratio(c.times.median().Seconds(), cases[1].times.median().Seconds()), fmt.Sprintf("%.0f MB", memory))
	}
	return nil
}
