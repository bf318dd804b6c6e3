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

// delay is how long the service takes in most sections until a peer is Available,
// and until a deleted one is gone.
const delay = time.Second

// leastCreating is how many calls it takes at least to make peers, of which the CLI
// works on some at a time: one for each, and in every round a look at each, by its id
// or, if that is fewer calls, by reading all pages of the region.
func leastCreating(peers, atOnce int) int {
	calls := peers
	for seen := 0; seen < peers; {
		round := min(atOnce, peers-seen)
		seen += round
		calls += min(round, leastReads(seen))
	}
	return calls
}

// leastDeleting is how many calls it takes at least to delete peers: a refresh, and two
// for each, since only an answer to its id says that a peer is gone.
func leastDeleting(peers int) int { return leastReads(peers) + 2*peers }

// leastWriting is how long either takes at least, without the refresh. The service's own delay begins when
// it has carried a call out, which is a latency after the call was made; the answer
// of a look comes a latency after the look.
func leastWriting(peers int, latency, delay time.Duration) time.Duration {
	return time.Duration(rounds(peers, usual)) * (latency + max(delay, latency))
}

// lifecycle is what making peers and deleting them cost.
type lifecycle struct{ apply, destroy outcome }

// lifecycleSetup is a setup in which peers can be made and deleted, which takes the
// service as long as delay says.
func (b *bench) lifecycleSetup(ctx context.Context, peers int, latency, delay time.Duration) (*setup, error) {
	w, err := b.peerSetup(ctx, peers, emulator.Config{AlibabaCloud: alibabacloud.Config{
		Delays: alibabacloud.Delays{PeerAvailable: delay, PeerDeleted: delay},
	}})
	if err != nil {
		return nil, err
	}
	w.slow(latency)
	return w, nil
}

// measureOnce makes peers and deletes them.
func (b *bench) measureOnce(ctx context.Context, of provider, peers int, latency, delay time.Duration) (l lifecycle, err error) {
	w, err := b.lifecycleSetup(ctx, peers, latency, delay)
	if err != nil {
		return lifecycle{}, err
	}
	defer end(w, &err)
	if l.apply, err = w.measure(ctx, of, apply); err != nil {
		return lifecycle{}, err
	}
	if l.destroy, err = w.measure(ctx, of, destroy); err != nil {
		return lifecycle{}, err
	}
	if left := len(w.Alibaba.Peers()); left > 0 {
		return lifecycle{}, fmt.Errorf("%d peers were left", left)
	}
	return l, nil
}

// measureLifecycle measures apply and destroy.
func measureLifecycle(ctx context.Context, b *bench) (string, error) {
	var out strings.Builder
	fmt.Fprintf(&out, `### Apply and destroy

The service takes %s until a new peer is Available, and as long until a deleted one is gone; Terraform works on %d peers at a time, its
default. The lower bound is that an apply makes a call for each peer and, in every round of %d, a look at each, by its id or, if that is fewer calls,
by reading all pages of the region; a destroy makes a refresh, a call for each peer, and a look at each by its id, since a listing does not
prove that a peer is gone. A round takes at least the time of one call and of the delay. "CLI alone" is the time of the same command with a
provider that makes no call; the ratio is to the sum of both. (The CLI works while the service takes its time, so the ratio can come below 1.)
`, whole(delay), usual, usual)
	for _, latency := range b.latencies {
		t := newTable("peers", "command", "calls", "at least", "ratio", "time", "service, at least", "CLI alone", "ratio")
		for _, peers := range b.lifecycle {
			b.log("lifecycle: %d peers, %s a call", peers, latency)
			l, err := b.measureOnce(ctx, b.providers.bgp, peers, latency, delay)
			if err != nil {
				return "", err
			}
			idle, err := b.measureOnce(ctx, b.providers.idle, peers, latency, delay)
			if err != nil {
				return "", err
			}
			row := func(command string, o, idle outcome, calls int, least time.Duration) {
				if latency == b.latencies[0] && (peers == 1 || peers == 1000) {
					b.highlight(fmt.Sprintf("%s of %d", command, peers), inCalls(o.total(), o.took), inCalls(calls, least+idle.took))
				}
				t.row(strconv.Itoa(peers), command, fmt.Sprintf("%d: %s", o.total(), actions(o.calls)), strconv.Itoa(calls),
					ratio(float64(o.total()), float64(calls)),
					seconds(o.took), seconds(least), seconds(idle.took), ratio(o.took.Seconds(), (least+idle.took).Seconds()))
			}
			row("apply", l.apply, idle.apply, leastCreating(peers, usual), leastWriting(peers, latency, delay))
			row("destroy", l.destroy, idle.destroy, leastDeleting(peers),
				leastReading(peers, latency)+leastWriting(peers, latency, delay))
		}
		fmt.Fprintf(&out, "\n%d ms a call:\n\n%s", latency.Milliseconds(), t)
	}
	return out.String(), nil
}
