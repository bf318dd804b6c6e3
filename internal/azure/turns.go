package azure

import (
	"context"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// turns are whose turn it is at each gateway.
//
// Whether a gateway takes several operations at a time is documented nowhere. To take
// turns always would make ten reads take ten times as long; to let them collide would
// leave each to a back-off of up to half a minute. So operations start side by side
// until the gateway refuses one. From then on those of this process take turns at it,
// each as soon as the one before has ended, first come, first served.
type turns struct {
	mu       sync.Mutex
	gateways map[string]*gatewayTurns
}

// gatewayTurns are those of one gateway: an operation that may run beside others
// holds one unit, one that must be alone holds them all.
type gatewayTurns struct {
	units      *semaphore.Weighted
	oneAtATime atomic.Bool
}

const everyUnit = 1 << 30

func (t *turns) of(gateway string) *gatewayTurns {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.gateways == nil {
		t.gateways = map[string]*gatewayTurns{}
	}
	if t.gateways[gateway] == nil {
		t.gateways[gateway] = &gatewayTurns{units: semaphore.NewWeighted(everyUnit)}
	}
	return t.gateways[gateway]
}

// turn is an operation's permission to run.
type turn struct {
	at    *gatewayTurns
	holds int64 // units
}

// take waits for an operation's turn, or for the end of ctx, whose error it returns.
func (g *gatewayTurns) take(ctx context.Context) (*turn, error) {
	own := &turn{at: g, holds: 1}
	if g.oneAtATime.Load() {
		own.holds = everyUnit
	}
	return own, g.units.Acquire(ctx, own.holds)
}

// refused notes that the gateway takes one operation at a time. It reports whether
// another operation of this process may be the cause. If there is none, the turn
// runs alone from now on, and the cause is an operation of somebody else.
func (t *turn) refused() bool {
	t.at.oneAtATime.Store(true)
	if t.holds == everyUnit {
		return false
	}
	if !t.at.units.TryAcquire(everyUnit - t.holds) {
		return true
	}
	t.holds = everyUnit
	return false
}

// end gives the turn back.
func (t *turn) end() { t.at.units.Release(t.holds) }
