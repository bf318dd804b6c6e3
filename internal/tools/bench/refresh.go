package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// pageSize is the most peers that one call of DescribeBgpPeers gives.
const pageSize = 50

// leastReads is how many calls it takes at least to read so many peers.
func leastReads(peers int) int { return (peers + pageSize - 1) / pageSize }

// leastReading is how long that takes at least: the first page tells how many others
// there are, which can then be asked for all at once.
func leastReading(peers int, latency time.Duration) time.Duration {
	return latency * time.Duration(min(leastReads(peers), 2))
}

// measureRefresh measures plans that read every peer and nothing else.
func measureRefresh(ctx context.Context, b *bench) (string, error) {
	var out strings.Builder
	fmt.Fprintf(&out, `### Refresh

%sterraform plan -refresh-only%s of peers that exist. The lower bound: the region is listed in pages of %d, the first of which tells how many
others there are to be asked for all at once. "CLI alone" is the time of the same command with a provider that makes no call; the ratio is
to the sum of both. Times are %s, calls are those of the run that made the most.
`, "`", "`", pageSize, runs(b.times))
	for _, latency := range b.latencies {
		t := newTable("peers", "calls", "at least", "time", "service, at least", "CLI alone", "ratio")
		for _, peers := range b.refreshed {
			b.log("refresh: %d peers, %s a call", peers, latency)
			if err := b.refreshRow(ctx, t, peers, latency); err != nil {
				return "", err
			}
		}
		fmt.Fprintf(&out, "\n%d ms a call:\n\n%s", latency.Milliseconds(), t)
	}
	return out.String(), nil
}

func (b *bench) refreshRow(ctx context.Context, t *table, peers int, latency time.Duration) (err error) {
	w, err := b.appliedSetup(ctx, b.providers.bgp, peers, latency)
	if err != nil {
		return err
	}
	defer end(w, &err)
	bgp, err := w.measureTimes(ctx, b.times, b.providers.bgp, refresh)
	if err != nil {
		return err
	}
	idle, err := w.measureTimes(ctx, b.times, b.providers.idle, refresh)
	if err != nil {
		return err
	}
	least := leastReading(peers, latency)
	if latency == b.latencies[0] && (peers == 1 || peers >= 100) {
		b.highlight(fmt.Sprintf("Refresh of %d", peers), inCalls(bgp.total(), bgp.took), inCalls(leastReads(peers), least+idle.took))
	}
	t.row(strconv.Itoa(peers), strconv.Itoa(bgp.total()), strconv.Itoa(leastReads(peers)),
		seconds(bgp.took), seconds(least), seconds(idle.took), ratio(bgp.took.Seconds(), (least+idle.took).Seconds()))
	return nil
}
