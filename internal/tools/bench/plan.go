package main

import (
	"context"
	"fmt"
	"strconv"
)

// measurePlan measures the plan of peers that exist, beside those of a provider that
// makes no call.
func measurePlan(ctx context.Context, b *bench) (_ string, err error) {
	latency := b.latencies[0]
	b.log("plan: %d peers, %s a call", b.planned, latency)
	w, err := b.appliedWorld(ctx, b.planned, latency)
	if err != nil {
		return "", err
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
				return "", err
			}
			cases[i].times = append(cases[i].times, o.took)
			cases[i].calls = max(cases[i].calls, o.total())
		}
	}
	t := newTable(fmt.Sprintf("`terraform plan` of %d peers", b.planned), "calls", "time", "shortest–longest", "ratio", "peak memory of the provider")
	for _, c := range cases {
		memory, err := b.peak(ctx, w.project, c.of, c.command)
		if err != nil {
			return "", err
		}
		t.row(c.name, strconv.Itoa(c.calls), seconds(c.times.median()), c.times.spread(),
			ratio(c.times.median().Seconds(), cases[1].times.median().Seconds()), fmt.Sprintf("%.0f MB", memory))
	}
	return fmt.Sprintf(`### Plan

A plan without changes, %d ms a call. Ratios are to the provider that makes no call; times are %s.

%s`, latency.Milliseconds(), runs(b.plans), t), nil
}
