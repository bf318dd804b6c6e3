package main

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// What the alicloud provider was measured to take, see measureAlicloud; "" is not
// measured.
var alicloudTook = map[int]struct{ apply, destroy string }{
	1:  {apply: "7.4 s"},
	50: {apply: "28.8 s", destroy: "29.5 s"},
}

// measureAlicloud measures what the alicloud provider was measured with: a local
// server that takes 2 s until a peer is Available and 50 ms for each call.
func measureAlicloud(ctx context.Context, b *bench) (string, error) {
	const latency, delay = 50 * time.Millisecond, 2 * time.Second
	t := newTable("peers", "command", "alicloud provider", "this provider", "at least")
	for _, peers := range b.alicloud {
		b.log("alicloud: %d peers", peers)
		l, err := b.measureOnce(ctx, b.providers.bgp, peers, latency, delay)
		if err != nil {
			return "", err
		}
		idle, err := b.measureOnce(ctx, b.providers.idle, peers, latency, delay)
		if err != nil {
			return "", err
		}
		theirs, least := alicloudTook[peers], leastWriting(peers, latency, delay)
		t.row(strconv.Itoa(peers), "apply", theirs.apply, seconds(l.apply.took), seconds(least+idle.apply.took))
		t.row(strconv.Itoa(peers), "destroy", theirs.destroy, seconds(l.destroy.took),
			seconds(leastReading(peers, latency)+least+idle.destroy.took))
	}
	return fmt.Sprintf(`### Beside the alicloud provider

The alicloud provider was measured on another machine, against a local server that took %s until a peer was Available and %d ms for each call,
%d peers at a time. This is the same, here and with the emulator, which takes as long until a deleted peer is gone. "At least" is the service's
time and the CLI's, as above.

%s
That provider's binary had 302 MB, and its `+"`terraform providers schema -json`"+` took 0.75 s and 160 MB, beside 0.10 s and 19 MB of an empty
provider on that machine. It makes 3 calls to create a peer, 3 to change one, 2 to delete one, and one for each peer at every refresh; it waits
5 s before it first looks.
`, whole(delay), latency.Milliseconds(), usual, t), nil
}
