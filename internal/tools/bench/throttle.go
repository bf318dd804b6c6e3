package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator"
	"github.com/terraform-provider-bgp/terraform-provider-bgp/internal/emulator/alibabacloud"
)

// allowed is how many calls a second the service allows in measureThrottle.
const allowed = 10

// measureThrottle measures an apply that is far faster than the service allows.
func measureThrottle(ctx context.Context, b *bench) (string, error) {
	latency := b.latencies[0]
	t := newTable("peers", "at a time", "calls", "at least", "throttled", "time", "at least", "ratio")
	for _, parallel := range []int{usual, 5 * usual} {
		b.log("throttle: %d peers, %d at a time", b.throttled, parallel)
		o, throttled, err := b.throttledApply(ctx, parallel, latency)
		if err != nil {
			return "", err
		}
		least := max(
			time.Duration(leastCreating(b.throttled, parallel)-allowed)*time.Second/allowed,
			time.Duration(rounds(b.throttled, parallel))*(latency+max(delay, latency)),
		)
		t.row(strconv.Itoa(b.throttled), strconv.Itoa(parallel), fmt.Sprintf("%d: %s", o.total(), actions(o.calls)), strconv.Itoa(leastCreating(b.throttled, parallel)), strconv.Itoa(throttled),
			seconds(o.took), seconds(least), ratio(o.took.Seconds(), least.Seconds()))
	}
	return fmt.Sprintf(`### Throttling

%sterraform apply%s against a service that allows %d calls a second, and %d at once after a pause; %d ms a call, %s until a peer is Available.
The lower bound is the time that the fewest calls, counted as above, take at that rate, or that the rounds of peers take.

%s`, "`", "`", allowed, allowed, latency.Milliseconds(), whole(delay), t), nil
}

// throttledSetup is a setup whose service allows few calls.
func (b *bench) throttledSetup(ctx context.Context, latency time.Duration) (*setup, error) {
	w, err := b.peerSetup(ctx, b.throttled, emulator.Config{
		JournalCapacity: 10 * b.throttled, // to look through all of it
		AlibabaCloud: alibabacloud.Config{
			RateLimit: alibabacloud.RateLimit{PerSecond: allowed, Burst: allowed},
			Delays:    alibabacloud.Delays{PeerAvailable: delay},
		},
	})
	if err != nil {
		return nil, err
	}
	w.slow(latency)
	return w, nil
}

func (b *bench) throttledApply(ctx context.Context, parallel int, latency time.Duration) (o outcome, throttled int, err error) {
	w, err := b.throttledSetup(ctx, latency)
	if err != nil {
		return outcome{}, 0, err
	}
	defer end(w, &err)
	o, err = w.measure(ctx, b.providers.bgp, atOnce(apply, parallel))
	for _, entry := range w.Journal.Entries() {
		if strings.HasPrefix(entry.Code, "Throttling") {
			throttled++
		}
	}
	return o, throttled, err
}
