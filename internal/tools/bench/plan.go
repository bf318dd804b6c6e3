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
	t := newTable("peers", "`terraform plan`", "calls", "runs", "time", "shortest–longest", "ratio", "peak memory of the provider", "its CPU time")
	for _, peers := range b.planned {
		b.log("plan: %d peers, %s a call", peers, latency)
		if err := b.planRows(ctx, t, peers, latency); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf(`### Plan

A plan without changes, %d ms a call. Ratios are to the provider that makes no call; times are medians, memory and CPU time
those of one more run.

%s`, latency.Milliseconds(), t), nil
}

// plansOf is how many plans of so many peers are measured.
func (b *bench) plansOf(peers int) int { return max(1, min(b.plans, b.plans*500/peers)) }

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
	for range b.plansOf(peers) {
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
		took, err := b.usage(ctx, w.project, c.of, c.command)
		if err != nil {
			return err
		}
		if i == 0 {
			b.highlight(fmt.Sprintf("Plan of %d", peers), fmt.Sprintf("%s, %.0f MB", seconds(c.times.median()), took.megabytes()),
				seconds(cases[1].times.median())+" (no calls)")
		}
		t.row(strconv.Itoa(peers), c.name, strconv.Itoa(c.calls), strconv.Itoa(len(c.times)), seconds(c.times.median()), c.times.spread(),
			ratio(c.times.median().Seconds(), cases[1].times.median().Seconds()), fmt.Sprintf("%.0f MB", took.megabytes()), seconds(took.CPU))
	}
	return nil
}
